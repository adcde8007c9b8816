"""What a plan may say that the firm's statements do not settle: it is told at the draft and stops the publishing, so that nothing is left
unpaid in silence. The command computes all of it from tables of one's own. Pure.
"""
from django.utils.translation import gettext as _

BOOKS = "receipt"
"""The one kind of fact the firm's books hand to a computation."""


def unsettled(plan):
    """[sentence] of what in `plan` would not be paid by the statements here; [] when all of it is."""
    from squaredeal.engine.plan.about import kinds_of
    from squaredeal.engine.plan.plan import SPANS
    from squaredeal.engine.plan.saying import nodes
    found = [_("“%(component)s” is paid out later than it is earned (release); statements pay at once what is earned") % {"component": c.name}
             for c in plan.components if c.release]
    s = plan.settlement
    found += [said for there, said in (
        (s.draw, _("a draw or guarantee (settlement: draw)")), (s.cap, _("a cap on all components together (settlement: cap)")),
        (s.minimum, _("a smallest sum that is paid out (settlement: minimum)")),
        (s.deduction, _("deductions from the wage (settlement: deduction)")),
        (not s.per_line, _("rounding once per statement (settlement: round); statements round once per line"))) if there]
    found += [_("facts of the kind “%(kind)s”; commission here is computed from receipts") % {"kind": kind}
              for kind in sorted(kinds_of(plan) - {*SPANS, "deal", BOOKS})]
    if any(node.op == "score" for node in nodes(plan)):
        found.append(_("appraisal scores (score); the computation here is handed none"))
    return found


def measured_against_targets(plan):
    """Names of the measures that the plan holds against their targets: in a formula, a gate, a table, a ranking or a limit of their own."""
    from squaredeal.engine.plan.saying import nodes
    named = {node.args[0] for node in nodes(plan) if node.op in ("attainment", "quota")}
    return {name for name, m in plan.measures.items() if name in named or m.of_quota is not None or m.ranking.by == "attainment"}
