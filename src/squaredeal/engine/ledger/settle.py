"""Settlement: lines become statements; what is paid, kept and carried adds up. How one period is settled is `paying.py`'s, how sums are rounded `rounding.py`'s."""
from collections import defaultdict
from decimal import Decimal
from operator import attrgetter

from ..formula.sql import PLACES
from ..problems import PlanProblems, problem
from .closing import opened
from .paying import ZERO, Account, fen, settled
from .reopened import Reopened
from .result import Statement
from .rounding import NONE, rounded, together

SUMS = """SELECT period, fact_period, payee, day IS NOT NULL AS own, count(*) AS many, sum(base) AS base, sum(difference) AS difference,
    sum(reserved - posted_reserved) AS reserved, sum(payout) AS payout FROM lines GROUP BY ALL"""
"""What statements are summed from, of whole lines."""
GROUPS = """SELECT CAST(period AS TEXT), CAST(payee AS TEXT), CAST(fact_period AS TEXT), CAST(sum(many) AS BIGINT), sum(base) FILTER (WHERE own AND fact_period = period),
    sum(difference), sum(reserved), sum(payout) FROM sums GROUP BY ALL"""
POSTED = """SELECT coalesce(payee, split_part(key, '|', 2)) AS who, coalesce(fact_period, period) AS fact_period, period, sum(earned), sum(reserved),
    sum(released), sum(earned) FILTER (WHERE released IS NULL), sum(payout) FROM posted WHERE NOT key IS NULL GROUP BY 1, 2, 3"""


def statements(plan, link, tables, period, asked=None, closing=None):
    """[Statement] by period and payee, from `sums`, in yuan or integers of 10⁻⁸, and `posted`; also of those without a line whom a draw pays or who owe something. `asked` is what else settling reads of people,
    `closing` is told how the accounts stand."""
    posted = {} if plan.settlement.per_line else _posted(link, tables)
    groups = defaultdict(list)
    for code, payee, where, count, base, *sums in link.execute(GROUPS).fetchall():
        found = rounded(plan, posted.get((payee, where), NONE), tuple(map(_yuan, sums)))
        groups[code, payee].append((where, count, _yuan(base), found))
    spans = link.execute("SELECT period, starts, ends FROM span ORDER BY rank").fetchall()
    people = _people(link, tables, asked) if plan.settlement.reads_people else {}
    accounts = defaultdict(lambda: Account(plan))
    closed = _closed(plan, link, tables, spans, people, accounts, period)
    open_now = [row for row in spans if (period in (None, row[0])) and row[0] not in closed]
    for code, first, last in open_now:
        for payee in drawn(plan, people, code, (first, last)):
            groups.setdefault((code, payee), [])
        for payee in _waiting(plan, groups, accounts, people, code):
            groups.setdefault((code, payee), [])
    days = {code: (first, last) for code, first, last in spans}
    found, order, wrong = [], _order(spans), []
    for code, payee in _in_turn(groups, accounts, [period] if period else [row[0] for row in open_now], order):
        parts = groups.get((code, payee), [])
        own, late = together([x for where, _n, _b, x in parts if where == code]), [(days.get(where), people.get((payee, where), {}), x) for where, _n, _b, x in parts if where != code]
        if code == period:
            _reopened(accounts, payee).posted += [(where, sums[2]) for where, _n, _b, sums in parts]
        try:
            made = statement(accounts[payee], payee, code, own, late, lines=sum([count for _m, count, _b, _x in parts]), base=sum([base for _m, _n, base, _x in parts], ZERO),
                             person=people.get((payee, code), {}), days=days.get(code))
        except PlanProblems as told:
            wrong, made = [*wrong, *told.problems], None
        if made is not None:
            found.append(made)
    if wrong:
        raise PlanProblems(wrong[:20])
    if closing is not None and period:
        closing.changed = _changed(groups)
        closing.period, closing.ends, closing.people = period, days[period][1], {payee: x if isinstance(x, Reopened) else Reopened(x) for payee, x in accounts.items()}
    return found


