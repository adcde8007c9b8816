"""Allocations are the facts commission is computed from: the database refuses to change or delete one, or a receipt's figures."""
from django.db import migrations

ALLOCATION, RECEIPT = "collection_allocation", "collection_receipt"
FIXED = ("number", "customer_id", "on", "amount", "kind", "reverses_id")
SQLITE = [
    *(f"CREATE TRIGGER {ALLOCATION}_no_{verb} BEFORE {verb.upper()} ON {ALLOCATION} "
      f"BEGIN SELECT RAISE(ABORT, 'allocations are append-only: reverse the receipt'); END" for verb in ("update", "delete")),
    f"CREATE TRIGGER {RECEIPT}_no_delete BEFORE DELETE ON {RECEIPT} "
    f"BEGIN SELECT RAISE(ABORT, 'receipts are never deleted: reverse the receipt'); END",
    f"CREATE TRIGGER {RECEIPT}_fixed BEFORE UPDATE OF {', '.join(f'{chr(34)}{name}{chr(34)}' for name in FIXED)} ON {RECEIPT} "
    f"WHEN {' OR '.join(f'OLD.{chr(34)}{name}{chr(34)} IS NOT NEW.{chr(34)}{name}{chr(34)}' for name in FIXED)} "
    f"BEGIN SELECT RAISE(ABORT, 'receipts are never edited: reverse the receipt'); END",
]
POSTGRES = [
    "CREATE FUNCTION collection_stays() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only: reverse the receipt', TG_TABLE_NAME; END $$",
    f"CREATE TRIGGER {ALLOCATION}_stays BEFORE UPDATE OR DELETE ON {ALLOCATION} FOR EACH ROW EXECUTE FUNCTION collection_stays()",
    f"CREATE TRIGGER {RECEIPT}_stays BEFORE DELETE ON {RECEIPT} FOR EACH ROW EXECUTE FUNCTION collection_stays()",
    f"CREATE TRIGGER {RECEIPT}_fixed BEFORE UPDATE ON {RECEIPT} FOR EACH ROW "
    f"WHEN ({' OR '.join(f'OLD.{chr(34)}{name}{chr(34)} IS DISTINCT FROM NEW.{chr(34)}{name}{chr(34)}' for name in FIXED)}) "
    "EXECUTE FUNCTION collection_stays()",
]


def forward(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def backward(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in (f"{ALLOCATION}_no_update", f"{ALLOCATION}_no_delete", f"{RECEIPT}_no_delete", f"{RECEIPT}_fixed"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
    else:
        schema_editor.execute("DROP FUNCTION collection_stays() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("collection", "0001_start")]
    operations = [migrations.RunPython(forward, backward)]
