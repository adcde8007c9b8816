"""Follow-ups and obligations of a customer or a person are read from the indexes that also hold the day: those of the customer or the person alone only cost.

The indexes go by SQL: where SQLite makes a table anew, its triggers are lost.
"""
from django.conf import settings
from django.db import migrations, models

GONE = {
    "followup_followup_customer_id_bb126699": ("followup_followup", "customer_id"),
    "followup_followup_by_id_81c319a1": ("followup_followup", "by_id"),
    "followup_obligation_customer_id_acba227e": ("followup_obligation", "customer_id"),
    "followup_obligation_owner_id_2d7c5ea2": ("followup_obligation", "owner_id"),
}


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_start")]
    operations = [migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField("followup", "customer", models.ForeignKey(
                "customers.customer", models.CASCADE, related_name="followups", db_index=False)),
            migrations.AlterField("followup", "by", models.ForeignKey(
                settings.AUTH_USER_MODEL, models.PROTECT, related_name="followups", db_index=False)),
            migrations.AlterField("obligation", "customer", models.ForeignKey(
                "customers.customer", models.CASCADE, related_name="obligations", db_index=False)),
            migrations.AlterField("obligation", "owner", models.ForeignKey(
                settings.AUTH_USER_MODEL, models.PROTECT, related_name="obligations", db_index=False)),
        ],
        database_operations=[migrations.RunSQL(f'DROP INDEX "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')
                             for name, (table, column) in GONE.items()])]
