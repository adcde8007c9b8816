"""The stamp that tells every process when clauses or holidays changed."""
from django.db import migrations, models

from squaredeal.kernel import stamping

TABLES = {"kernel_policyversion": (), "kernel_clausevalue": (), "kernel_holiday": ()}


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_append_only")]
    operations = [
        migrations.CreateModel("Stamp", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("value", models.CharField(max_length=40))]),
        migrations.RunPython(lambda apps, editor: stamping.install(editor, TABLES), lambda apps, editor: stamping.remove(editor, TABLES)),
    ]
