"""Lines of a run or a person are read from the indexes that hold more beside them: the narrower ones only cost.

The indexes go by SQL: where SQLite makes a table anew, its triggers are lost.
"""
from django.conf import settings
from django.db import migrations, models

GONE = {
    "runs_line_run_id_be5678dd": ("runs_line", "run_id"),
    "runs_line_person_id_a6c77b03": ("runs_line", "person_id"),
}


class Migration(migrations.Migration):
    dependencies = [("runs", "0003_settled_exactly")]
    operations = [migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField("line", "run", models.ForeignKey(
                "runs.run", models.PROTECT, related_name="lines", db_index=False)),
            migrations.AlterField("line", "person", models.ForeignKey(
                settings.AUTH_USER_MODEL, models.PROTECT, related_name="commission_lines", db_index=False)),
        ],
        database_operations=[migrations.RunSQL(f'DROP INDEX "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')
                             for name, (table, column) in GONE.items()])]
