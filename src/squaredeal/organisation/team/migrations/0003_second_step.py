"""A position may ask its holders for a second step at sign-in. SQLite makes the table anew, so its stamps are taken off and put back."""
from django.db import migrations, models

from squaredeal.kernel import stamping

TABLES = {"team_position": ()}


def take_off(apps, editor):
    stamping.remove(editor, TABLES)


def put_on(apps, editor):
    stamping.install(editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("team", "0002_stamp")]
    operations = [
        migrations.RunPython(take_off, put_on),
        migrations.AddField("position", "second_step", models.BooleanField(default=False)),
        migrations.RunPython(put_on, take_off),
    ]
