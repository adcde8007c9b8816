"""The rows of obligations as contacts, the clock and excuses move them, and the weekly counts that follow. Called by `actions` alone."""
from collections import defaultdict
from datetime import timedelta

from django.db import connection
from django.db.models import Count, F, Q

from squaredeal.kernel.calendar import monday_of
from squaredeal.kernel.clause import version_on
from squaredeal.process.customers.models import Customer

from . import policy, running
from .models import ComplianceWeek, Excuse, FollowUp, Obligation

OPEN, MET, MISSED, EXCUSED = Obligation.State.OPEN, Obligation.State.MET, Obligation.State.MISSED, Obligation.State.EXCUSED
BATCH = 2000
WEEK = timedelta(days=7)


def drop_stale(customers=None):
    """Close what no longer applies: the grade changed, or the customer went to somebody else or to the pool. Nothing was due, so
    nothing is counted; misses of the past stay where they were made. `customers` (numbers) narrows to some of them."""
    rows = Obligation.objects.filter(state=OPEN) if customers is None else Obligation.objects.filter(state=OPEN, customer__in=customers)
    return rows.filter(~Q(grade=F("customer__grade")) | ~Q(owner=F("customer__owner")) | Q(customer__owner=None)).delete()[0]


def open_missing(on, customer=None):
    """Open every duty of the grade that an owned customer has not open, from `on`; set-based, one statement a duty. Returns the number."""
    strategy, version, opened = policy.Strategies.on(on), version_on(on), 0
    names = {"ob": Obligation._meta.db_table, "cu": Customer._meta.db_table, "fu": FollowUp._meta.db_table}
    day = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        for grade in [customer.grade] if customer else policy.BY_GRADE:
            for duty in strategy.duties(grade):
                once = ('AND NOT EXISTS (SELECT 1 FROM "{fu}" f WHERE f.customer_id = c.id AND f.kind = %s AND f.effective)'.format(**names)
                        if duty.once else "")
                one = "AND c.id = %s" if customer else ""
                clock = running.start(duty, on)
                cursor.execute(
                    f'INSERT INTO "{names["ob"]}" (customer_id, owner_id, grade, kind, clause, policy_version, opened_on, due_on, state, rung) '
                    f'SELECT c.id, c.owner_id, c.grade, %s, %s, %s, %s, %s, %s, 0 FROM "{names["cu"]}" c '
                    f'WHERE c.grade = %s AND c.owner_id IS NOT NULL {one} AND NOT EXISTS '
                    f'(SELECT 1 FROM "{names["ob"]}" o WHERE o.customer_id = c.id AND o.kind = %s AND o.state = %s) {once} '
                    'ON CONFLICT DO NOTHING',
                    [duty.kind, policy.clause_for(grade), version, day(clock.opened_on), day(clock.due_on), OPEN.value, grade,
                     *([customer.pk] if customer else []), duty.kind, OPEN.value, *([duty.kind] if duty.once else [])])
                opened += cursor.rowcount
    return opened


def pass_due(on, customer=None):
    """Settle what was due before `on` and not kept, missed or excused, and open what runs on: one batch, or all of one customer.

    Returns {(owner id, Monday)} to count again; empty when nothing is left. The customers are locked before their obligations, as
    every verb on a customer does, so that the clock and a person never wait for each other.
    """
    due = Obligation.objects.filter(state=OPEN, due_on__lt=on)
    if customer is None:
        waiting = list(due.order_by("due_on", "pk").values_list("customer", flat=True)[:BATCH])
        held = list(Customer.objects.select_for_update(of=("self",)).filter(pk__in=waiting).order_by("pk").values_list("pk", flat=True))
        return _settle(due.filter(customer__in=held), on)
    touched = set()
    while more := _settle(due.filter(customer=customer), on):
        touched |= more
    return touched


def _settle(rows, on):
    strategy, version, touched = policy.Strategies.on(on), version_on(on), set()
    duties = {(grade, duty.kind): duty for grade in policy.BY_GRADE for duty in strategy.duties(grade)}
    rows = list(rows.select_for_update(of=("self",)).order_by("due_on", "pk"))
    excused = _Excuses(rows[0].due_on) if rows else None
    settled, onward = defaultdict(list), []
    for row in rows:
        free = excused.cover(row.owner_id, row.customer_id, row.due_on)
        settled[EXCUSED if free else MISSED, row.due_on].append(row.pk)
        touched.add((row.owner_id, monday_of(row.due_on)))
        if duty := duties.get((row.grade, row.kind)):
            onward.append(_next(row, running.after_due(duty, _clock(row), excused=free), version, rung=0 if free else row.rung,
                                escalated_on=None if free else row.escalated_on))
    for (state, due_on), pks in settled.items():
        Obligation.objects.filter(pk__in=pks).update(state=state, settled_on=due_on + timedelta(days=1))
    Obligation.objects.bulk_create(onward, ignore_conflicts=True)
    return touched


def bring_up(customer, on, today):
    """What the nightly tick would do for one customer before a contact on `on` is counted: the rows open now, and what to count again."""
    rows, touched = list(Obligation.objects.select_for_update().filter(customer=customer, state=OPEN)), set()
    stale = [row for row in rows if row.grade != customer.grade or row.owner_id != customer.owner_id]
    if stale:
        drop_stale([customer.pk])
    if any(row.due_on < on for row in rows if row not in stale):
        touched = pass_due(on, customer)
    if stale or touched or _owed(customer, today, {row.kind for row in rows}):
        open_missing(today, customer)
        rows = list(Obligation.objects.select_for_update().filter(customer=customer, state=OPEN))
    return rows, touched