def statement(account, payee, code, own, late, *, lines, base, person=None, days=None):
    """The Statement of one payee's period, settled on their `account`; None where there is nothing to say.

    `own` is what facts of the period come to, (earned, reserved, payable) in whole units as `rounding.rounded` gives them, and `late` what
    closed periods differ, [(first and last day, the person then, the same)]; `person` is what is known of the payee then, and `days` the first and last day of the period.
    """
    (earned, kept, now), (earlier, kept_late, before) = own, together([sums for _days, _person, sums in late])
    reserved, brought = kept + kept_late, account.standing
    paid = account.pay(now, [(when, then, payable) for when, then, (_earned, _reserved, payable) in late], person or {}, days)
    if not lines and not (brought or paid.payout or paid.advance or account.standing):
        return None
    return Statement(payee, code, lines, base, earned, earlier, reserved, brought, account.standing, paid.payout, earned + earlier - reserved - now - before,
                     paid.advance, paid.deducted, paid.capped, paid.interest, paid.dropped)


def _in_turn(groups, accounts, open_now, order):
    """(period, payee) of the groups, one period after another, and in each that is open whoever owes something, or has something left, when its turn comes."""
    there = defaultdict(set, {code: set() for code in open_now})
    for code, payee in groups:
        there[code].add(payee)
    for code in sorted(there, key=lambda code: order((code, ""))):
        owing = {payee for payee, account in accounts.items() if account.standing} if code in open_now else set()
        yield from ((code, payee) for payee in sorted(there[code] | owing))


def _changed(groups):
    """{closed period: what it differs from what is posted of it}."""
    found = defaultdict(lambda: ZERO)
    for (code, _payee), parts in groups.items():
        for where, _count, _base, (difference, _reserved, _payable) in parts:
            if where != code:
                found[where] += difference
    return dict(found)


def _yuan(found):
    return Decimal(found or 0).scaleb(-PLACES) if isinstance(found, int) else found or ZERO


def _posted(link, tables):
    """{(payee, month of the facts): (earned, reserved, payable)} of what is posted, exactly."""
    found = defaultdict(lambda: NONE)
    for payee, where, _code, *sums, _payout in link.execute(POSTED).fetchall():
        earned, reserved, released = _exact(tables, sums)
        found[payee, where] = together([found[payee, where], (earned, reserved, released - reserved)])
    return found


def _exact(tables, sums):
    """Earned, reserved and released of sums of `posted`, in yuan; what does not say it is released all at once."""
    columns = tables.arrow["posted"].column_names
    places = [tables.places("posted", name) if name in columns else 0 for name in ("earned", "reserved", "released", "earned")]
    earned, reserved, released, at_once = (Decimal(value or 0).scaleb(-place) for value, place in zip(sums, places, strict=True))
    return earned, reserved, released + at_once


def _order(spans):
    """The sort key of (period, payee): by the periods' days, then by payee; periods before the span first."""
    rank = {row[0]: place for place, row in enumerate(spans)}
    return lambda key: (rank.get(key[0], -1), key)


def drawn(plan, people, code, days):
    """Those with an assignment in the period whom the draw is for; nobody before the plan or after it has ended."""
    if plan.settlement.draw is None or days[1] < plan.effective.first or (plan.effective.last and days[0] > plan.effective.last):
        return []
    return [payee for (payee, when), person in people.items() if when == code and person["active_days"] and Account(plan).draws(person, days)]


def _waiting(plan, groups, accounts, people, code):
    """Those who may have something left by a cap whose excess is carried, or too little to be paid, owe something that bears interest or, with a wage in the period, is taken from it."""
    every = plan.settlement.leaves
    if not (every or plan.settlement.deduction):
        return []
    known = {payee for _code, payee in groups} | set(accounts)
    return sorted(payee for payee in known if every or people.get((payee, code), {}).get("active_days"))


