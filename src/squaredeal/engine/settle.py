"""Settlement: lines become statements; negatives are carried, deductions capped, payout and reserve add up."""
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FEN, ZERO = Decimal("0.01"), Decimal(0)


@dataclass(frozen=True)
class Statement:
    """One payee's period in yuan: earned + earlier − reserved + carried in − carried out = payout."""
    payee: str
    period: str
    lines: int
    base: Decimal
    earned: Decimal
    earlier: Decimal
    reserved: Decimal
    carried_in: Decimal
    carried: Decimal
    payout: Decimal


def fen(value):
    return value.quantize(FEN, rounding=ROUND_HALF_UP)


def statements(plan, lines, period, history):
    """[Statement] by period and payee. `earned` is what facts of the period earn less what is posted of it; `earlier` what closed ones differ."""
    groups = defaultdict(list)
    for line in lines:
        groups[line.period, line.payee].append(line)
    carry = _carries(plan, history)
    found = []
    for (code, payee), own in sorted(groups.items()):
        now = [x for x in own if x.fact_period == code]
        earned, earlier = sum((x.difference for x in now), ZERO), sum((x.difference for x in own if x.fact_period != code), ZERO)
        kept = fen(sum((x.reserved - x.posted_reserved for x in now), ZERO))
        kept_earlier = fen(sum((x.reserved - x.posted_reserved for x in own if x.fact_period != code), ZERO))
        earned, earlier = fen(earned), fen(earlier)
        brought = carry.get(payee, ZERO)
        payout, left = settled(plan, earned - kept, earlier - kept_earlier, brought)
        carry[payee] = left
        base = sum((x.base for x in now), ZERO)
        found.append(Statement(payee, code, len(own), base, earned, earlier, kept + kept_earlier, brought, left, payout))
    return found


def settled(plan, now, earlier, brought):
    """(payout, carried out) of what the period gives, what earlier periods differ, and the balance brought, each net of reserve.

    What is owed back is deducted up to the statutory cap of what is gained; the rest is carried, or dropped.
    """
    gain, owed_back = now + max(earlier, ZERO), min(earlier, ZERO) + brought
    keeps = plan.settlement.negative == "carry"
    if gain <= 0:
        return ZERO, (gain + owed_back if keeps else ZERO)
    cap = plan.settlement.statutory_cap
    deducted = min(-owed_back, gain if cap is None else fen(gain * cap))
    return gain - deducted, (owed_back + deducted if keeps else ZERO)


def _carries(plan, history):
    """{payee: balance carried after the posted periods}, folding their sums in order."""
    carry = defaultdict(Decimal)
    for payee, _period, total in history:
        _paid, carry[payee] = settled(plan, max(total, ZERO), min(total, ZERO), carry[payee])
    return dict(carry)


def refunds(plan, kept, spans, period):
    """[(component, payee, "reserve YYYY", period due, yuan)] of reserves given back at the end of each year that is over by `period`.

    `kept` is [(component, payee, fact period, reserved)]; the last period of a year gives its reserve back.
    """
    last_of = {code[:4]: code for code in spans}
    whole = {year: code for year, code in last_of.items() if plan.period == "year" or code.endswith(("12", "Q4"))}
    if period is not None:
        whole = {year: code for year, code in whole.items() if spans.index(code) <= spans.index(period)} if period in spans else {}
    sums = defaultdict(Decimal)
    for name, payee, code, amount in kept:
        if code[:4] in whole:
            sums[name, payee, code[:4]] += amount
    return [(name, payee, f"reserve {year}", whole[year], amount) for (name, payee, year), amount in sorted(sums.items()) if amount]


def totals(lines, statements):
    """Sums of a run, in yuan to the fen."""
    return {"statements": len(statements), "payees": len({s.payee for s in statements}), "lines": len(lines),
            "earned": sum((s.earned for s in statements), ZERO), "earlier": sum((s.earlier for s in statements), ZERO),
            "reserved": sum((s.reserved for s in statements), ZERO), "carried": sum((s.carried for s in statements), ZERO),
            "payout": sum((s.payout for s in statements), ZERO)}
