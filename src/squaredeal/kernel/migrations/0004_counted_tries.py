"""Where tries of signing in and of the API are counted when several machines share one PostgreSQL; on SQLite they are counted in files."""
from django.core.management import call_command
from django.db import migrations

TABLE = "kernel_tries"


def make(apps, editor):
    if editor.connection.vendor == "postgresql":
        call_command("createcachetable", TABLE, database=editor.connection.alias, verbosity=0)


def drop(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TABLE IF EXISTS {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_stamp")]
    operations = [migrations.RunPython(make, drop)]