def _people(link, tables, asked=None):
    """{(payee, period): attributes} of each person's last assignment by each period, with the days they were there, none of who has left, and what else is `asked` of them."""
    columns = list(tables.columns("people"))
    rows = link.execute(
        "SELECT s.period, s.starts, s.ends, CAST(sum(greatest(date_diff('day', greatest(p.\"from\", s.starts), least(coalesce(p.\"to\", s.ends), s.ends)) + 1, 0)) "
        "OVER (PARTITION BY s.period, p.payee) AS BIGINT) AS active, p.* FROM span AS s JOIN people AS p ON p.\"from\" <= s.ends "
        "QUALIFY row_number() OVER (PARTITION BY s.period, p.payee ORDER BY p.\"from\" DESC) = 1").fetchall()
    found = {}
    for period, first, last, active, *cells in rows:
        person = {"period_start": first, "period_end": last, "active_days": Decimal(active), "period_days": Decimal((last - first).days + 1)}
        for column, value in zip(columns, cells, strict=True):
            kind, places = tables.profile("people")[column]
            person[column] = Decimal(value).scaleb(-places) if kind == "number" and value is not None else value
        found[person["payee"], period] = {**person, **(asked or {}).get((str(person["payee"]), str(period)), {})}
    return found


def seats(plan, link, tables, period, asked=None):
    """{(payee, period): attributes} of those with an assignment in each period or before it, where settling asks for them."""
    return _people(link, tables, asked) if period and plan.settlement.reads_people else {}


def _closed(plan, link, tables, spans, people, accounts, period):
    """The posted periods folded into the accounts, in order; draws of periods before the open one count though nothing was posted.

    Where the folder of the last run tells how the accounts stood, that holds, whatever people and plan say now; only periods after it are folded.
    """
    sums, days = defaultdict(lambda: (ZERO, [])), {code: (first, last) for code, first, last in spans}
    order, told = _order(spans), opened(plan, tables.closing)
    past = -2 if told.ends is None else sum(last <= told.ends for _code, _first, last in spans) - 1
    if told.ends and period and days[period][1] < told.ends:
        raise PlanProblems([problem("period", f"{period} 已关：{told.period} 已入账", f"{period} is closed: {told.period} is posted", "补在还没关的期间里", "let an open period take it")])
    for payee, then in told.people.items():
        accounts[payee] = then if told.period == period and then.whole is not None else then.account
        then.now = sum((amount for where, amount in then.posted if where == period), ZERO)
        then.late = [(days.get(where), people.get((payee, where), {}), amount) for where, amount in then.posted if where != period]
    places = tables.places("posted", "payout") if "payout" in tables.arrow["posted"].column_names else 0
    so_far = defaultdict(lambda: NONE)
    rows = [row for row in link.execute(POSTED).fetchall() if row[0] is not None and row[2] is not None and row[-1] is not None]
    for payee, where, code, *given, payout in sorted(rows, key=lambda row: (order((row[2], row[0])), row[1])):
        known = Decimal(payout).scaleb(-places)
        if not plan.settlement.per_line:
            earned, reserved, _released = _exact(tables, given)
            more = earned, reserved, known
            _e, _r, known = rounded(plan, so_far[payee, where], more)
            so_far[payee, where] = together([so_far[payee, where], more])
        if order((code, payee))[0] <= past:
            continue
        if code == period:
            _reopened(accounts, payee).posted.append((where, known))
        now, late = sums[code, payee]
        sums[code, payee] = (now + known, late) if where == code else (now, [*late, (days.get(where), people.get((payee, where), {}), known)])
    for code in [row[0] for row in spans[max(past + 1, 0):next((i for i, row in enumerate(spans) if row[0] == period), 0)]]:
        for payee in drawn(plan, people, code, days[code]):
            sums.setdefault((code, payee), (ZERO, []))
        for payee in _waiting(plan, sums, accounts, people, code):
            sums.setdefault((code, payee), (ZERO, []))
    for (code, payee), (now, late) in sorted(sums.items(), key=lambda item: order(item[0])):
        account = _reopened(accounts, payee) if code == period else accounts[payee]
        account.pay(now, late, people.get((payee, code), {}), days.get(code))
    return {code for code, _payee in sums} | {told.period}


def _reopened(accounts, payee):
    """The account of the open period."""
    if not isinstance(accounts[payee], Reopened):
        accounts[payee] = Reopened(accounts[payee])
    return accounts[payee]


def totals(lines, found):
    """Sums of a run, in yuan to the fen."""
    names = ("earned", "earlier", "reserved", "held", "carried", "payout")
    return {"statements": len(found), "payees": len({s.payee for s in found}), "lines": lines,
            **{name: sum(map(attrgetter(name), found), ZERO) for name in names}}


__all__ = ["drawn", "fen", "seats", "settled", "statement", "statements", "totals"]
