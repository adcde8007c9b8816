"""What can be done with money: record a receipt, match it, refund, reverse; note a promise, stop delivery, grant grace.

An instalment's `collected` and a receipt's `unmatched` change only here, under row locks taken in one order (receipt, customer,
instalments by key, row of numbers), in the transaction that writes the allocation.
"""
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.action import action
from squaredeal.kernel.action import record as leave_entry
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.notify import notify
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.scope import FIRM
from squaredeal.process.contracts import numbering
from squaredeal.process.contracts.models import Instalment
from squaredeal.process.customers.models import Customer

from . import policy, queries
from .models import Allocation, Promise, Receipt

INCOMING = frozenset({Receipt.Kind.TRANSFER, Receipt.Kind.BILL, Receipt.Kind.CASH})


@action("receipt.record", may=policy.may_record)
def record(actor, customer, *, on, amount, kind="transfer", bank_reference="", note="", matches=None, again=False):
    """Money of `customer` that came in on a day. `matches` {instalment id: yuan}; None pays the oldest due first.

    The same reference, day and amount is refused; without a reference the same customer, day and amount is, until `again`.
    """
    policy.check_day(on, timezone.localdate())
    policy.check_amount(amount)
    if kind not in INCOMING:
        raise Refused(_("Choose how the money came: transfer, bill or cash."), field="kind", clause=policy.Recording.number)
    if matches is None:
        locked = _locked([x.pk for x in queries.open_of(actor, customer)])
        oldest = sorted(locked.values(), key=lambda x: (x.due_on, x.pk))
        matches = policy.spread(amount, [(x.pk, x.amount - x.collected) for x in oldest])
    else:
        locked = _locked(matches)
    number, = numbering.take(Receipt, "SK", on.year)
    _not_twice(customer, on, amount, bank_reference.strip(), again)
    made = Receipt.objects.create(number=number, customer=customer, on=on, amount=amount, unmatched=amount, kind=kind,
                                  bank_reference=bank_reference.strip(), note=note.strip(), recorded_by=actor)
    _pay(actor, made, matches, locked, on)
    return made


@action("receipt.match", may=policy.may_record)
def match(actor, receipt, *, matches, on=None):
    """Match what a receipt has left: it counts as collected from the day of matching, but is as old as the day it came."""
    on = on or timezone.localdate()
    policy.check_day(on, timezone.localdate())
    if on < receipt.on:
        raise Refused(_("The money came on %(day)s and cannot be matched before.") % {"day": receipt.on}, field="on", clause=policy.Matching.number)
    if not receipt.unmatched:
        raise Refused(_("Nothing of this receipt is left to match%(why)s.") % {"why": _(": it was reversed") if queries.reversal(actor, receipt) else ""},
                      field="matches", clause=policy.Matching.number)
    if not matches:
        raise Refused(_("Write an amount on at least one line."), field="matches", clause=policy.Matching.number)
    _pay(actor, receipt, matches, _locked(matches), on)
    return receipt


@action("receipt.refund", may=policy.may_record)
def refund(actor, customer, *, instalment, on, amount, bank_reference="", note=""):
    """Money given back to `customer` on an instalment of theirs (its id): a negative receipt, taken from the latest money first and
    as old as that was."""
    policy.check_day(on, timezone.localdate())
    policy.check_amount(amount)
    instalment = _locked([instalment]).get(instalment)
    if instalment is None or instalment.contract.customer_id != customer.pk:
        raise Refused(_("This instalment is not one of %(customer)s's. Choose one of theirs.") % {"customer": customer}, clause=policy.Refunding.number)
    if amount > instalment.collected:
        raise Refused(_("Only %(collected)s was collected on this instalment, %(over)s too much.")
                      % {"collected": f"{instalment.collected:,.2f}", "over": f"{amount - instalment.collected:,.2f}"}, field="amount",
                      clause=policy.Refunding.number)
    parts = policy.spread(amount, queries.collected_by_age(actor, instalment))
    number, = numbering.take(Receipt, "SK", on.year)
    _not_twice(customer, on, -amount, bank_reference.strip(), True)
    made = Receipt.objects.create(number=number, customer=customer, on=on, amount=-amount, kind=Receipt.Kind.REFUND,
                                  bank_reference=bank_reference.strip(), note=note.strip(), recorded_by=actor)
    Allocation.objects.bulk_create([Allocation(receipt=made, instalment=instalment, amount=-part, on=on, days_overdue=age, by=actor)
                                    for age, part in parts.items()])
    instalment.collected -= amount
    instalment.save(update_fields=["collected"])
    return made


