"""Two plans over the same tables: what each person and each component would get under both, who gains, who loses, what it costs. Nothing is posted."""
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from ..backends import MEMORY
from ..ledger.settle import fen
from ..problems import PlanProblems, problem
from ..running import run

ZERO = Decimal(0)
EDGES = tuple(Decimal(n) / 100 for n in (-20, -10, -5, 0, 5, 10, 20))
"""Where the buckets of change (new ÷ old − 1) end: below the first, between two, above the last; no change has a bucket of its own."""
QUANTILES = (0, 10, 25, 50, 75, 90, 100)


@dataclass(frozen=True)
class Pair:
    """An amount under the old and the new plan, in yuan."""
    old: Decimal = ZERO
    new: Decimal = ZERO

    @property
    def difference(self):
        return self.new - self.old

    @property
    def share(self):
        """The change as a share of the old amount, to four places; None where nothing was earned before."""
        return (self.difference / abs(self.old)).quantize(Decimal("0.0001")) if self.old else None


@dataclass(frozen=True)
class Change:
    """One person's, one component's or everybody's earned and payout under both plans. An empty payee or component means all of them."""
    payee: str
    component: str
    earned: Pair
    payout: Pair


@dataclass(frozen=True)
class Side:
    """Those who gain (or lose): how many, by how much together, and the one it moves most."""
    count: int
    total: Decimal
    most: Change | None


@dataclass(frozen=True)
class Bucket:
    """People whose change is above `low` and at most `high` (below zero: from `low` to under `high`); `kind` is same, new or change."""
    kind: str
    low: Decimal | None
    high: Decimal | None
    count: int
    total: Decimal


@dataclass(frozen=True)
class Simulation:
    """What two plans give over the same facts.

    `people` by difference, largest gain first; `parts` the components of each person; `components` of all people together. A person's payout
    is after settlement (carried negatives, draws, caps), which belongs to no component. `measured` names what gains are told by.
    """
    old: object
    new: object
    measured: str
    periods: tuple
    people: list
    parts: dict
    components: list
    total: Change
    gains: Side
    losses: Side
    same: int
    buckets: list
    quantiles: dict
    warnings: list = field(default_factory=list)

    def of(self, change):
        """The pair of a change that this simulation is told by."""
        return getattr(change, self.measured)


def simulate(old, new, tables, *, periods=None, measured="earned", over=None, progress=None, cancel=None, memory=MEMORY, threads=2):
    """The Simulation of plans `old` and `new`, both taken as in force over the days `over` (an Effective; the old plan's when None).

    `periods` are ids such as 2026-03 that count; every fact is computed all the same, so that sums to date are right. `measured` is
    "earned" or "payout". What is posted is left aside. PlanProblems as for a run; `progress(stage)` is told "old …" and "new …".
    """
    over = over or old.effective
    old, new = (plan.model_copy(update={"effective": over}) for plan in (old, new))
    if periods and old.period != new.period:
        raise PlanProblems([problem("period", f"两个方案的期间不同：{old.period}、{new.period}", f"the plans have different periods: {old.period}, {new.period}",
                                    "不选期间，比全部", "choose no period and compare all")])
    tables, got = tables.with_posted([]), {}
    for which, plan in (("old", old), ("new", new)):
        told = None if progress is None else lambda stage, which=which: progress(f"{which} {stage}")
        got[which] = run(plan, tables, progress=told, cancel=cancel, memory=memory, threads=threads)
    return compare(got["old"], got["new"], periods=periods, measured=measured)


