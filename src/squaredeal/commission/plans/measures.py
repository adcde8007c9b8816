"""What a plan's names stand for, as sentences: terms, and measures with what they add up, whose, over what time, against which target, how ranked."""
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from squaredeal.kernel import figures

from .templatetags.ledger import share
from .wording import column, formula, many, money, one, per, value, who, window

EACH = {"period": gettext_lazy("by month"), "month": gettext_lazy("by month"), "quarter": gettext_lazy("by quarter"), "half": gettext_lazy("by half-year")}


def definitions(plan):
    """[(name, sentence)] of the terms and measures a plan defines."""
    return [*((name, formula(text, list(dict.fromkeys(k for c in plan.components for k in c.kinds)))) for name, text in plan.terms.items()), *((name, measured(m)) for name, m in plan.measures.items())]


DAYS = frozenset({"date", "signed_on", "happened_on", "due_date", "hired", "left", "probation_until"})


def measured(m):
    """What a measure adds up, of which facts, whose, over what time."""
    what, several, day = _counted(m), m.several or m.ordered, m.sum in DAYS or m.sum == "日期"
    if m.ordered:
        words = _("{what}, the last {many} by day in {window} together, {whose}") if m.take.startswith("latest") else _("{what}, the first {many} by day in {window} together, {whose}")
    elif several:
        words = _("{what}{each}, the {many} largest in {window} together, {whose}") if m.take.startswith("largest") else _("{what}{each}, the {many} smallest in {window} together, {whose}")
    elif m.each:
        words = {"largest": _("{what} added up {each}, the largest of them in {window}, {whose}"), "smallest": _("{what} added up {each}, the smallest of them in {window}, {whose}")}.get(
            m.take, _("{what} added up {each}, the average of them in {window}, {whose}"))
    elif m.take in ("smallest", "largest") and day:
        words = _("the first {what} in {window}, {whose}") if m.take == "smallest" else _("the last {what} in {window}, {whose}")
    else:
        words = {"smallest": _("the smallest {what} in {window}, {whose}"), "largest": _("the largest {what} in {window}, {whose}"), "average": _("the average {what} in {window}, {whose}"),
                 "median": _("the median {what} in {window}, {whose}"), "sum": _("{what} in {window}, {whose}") if m.count else _("{what}, added up over {window}, {whose}")}[m.take]
    said = format_html(words, what=what, window=window(m.window), each=_each(m), many=several, whose=_whose(m.of))
    more = [{"fact": _("up to the fact itself"), "before fact": _("before the fact")}.get(m.until, "")]
    more.append(format_html(_("only where {where}"), where=formula(m.where, m.kinds)) if m.where else "")
    more.append(format_html(_("for each {column} apart"), column=per(m.per)) if m.per else "")
    if m.at_most is not None:
        most = formula(m.at_most) if m.of_quota is None else format_html(_("{part} of the target"), part=value(share(m.of_quota)))
        more.append(format_html(_("at most {most}, the rest counts later") if m.excess == "carried" else _("at most {most}"), most=most))
    more.append(format_html(_("without a target of one's own it is {quota}"), quota=formula(m.quota)) if m.quota else "")
    for part in [*more, *_targets(m), *_ranked(m.ranking)]:
        said = format_html(_("{said}; {more}"), said=said, more=part) if part else said
    return said


def _each(m):
    """The shorter windows that are added up first; where several of them are taken together, behind what is added up."""
    words = str(EACH.get(m.each, ""))
    return f", {words}" if words and m.several and not figures.chinese() else words


def _counted(m):
    """What is added up or counted, of which facts; money received goes without saying."""
    what = money(m.sum, m.kinds)
    if m.count:
        return format_html(_("the number of {kinds}"), kinds=_kinds(m)) if m.count == "facts" else \
            format_html(_("the number of different {column} among {kinds}"), column=many(m.count, per), kinds=_kinds(m))
    return what if m.kinds == ["receipt"] else format_html(_("{what} of every {kinds}") if m.take == "sum" or m.each else _("{what} of one {kinds}"), what=what, kinds=_(" and ").join(one(name) for name in m.kinds))


def _kinds(m):
    """The kinds of facts, in the plural."""
    return _(" and ").join(many(name) for name in m.kinds)


def _whose(of):
    """Whose facts a measure counts."""
    if isinstance(of, str):
        return {"payee": _("the person's own"), "unit": _("of the whole unit"), "everybody": _("everybody's")}.get(of) or _("of all with the same %(column)s") % {"column": column(of)}
    said = _("of those they lead, their own included") if of.own_deals == "included" else _("of those they lead")
    if of.roll_up > 1:
        levels = {"each": _("%(who)s, %(levels)s levels down"), "last": _("%(who)s, up to %(levels)s levels down"), "only": _("%(who)s, level %(levels)s only")}[of.level]
        said = levels % {"who": said, "levels": of.roll_up}
    return said if of.along == "manager" else _("%(who)s, by “%(column)s”") % {"who": said, "column": column(of.along)}


ROLES = {"owner": gettext_lazy("the owner"), "split": gettext_lazy("who shares the deal"), "overlay": gettext_lazy("who helps with the deal"), "referrer": gettext_lazy("who referred the customer"),
         "mentor": gettext_lazy("the mentor"), "outsider": gettext_lazy("the outsider")}


def roles(names):
    """The parts people have in a deal, in words."""
    return _(" and ").join(str(ROLES.get(name, name)) for name in names)


def _targets(m):
    """How a target is held against it, and whose shares count."""
    said = {"days": [_("its target counts by the days in the job")], "working days": [_("its target counts by the working days in the job")]}.get(m.prorate, [])
    said += [_("a target of a longer time counts in equal parts")] if m.spread == "evenly" else []
    return said + ([format_html(_("the shares of {roles} count"), roles=roles(m.credit))] if set(m.credit) != {"owner", "split"} else [])


def _ranked(ranking):
    """How it ranks people, where that does not go without saying."""
    said = [_("ranked by attainment")] if ranking.by == "attainment" else []
    said += [_("the lowest is first")] if ranking.first == "lowest" else []
    said += [format_html(_("ranked apart for each {column}"), column=column(ranking.within))] if ranking.within != "everybody" else []
    said += [format_html(_("only {who} are ranked"), who=who(ranking.who))] if ranking.who != "true" else []
    return said + ([_("equals stand in the order of their names")] if ranking.ties == "in order" else [])
