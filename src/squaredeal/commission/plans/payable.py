"""What a plan may say that the firm's statements do not settle: it is told at the draft and stops the publishing, so that nothing is left
unpaid in silence. The command computes all of it from tables of one's own. Pure.
"""
from django.utils.translation import gettext as _

from squaredeal.organisation.appraisal.policy import GIVEN, WAGE
from squaredeal.process.contracts.models import Event

from . import wording

BOOKS = frozenset({"receipt", "signing", "termination", *Event.Kind.values})
"""The kinds of fact the firm's books hand to a computation: money received, contracts signed and ended, and what is recorded of their performance."""

NUMBERS = frozenset({"money", "number", "rate", "days"})
PERSON = frozenset({"payee", "position", "unit", "manager", "from", "to", "hired", "left", "period_start", "period_end", "active_days", "period_days"})
"""What the books say of a person in a month."""


def unsettled(plan):
    """[sentence] of what in `plan` would not be paid by the statements here; [] when all of it is."""
    from squaredeal.engine.plan.about import kinds_of, speaking_of
    from squaredeal.engine.plan.plan import SPANS
    found = [_("amounts in %(currency)s; statements here are in yuan (CNY)") % {"currency": plan.currency}] if plan.currency != "CNY" else []
    if plan.period != "month":
        found.append(_("settlement by the %(period)s; statements here are by the month: write period: month, and each: %(period)s in what is computed by it") % {"period": plan.period})
    found += [_("“%(component)s” is released by a condition on what is sold (release: once, at most); write a condition on the person, or release by what arrives or by the calendar")
             % {"component": c.name} for c in plan.components if c.release and _by_sales(plan, c.release)]
    found += [_("%(places)s: facts of the kind “%(kind)s”, which the books here do not hand over; compute on receipts (receipt), contracts signed (signing) or ended (termination), or what is recorded on them: %(recorded)s; follow-ups count as a score: score(%(given)s)")
              % {"places": _(", ").join(f"“{name}”" for name in speaking_of(plan, kind) or ["counts on"]), "kind": kind, "given": GIVEN[wording.language() == "en"],
                 "recorded": _(", ").join(f"{name} ({label})" for name, label in Event.Kind.choices)}
              for kind in sorted(kinds_of(plan) - {*SPANS, "deal"} - BOOKS)]
    found += [_("“%(name)s” in the settlement or a condition of release; nothing here says it of a person; write the amount, or one by position") % {"name": name}
              for name in sorted(_asked(plan) - PERSON - set(plan.measures) - figures(plan))]
    if figures(plan) and {"from", "to"} & _named(plan):
        found.append(_("the days of an assignment (from, to) beside a wage, which has days of its own; write hired, or active_days"))
    return found


def entered(plan):
    """[(kind, name, whether nothing can be computed without)] of what the plan asks for that is entered by hand: "score", "wage"."""
    needed = _asked(plan)
    return [*(("score", name, True) for name in sorted(scored(plan) - {*GIVEN})),
            *(("wage", name, name in needed or name == WAGE) for name in sorted(figures(plan)))]


def figures(plan):
    """Names of the sums of a person that the plan asks for and that can be entered: the wage, and numbers declared as attributes. Of the
    latter a component may mean a column of its facts; what settling asks for is of a person."""
    declared = {name for name, kind in plan.attributes.items() if kind in NUMBERS}
    return _named(plan) & {WAGE, *declared} - PERSON


def spans_scored(plan):
    """Of a quarter, half or year those that a component is paid by which asks for a score."""
    from squaredeal.engine.plan.saying import formulas
    return {c.each for c in plan.components if c.each in ("quarter", "half", "year")
            and any(node.op == "score" for text in formulas(c) for node in plan.expand(str(text)).walk())}


def _named(plan):
    """Every name in the formulas of the plan."""
    from squaredeal.engine.plan.saying import nodes
    return {node.args[0] for node in nodes(plan) if node.op == "name"}


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
    named = {node.args[0] for node in nodes(plan) if node.op in ("attainment", "quota") or (node.op == "source" and node.args[1:])}
    return {name for name, m in plan.measures.items() if name in named or m.of_quota is not None or m.ranking.by == "attainment"}
