"""Credits of a person were indexed twice over.

The indexes go by SQL: where SQLite makes a table anew, its triggers are lost.
"""
from django.conf import settings
from django.db import migrations, models

GONE = {
    "credits_credit_person_id_f7d2e939": ("credits_credit", "person_id"),
}


class Migration(migrations.Migration):
    dependencies = [("credits", "0001_start")]
    operations = [migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField("credit", "person", models.ForeignKey(
                settings.AUTH_USER_MODEL, models.PROTECT, related_name="credits", db_index=False)),
        ],
        database_operations=[migrations.RunSQL(f'DROP INDEX "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')
                             for name, (table, column) in GONE.items()])]
