"""A plan version changes the stamp too: which drafts wait is read once for all desks."""
from django.db import migrations

from squaredeal.kernel import stamping

TABLES = {"plans_planversion": ()}


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_stamp"), ("plans", "0002_published_stays")]
    operations = [migrations.RunPython(lambda apps, editor: stamping.install(editor, TABLES), lambda apps, editor: stamping.remove(editor, TABLES))]
