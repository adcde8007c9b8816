"""Names are found on PostgreSQL by their pairs of signs: two Chinese characters are too few for any index of threes."""
from django.db import migrations

FUNCTION = ("CREATE FUNCTION customers_pairs(said text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS "
            "$$ SELECT array_agg(DISTINCT substr(said, n, 2)) FROM generate_series(1, length(said) - 1) AS n $$")
INDEX = "CREATE INDEX customer_name_pairs ON customers_customer USING gin (customers_pairs(lower(name)))"


def forward(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)
        schema_editor.execute(INDEX, params=None)


def backward(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX customer_name_pairs", params=None)
        schema_editor.execute("DROP FUNCTION customers_pairs(text)", params=None)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_start")]
    operations = [migrations.RunPython(forward, backward)]
