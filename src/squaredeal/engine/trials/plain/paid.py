"""What a payee is paid out in a period: what all components come to, settled period after period on one account, as a whole run with nothing posted does it."""
from fractions import Fraction

from squaredeal.engine.formula.values import decimal
from squaredeal.engine.ledger.paying import Account
from squaredeal.engine.ledger.rounding import NONE, rounded
from squaredeal.engine.stages.settling import asked

NOTHING = (Fraction(0), Fraction(0), Fraction(0))


def tellable(plan, opened, end):
    """Whether what is paid out in the period that ends on a day follows from the payee's rows: nothing kept back is refunded in it, and settling asks nothing of measures."""
    refunds = {c.reserve.refund for c in plan.components if c.paid and c.reserve and isinstance(c.reserve.refund, str)} - {"never"}
    dated = any(c.paid and c.reserve and not isinstance(c.reserve.refund, str) for c in plan.components)
    last_of_year = (end.month % 12 + 1) == plan.year_starts
    return not asked(plan) and not dated and (not refunds or (opened and not last_of_year))


def by_period(amounts):
    """{period: (earned, reserved, payable)} of a component's rows; None where what is released depends on more."""
    found = {}
    for row, a in amounts.items():
        if a.released is None or a.reserved is None:
            return None
        found[row.period] = tuple(x + y for x, y in zip(found.get(row.period, NOTHING), (a.earned, a.reserved, a.released - a.reserved), strict=True))
    return found


def moved(sums, before, after):
    """The sums by period when `before` becomes `after`, each as `by_period` gives them; None where one is not known."""
    if sums is None or before is None or after is None:
        return None
    found = dict(sums)
    for part, sign in ((before, -1), (after, 1)):
        for period, values in part.items():
            found[period] = tuple(x + sign * y for x, y in zip(found.get(period, NOTHING), values, strict=True))
    return found


def payout(plan, world, payee, sums, last, opened=None):
    """What is paid out in the period `last`: `sums` are those of each paid component, {period: (earned, reserved, payable)}; `opened` gives the account it begins with, else it begins with the plan."""
    account = opened() if opened else Account(plan)
    for code, first, end in world.span:
        if opened and code != last:
            continue
        here = [tuple(decimal(value, 8) for value in part[code]) for part in sums if code in part]
        person, days = world.seats.get((payee, code), {}), (first, end)
        waits = plan.settlement.leaves or (plan.settlement.deduction and person)
        drawn = plan.settlement.draw and person and end >= plan.effective.first and account.draws(person, days)
        paid = None
        if here or waits or drawn:
            _earned, _reserved, now = rounded(plan, NONE, tuple(sum(values) for values in zip(*here, strict=True)) if here else NONE)
            paid = account.pay(now, (), person, days)
        if code == last:
            return paid.payout if paid else NONE[0]
    return NONE[0]
