"""The rates of a plan by name, for trying other ones: `components.NAME.rate`, one row of its table, its whole table by a scale, an uplift, a factor, a cap.

    components.回款提成.rate                the rate, where it is one constant
    components.回款提成.rate.table.2        the rate of the second row of its table
    components.回款提成.rate.matrix.1.2     row 1, column 2 of a matrix
    components.回款提成.rate.scale          every rate of the table × the value
    components.回款提成.uplift.1            what the first uplift adds
    components.回款提成.factor.1            what the first factor multiplies by
    components.回款提成.limit.cap           the cap
"""
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..formula import formula
from ..problems import PlanProblems, problem
from .plan import Flat, Grid, Lump, LumpPlusExcess, Matrix, PerUnit, ShareOfDifference, Tiers

RATE, MONEY, SCALE = "rate", "money", "scale"
STEPS = {RATE: (Decimal("0.0001"), Decimal(0), Decimal(1)), MONEY: (Decimal("0.01"), Decimal(0), None), SCALE: (Decimal("0.0001"), Decimal(0), Decimal(10))}


@dataclass(frozen=True)
class Lever:
    """A rate that can be set: its path, its kind (rate, money, scale), what it is now, and the grid it is tried on."""
    path: str
    kind: str
    value: Decimal

    @property
    def step(self):
        return STEPS[self.kind][0]

    @property
    def least(self):
        return STEPS[self.kind][1]

    @property
    def most(self):
        top = STEPS[self.kind][2]
        return max(top, self.value) if top is not None else max(self.value * 100, Decimal(100))


def levers(plan):
    """Every Lever of the plan, in the order of its components."""
    return [Lever(f"components.{c.name}.{rest}", kind, value) for c in plan.components for rest, kind, value in _of(c)]


def lever(plan, path):
    """The Lever at `path`; PlanProblems naming all of them when there is none."""
    found = levers(plan)
    chosen = next((x for x in found if x.path == path), None)
    if chosen is None:
        paths = "  ".join(x.path for x in found)
        raise PlanProblems([problem(path, "这里没有可以调的比例", "there is no rate here that can be set", f"可以调的：{paths}" if paths else "", f"these can: {paths}" if paths else "")])
    return chosen


def with_rate(plan, path, value):
    """The plan with another value at `path`."""
    kind = lever(plan, path).kind
    name, rest = next((c.name, path.removeprefix(f"components.{c.name}.")) for c in plan.components
                      if path.startswith(f"components.{c.name}.") and any(path == f"components.{c.name}.{r}" for r, _k, _v in _of(c)))
    return plan.model_copy(update={"components": [_set(c, rest.split("."), kind, Decimal(value)) if c.name == name else c for c in plan.components]})


def _number(text):
    """A constant formula as a Decimal, or None."""
    if isinstance(text, Decimal):
        return text
    value = formula.constant(text)
    scaled = None if value is None else value * 10**12
    return None if scaled is None or scaled.denominator != 1 else (Decimal(scaled.numerator).scaleb(-12)).normalize() + 0


def _of(component):
    """[(rest of the path, kind, value)] of a component."""
    rate, found = component.rate, []
    worth = RATE if component.base is not None else MONEY
    if isinstance(rate, (Tiers, Grid)):
        found += [(f"rate.table.{i}", worth, _number(value)) for i, (_edge, value) in enumerate(rate.table, 1)] + [("rate.scale", SCALE, Decimal(1))]
    elif isinstance(rate, LumpPlusExcess):
        found += [(f"rate.table.{i}", RATE, share) for i, (_edge, _lump, share) in enumerate(rate.lump_plus_excess, 1)] + [("rate.scale", SCALE, Decimal(1))]
    elif isinstance(rate, Matrix):
        found += [(f"rate.matrix.{r}.{c}", worth, _number(value)) for r, row in enumerate(rate.matrix, 1) for c, value in enumerate(row, 1)]
        found.append(("rate.scale", SCALE, Decimal(1)))
    else:
        name, kind = {Flat: ("flat", RATE), PerUnit: ("per_unit", MONEY), Lump: ("lump", MONEY), ShareOfDifference: ("share_of_difference", RATE)}.get(type(rate), ("", RATE))
        if name:
            found.append(("rate", kind, _number(getattr(rate, name))))
    found += [(f"uplift.{i}", RATE, _number(u.add)) for i, u in enumerate(component.uplift, 1)]
    found += [(f"factor.{i}", RATE, _number(f.times)) for i, f in enumerate(component.factor, 1)]
    if component.limit and component.limit.cap is not None:
        found.append(("limit.cap", MONEY, _number(component.limit.cap)))
    return [x for x in found if x[2] is not None]


def _written(value, kind):
    """A value as the plan writes it: a percentage for rates."""
    return f"{(value * 100).normalize():f}%" if kind == RATE else f"{value.normalize():f}"


def _scaled(text, by):
    value = formula.constant(text) if isinstance(text, str) else Fraction(text)
    if value is None:
        return f"({text}) * {by.normalize():f}"
    return _written(_number(text) * by, RATE) if _number(text) is not None else f"({text}) * {by.normalize():f}"


def _set(component, path, kind, value):
    rate, first = component.rate, path[0]
    if first == "limit":
        return component.model_copy(update={"limit": component.limit.model_copy(update={"cap": value})})
    if first in {"uplift", "factor"}:
        rows, place = list(getattr(component, first)), int(path[1]) - 1
        rows[place] = rows[place].model_copy(update={"add": _written(value, RATE)} if first == "uplift" else {"times": value})
        return component.model_copy(update={first: rows})
    if path[-1] == "scale":
        changed = _all_scaled(rate, value)
    elif isinstance(rate, (Tiers, Grid)):
        changed = {"table": [(e, _written(value, kind) if i == int(path[2]) else v) for i, (e, v) in enumerate(rate.table, 1)]}
    elif isinstance(rate, LumpPlusExcess):
        changed = {"lump_plus_excess": [(e, lump, value if i == int(path[2]) else s) for i, (e, lump, s) in enumerate(rate.lump_plus_excess, 1)]}
    elif isinstance(rate, Matrix):
        changed = {"matrix": [[_written(value, kind) if [str(r), str(c)] == path[2:] else v for c, v in enumerate(row, 1)] for r, row in enumerate(rate.matrix, 1)]}
    else:
        changed = {{Flat: "flat", PerUnit: "per_unit", Lump: "lump", ShareOfDifference: "share_of_difference"}[type(rate)]: _written(value, kind)}
    return component.model_copy(update={"rate": rate.model_copy(update=changed)})


def _all_scaled(rate, by):
    if isinstance(rate, LumpPlusExcess):
        return {"lump_plus_excess": [(e, lump * by, share * by) for e, lump, share in rate.lump_plus_excess]}
    if isinstance(rate, Matrix):
        return {"matrix": [[_scaled(v, by) for v in row] for row in rate.matrix]}
    return {"table": [(e, _scaled(v, by)) for e, v in rate.table]}
