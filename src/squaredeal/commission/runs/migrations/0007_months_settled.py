"""Months closed before scores and wages were entered here are settled for them too."""
from django.db import migrations


def settle(apps, schema_editor):
    Period, Settled = apps.get_model("runs", "Period"), apps.get_model("appraisal", "Settled")
    for month in Period.objects.filter(closed_at__isnull=False).values_list("starts_on", flat=True):
        Settled.objects.get_or_create(month=month)


class Migration(migrations.Migration):

    dependencies = [
        ("appraisal", "0001_start"),
        ("runs", "0006_payments"),
    ]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
