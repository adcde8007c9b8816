"""Contracts of a customer or a signer, and the instalments of a contract, are read from the indexes that also hold day or order: the narrower ones only cost.

The indexes go by SQL: where SQLite makes a table anew, its triggers are lost.
"""
from django.conf import settings
from django.db import migrations, models

GONE = {
    "contracts_contract_customer_id_b91a6462": ("contracts_contract", "customer_id"),
    "contracts_contract_signed_by_id_718f8d16": ("contracts_contract", "signed_by_id"),
    "contracts_instalment_contract_id_358b3189": ("contracts_instalment", "contract_id"),
}


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_start")]
    operations = [migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField("contract", "customer", models.ForeignKey(
                "customers.customer", models.PROTECT, related_name="contracts", db_index=False)),
            migrations.AlterField("contract", "signed_by", models.ForeignKey(
                settings.AUTH_USER_MODEL, models.PROTECT, related_name="contracts", db_index=False)),
            migrations.AlterField("instalment", "contract", models.ForeignKey(
                "contracts.contract", models.CASCADE, related_name="instalments", db_index=False)),
        ],
        database_operations=[migrations.RunSQL(f'DROP INDEX "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')
                             for name, (table, column) in GONE.items()])]
