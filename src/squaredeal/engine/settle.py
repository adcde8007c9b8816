"""Settlement: lines become statements; negatives are carried, deductions capped, draws advanced; what is paid, kept and carried adds up."""
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from . import formula
from .result import Statement
from .values import decimal, evaluate

FEN, ZERO = Decimal("0.01"), Decimal(0)
GROUPS = """SELECT period, payee, count(*), sum(base) FILTER (WHERE day IS NOT NULL AND fact_period = period),
    sum(difference) FILTER (WHERE fact_period = period), sum(difference) FILTER (WHERE fact_period <> period),
    sum(reserved - posted_reserved), sum(payout) FILTER (WHERE fact_period = period), sum(payout) FILTER (WHERE fact_period <> period)
    FROM lines GROUP BY 1, 2 ORDER BY 1, 2"""


def fen(value):
    return value.quantize(FEN, rounding=ROUND_HALF_UP)


def statements(plan, link, tables, period):
    """[Statement] by period and payee, from the tables `lines` and `posted`."""
    carry, found = _carries(plan, link), []
    people = _people(link, tables) if plan.settlement.draw or plan.settlement.deduction else {}
    for code, payee, count, base, earned, earlier, reserved, now, before in link.execute(GROUPS).fetchall():
        earned, earlier, reserved = _rounded(plan, earned), _rounded(plan, earlier), _rounded(plan, reserved)
        now, before = _rounded(plan, now), _rounded(plan, before)
        held = earned + earlier - reserved - now - before
        if not plan.settlement.per_line and abs(held) <= FEN:
            now, held = now + held, ZERO
        brought = carry.get(payee, ZERO)
        paid, left, advance, deducted = pay(plan, now, before, brought, people.get((payee, code), people.get((payee, ""), {})))
        carry[payee] = left
        found.append(Statement(payee, code, count, base or ZERO, earned, earlier, reserved, brought, left, paid, held, advance, deducted))
    return found


def _rounded(plan, value):
    """A sum to the plan's unit; per line it is there already."""
    from fractions import Fraction
    value = value or ZERO
    if plan.settlement.per_line:
        return value.quantize(FEN, rounding=ROUND_HALF_UP)
    places, way = plan.settlement.places, plan.settlement.way
    if way == "half":
        return decimal(Fraction(value), places).quantize(FEN)
    return value.quantize(Decimal(1).scaleb(-places), rounding={"even": "ROUND_HALF_EVEN", "down": "ROUND_DOWN"}[way]).quantize(FEN)


def pay(plan, now, earlier, brought, person=None):
    """(payout, carried out, advance, deducted) of a payee's period; `person` are their attributes, for draws and wages."""
    settlement, person = plan.settlement, person or {}
    paid, left = settled(plan, now, earlier, brought) if settlement.deduction is None else _deducted(settlement.deduction, now, earlier, brought, person)
    gain = (max(now, ZERO) if settlement.deduction else now) + max(earlier, ZERO)
    deducted = gain - paid if settlement.deduction or gain > 0 else ZERO
    advance = ZERO
    draw = settlement.draw
    if draw and _holds(draw.who, person):
        least = _money(draw.amount, person)
        if draw.recoverable:
            net = now + earlier + brought
            paid, left = (net, ZERO) if net >= least else (least, net - least)
            advance, deducted = max(least - max(net, ZERO), ZERO) if net < least else ZERO, ZERO
        elif paid < least:
            advance, paid = least - paid, least
    return paid, left, advance, deducted


def settled(plan, now, earlier, brought):
    """(payout, carried out) of what the period gives, what earlier periods differ, and the balance brought, each net of reserve.

    What is owed back is deducted up to the statutory cap of what is gained; the rest is carried, or dropped, or simply owed.
    """
    gain, owed_back = now + max(earlier, ZERO), min(earlier, ZERO) + brought
    keeps = plan.settlement.negative == "carry"
    if plan.settlement.negative == "owed":
        return gain + owed_back, ZERO
    if gain <= 0:
        return ZERO, (gain + owed_back if keeps else ZERO)
    cap = plan.settlement.statutory_cap
    deducted = min(-owed_back, gain if cap is None else fen(gain * cap))
    return gain - deducted, (owed_back + deducted if keeps else ZERO)


def _deducted(rule, now, earlier, brought, person):
    """What is owed is taken from the wage: at most the cap's share of it, and never below the minimum."""
    gain, owed = max(now, ZERO) + max(earlier, ZERO), min(now, ZERO) + min(earlier, ZERO) + brought
    wage, least = _money(rule.of, person), _money(rule.keep, person)
    taken = max(min(-owed, fen(wage * rule.cap), wage - least), ZERO)
    return gain - taken, owed + taken


def _money(text, person):
    try:
        found = evaluate(formula.parse(text), person)
    except KeyError:
        return ZERO
    return ZERO if found is None else decimal(found, 2)


def _holds(text, person):
    try:
        return bool(evaluate(formula.parse(text), person))
    except KeyError:
        return False


def _people(link, tables):
    """{(payee, period): attributes} of each person's last assignment in each period."""
    columns = list(tables.columns("people"))
    rows = link.execute("SELECT s.period, p.* FROM span AS s JOIN people AS p ON p.\"from\" <= s.ends AND coalesce(p.\"to\", DATE '9999-12-31') >= s.starts "
                        "QUALIFY row_number() OVER (PARTITION BY s.period, p.payee ORDER BY p.\"from\" DESC) = 1").fetchall()
    found = {}
    for period, *cells in rows:
        person = {}
        for column, value in zip(columns, cells, strict=True):
            kind, places = tables.profile("people")[column]
            person[column] = Decimal(value).scaleb(-places) if kind == "number" and value is not None else value
        found[person["payee"], period] = person
    return found


def _carries(plan, link):
    """{payee: balance carried after the posted periods}, folding their sums in order."""
    carry = defaultdict(Decimal)
    rows = link.execute("SELECT payee, period, sum(payout) FROM posted WHERE payee IS NOT NULL AND period IS NOT NULL AND payout IS NOT NULL GROUP BY ALL ORDER BY payee, period")
    for payee, _period, total in rows.fetchall():
        amount = Decimal(total)
        _paid, carry[payee], _advance, _taken = pay(plan, max(amount, ZERO), min(amount, ZERO), carry[payee])
    return dict(carry)


def totals(lines, found):
    """Sums of a run, in yuan to the fen."""
    names = ("earned", "earlier", "reserved", "held", "carried", "payout")
    return {"statements": len(found), "payees": len({s.payee for s in found}), "lines": lines,
            **{name: sum((getattr(s, name) for s in found), ZERO) for name in names}}
