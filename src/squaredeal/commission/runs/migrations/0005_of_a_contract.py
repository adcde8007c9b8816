"""A line of the ledger may be about a contract that was signed, and not about a receipt."""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_start"), ("runs", "0004_indexed_once")]
    operations = [migrations.AddField("line", "contract", models.ForeignKey(
        "contracts.contract", django.db.models.deletion.PROTECT, null=True, related_name="commission_lines"))]
