"""A published plan is what people were told they would be paid by: the database itself refuses to change or delete it."""
from django.db import migrations

TABLE = "plans_planversion"
SAID = "a published plan never changes; make a new version"
SQLITE = [
    f"CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE} WHEN OLD.state = 'published' "
    f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    for verb in ("update", "delete")]
POSTGRES = [
    f"CREATE FUNCTION {TABLE}_stays() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{SAID}'; END $$",
    f"CREATE TRIGGER {TABLE}_stays BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION {TABLE}_stays()"]


def forward(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def backward(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}")
    else:
        schema_editor.execute(f"DROP FUNCTION {TABLE}_stays() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_start")]
    operations = [migrations.RunPython(forward, backward)]