def compare(old, new, *, periods=None, measured="earned"):
    """The Simulation of two Results of the same tables, nothing posted."""
    periods = tuple(periods or ())
    known = {s.period for r in (old, new) for s in r.statements}
    before, after = _sums(old, periods), _sums(new, periods)
    payees = sorted({payee for found in (before, after) for payee, _component in found})
    names = list(dict.fromkeys(c.name for r in (old, new) for c in r.plan.components))
    parts = {payee: [_change(payee, name, before, after) for name in names if (payee, name) in before or (payee, name) in after] for payee in payees}
    people = [_change(payee, "", before, after) for payee in payees]
    people.sort(key=lambda c: (-getattr(c, measured).difference, c.payee))
    components = [_added("", name, [c for found in parts.values() for c in found if c.component == name]) for name in names]
    warnings = [w for r in (old, new) for w in r.warnings]
    warnings = [w for place, w in enumerate(warnings) if w not in warnings[:place]]
    missing = [p for p in periods if p not in known]
    if missing:
        warnings.append({"code": "nothing_in_period", "count": len(missing), "zh": f"{'、'.join(missing)} 没有提成", "en": f"nothing is earned in {', '.join(missing)}"})
    settled = sum(1 for c in people if c.payout.difference and not c.earned.difference)
    if settled and measured == "earned":
        warnings.append({"code": "only_paid", "count": settled, "zh": f"{settled} 人应得不变、实发变了：结算的改动要按实发（payout）比",
                         "en": f"{settled} people earn the same and are paid otherwise: what settling changes is told by payout"})
    pairs = [(c, getattr(c, measured)) for c in people]
    return Simulation(
        old.plan, new.plan, measured, periods, people, parts, components, _added("", "", people),
        _side([(c, p) for c, p in pairs if p.difference > 0]), _side([(c, p) for c, p in reversed(pairs) if p.difference < 0]),
        sum(1 for _c, p in pairs if not p.difference), _buckets(pairs), _quantiles([p.difference for _c, p in pairs]), warnings)


def _sums(result, periods):
    """{(payee, component): [earned, payout]} of the lines, and under component "" of the statements."""
    found = defaultdict(lambda: [ZERO, ZERO])
    grouped = result.table.group_by(["payee", "component", "fact_period"]).aggregate([("difference", "sum"), ("payout", "sum")])
    for row in grouped.to_pylist():
        if not periods or row["fact_period"] in periods:
            both = found[row["payee"], row["component"]]
            both[0] += row["difference_sum"]
            both[1] += row["payout_sum"]
    for s in result.statements:
        if not periods or s.period in periods:
            both = found[s.payee, ""]
            both[0] += s.earned + s.earlier
            both[1] += s.payout
    return {key: (earned if key[1] == "" else _exact(earned), payout if key[1] == "" else _exact(payout)) for key, (earned, payout) in found.items()}


def _exact(value):
    """To the fen where it is whole fen; plans that round once per statement have finer lines."""
    return fen(value) if value == fen(value) else value


def _change(payee, component, before, after):
    none = (ZERO, ZERO)
    old, new = before.get((payee, component), none), after.get((payee, component), none)
    return Change(payee, component, Pair(old[0], new[0]), Pair(old[1], new[1]))


def _added(payee, component, changes):
    def pair(name):
        return Pair(sum((getattr(c, name).old for c in changes), ZERO), sum((getattr(c, name).new for c in changes), ZERO))
    return Change(payee, component, pair("earned"), pair("payout"))


def _side(pairs):
    return Side(len(pairs), sum((p.difference for _c, p in pairs), ZERO), pairs[0][0] if pairs else None)


def _buckets(pairs):
    """People by relative change, from the largest loss to the largest gain; last those who earned nothing before."""
    bounds = [(None, EDGES[0]), *zip(EDGES, EDGES[1:], strict=False), (EDGES[-1], None)]
    groups = {bound: [] for bound in bounds}
    same, fresh = [], []
    for _change_of, pair in pairs:
        if not pair.difference:
            same.append(pair.difference)
        elif not pair.old:
            fresh.append(pair.difference)
        else:
            groups[next(b for b in bounds if _within(pair, b))].append(pair.difference)
    found = [Bucket("change", low, high, len(groups[low, high]), sum(groups[low, high], ZERO)) for low, high in bounds]
    place = 1 + EDGES.index(0)
    return [*found[:place], Bucket("same", ZERO, ZERO, len(same), ZERO), *found[place:], Bucket("new", None, None, len(fresh), sum(fresh, ZERO))]


def _within(pair, bound):
    """Compared by multiplication, never by a rounded quotient."""
    low, high = bound
    moved, size = pair.difference, abs(pair.old)
    if moved > 0:
        return (low is None or moved > low * size) and (high is None or moved <= high * size)
    return (low is None or moved >= low * size) and (high is None or moved < high * size or high == 0)


def _quantiles(differences):
    """{per cent: the difference of the person at that rank}: somebody's real amount, the nearest rank, nothing between two."""
    ranked = sorted(differences)
    return {q: ranked[max(-(-q * len(ranked) // 100), 1) - 1] for q in QUANTILES} if ranked else {}