def keep(customer, followup, on, rows=None):
    """An effective contact on `on` meets or makes up what is open and fits; returns {(owner id, Monday)} to count again."""
    strategy, version, touched = policy.Strategies.on(on), version_on(on), set()
    duties = {duty.kind: duty for duty in strategy.duties(customer.grade) if followup.kind in duty.met_by}
    rows = Obligation.objects.select_for_update().filter(customer=customer, state=OPEN) if rows is None else rows
    for row in [row for row in rows if row.kind in duties]:
        duty = duties[row.kind]
        kept, onward = running.after_contact(duty, strategy.apart(duty), _clock(row), on)
        if kept:
            row.state, row.met_by, row.settled_on = MET, followup, on
            row.save(update_fields=["state", "met_by", "settled_on"])
            touched.add((row.owner_id, monday_of(row.due_on)))
            if onward:
                Obligation.objects.bulk_create([_next(row, onward, version)], ignore_conflicts=True)
        else:
            row.opened_on, row.due_on, row.late_since = onward
            row.rung, row.escalated_on = (row.rung, row.escalated_on) if row.late_since else (0, None)
            row.save(update_fields=["opened_on", "due_on", "late_since", "rung", "escalated_on"])
    return touched


def excuse(granted):
    """What fell due in a granted span is excused after all, and a streak that began in it ends; returns {(owner id, Monday)}."""
    rows = Obligation.objects.filter(owner=granted.person)
    if granted.customer_id:
        rows = rows.filter(customer=granted.customer_id)
    span = (granted.starts_on, granted.ends_on)
    missed = list(rows.filter(state=MISSED, due_on__range=span).values_list("owner_id", "due_on"))
    rows.filter(state=MISSED, due_on__range=span).update(state=EXCUSED)
    rows.filter(state=OPEN, late_since__range=span).update(late_since=None, rung=0, escalated_on=None)
    return {(owner, monday_of(due_on)) for owner, due_on in missed}


def climbing(on, ladder):
    """[(row, step)] of open obligations that reach a further step of the ladder today and are not excused today; longest late first."""
    reached = [Q(late_since__lte=on - timedelta(days=days), rung__lt=step)
               for step, days in enumerate((ladder.remind, ladder.copy_to, ladder.risk), 1)]
    rows = Obligation.objects.filter(state=OPEN, late_since__isnull=False).filter(reached[0] | reached[1] | reached[2]) \
        .order_by("late_since", "pk").only("pk", "owner_id", "customer_id", "late_since", "rung", "customer__short_name", "customer__name") \
        .select_related("customer")
    excused = _Excuses(on)
    return [(row, policy.rung(ladder, (on - row.late_since).days)) for row in rows.iterator(chunk_size=BATCH)
            if not excused.cover(row.owner_id, row.customer_id, on)]


def mark_climbed(steps, on):
    """Remember which step was taken: {step: [pk]}."""
    for step, pks in steps.items():
        for first in range(0, len(pks), BATCH):
            Obligation.objects.filter(pk__in=pks[first:first + BATCH]).update(rung=step, escalated_on=on)


def count_weeks(touched):
    """Count the weeks of {(owner id, Monday)} again from the settled obligations; the same however often it is done."""
    by_week = defaultdict(set)
    for owner, week in touched:
        by_week[week].add(owner)
    for week, owners in by_week.items():
        settled = Obligation.objects.filter(state__in=(MET, MISSED, EXCUSED), due_on__range=(week, week + WEEK - timedelta(days=1)))
        settled = settled.filter(owner__in=owners) if len(owners) < 500 else settled
        counts = settled.order_by().values_list("owner", "grade").annotate(
            d=Count("pk"), m=Count("pk", filter=Q(state=MET)), e=Count("pk", filter=Q(state=EXCUSED)))
        ComplianceWeek.objects.bulk_create(
            [ComplianceWeek(person_id=owner, week=week, grade=grade, due=d, met=m, excused=e) for owner, grade, d, m, e in counts],
            update_conflicts=True, unique_fields=["person", "week", "grade"], update_fields=["due", "met", "excused"])


def _owed(customer, today, running_kinds):
    """Whether the grade asks something the customer has not open: what is owed once and was done is not."""
    duties = policy.Strategies.on(today).duties(customer.grade) if customer.owner_id else []
    return any(not (duty.once and FollowUp.objects.filter(customer=customer, kind=duty.kind, effective=True).exists())
               for duty in duties if duty.kind not in running_kinds)


def _clock(row):
    return running.Clock(row.opened_on, row.due_on, row.late_since)


def _next(row, clock, version, **kept):
    return Obligation(customer_id=row.customer_id, owner_id=row.owner_id, grade=row.grade, kind=row.kind, clause=row.clause,
                      policy_version=version, **clock._asdict(), **kept)


class _Excuses:
    """The granted excuses that end on `since` or later, by person and by customer."""

    def __init__(self, since):
        self.of_person, self.of_customer = defaultdict(list), defaultdict(list)
        for person, customer, first, last in Excuse.objects.filter(state=Excuse.State.GRANTED, ends_on__gte=since) \
                .values_list("person", "customer", "starts_on", "ends_on"):
            (self.of_customer[person, customer] if customer else self.of_person[person]).append((first, last))

    def cover(self, person, customer, day):
        return any(first <= day <= last for spans in (self.of_person.get(person, ()), self.of_customer.get((person, customer), ()))
                   for first, last in spans)
