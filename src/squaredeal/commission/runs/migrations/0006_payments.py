"""That a run was paid is an entry of its own; noted by mistake it is withdrawn, with who and why, and only then the run waits to be paid again.

The run's trigger allows paid back to posted where the payment that stood is withdrawn; entries are never removed and withdrawn once.
"""
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

POSTED = "('posted', 'paid')"
FIXED = ["period_id", "number", "plan_id", "computed_by_id", "computed_at", "approved_by_id", "approved_at", "posted_at",
         "earned", "earlier", "reserved", "carried_in", "carried", "payout", "people", "lines_count", "fingerprint", "held", "capped", "advance"]
BEFORE = ("(OLD.state = 'posted' AND NEW.state NOT IN ('posted', 'paid')) OR (OLD.state = 'paid' AND NEW.state <> 'paid') "
          "OR (OLD.state = 'paid' AND NEW.paid_on <> OLD.paid_on)")
BACK = "NEW.state NOT IN ('posted', 'paid') OR (OLD.state = 'paid' AND NEW.state = 'paid' AND NEW.paid_on <> OLD.paid_on)"
STANDS = ("OLD.state = 'paid' AND NEW.state = 'posted' AND (EXISTS (SELECT 1 FROM runs_payment WHERE run_id = OLD.id AND withdrawn_at IS NULL) "
          "OR NOT EXISTS (SELECT 1 FROM runs_payment WHERE run_id = OLD.id))")
KEPT = ["run_id", "paid_on", "noted_by_id", "noted_at"]


def guard(editor, back):
    """The trigger of a posted run anew, which is not brought back where `back` holds."""
    if editor.connection.vendor == "sqlite":
        differs = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FIXED)
        told = ["DROP TRIGGER IF EXISTS runs_run_no_update",
                f"CREATE TRIGGER runs_run_no_update BEFORE UPDATE ON runs_run WHEN OLD.state IN {POSTED} AND ({back} OR {differs}) "
                "BEGIN SELECT RAISE(ABORT, 'a posted run never changes'); END"]
    else:
        differs = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FIXED)
        told = ["DROP TRIGGER IF EXISTS runs_run_stays ON runs_run",
                f"CREATE TRIGGER runs_run_stays BEFORE UPDATE ON runs_run FOR EACH ROW WHEN (OLD.state IN {POSTED} AND ({back} OR {differs})) "
                "EXECUTE FUNCTION runs_stays()"]
    for statement in told:
        editor.execute(statement, params=None)


def forward(apps, editor):
    guard(editor, BACK)
    if editor.connection.vendor == "sqlite":
        differs = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in KEPT)
        told = [f"CREATE TRIGGER runs_run_still_paid BEFORE UPDATE ON runs_run WHEN {STANDS} BEGIN SELECT RAISE(ABORT, 'the payment stands'); END",
                f"CREATE TRIGGER runs_payment_no_update BEFORE UPDATE ON runs_payment WHEN OLD.withdrawn_at IS NOT NULL OR {differs} BEGIN SELECT RAISE(ABORT, 'a payment never changes'); END",
                "CREATE TRIGGER runs_payment_no_delete BEFORE DELETE ON runs_payment BEGIN SELECT RAISE(ABORT, 'a payment never changes'); END"]
    else:
        differs = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in KEPT)
        told = ["CREATE FUNCTION runs_still_paid() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN IF {STANDS} THEN RAISE EXCEPTION 'the payment stands'; END IF; RETURN NEW; END $$",
                "CREATE TRIGGER runs_run_still_paid BEFORE UPDATE ON runs_run FOR EACH ROW EXECUTE FUNCTION runs_still_paid()",
                f"CREATE TRIGGER runs_payment_stays BEFORE UPDATE ON runs_payment FOR EACH ROW WHEN (OLD.withdrawn_at IS NOT NULL OR {differs}) EXECUTE FUNCTION runs_stays()",
                "CREATE TRIGGER runs_payment_kept BEFORE DELETE ON runs_payment FOR EACH ROW EXECUTE FUNCTION runs_stays()"]
    for statement in told:
        editor.execute(statement, params=None)
    runs, payments = (apps.get_model("runs", name) for name in ("Run", "Payment"))
    payments.objects.bulk_create([payments(run=run, paid_on=run.paid_on, noted_at=run.posted_at) for run in runs.objects.filter(state="paid").order_by("pk")])


def backward(apps, editor):
    guard(editor, BEFORE)
    if editor.connection.vendor == "sqlite":
        for name in ("run_still_paid", "payment_no_update", "payment_no_delete"):
            editor.execute(f"DROP TRIGGER IF EXISTS runs_{name}")
    else:
        editor.execute("DROP FUNCTION runs_still_paid() CASCADE")
        editor.execute("DROP TRIGGER runs_payment_stays ON runs_payment")
        editor.execute("DROP TRIGGER runs_payment_kept ON runs_payment")


def person():
    return models.ForeignKey(settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, null=True, blank=True, related_name="+")


class Migration(migrations.Migration):
    dependencies = [("runs", "0005_of_a_contract"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel("Payment", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("run", models.ForeignKey("runs.run", django.db.models.deletion.PROTECT, related_name="payments")),
            ("paid_on", models.DateField()),
            ("noted_by", models.ForeignKey(settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, null=True, related_name="+")),
            ("noted_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("withdrawn_by", person()), ("withdrawn_at", models.DateTimeField(null=True, blank=True)),
            ("reason", models.CharField(max_length=200, blank=True))],
            options={"ordering": ["pk"], "constraints": [models.UniqueConstraint(
                fields=["run"], condition=models.Q(withdrawn_at__isnull=True), name="one_payment_stands")]}),
        migrations.RunPython(forward, backward)]
