"""Who is where changes the stamp too; a login, which writes the person's last_login, does not."""
from django.db import migrations

from squaredeal.kernel import stamping

TABLES = {"team_unit": (), "team_position": (), "team_assignment": (), "team_deputy": (),
          "team_person": ("name", "login", "email", "is_active", "left_on")}


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_stamp"), ("team", "0001_start")]
    operations = [migrations.RunPython(lambda apps, editor: stamping.install(editor, TABLES), lambda apps, editor: stamping.remove(editor, TABLES))]
