"""The lines of a month become statements, settled by the engine: each person's account is opened with what their last posted statement closed with. Pure."""
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from squaredeal.commission.plans import reading
from squaredeal.kernel.money import exact, fen

ZERO = Decimal(0)


@dataclass(frozen=True)
class Standing:
    """What a person's last posted statement closed with: the balance carried out, what of it a limit left for later and what was too little to be paid,
    the last day, what a limit has counted in each window, {window: [counted, most]}, what was dropped of each month and a correction makes up first, and what is owed of each month where that lapses."""
    balance: Decimal = ZERO
    left: Decimal = ZERO
    small: Decimal = ZERO
    until: date | None = None
    counted: dict = field(default_factory=dict)
    gone: dict = field(default_factory=dict)
    owed: dict = field(default_factory=dict)

    @property
    def open(self):
        """Whether anything is owed either way."""
        return bool(self.balance or self.left or self.small)


def posted(ledger):
    """{(version id, person id, month of the facts): (earned, reserved, payable)} of what is posted, exactly; `ledger` is `inputs.posted`."""
    from squaredeal.engine.ledger.rounding import NONE, together
    found = defaultdict(lambda: NONE)
    for version, rows in ledger.items():
        for row in rows:
            key = version, row["person"], row["fact_period"]
            found[key] = together([found[key], (row["earned"], row["reserved"], row["earned"] - row["held"] - row["reserved"])])
    return found


def statements(plan, lines, period, standing, known, seats):
    """{person id: fields of a statement} of a month's lines, as `plan` settles; see models.Sums for what they add up to.

    `standing` is {person id: Standing} brought in, `known` what is posted as `posted` gives it, `seats` what
    the engine knows of people, {(person id as text, month): attributes}. Whoever brings a balance or is paid a draw has a statement though nothing of theirs was computed.
    """
    from squaredeal.engine.ledger.settle import drawn
    groups, days = defaultdict(list), (period.starts_on, period.ends_on)
    for line in lines:
        groups[line.person_id].append(line)
    paid = drawn(plan, seats, period.code, days)
    found = {}
    for person in dict.fromkeys([*groups, *(p for p in sorted(standing) if standing[p].open), *sorted(map(int, paid))]):
        made = _statement(plan, person, groups[person], period, standing.get(person), known, seats)
        if made is not None:
            found[person] = made
    return found


def account(plan, stands):
    """The engine's account of a person, opened with the Standing brought in, or None."""
    from squaredeal.engine.ledger.paying import Account
    from squaredeal.engine.plan.calendar import start_of
    stands = stands or Standing()
    year = stands.until and start_of("year", stands.until, plan.year_starts).year
    paid = {window: (Decimal(so_far), Decimal(most)) for window, (so_far, most) in stands.counted.items()} if plan.settlement.cap else {}
    return Account(plan, stands.balance - stands.left - stands.small, stands.left, year, paid, stands.small, stands.gone, stands.owed)


def _statement(plan, person, lines, period, stands, known, seats):
    from squaredeal.engine.ledger.rounding import together
    from squaredeal.engine.ledger.settle import statement
    from squaredeal.engine.plan.calendar import days_of
    own, late, steps = [], [], []
    for (version, where), rows in _by_month(lines).items():
        ruled = reading.loaded(version.text)
        sums, told = _rounded(ruled, known[version.pk, person, where], rows)
        if where == period.code:
            own.append(sums)
        else:
            late.append((days_of(where), seats.get((str(person), where), {}), sums))
        if not ruled.settlement.per_line:
            steps.append({"month": where, **told})
    now = [x for x in lines if x.fact_period == period.code]
    bases = defaultdict(Decimal)
    for x in now:
        bases[x.component] += x.base or ZERO
    opened = account(plan, stands)
    made = statement(opened, str(person), period.code, together(own), late, lines=len(lines), base=max(bases.values(), default=ZERO),
                     person=seats.get((str(person), period.code), {}), days=(period.starts_on, period.ends_on))
    if made is None:
        return None
    told = {"rounding": steps} if steps else {}
    if plan.settlement.cap:
        told["counted"] = {window: [f"{so_far:f}", f"{most:f}"] for window, (so_far, most) in opened.paid.items()}
    if stands and (stands.left or stands.small):
        told["brought"] = {"left": f"{stands.left:f}", "small": f"{stands.small:f}"}
    told |= {name: amounts for name, amounts in opened.noted.items() if amounts}
    if opened.small:
        told["small"] = f"{opened.small:f}"
    if plan.settlement.deduction and opened.last.deducted:
        told["deducted"] = f"{opened.last.deducted:f}"
    if opened.last.least is not None:
        told["draw"] = f"{opened.last.least:f}"
    for name, amount in (("lent", opened.last.lent), ("interest", opened.last.interest)):
        if amount:
            told[name] = f"{amount:f}"
    judged = next((x for x in now if x.detail["quota"] is not None), None)
    return {"base": made.base, "quota": fen(judged.detail["quota"]) if judged else None,
            "attainment": Decimal(judged.detail["attainment"]).quantize(Decimal("0.0001")) if judged and judged.detail["attainment"] else None,
            "earned": made.earned, "earlier": made.earlier, "held": made.held, "reserved": made.reserved, "capped": made.capped,
            "advance": made.advance, "carried_in": made.carried_in, "carried": made.carried, "payout": made.payout, "left": opened.over,
            "steps": told}


def _by_month(lines):
    """{(plan version, month of the facts): lines}, the order kept."""
    found = defaultdict(list)
    for x in lines:
        found[x.plan, x.fact_period].append(x)
    return found


def _rounded(plan, before, lines):
    """((earned, reserved, payable) in whole units, what it takes to check that) of one person's lines of one month, after what is posted `before`."""
    from squaredeal.engine.ledger.rounding import NONE, rounded
    more = tuple(sum((getattr(x, name) for x in lines), ZERO) for name in ("difference", "reserved", "payout"))
    sums, was = rounded(plan, before, more), rounded(plan, NONE, before)
    told = {name: [f"{exact(before[place]):f}", f"{exact(before[place] + more[place]):f}", f"{was[place]:f}", f"{was[place] + sums[place]:f}"]
            for place, name in enumerate(("earned", "reserved", "payable")) if (before[place] or more[place]) and (place < 2 or any(x.held for x in lines))}
    return sums, told
