"""Deals of a customer are read from the index that also holds the stage: one of the customer alone only cost.

The indexes go by SQL: where SQLite makes a table anew, its triggers are lost.
"""
from django.db import migrations, models

GONE = {
    "negotiation_deal_customer_id_25ea6813": ("negotiation_deal", "customer_id"),
}


class Migration(migrations.Migration):
    dependencies = [("negotiation", "0001_start")]
    operations = [migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField("deal", "customer", models.ForeignKey(
                "customers.customer", models.PROTECT, related_name="deals", db_index=False)),
        ],
        database_operations=[migrations.RunSQL(f'DROP INDEX "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')
                             for name, (table, column) in GONE.items()])]
