"""The audit cannot be edited: the database itself refuses to change or delete an entry."""
from django.db import migrations

TABLE = "kernel_entry"
SQLITE = [
    f"CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END"
    for verb in ("update", "delete")]
POSTGRES = [
    "CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION kernel_append_only()"]


def forward(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def backward(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}")
    else:
        schema_editor.execute("DROP FUNCTION kernel_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_start")]
    operations = [migrations.RunPython(forward, backward)]
