"""Goal seek: one rate of a plan solved so that the total cost meets a budget; bounded, on an exact grid, saying so when it cannot be reached."""
from dataclasses import dataclass
from decimal import Decimal
from math import floor

from ..backends import MEMORY
from ..plan.levers import lever, with_rate
from ..problems import PlanProblems, problem
from ..running import run

MOST_STEPS = 10**6


@dataclass(frozen=True)
class Sought:
    """The answer of a goal seek.

    `value` is the highest rate of the grid (the lowest, where cost falls as the rate rises) whose `cost` stays within the budget, and
    `following` the next step, which exceeds it (None at the end of the range). When not `reached`, `value` is the nearest the range
    allows. `was` and `cost_was` are the plan as it stands; `plan` the plan with the rate put in.
    """
    path: str
    budget: Decimal
    measured: str
    was: Decimal
    cost_was: Decimal
    value: Decimal
    cost: Decimal
    following: Decimal | None
    following_cost: Decimal | None
    reached: bool
    runs: int
    plan: object


def seek(plan, tables, path, budget, *, periods=None, measured="earned", over=None, step=None, least=None, most=None, progress=None, cancel=None,
         memory=MEMORY, threads=2):
    """The Sought rate named by `path` (see `levers`) with which `measured` ("earned" or "payout") of `periods` costs at most `budget` yuan.

    Searched between `least` and `most` in steps of `step` (unsaid: the lever's own; 0.01 % for a rate). Every cost is a whole run over the
    tables, some ten of them, never more than 64. `progress(text)` is told each rate tried. PlanProblems names the paths when this one is not a rate.
    """
    found = lever(plan, path)
    over = over or plan.effective
    step, least, most = Decimal(step or found.step), Decimal(found.least if least is None else least), Decimal(found.most if most is None else most)
    if step <= 0 or most < least or (most - least) / step > MOST_STEPS:
        raise PlanProblems([problem(path, "范围或步长不对", "the range or the step is not right",
                                    "下限小于上限，步长大于零，最多一百万步", "the lower end below the upper, the step above zero, a million steps at most")])
    tables, costs = tables.with_posted([]), {}

    def cost(place):
        if place not in costs:
            if cancel is not None and cancel():
                raise InterruptedError("cancelled")
            value = least + place * step
            if progress is not None:
                progress(f"{path} = {value.normalize():f}")
            costs[place] = cost_of(with_rate(plan, path, value), tables, periods, measured, over, cancel, memory, threads)
        return costs[place]

    was = cost_of(plan, tables, periods, measured, over, cancel, memory, threads)
    place, other, reached = solved(cost, floor((most - least) / step), Decimal(budget))
    value = least + place * step
    return Sought(path, Decimal(budget), measured, found.value, was, value, cost(place), None if other is None else least + other * step,
                  None if other is None else cost(other), reached, len(costs) + 1, with_rate(plan, path, value))


def solved(cost, end, budget):
    """(place, the step beyond it or None, reached): among places 0 to `end` the last whose cost is within the budget, coming from the cheap end."""
    cheap, dear = (0, end) if cost(0) <= cost(end) else (end, 0)
    if cost(cheap) > budget:
        return cheap, None, False
    if cost(dear) <= budget:
        return dear, None, True
    return *narrowed(cost, cheap, dear, budget), True


def narrowed(cost, within, over, budget):
    """Two neighbouring places, the first within the budget, the second over it: a straight-line guess, its neighbour, then the middle, in turn.

    Every third turn halves what is left, so a range of n steps ends within 3 × log2(n) runs.
    """
    turn, beside = 0, 0
    while abs(over - within) > 1:
        side = 1 if over > within else -1
        if turn % 3 == 0:
            guess = within + side * int((budget - cost(within)) * abs(over - within) / (cost(over) - cost(within)))
        else:
            guess = beside if turn % 3 == 1 else (within + over) // 2
        guess = min(max(guess, min(within, over) + 1), max(within, over) - 1)
        turn += 1
        if cost(guess) <= budget:
            within, beside = guess, guess + side
        else:
            over, beside = guess, guess - side
    return within, over


def cost_of(plan, tables, periods, measured, over, cancel=None, memory=MEMORY, threads=2):
    """What a plan costs over the tables in the periods (all when None), in yuan."""
    result = run(plan.model_copy(update={"effective": over}), tables, cancel=cancel, memory=memory, threads=threads)
    return sum(((s.payout if measured == "payout" else s.earned + s.earlier) for s in result.statements if not periods or s.period in periods), Decimal(0))
