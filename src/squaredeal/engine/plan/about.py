"""Which facts a plan is about."""


def kinds_of(plan):
    """The kinds of fact the plan speaks of."""
    releases = [kind for c in plan.components if c.release for kind in (c.release.pro_rata or c.release.received, c.release.not_before)]
    parts = (*plan.measures.values(), *plan.components, *(c.clawback for c in plan.components if c.clawback))
    events = {k for c in plan.components if c.release and c.release.events for k in c.release.events}
    return set(plan.counts_on) | {k for part in parts for k in part.kinds} | {k for k in releases if k} | events
