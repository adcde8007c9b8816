"""Lines exact to 10⁻⁸ yuan, and what a draw adds, a cap cuts off and a release holds back; what is posted stays, the new amounts too.

Columns are added by SQL: SQLite would else copy the table and lose its triggers.
"""
from django.db import migrations, models

POSTED = "('posted', 'paid')"
FIXED = ["period_id", "number", "plan_id", "computed_by_id", "computed_at", "approved_by_id", "approved_at", "posted_at",
         "earned", "earlier", "reserved", "carried_in", "carried", "payout", "people", "lines_count", "fingerprint"]
ADDED = ["held", "capped", "advance"]
EXACT = ["earned", "reserved", "payout", "posted_before", "difference"]
BACK = ("(OLD.state = 'posted' AND NEW.state NOT IN ('posted', 'paid')) OR (OLD.state = 'paid' AND NEW.state <> 'paid') "
        "OR (OLD.state = 'paid' AND NEW.paid_on <> OLD.paid_on)")


def guard(schema_editor, fixed):
    """The trigger of a posted run anew, over the columns `fixed`."""
    if schema_editor.connection.vendor == "sqlite":
        differs = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in fixed)
        statements = ["DROP TRIGGER IF EXISTS runs_run_no_update",
                      f"CREATE TRIGGER runs_run_no_update BEFORE UPDATE ON runs_run WHEN OLD.state IN {POSTED} AND ({BACK} OR {differs}) "
                      "BEGIN SELECT RAISE(ABORT, 'a posted run never changes'); END"]
    else:
        differs = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in fixed)
        statements = ["DROP TRIGGER IF EXISTS runs_run_stays ON runs_run",
                      f"CREATE TRIGGER runs_run_stays BEFORE UPDATE ON runs_run FOR EACH ROW WHEN (OLD.state IN {POSTED} AND ({BACK} OR {differs})) "
                      "EXECUTE FUNCTION runs_stays()"]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def forward(apps, schema_editor):
    for column in ADDED:
        schema_editor.execute(f"ALTER TABLE runs_run ADD COLUMN {column} numeric(18, 2) NOT NULL DEFAULT 0", params=None)
    schema_editor.execute("ALTER TABLE runs_line ADD COLUMN held numeric(26, 8) NOT NULL DEFAULT 0", params=None)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE runs_line " + ", ".join(f"ALTER COLUMN {column} TYPE numeric(26, 8)" for column in EXACT), params=None)
    guard(schema_editor, [*FIXED, *ADDED])


def backward(apps, schema_editor):
    guard(schema_editor, FIXED)
    for column in ADDED:
        schema_editor.execute(f"ALTER TABLE runs_run DROP COLUMN {column}", params=None)
    schema_editor.execute("ALTER TABLE runs_line DROP COLUMN held", params=None)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE runs_line " + ", ".join(f"ALTER COLUMN {column} TYPE numeric(18, 2)" for column in EXACT), params=None)


def fen():
    return models.DecimalField(decimal_places=2, default=0, max_digits=18)


def fine():
    return models.DecimalField(decimal_places=8, default=0, max_digits=26)


class Migration(migrations.Migration):
    dependencies = [("runs", "0002_posted_stays")]
    operations = [migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RunPython(forward, backward)],
        state_operations=[*[migrations.AddField("run", column, fen()) for column in ADDED], migrations.AddField("line", "held", fine()),
                          *[migrations.AlterField("line", column, fine()) for column in EXACT]])]
