"""What a draw adds, a cap cuts off, a release holds back and how closed months were rounded; of a posted statement all of it stays.

Columns are added by SQL: SQLite would else copy the table and lose its triggers.
"""
from django.db import migrations, models

FIXED = ["run_id", "person_id", "base", "quota", "attainment", "earned", "earlier", "reserved", "carried_in", "carried", "payout"]
ADDED = ["held", "capped", "advance", "left"]
POSTED = "(SELECT state FROM runs_run WHERE id = OLD.run_id) IN ('posted', 'paid')"
SAID = "a posted statement never changes"


def guard(schema_editor, fixed, more):
    """The trigger of a posted statement anew, over the columns `fixed`, and `more` that are told apart by their text."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    way = "NEW.{0} IS NOT OLD.{0}" if sqlite else "NEW.{0} IS DISTINCT FROM OLD.{0}"
    differs = " OR ".join([way.format(f'"{column}"') for column in fixed] + [f"CAST(NEW.{c} AS text) <> CAST(OLD.{c} AS text)" for c in more])
    if sqlite:
        statements = ["DROP TRIGGER IF EXISTS statements_statement_no_update",
                      f"CREATE TRIGGER statements_statement_no_update BEFORE UPDATE ON statements_statement WHEN {POSTED} AND ({differs}) "
                      f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"]
    else:
        inserted = POSTED.replace("OLD", "NEW")
        statements = [
            "CREATE OR REPLACE FUNCTION statements_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'INSERT' AND {inserted} THEN RAISE EXCEPTION '{SAID}'; END IF; "
            f"IF TG_OP = 'DELETE' AND {POSTED} THEN RAISE EXCEPTION '{SAID}'; END IF; "
            f"IF TG_OP = 'UPDATE' AND {POSTED} AND ({differs}) THEN RAISE EXCEPTION '{SAID}'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def forward(apps, schema_editor):
    for column in ADDED:
        schema_editor.execute(f'ALTER TABLE statements_statement ADD COLUMN "{column}" numeric(18, 2) NOT NULL DEFAULT 0', params=None)
    kind = "text NOT NULL DEFAULT '{}' CHECK (JSON_VALID(steps))" if schema_editor.connection.vendor == "sqlite" else "jsonb NOT NULL DEFAULT '{}'"
    schema_editor.execute(f"ALTER TABLE statements_statement ADD COLUMN steps {kind}", params=None)
    guard(schema_editor, [*FIXED, *ADDED], ["steps"])


def backward(apps, schema_editor):
    guard(schema_editor, FIXED, [])
    for column in [*ADDED, "steps"]:
        schema_editor.execute(f'ALTER TABLE statements_statement DROP COLUMN "{column}"', params=None)


def fen():
    return models.DecimalField(decimal_places=2, default=0, max_digits=18)


class Migration(migrations.Migration):
    dependencies = [("statements", "0002_posted_stays"), ("runs", "0003_settled_exactly")]
    operations = [migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RunPython(forward, backward)],
        state_operations=[*[migrations.AddField("statement", column, fen()) for column in ADDED],
                          migrations.AddField("statement", "steps", models.JSONField(default=dict))])]
