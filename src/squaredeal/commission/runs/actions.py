"""What can be done with runs: open months, compute, send for approval, approve, post, pay."""
import time
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.commission.credits import actions as credits
from squaredeal.commission.plans import queries as plans
from squaredeal.kernel import calendar
from squaredeal.kernel.action import action
from squaredeal.kernel.clause import version_on
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.notify import notify
from squaredeal.organisation.appraisal import actions as appraisal
from squaredeal.organisation.team.scope import FIRM

from . import computing, policy, queries
from .models import Line, Payment, Period, Run


@action("run.open", may=policy.may_open)
def open_months(actor, until):
    """Make the months from the first receipt that earns, or the latest month opened, up to the month of `until`."""
    return _open(until)


def _open(until):
    latest = Period.objects.order_by("-starts_on").first()
    day = latest.ends_on + timedelta(days=1) if latest else queries.first_receipt(FIRM)
    made = []
    while day is not None and calendar.month_of(day)[0] <= until:
        first, last = calendar.month_of(day)
        made.append(Period(code=f"{first:%Y-%m}", starts_on=first, ends_on=last))
        day = last + timedelta(days=1)
    Period.objects.bulk_create(made, ignore_conflicts=True)  # somebody else may be opening the same months
    return len(made)


@action("run.compute", may=policy.may_compute)
def compute(actor, period, *, as_of=None):
    """Compute `period` afresh and keep it as the next run; a run of it not yet posted is replaced.

    Everything from the plan's first day is recomputed and only what differs from the ledger becomes lines. `as_of`, a day,
    leaves out facts recorded after it. Refused when the month is closed, an earlier one is open, or no plan is in force.
    """
    if period.closed_at:
        raise Refused(_("%(period)s is closed and never changes. What came since is settled in the open month; compute that.")
                      % {"period": period}, clause=policy.Difference.number)
    waiting = queries.unclosed_before(actor, period)
    if waiting:
        raise Refused(_("%(first)s is still open. Post it first, then compute %(period)s.") % {"first": waiting[0], "period": period},
                      clause=policy.Difference.number)
    plan = plans.in_force(FIRM, period.starts_on)
    if plan is None:
        raise Refused(_("No commission plan is in force on %(day)s. Publish one that begins by then.") % {"day": period.starts_on},
                      clause="3.3.1")
    credits.take(actor, period.ends_on)
    begun = time.perf_counter()
    outcome = computing.compute(plan, period, as_of)
    before = queries.live_run(FIRM, period)
    number = (Run.objects.filter(period=period).order_by("-number").values_list("number", flat=True).first() or 0) + 1
    if before is not None:
        policy.RUN.move(before, "replace")
        before.save(update_fields=["state"])
    run = Run.objects.create(
        period=period, number=number, plan=plan, computed_by=actor, pay_on=queries.pay_day(actor, period),
        people=len(outcome.statements), lines_count=len(outcome.lines), warnings=outcome.warnings,
        fingerprint=policy.fingerprint(outcome.lines), policy_version=version_on(period.ends_on),
        milliseconds=round((time.perf_counter() - begun) * 1000), **outcome.totals)
    for line in outcome.lines:
        line.run = run
    Line.objects.bulk_create(outcome.lines, batch_size=1000)
    _write_statements(run, outcome.statements, before)
    return run


def _write_statements(run, statements, before):
    """One row per person. A confirmation of the run this one replaces stands where none of the amounts changed."""
    amounts = ("base", "left", *Run.AMOUNTS)
    confirmed = {s.person_id: s for s in before.statements.filter(confirmed_at__isnull=False)} if before else {}
    rows = []
    for person, values in statements.items():
        row = run.statements.model(run=run, person_id=person, **values)
        old = confirmed.get(person)
        if old is not None and all(getattr(old, a) == getattr(row, a) for a in amounts):
            row.confirmed_at = old.confirmed_at
        rows.append(row)
    run.statements.model.objects.bulk_create(rows, batch_size=1000)


