"""Receipts of a customer are read from the index that also holds the day: one of the customer alone only cost.

The indexes go by SQL: where SQLite makes a table anew, its triggers are lost.
"""
from django.db import migrations, models

GONE = {
    "collection_receipt_customer_id_c695d136": ("collection_receipt", "customer_id"),
}


class Migration(migrations.Migration):
    dependencies = [("collection", "0002_allocations_stay")]
    operations = [migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField("receipt", "customer", models.ForeignKey(
                "customers.customer", models.PROTECT, related_name="receipts", db_index=False)),
        ],
        database_operations=[migrations.RunSQL(f'DROP INDEX "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')
                             for name, (table, column) in GONE.items()])]
