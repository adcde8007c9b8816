"""What is posted stays: the database refuses to change a closed period, a posted run or any line of it."""
from django.db import migrations

POSTED = "('posted', 'paid')"
FIXED = ["period_id", "number", "plan_id", "computed_by_id", "computed_at", "approved_by_id", "approved_at", "posted_at",
         "earned", "earlier", "reserved", "carried_in", "carried", "payout", "people", "lines_count", "fingerprint"]


def differs(different):
    return " OR ".join(different.format(column) for column in FIXED)


def of_posted(row):
    return f"(SELECT state FROM runs_run WHERE id = {row}.run_id) IN {POSTED}"


BACK = ("(OLD.state = 'posted' AND NEW.state NOT IN ('posted', 'paid')) OR (OLD.state = 'paid' AND NEW.state <> 'paid') "
        "OR (OLD.state = 'paid' AND NEW.paid_on <> OLD.paid_on)")
SQLITE = [
    f"CREATE TRIGGER runs_{name} BEFORE {verb} ON runs_{table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{said}'); END"
    for name, verb, table, when, said in [
        ("line_no_insert", "INSERT", "line", of_posted("NEW"), "a posted run takes no more lines"),
        ("line_no_update", "UPDATE", "line", f"{of_posted('OLD')} OR {of_posted('NEW')}", "posted lines never change"),
        ("line_no_delete", "DELETE", "line", of_posted("OLD"), "posted lines never change"),
        ("run_no_update", "UPDATE", "run", f"OLD.state IN {POSTED} AND ({BACK} OR {differs('NEW.{0} IS NOT OLD.{0}')})",
         "a posted run never changes"),
        ("run_no_delete", "DELETE", "run", f"OLD.state IN {POSTED}", "a posted run never changes"),
        ("period_no_update", "UPDATE", "period", "OLD.closed_at IS NOT NULL", "a closed period never changes"),
        ("period_no_delete", "DELETE", "period", "OLD.closed_at IS NOT NULL", "a closed period never changes"),
    ]]
POSTGRES = [
    "CREATE FUNCTION runs_stays() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% of what is posted never changes', TG_TABLE_NAME; END $$",
    "CREATE FUNCTION runs_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP <> 'INSERT' AND {of_posted('OLD')} THEN RAISE EXCEPTION 'posted lines never change'; END IF; "
    f"IF TG_OP <> 'DELETE' AND {of_posted('NEW')} THEN RAISE EXCEPTION 'a posted run takes no more lines'; END IF; "
    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER runs_line_stays BEFORE INSERT OR UPDATE OR DELETE ON runs_line "
    "FOR EACH ROW EXECUTE FUNCTION runs_line_stays()",
    f"CREATE TRIGGER runs_run_stays BEFORE UPDATE ON runs_run FOR EACH ROW WHEN "
    f"(OLD.state IN {POSTED} AND ({BACK} OR {differs('NEW.{0} IS DISTINCT FROM OLD.{0}')})) EXECUTE FUNCTION runs_stays()",
    f"CREATE TRIGGER runs_run_kept BEFORE DELETE ON runs_run FOR EACH ROW WHEN (OLD.state IN {POSTED}) "
    "EXECUTE FUNCTION runs_stays()",
    "CREATE TRIGGER runs_period_stays BEFORE UPDATE OR DELETE ON runs_period FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) "
    "EXECUTE FUNCTION runs_stays()",
]
NAMES = ["line_no_insert", "line_no_update", "line_no_delete", "run_no_update", "run_no_delete", "period_no_update", "period_no_delete"]


def forward(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def backward(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in NAMES:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS runs_{name}")
    else:
        schema_editor.execute("DROP FUNCTION runs_stays() CASCADE")
        schema_editor.execute("DROP FUNCTION runs_line_stays() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_start")]
    operations = [migrations.RunPython(forward, backward)]