@action("receipt.reverse", may=policy.may_record)
def reverse_receipt(actor, receipt, *, reason, on=None):
    """Take a wrong receipt back whole: a receipt of the opposite amount, and of each allocation the opposite, on a day of its own."""
    today = timezone.localdate()
    on = on or today
    policy.check_day(on, today)
    if not reason.strip():
        raise Refused(_("Write what was wrong; it stays beside both receipts."), field="reason", clause=policy.Correcting.number)
    if on < receipt.on:
        raise Refused(_("A reversal is not dated before its receipt (%(day)s).") % {"day": receipt.on}, field="on", clause=policy.Correcting.number)
    if receipt.reverses_id or queries.reversal(actor, receipt):
        raise Refused(_("This was reversed already. Record the right receipt instead."), clause=policy.Correcting.number)
    Customer.objects.select_for_update(of=("self",)).get(pk=receipt.customer_id)
    theirs = list(receipt.allocations.order_by("pk"))
    locked = _locked({a.instalment_id for a in theirs})
    number, = numbering.take(Receipt, "SK", on.year)
    if receipt.amount > 0 and queries.refunded_since(actor, receipt):
        raise Refused(_("Money of these instalments was refunded since. Reverse the refund first."), clause=policy.Correcting.number)
    made = Receipt.objects.create(number=number, customer_id=receipt.customer_id, on=on, amount=-receipt.amount, kind=Receipt.Kind.REVERSAL,
                                  reverses=receipt, note=reason.strip()[:200], recorded_by=actor)
    for a in theirs:
        part = locked[a.instalment_id]
        part.collected -= a.amount
        if not 0 <= part.collected <= part.amount:
            raise Refused(_("%(instalment)s has been paid or refunded otherwise since; put that right first.") % {"instalment": part},
                          clause=policy.Correcting.number)
    Allocation.objects.bulk_create([Allocation(receipt=made, instalment_id=a.instalment_id, amount=-a.amount, on=on, days_overdue=a.days_overdue,
                                               by=actor) for a in theirs])
    for part in locked.values():
        part.save(update_fields=["collected"])
    receipt.unmatched = 0
    receipt.save(update_fields=["unmatched"])
    return made


@action("instalment.promise", may=policy.may_note)
def promise(actor, instalment, *, promised_on, said_by="", note=""):
    """The day the customer names for an open instalment; each further day is a change of mind and is counted."""
    _still_open(instalment)
    if promised_on < timezone.localdate():
        raise Refused(_("A promise is for today or later. Choose another day."), field="promised_on", clause=policy.Dunning.number)
    made = Promise.objects.create(instalment=instalment, promised_on=promised_on, said_by=said_by.strip(), note=note.strip(), by=actor)
    instalment.promised_on, instalment.promises = promised_on, instalment.promises + 1
    instalment.save(update_fields=["promised_on", "promises"])
    return made


@action("instalment.stop", may=policy.may_decide)
def stop(actor, instalment):
    """No new goods to the customer until this instalment is paid; the owner and finance are told."""
    today = timezone.localdate()
    rule = policy.StopDelivery.on(today)
    _still_open(instalment)
    if instalment.delivery_stopped:
        raise Refused(_("Delivery is stopped already."), clause=rule.number)
    if policy.days_overdue(today, instalment.due_on) <= rule.days:
        raise Refused(_("Delivery stops once an instalment is more than %(days)s days late; this one is not.") % {"days": rule.days}, clause=rule.number)
    instalment.delivery_stopped, instalment.grace_until = True, None
    instalment.save(update_fields=["delivery_stopped", "grace_until"])
    _tell(actor, instalment, _("%(person)s stopped delivery to %(customer)s: %(instalment)s is %(days)s days late.")
          % {"person": actor, "customer": instalment.contract.customer, "instalment": instalment,
             "days": policy.days_overdue(today, instalment.due_on)}, rule.number)
    return instalment


@action("instalment.grace", may=policy.may_decide)
def grace(actor, instalment, *, until):
    """Goods go on until a day, within what the actor may grant; a stop is lifted."""
    today = timezone.localdate()
    rule = policy.StopDelivery.on(today)
    _still_open(instalment)
    if instalment.due_on >= today:
        raise Refused(_("This instalment is not late; there is nothing to grant."), clause=rule.number)
    policy.check_grace(until, today, policy.grace_limit(actor, rule))
    instalment.delivery_stopped, instalment.grace_until = False, until
    instalment.save(update_fields=["delivery_stopped", "grace_until"])
    _tell(actor, instalment, _("%(person)s granted %(customer)s grace to %(day)s for %(instalment)s.")
          % {"person": actor, "customer": instalment.contract.customer, "day": until, "instalment": instalment}, rule.number)
    return instalment


