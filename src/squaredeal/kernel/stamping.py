"""Triggers that change the stamp of memory.lasting when a table it stands for is written. Migrations name the tables."""

STAMP = "INSERT INTO kernel_stamp (id, value) VALUES (1, {fresh}) ON CONFLICT (id) DO UPDATE SET value = excluded.value"
SQLITE = STAMP.format(fresh="lower(hex(randomblob(16)))")
POSTGRES = STAMP.format(fresh="gen_random_uuid()::text")
FUNCTION = f"CREATE OR REPLACE FUNCTION kernel_stamped() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {POSTGRES}; RETURN NULL; END $$"


def install(schema_editor, tables):
    """`tables`: {table: the columns whose change counts, or () for all}."""
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES, params=None)
    for table, columns in tables.items():
        of = f" OF {', '.join(columns)}" if columns else ""
        if schema_editor.connection.vendor == "sqlite":
            for verb, event in (("insert", "INSERT"), ("update", f"UPDATE{of}"), ("delete", "DELETE")):
                schema_editor.execute(f"CREATE TRIGGER {table}_stamps_{verb} AFTER {event} ON {table} BEGIN {SQLITE}; END", params=None)
        else:
            schema_editor.execute(FUNCTION, params=None)
            schema_editor.execute(f"CREATE TRIGGER {table}_stamps AFTER INSERT OR UPDATE{of} OR DELETE ON {table} "
                                  "FOR EACH STATEMENT EXECUTE FUNCTION kernel_stamped()", params=None)


def remove(schema_editor, tables):
    for table in tables:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("insert", "update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_stamps_{verb}", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_stamps ON {table}", params=None)
