"""What a plan may say that the firm's statements do not settle: it is told at the draft and stops the publishing, so that nothing is left
unpaid in silence. The command computes all of it from tables of one's own. Pure.
"""
from django.utils.translation import gettext as _

BOOKS = frozenset({"receipt", "signing", "termination"})
"""The kinds of fact the firm's books hand to a computation: money received, contracts signed, contracts ended."""

SCORES = ("跟进合规", "compliance")
"""The names of the one score that the books give: follow-ups done in time, by person and month."""
PERSON = frozenset({"payee", "position", "unit", "manager", "from", "to", "hired", "left", "period_start", "period_end", "active_days", "period_days"})
"""What the books say of a person in a month."""


def unsettled(plan):
    """[sentence] of what in `plan` would not be paid by the statements here; [] when all of it is."""
    from squaredeal.engine.plan.about import kinds_of
    from squaredeal.engine.plan.plan import SPANS
    found = [_("amounts in %(currency)s; statements here are in yuan (CNY)") % {"currency": plan.currency}] if plan.currency != "CNY" else []
    if plan.period != "month":
        found.append(_("settlement by the %(period)s; statements here are by the month: write period: month, and each: %(period)s in what is computed by it") % {"period": plan.period})
    found += [_("“%(component)s” is released by a condition on what is sold (release: once, at most); write a condition on the person, or release by what arrives or by the calendar")
             % {"component": c.name} for c in plan.components if c.release and _by_sales(plan, c.release)]
    found += [_("facts of the kind “%(kind)s”; commission here is computed from receipts, contracts signed (signing) and contracts ended (termination)") % {"kind": kind}
              for kind in sorted(kinds_of(plan) - {*SPANS, "deal"} - BOOKS)]
    found += [_("“%(name)s” in the settlement or a condition of release; nothing here says it of a person; write the amount, or one by position") % {"name": name} for name in sorted(_asked(plan) - PERSON - set(plan.measures))]
    found += [_("the score “%(name)s”; here there is the compliance of a month, the part of the follow-ups due that was done in time: score(%(known)s)") % {"name": name, "known": SCORES[0]}
              for name in sorted(scored(plan) - {*SCORES})]
    return found


def scored(plan):
    """Names of the scores that the plan asks for."""
    from squaredeal.engine.plan.saying import nodes
    return {node.args[0] for node in nodes(plan) if node.op == "score"}


def _by_sales(plan, release):
    """Whether it is what is sold in a later month that releases: that month may be governed by another plan, which does not hand it over."""
    from squaredeal.engine.formula.formula import ABOUT
    text = release.once or release.at_most
    return text is not None and any(n.op in ABOUT or n.op == "name" and n.args[0] in plan.measures for n in plan.expand(text).walk())


def _asked(plan):
    """The names that the formulas of the settlement and of a condition of release read of a person, their terms put in."""
    texts = [*plan.settlement.formulas, *(text for c in plan.components if c.release for text in (c.release.once, c.release.at_most) if text is not None and not _by_sales(plan, c.release))]
    return {node.args[0] for text in texts for node in plan.expand(text).walk() if node.op == "name"}


def measured_against_targets(plan):
    """Names of the measures that the plan holds against their targets: in a formula, a gate, a table, a ranking or a limit of their own."""
    from squaredeal.engine.plan.saying import nodes
    named = {node.args[0] for node in nodes(plan) if node.op in ("attainment", "quota")}
    return {name for name, m in plan.measures.items() if name in named or m.of_quota is not None or m.ranking.by == "attainment"}
