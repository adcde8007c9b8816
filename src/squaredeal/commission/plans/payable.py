"""What a plan may say that the firm's statements do not settle: it is told at the draft and stops the publishing, so that nothing is left
unpaid in silence. The command computes all of it from tables of one's own. Pure.
"""
from django.utils.translation import gettext as _

BOOKS = "receipt"
"""The one kind of fact the firm's books hand to a computation."""


PERSON = frozenset({"payee", "position", "unit", "manager", "from", "to", "hired", "left", "period_start", "period_end", "active_days", "period_days"})
"""What the books say of a person in a month."""


def unsettled(plan):
    """[sentence] of what in `plan` would not be paid by the statements here; [] when all of it is."""
    from squaredeal.engine.plan.about import kinds_of
    from squaredeal.engine.plan.plan import SPANS
    from squaredeal.engine.plan.saying import nodes
    found = [_("“%(component)s” is released by what arrives on the deal or by a condition (release); statements release by the calendar")
             % {"component": c.name} for c in plan.components if c.release and not _by_calendar(c.release)]
    s = plan.settlement
    found += [said for there, said in (
        (s.cap and s.cap.excess == "carried", _("a cap on all components together whose excess is carried (settlement: cap)")),
        (s.minimum, _("a smallest sum that is paid out (settlement: minimum)")),
        (s.deduction, _("deductions from the wage (settlement: deduction)"))) if there]
    found += [_("facts of the kind “%(kind)s”; commission here is computed from receipts") % {"kind": kind}
              for kind in sorted(kinds_of(plan) - {*SPANS, "deal", BOOKS})]
    found += [_("“%(name)s” in a draw or cap (settlement); nothing here says it of a person") % {"name": name} for name in sorted(_asked(plan) - PERSON - set(plan.measures))]
    if any(node.op == "score" for node in nodes(plan)):
        found.append(_("appraisal scores (score); the computation here is handed none"))
    return found


def _by_calendar(release):
    """Whether it is the calendar, or a formula over the fact, that releases: later receipts of the deal may be governed by another plan."""
    return (release.after, release.instalments, release.on, release.share) != (None, None, None, None) and not release.not_before


def _asked(plan):
    """The names that the formulas of a draw and a cap read of a person, their terms put in."""
    draw, cap = plan.settlement.draw, plan.settlement.cap
    texts = [text for part in (draw, cap) if part for text in (part.amount, part.who)]
    texts += [text for text in (draw.forgiven, draw.most_owed) if text not in ("never", "year end", None)] if draw else []
    return {node.args[0] for text in texts for node in plan.expand(text).walk() if node.op == "name"}


def measured_against_targets(plan):
    """Names of the measures that the plan holds against their targets: in a formula, a gate, a table, a ranking or a limit of their own."""
    from squaredeal.engine.plan.saying import nodes
    named = {node.args[0] for node in nodes(plan) if node.op in ("attainment", "quota")}
    return {name for name, m in plan.measures.items() if name in named or m.of_quota is not None or m.ranking.by == "attainment"}