@action("run.review", may=policy.may_review)
def review(actor, run):
    """Finance has looked at everything; the run goes to the director."""
    policy.RUN.move(run, "review")
    run.reviewed_by, run.reviewed_at = actor, timezone.now()
    run.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    for person in queries.approvers(actor):
        notify(person, _("%(period)s: commission of %(payout)s yuan for %(people)s people waits for your approval")
               % {"period": run.period, "payout": f"{run.payout:,.2f}", "people": run.people},
               url=reverse("runs:run", args=[run.pk]), clause=policy.SignOff.number)
    return run


@action("run.send_back", may=policy.may_send_back)
def send_back(actor, run, *, note):
    """The director returns the run to finance, saying what to look at."""
    policy.RUN.move(run, "send_back")
    run.save(update_fields=["state"])
    notify(run.reviewed_by, _("%(period)s sent back: %(note)s") % {"period": run.period, "note": note},
           url=reverse("runs:run", args=[run.pk]), clause=policy.SignOff.number)
    return run


@action("run.approve", may=policy.may_approve)
def approve(actor, run):
    """The director signs; never the person who computed it."""
    policy.RUN.move(run, "approve")
    run.approved_by, run.approved_at = actor, timezone.now()
    run.save(update_fields=["state", "approved_by", "approved_at"])
    notify(run.computed_by, _("%(period)s is approved; post it") % {"period": run.period}, url=reverse("runs:run", args=[run.pk]),
           clause=policy.SignOff.number)
    return run


@action("run.post", may=policy.may_post)
def post(actor, run):
    """Into the ledger: from here on the lines, the statements and the month never change."""
    if run.period.closed_at:
        raise Refused(_("%(period)s is closed already.") % {"period": run.period}, clause=policy.Difference.number)
    policy.RUN.move(run, "post")
    run.posted_at = timezone.now()
    run.save(update_fields=["state", "posted_at"])
    Period.objects.filter(pk=run.period_id, closed_at__isnull=True).update(closed_at=run.posted_at)
    appraisal.settle(actor, run.period.starts_on)
    _open(run.period.ends_on + timedelta(days=1))
    return run


@action("run.pay", may=policy.may_pay)
def pay(actor, run, *, paid_on=None):
    """Note the day the money went out; today when not said."""
    paid_on = paid_on or timezone.localdate()
    if paid_on > timezone.localdate():
        raise Refused(_("%(day)s has not come yet. Note the payment when the money has gone out.") % {"day": paid_on},
                      field="paid_on", clause=policy.PayDay.number)
    if run.posted_at and paid_on < run.period.ends_on:
        raise Refused(_("%(period)s is not over on %(day)s; it cannot have been paid then.") % {"period": run.period, "day": paid_on},
                      field="paid_on", clause=policy.PayDay.number)
    policy.RUN.move(run, "pay")
    run.paid_on = paid_on
    run.save(update_fields=["state", "paid_on"])
    Payment.objects.create(run=run, paid_on=paid_on, noted_by=actor)
    return run


def _may_unpay(actor, run, **given):
    payment = queries.payment(FIRM, run)
    policy.may_unpay(actor, run, noted_by=payment and payment.noted_by_id, today=bool(payment) and timezone.localdate(payment.noted_at) == timezone.localdate(), **given)


@action("run.unpay", may=_may_unpay)
def unpay(actor, run, *, note):
    """Withdraw a payment that was noted by mistake: the entry stays with who withdrew it and why, and the run waits to be paid again."""
    policy.RUN.move(run, "unpay")
    payment = queries.payment(FIRM, run)
    payment.withdrawn_by, payment.withdrawn_at, payment.reason = actor, timezone.now(), note.strip()[:200]
    payment.save(update_fields=["withdrawn_by", "withdrawn_at", "reason"])
    run.paid_on = None
    run.save(update_fields=["state", "paid_on"])
    for person in {payment.noted_by, run.approved_by} - {actor, None}:
        notify(person, _("%(period)s: that it was paid on %(day)s is withdrawn: %(note)s") % {"period": run.period, "day": payment.paid_on, "note": payment.reason},
               url=reverse("runs:run", args=[run.pk]), clause=policy.PayDay.number)
    return run
