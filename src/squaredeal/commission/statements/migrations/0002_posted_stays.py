"""The amounts of a posted statement stay as they were posted; only its confirmation may still be noted."""
from django.db import migrations

POSTED = "(SELECT state FROM runs_run WHERE id = {}.run_id) IN ('posted', 'paid')"
FIXED = ["run_id", "person_id", "base", "quota", "attainment", "earned", "earlier", "reserved", "carried_in", "carried", "payout"]
SAID = "a posted statement never changes"


def differs(different):
    return " OR ".join(different.format(column) for column in FIXED)


SQLITE = [
    f"CREATE TRIGGER statements_statement_no_{verb} BEFORE {verb.upper()} ON statements_statement WHEN {when} "
    f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    for verb, when in [("insert", POSTED.format("NEW")), ("delete", POSTED.format("OLD")),
                       ("update", f"{POSTED.format('OLD')} AND ({differs('NEW.{0} IS NOT OLD.{0}')})")]]
POSTGRES = [
    "CREATE FUNCTION statements_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP = 'INSERT' AND {POSTED.format('NEW')} THEN RAISE EXCEPTION '{SAID}'; END IF; "
    f"IF TG_OP = 'DELETE' AND {POSTED.format('OLD')} THEN RAISE EXCEPTION '{SAID}'; END IF; "
    f"IF TG_OP = 'UPDATE' AND {POSTED.format('OLD')} AND ({differs('NEW.{0} IS DISTINCT FROM OLD.{0}')}) "
    f"THEN RAISE EXCEPTION '{SAID}'; END IF; "
    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER statements_statement_stays BEFORE INSERT OR UPDATE OR DELETE ON statements_statement "
    "FOR EACH ROW EXECUTE FUNCTION statements_stays()"]


def forward(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def backward(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("insert", "update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS statements_statement_no_{verb}")
    else:
        schema_editor.execute("DROP FUNCTION statements_stays() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("statements", "0001_start"), ("runs", "0002_posted_stays")]
    operations = [migrations.RunPython(forward, backward)]
