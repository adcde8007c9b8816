"""Which facts a plan is about, and who all together are."""
from ..formula.naming import both, either

EVERYBODY = ("*", "everybody", "all", "全公司", "全体")
"""What tables call all together."""


def named(kinds):
    """Every kind of fact that a text names: A | B is either of them, A & B both."""
    return list(dict.fromkeys(kind for several in either(kinds) for kind in both(several)))


def kinds_of(plan):
    """The kinds of fact the plan speaks of."""
    parts = (*plan.measures.values(), *plan.components, *(c.clawback for c in plan.components if c.clawback))
    return set(plan.counts_on) | {k for part in parts for k in part.kinds} | releasing(plan)


def releasing(plan):
    """The kinds of fact whose coming releases what was earned on their deal."""
    return {kind for c in plan.components if c.release for kind in _released_by(c.release)}


def _released_by(rule):
    return {kind for kinds in (rule.pro_rata or rule.received, rule.not_before, *(rule.events or ())) if kinds for kind in named(kinds)}


def speaking_of(plan, kind):
    """Names of the measures and components that speak of a kind of fact, as the plan has them."""
    parts = [(name, set(m.kinds)) for name, m in plan.measures.items()]
    parts += [(c.name, {*c.kinds, *(c.clawback.kinds if c.clawback else ()), *(_released_by(c.release) if c.release else ())}) for c in plan.components]
    return [name for name, kinds in parts if kind in kinds]


def taking_back(plan):
    """The kinds of fact that only take back what was earned on their deal: they do so also when the plan has ended."""
    counted = {kind for part in (*plan.measures.values(), *plan.components) for kind in part.kinds}
    return {kind for c in plan.components if c.clawback for kind in c.clawback.kinds} - counted
