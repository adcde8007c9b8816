"""Who asks for the grades or owners of a customer reads the index that also holds the day: one of the customer alone was paid for by every write and asked by nobody.

The indexes go by SQL: where SQLite makes a table anew, its triggers are lost.
"""
from django.db import migrations, models

GONE = {
    "customers_gradechange_customer_id_8486091a": ("customers_gradechange", "customer_id"),
    "customers_ownership_customer_id_ae342e45": ("customers_ownership", "customer_id"),
}


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_name_pairs")]
    operations = [migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField("gradechange", "customer", models.ForeignKey(
                "customers.customer", models.CASCADE, related_name="grade_changes", db_index=False)),
            migrations.AlterField("ownership", "customer", models.ForeignKey(
                "customers.customer", models.CASCADE, related_name="ownerships", db_index=False)),
        ],
        database_operations=[migrations.RunSQL(f'DROP INDEX "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')
                             for name, (table, column) in GONE.items()])]
