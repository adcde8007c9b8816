"""Settlement: lines become statements; what is paid, kept and carried adds up. How one period is settled is `paying.py`'s."""
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ..formula.sql import PLACES
from ..formula.values import decimal
from .paying import ZERO, Account, fen, settled
from .result import Statement

SUMS = """SELECT period, fact_period, payee, day IS NOT NULL AS own, base, difference, reserved - posted_reserved AS reserved, payout FROM lines"""
"""What statements are summed from, of whole lines."""
GROUPS = """SELECT CAST(period AS TEXT), CAST(payee AS TEXT), count(*), sum(base) FILTER (WHERE own AND fact_period = period),
    sum(difference) FILTER (WHERE fact_period = period), sum(difference) FILTER (WHERE fact_period <> period),
    sum(reserved), sum(payout) FILTER (WHERE fact_period = period), sum(payout) FILTER (WHERE fact_period <> period)
    FROM sums GROUP BY ALL"""
NOTHING = (0, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)


def statements(plan, link, tables, period):
    """[Statement] by period and payee, from `sums`, in yuan or integers of 10⁻⁸, and `posted`; also of those without a line whom a draw pays."""
    groups = {(code, payee): [count, *map(_yuan, sums)] for code, payee, count, *sums in link.execute(GROUPS).fetchall()}
    spans = link.execute("SELECT period, starts, ends FROM span ORDER BY rank").fetchall()
    people = _people(link, tables) if plan.settlement.reads_people else {}
    accounts = defaultdict(lambda: Account(plan))
    closed = _closed(plan, link, tables, spans, people, accounts, period)
    open_now = [row for row in spans if (period in (None, row[0])) and row[0] not in closed]
    for code, first, last in open_now:
        for payee in _drawn(plan, people, code, (first, last)):
            groups.setdefault((code, payee), NOTHING)
        for payee in _waiting(plan, groups, accounts, people, code):
            groups.setdefault((code, payee), NOTHING)
    days = {code: (first, last) for code, first, last in spans}
    found, order = [], _order(spans)
    for (code, payee), sums in sorted(groups.items(), key=order):
        count, base, earned, earlier, reserved, now, before = sums
        earned, earlier, reserved = _rounded(plan, earned), _rounded(plan, earlier), _rounded(plan, reserved)
        now, before = _rounded(plan, now), _rounded(plan, before)
        held = earned + earlier - reserved - now - before
        if not plan.settlement.per_line and abs(held) <= Decimal("0.01"):
            now, held = now + held, ZERO
        brought = accounts[payee].standing
        paid = accounts[payee].pay(now, before, people.get((payee, code), {}), days.get(code))
        if not count and not (brought or paid.payout or paid.advance or accounts[payee].standing):
            continue
        found.append(Statement(payee, code, count, base or ZERO, earned, earlier, reserved, brought, accounts[payee].standing, paid.payout, held, paid.advance,
                               paid.deducted, paid.capped))
    return found


def _yuan(found):
    return Decimal(found).scaleb(-PLACES) if isinstance(found, int) else found


def _order(spans):
    """The sort key of ((period, payee), …): by the periods' days, then by payee; periods before the span first."""
    rank = {row[0]: place for place, row in enumerate(spans)}
    return lambda item: (rank.get(item[0][0], -1), item[0])


def _rounded(plan, value):
    """A sum to the plan's unit; per line it is there already."""
    value = value or ZERO
    if plan.settlement.per_line:
        return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    places, way = plan.settlement.places, plan.settlement.way
    if way == "half":
        return decimal(Fraction(value), places).quantize(Decimal("0.01"))
    return value.quantize(Decimal(1).scaleb(-places), rounding={"even": "ROUND_HALF_EVEN", "down": "ROUND_DOWN", "up": "ROUND_UP"}[way]).quantize(Decimal("0.01"))


def _drawn(plan, people, code, days):
    """Those with an assignment in the period whom the draw is for; nobody before the plan."""
    if plan.settlement.draw is None or days[1] < plan.effective.first:
        return []
    return [payee for (payee, when), person in people.items() if when == code and Account(plan).draws(person, days)]


def _waiting(plan, groups, accounts, people, code):
    """Those who may have something left by a cap whose excess is carried, or, with a wage in the period, owe something that is taken from it."""
    cap, known = plan.settlement.cap, {payee for _code, payee in groups} | set(accounts)
    if cap and cap.excess == "carried":
        return sorted(known)
    return sorted(payee for payee in known if (payee, code) in people) if plan.settlement.deduction else []


def _people(link, tables):
    """{(payee, period): attributes} of each person's last assignment in each period, with the days they were there."""
    columns = list(tables.columns("people"))
    rows = link.execute(
        "SELECT s.period, s.starts, s.ends, CAST(sum(date_diff('day', greatest(p.\"from\", s.starts), least(coalesce(p.\"to\", s.ends), s.ends)) + 1) "
        "OVER (PARTITION BY s.period, p.payee) AS BIGINT) AS active, p.* FROM span AS s JOIN people AS p ON p.\"from\" <= s.ends "
        "AND coalesce(p.\"to\", DATE '9999-12-31') >= s.starts QUALIFY row_number() OVER (PARTITION BY s.period, p.payee ORDER BY p.\"from\" DESC) = 1").fetchall()
    found = {}
    for period, first, last, active, *cells in rows:
        person = {"period_start": first, "period_end": last, "active_days": Decimal(active), "period_days": Decimal((last - first).days + 1)}
        for column, value in zip(columns, cells, strict=True):
            kind, places = tables.profile("people")[column]
            person[column] = Decimal(value).scaleb(-places) if kind == "number" and value is not None else value
        found[person["payee"], period] = person
    return found


def _closed(plan, link, tables, spans, people, accounts, period):
    """The posted periods folded into the accounts, in order; draws of periods before the open one count though nothing was posted."""
    sums = defaultdict(lambda: [ZERO, ZERO])
    rows = link.execute("SELECT payee, period, sum(payout) FILTER (WHERE coalesce(fact_period, period) = period), sum(payout) FILTER (WHERE fact_period <> period) "
                        "FROM posted WHERE payee IS NOT NULL AND period IS NOT NULL AND payout IS NOT NULL GROUP BY 1, 2").fetchall()
    places = tables.places("posted", "payout") if "payout" in tables.arrow["posted"].column_names else 0
    for payee, code, now, before in rows:
        sums[code, payee] = [Decimal(now or 0).scaleb(-places), Decimal(before or 0).scaleb(-places)]
    days = {code: (first, last) for code, first, last in spans}
    for code in [row[0] for row in spans[:next((i for i, row in enumerate(spans) if row[0] == period), 0)]]:
        for payee in _drawn(plan, people, code, days[code]):
            sums.setdefault((code, payee), [ZERO, ZERO])
        for payee in _waiting(plan, sums, accounts, people, code):
            sums.setdefault((code, payee), [ZERO, ZERO])
    for (code, payee), (now, before) in sorted(sums.items(), key=_order(spans)):
        accounts[payee].pay(now, before, people.get((payee, code), {}), days.get(code))
    return {code for code, _payee in sums}


def totals(lines, found):
    """Sums of a run, in yuan to the fen."""
    names = ("earned", "earlier", "reserved", "held", "carried", "payout")
    return {"statements": len(found), "payees": len({s.payee for s in found}), "lines": lines,
            **{name: sum((getattr(s, name) for s in found), ZERO) for name in names}}


__all__ = ["fen", "settled", "statements", "totals"]
