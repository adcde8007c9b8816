"""Eighteen months of follow-ups, the obligations of the last thirteen weeks, next steps and weekly compliance."""
from collections import Counter
from datetime import UTC, datetime, time, timedelta

from django.db import connection

from squaredeal.kernel.calendar import monday_of
from squaredeal.process.customers.models import Customer
from squaredeal.process.followup import policy
from squaredeal.process.followup.models import ComplianceWeek, FollowUp, Obligation
from squaredeal.site import bulk

from . import names
from .customers import INTERVAL

RECENT = 91
DILIGENCE = {"华东": 0.94, "西部": 0.87, "华南": 0.76}
KINDS = {"A": ["call", "call", "visit", "message", "proposal"], "B": ["call", "mail", "call", "trial"], "C": ["mail", "message", "mail", "call"]}


def make(random, staff, today, known, told, *, strategy, version):
    """Insert follow-ups and obligations for every owned customer and set its last contact and next step."""
    region = staff.region_of
    zhao = staff["赵磊"].pk
    followups, obligations, steps = [], [], []
    weeks = {"due": Counter(), "met": Counter(), "excused": Counter()}
    pk = bulk.ids(FollowUp)
    for customer in known:
        if customer.owner is None:
            continue
        kept = DILIGENCE[region[customer.owner]]
        days = _days(random, today, customer, kept, declining=customer.owner == zhao and customer.grade == "A")
        last, contacts = {}, []
        for day in days:
            kind = _kind(random, customer.grade, day, last, kept)
            contacts.append((day, kind))
            said = random.choice(names.SAID[kind]).format(who=customer.contact_name)
            followups.append((next(pk), customer.pk, customer.owner, customer.contact, kind,
                              datetime.combine(day, time(random.randint(1, 9), random.randint(0, 59)), UTC), said))
        opened = max(customer.since, today - timedelta(days=RECENT))
        for kind, opened_on, due_on, state, settled_on, late_since in policy.replay(strategy, customer.grade, opened, contacts, today):
            clause = policy.clause_for(customer.grade)
            obligations.append((customer.pk, customer.owner, customer.grade, kind, clause, version, opened_on, due_on, state, settled_on,
                                late_since))
            if state != "open":
                at = (customer.owner, monday_of(due_on), customer.grade)
                weeks["due"][at] += 1
                weeks["met"][at] += state == "met"
                weeks["excused"][at] += state == "excused"
        steps.append((*_next_step(random, today, customer.grade), days[-1] if days else None, customer.pk))
        if len(followups) >= 5000:
            _write(followups, obligations, steps, told)
    _write(followups, obligations, steps, told)
    bulk.insert(ComplianceWeek, ["person_id", "week", "grade", "due", "met", "excused"],
                ((who, week, grade, due, weeks["met"][who, week, grade], weeks["excused"][who, week, grade])
                 for (who, week, grade), due in weeks["due"].items()), told=told)


def _days(random, today, customer, kept, *, declining):
    """Days of contact, oldest first: sparse before the last thirteen weeks, then by the grade's cadence, kept or late."""
    start = today - timedelta(days=RECENT)
    days = []
    early = max((start - max(customer.since, today - timedelta(days=540))).days, 0)
    for _ in range(min(random.randint(2, 11), early // 12)):
        days.append(start - timedelta(days=random.randint(1, early)))
    interval = INTERVAL[customer.grade]
    day = max(start, customer.since) + timedelta(days=random.randint(0, interval - 1))
    while day <= today:
        days.append(day)
        slack = kept - (0.45 if declining and (today - day).days < 25 else 0)
        late = random.randint(2, interval) if random.random() > slack else -random.randint(0, interval // 4)
        day += timedelta(days=max(1, interval + late))
    return sorted(set(days))


def _kind(random, grade, day, last, kept):
    """How the customer was reached: what the grade asks only now and then comes round in time, mostly; else whatever the grade uses."""
    asked, every = {"A": ("visit", 30), "B": ("trial", 90), "C": ("", 0)}[grade]
    kind = random.choice(KINDS[grade])
    if asked and random.random() < kept and (asked not in last or (day - last[asked]).days > every - 10):
        kind = asked
    elif grade == "A" and "proposal" not in last and random.random() < kept:
        kind = "proposal"
    last[kind] = day
    return kind


def _kinds(random, customer, days):
    """[(day, kind)]: what a grade's strategy asks for comes round in time: visits to A monthly, a proposal once, invitations to B quarterly."""
    found, visited, invited = [], None, None
    for place, day in enumerate(days):
        kind = random.choice(KINDS[customer.grade])
        if customer.grade == "A" and place and not any(k == "proposal" for _d, k in found):
            kind = "proposal"
        elif customer.grade == "A" and (visited is None or (day - visited).days > 20):
            kind, visited = "visit", day
        elif customer.grade == "B" and (invited is None or (day - invited).days > 70):
            kind, invited = "trial", day
        found.append((day, kind))
    return found


def _next_step(random, today, grade):
    """(text, kind, day): 0.4 % have none, 2.5 % are late."""
    luck = random.random()
    if luck < 0.004:
        return "", "", None
    kind = random.choice(KINDS[grade])
    on = today - timedelta(days=random.randint(1, 4)) if luck < 0.029 else today + timedelta(days=random.randint(0, INTERVAL[grade]))
    return random.choice(names.STEPS[kind]), kind, on


def _write(followups, obligations, steps, told):
    bulk.insert(FollowUp, ["id", "customer_id", "by_id", "contact_id", "kind", "at", "body"], followups, told=told)
    bulk.insert(Obligation, ["customer_id", "owner_id", "grade", "kind", "clause", "policy_version", "opened_on", "due_on", "state",
                             "settled_on", "late_since"], obligations, told=told)
    table = Customer._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{table}" SET next_step=%s, next_step_kind=%s, next_step_on=%s, last_contact_on=%s WHERE id=%s', steps)
    for rows in (followups, obligations, steps):
        rows.clear()
