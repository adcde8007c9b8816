"""Which facts a plan is about."""
from ..formula.naming import either


def kinds_of(plan):
    """The kinds of fact the plan speaks of."""
    parts = (*plan.measures.values(), *plan.components, *(c.clawback for c in plan.components if c.clawback))
    return set(plan.counts_on) | {k for part in parts for k in part.kinds} | releasing(plan)


def releasing(plan):
    """The kinds of fact whose coming releases what was earned on their deal."""
    rules = [c.release for c in plan.components if c.release]
    return {kind for r in rules for kinds in (r.pro_rata or r.received, r.not_before, *(r.events or ())) if kinds for kind in either(kinds)}


def taking_back(plan):
    """The kinds of fact that only take back what was earned on their deal: they do so also when the plan has ended."""
    counted = {kind for part in (*plan.measures.values(), *plan.components) for kind in part.kinds}
    return {kind for c in plan.components if c.clawback for kind in c.clawback.kinds} - counted
