"""What else is wrong with a plan of which some parts cannot be read: these are left out or stood in for, and the rest is checked, so that every finding is told at once."""
from copy import deepcopy

from pydantic import ValidationError

from .plan import Plan

ROUNDS = 4
"""Leaving a part out may uncover another that cannot be read; then the rest goes unchecked."""
NAMED = ("terms", "tables", "measures", "decisions")
STAND_INS = {"plan": "plan", "effective": {"from": "2000-01-01"}, "period": "month", "settlement": {"round": "exact", "negative": "carry"}}
"""What the checker needs of a plan that does not say it, or says it in no known way."""
NO_RATE = "0%"
APART = {"override", "uplift", "factor", "gate", "split", "limit", "limits", "release", "reserve", "clawback"}
"""Steps a component is whole without."""


def also(raw, errors, check):
    """Errors of `check`, [Problem], in what is left of `raw`, a map, where pydantic's `errors` were found; nothing is told of what follows from the parts left out."""
    left, silent, gone = deepcopy(raw), set(), set()
    for _round in range(ROUNDS):
        if not all(_leave_out(left, error["loc"], silent, gone) for error in errors):
            return []
        try:
            plan = Plan.model_validate(left)
        except ValidationError as wrong:
            errors = wrong.errors(include_url=False)
            continue
        except RecursionError:
            return []
        return [p for p in check(plan) if p.severity == "error" and not _follows(p, silent, gone)]
    return []


def _leave_out(left, loc, silent, gone):
    """Take what stands at `loc` out of `left`; whether what is left can be told by itself: of a whole map of names nobody knows which."""
    if not loc:
        return False
    top, below = loc[0], loc[1] if len(loc) > 1 else None
    if top in STAND_INS and isinstance(left.get(top), dict) and below in left[top]:
        silent.add(f"{top}.{below}")
        left[top].pop(below)
    elif top in STAND_INS:
        silent.add(top)
        left[top] = STAND_INS[top]
    elif top == "components" and below is not None and isinstance(left.get(top), list):
        return _component(left[top], loc, silent, gone)
    elif top in NAMED and below is not None and isinstance(left.get(top), dict):
        silent.add(f"{top}.{below}")
        gone.add(str(below))
        left[top].pop(below, None)
    elif top == "examples" or top not in left or top not in Plan.model_fields:
        left.pop(top, None)
    else:
        return False
    return True


def _component(components, loc, silent, gone):
    """A component keeps its readable steps; one that is nothing without the step is silent. Where it has no name, others may have meant it."""
    at, step = loc[1], loc[2] if len(loc) > 2 else None
    here = components[at] if at < len(components) else None
    name = here.get("name") if isinstance(here, dict) else None
    if not isinstance(name, str) or step == "name":
        return False
    if step == "rate":
        silent |= {f"components.{name}.rate", f"components.{name}.override"}
        here["rate"] = NO_RATE
        here.setdefault("base", "0")
    elif step in APART:
        silent.add(f"components.{name}.{step}")
        here.pop(step, None)
    else:
        gone.add(name)
        silent.add(f"components.{name}")
        components[at] = {"name": name, "each": "period", "rate": {"lump": "0"}}
    return True


def _follows(found, silent, gone):
    """Whether a finding may be there only for what was left out."""
    if found.place.endswith(".per") and any(place.startswith("measures.") for place in silent):
        return True  # a measure left out may have been counted per that column
    told = found.reason["en"] + found.reason["zh"] + found.remedy["en"]
    return any(found.place == place or found.place.startswith(f"{place}.") for place in silent) or any(name and name in told for name in gone)
