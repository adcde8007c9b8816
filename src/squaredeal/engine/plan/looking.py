"""Whether a plan looks back before its first day: then earlier facts count in its measures, though nothing is earned on them."""
from .fields import own_year
from .saying import nodes


def looks_back(plan):
    """Whether a measure of the plan reaches back beyond a year, or a formula asks for the window before or a year ago."""
    known = plan.__dict__.get("_looks_back")
    if known is None:
        reach = any(m.window.startswith(("life", "last ")) or own_year(m.window) for m in plan.measures.values())
        known = plan.__dict__["_looks_back"] = reach or any(node.op in ("previous", "year_ago") for node in nodes(plan))
    return known
