"""What a plan may say that the firm's statements do not settle: it is told at the draft and stops the publishing, so that nothing is left
unpaid in silence. The command computes all of it from tables of one's own. Pure.
"""
import re

from django.utils.translation import gettext as _

SPANS = {"deal", "period", "month", "quarter", "half", "year"}
BOOKS = "receipt"
"""The one kind of fact the firm's books hand to a computation."""


def unsettled(plan):
    """[sentence] of what in `plan` would not be paid by the statements here; [] when all of it is."""
    found = [_("“%(component)s” is paid out later than it is earned (release); statements pay at once what is earned") % {"component": c.name}
             for c in plan.components if c.release]
    s = plan.settlement
    found += [said for there, said in (
        (s.draw, _("a draw or guarantee (settlement: draw)")), (s.cap, _("a cap on all components together (settlement: cap)")),
        (s.deduction, _("deductions from the wage (settlement: deduction)")),
        (not s.per_line, _("rounding once per statement (settlement: round); statements round once per line"))) if there]
    over = [kind for measure in plan.measures.values() for kind in ([measure.over] if isinstance(measure.over, str) else measure.over)]
    back = [kind for c in plan.components if c.clawback for kind in c.clawback.kinds]
    kinds = dict.fromkeys(kind for kind in [*(k for c in plan.components for k in c.kinds), *back, *over] if kind not in SPANS and kind != BOOKS)
    found += [_("facts of the kind “%(kind)s”; commission here is computed from receipts") % {"kind": kind} for kind in kinds]
    if re.search(r"(?:score|得分)\s*[(（]", plan.model_dump_json()):
        found.append(_("appraisal scores (score); the computation here is handed none"))
    return found


def measured_against_targets(plan):
    """Names of the measures whose attainment the plan asks for, in a gate, a table or a formula."""
    said = plan.model_dump_json(by_alias=True)
    return {name for name in plan.measures if re.search(r"(?:attainment(?: of)?|达成率)[\s\"':(（\[]*" + re.escape(name), said)}