@transaction.atomic
def tick(on):
    """What the clock does once a day: tell owners and managers of instalments that reach a step of clauses 2.6.4 and 2.6.5 on `on`.
    Returns how many people were told; a second run of the day tells nobody again."""
    dunning, stop_rule, told = policy.Dunning.on(on), policy.StopDelivery.on(on), 0
    steps = [(dunning.remind, dunning.number, False), (dunning.manager, dunning.number, True), (stop_rule.days + 1, stop_rule.number, True)]
    for days, clause, to_manager in steps:
        for x in queries.reaching(FIRM, on, days):
            owner = x.contract.customer.owner
            person = team.superior(FIRM, owner, on) if to_manager and owner else owner
            url = reverse("collection:instalment", args=[x.pk])
            if person and not queries.told(FIRM, person, url, clause, on):
                notify(person, _("%(customer)s: %(instalment)s is %(days)s days late, %(open)s yuan open.")
                       % {"customer": x.contract.customer, "instalment": x, "days": days, "open": f"{x.amount - x.collected:,.2f}"}, url=url, clause=clause)
                told += 1
    if told:
        leave_entry(None, "collection.tick", str(on), {"told": [0, told]})
    return told


def _pay(actor, receipt, matches, locked, on):
    """Write the allocations of `matches` {instalment id: yuan} on locked rows; whoever comes second finds them as they are now."""
    made = []
    for pk, amount in sorted(matches.items()):
        part = locked.get(pk)
        if part is None:
            raise Refused(_("This instalment is gone. Reload the page."), field=f"match-{pk}", clause=policy.Matching.number)
        policy.check_match(part, receipt.customer_id, amount, f"match-{pk}")
        part.collected += amount
        if part.collected == part.amount:
            part.delivery_stopped, part.grace_until = False, None
        made.append(Allocation(receipt=receipt, instalment=part, amount=amount, on=on, days_overdue=policy.days_overdue(receipt.on, part.due_on),
                               by=actor))
    policy.check_sum(sum(matches.values()), receipt.unmatched)
    Allocation.objects.bulk_create(made)
    for a in made:
        a.instalment.save(update_fields=["collected", "delivery_stopped", "grace_until"])
    receipt.unmatched -= sum(matches.values())
    receipt.save(update_fields=["unmatched"])


def _locked(pks):
    """{id: Instalment} as they are now, locked with their contracts, always in the same order."""
    rows = Instalment.objects.select_for_update(of=("self", "contract")).select_related("contract").filter(pk__in=list(pks)).order_by("pk")
    return {x.pk: x for x in rows}


def _not_twice(customer, on, amount, reference, again):
    """Called after the number is taken, so that two people recording the same receipt come one after the other."""
    there = Receipt.objects.filter(on=on, amount=amount, reversed_by__isnull=True, reverses__isnull=True)
    if reference:
        twin = there.filter(bank_reference=reference).first()
        if twin:
            raise Refused(_("%(number)s has this reference, day and amount already. Reverse that one if it is wrong.") % {"number": twin},
                          field="bank_reference", clause=policy.Recording.number)
    elif not again:
        twin = there.filter(customer=customer).first()
        if twin:
            raise Refused(_("%(number)s is the same customer, day and amount. Tick that this is another one, or write its reference.")
                          % {"number": twin}, field="again", clause=policy.Recording.number)


def _still_open(instalment):
    if instalment.collected >= instalment.amount:
        raise Refused(_("This instalment is paid."), clause=policy.Dunning.number)
    if instalment.contract.state != "approved":
        raise Refused(_("The contract is not in force, so nothing is due."), clause=policy.Dunning.number)


def _tell(actor, instalment, text, clause):
    """The owner, their manager and finance, but whoever did it."""
    owner = instalment.contract.customer.owner
    people = [owner, owner and team.superior(FIRM, owner), *team.with_role(FIRM, "finance")]
    for person in dict.fromkeys(p for p in people if p and p != actor):
        notify(person, text, url=reverse("collection:instalment", args=[instalment.pk]), clause=clause)
