"""How lines become pay and what holds for the whole plan, as sentences: other currencies, the year, rounding, what is owed, draws, limits, the pay day."""
from datetime import date

from django.utils.html import format_html
from django.utils.translation import gettext as _

from .templatetags.ledger import monthday, share
from .wording import bracketed, column, formula, kind, lasting, money, together, value, who


def general(plan):
    """What is said of facts before anything is computed: on which day they count, at which rate they are converted, when the year begins."""
    said = []
    for name, day in plan.counts_on.items():
        said.append(format_html(_("{kind}: counts on the {day}, though known only from its own day."), kind=kind(name), day=column(day)))
    if plan.exchange:
        said.append(_exchange(plan))
    if plan.year_starts != 1:
        said.append(format_html(_("The year begins on {day}; half-years and quarters run from it."), day=value(monthday(date(2000, plan.year_starts, 1)))))
    return said


def _exchange(plan):
    """Which amounts in other currencies are converted at which rate."""
    rule, kinds = plan.exchange, list(dict.fromkeys(k for c in plan.components for k in c.kinds))
    words = _("In another currency, {what}: converted at the rate of the {day} itself{round}.") if rule.rate == "same day" else \
        _("In another currency, {what}: converted at the last rate known on the {day}{round}.")
    return format_html(words, what=_(" and ").join(str(money(name, kinds)) for name in rule.convert), day=column(rule.by),
                       round=_(", rounded to the fen") if rule.round == "to fen" else _(", not rounded"))


def settlement(plan):
    """How lines become pay, as sentences."""
    s, said = plan.settlement, []
    if s.round == "half up to fen once per line":
        said.append(_("Rounded once per line, half up to the fen."))
    else:
        how = {"half": _("half up"), "even": _("halves to the even digit"), "down": _("cut off"), "up": _("always up")}[s.way]
        unit = {2: _("the fen"), 1: _("ten fen"), 0: _("the yuan"), -1: _("ten yuan"), -2: _("a hundred yuan")}.get(s.places, s.round)
        words = _("Rounded once per line, %(how)s, to %(unit)s.") if s.per_line else _("Rounded once per statement, %(how)s, to %(unit)s.")
        said.append(words % {"how": how, "unit": unit})
    said.append({"carry": _("A negative month is carried to the next."), "zero": _("A negative month ends at zero.")}.get(s.negative, _("What a month owes is taken back at once.")))
    if s.dropped is not None:
        said.append(_("When a month that ended at zero is corrected, what was dropped of it is made up first.") if s.dropped == "made up first" else
                    _("When a month that ended at zero is corrected, all of the correction is paid."))
    if s.round_base == "to fen":
        said.append(_("Each base is rounded to the fen first."))
    if s.statutory_cap is not None:
        said.append(format_html(_("What is owed takes at most {cap} of what the month pays."), cap=value(share(s.statutory_cap))))
    if s.draw:
        words = _("For {who}: {amount} yuan each month in advance, paid back from later commission.") if s.draw.recoverable else _("For {who}: {amount} yuan each month at least.")
        if s.draw.advances is None or s.draw.amount != "0":
            said.append(format_html(words, who=who(s.draw.who), amount=bracketed(s.draw.amount)))
        if s.draw.advances is not None:
            said.append(format_html(_("For {who}: {amount} yuan advanced besides, paid back from later commission."), who=who(s.draw.who), amount=bracketed(s.draw.advances)))
        if s.draw.recover != 1:
            words = _("At most {part} of what is earned pays it back.") if s.draw.recover_of == "earned" else _("At most {part} of what is earned above it pays it back.")
            said.append(format_html(words, part=bracketed(s.draw.recover) if isinstance(s.draw.recover, str) else value(share(s.draw.recover))))
        if s.draw.interest is not None:
            said.append(format_html(_("What is owed when a month begins grows by {rate} in it."), rate=formula(s.draw.interest)))
        if s.draw.forgiven == "year end":
            said.append(_("What is still owed at year end is dropped."))
        if s.draw.lapses:
            said.append(_("The oldest is paid back first; what is still owed of it after %(time)s is dropped.") % {"time": lasting(s.draw.lapses)})
        if s.draw.dropped_when:
            said.append(format_html(_("What is still owed is dropped when {when}."), when=formula(s.draw.dropped_when)))
        if s.draw.recover_at_most is not None:
            said.append(format_html(_("No more than {amount} yuan of it is taken in a month."), amount=formula(s.draw.recover_at_most)))
        if s.draw.most_owed is not None:
            said.append(format_html(_("No more in advance once {amount} yuan are owed."), amount=formula(s.draw.most_owed)))
    if s.deduction:
        said.append(format_html(_("What is owed is taken from the wage: at most {cap} of {of}, and never below {keep} yuan."),
                                cap=value(share(s.deduction.cap)), of=formula(s.deduction.of), keep=formula(s.deduction.keep)))
    if s.minimum is not None:
        said.append(format_html(_("Less than {amount} yuan is not paid out but carried on."), amount=formula(s.minimum)))
    if s.cap:
        words = _("At most {cap} yuan in {window}, all components together.") if s.cap.who == "true" else _("For {who}: at most {cap} yuan in {window}, all components together.")
        said.append(format_html(words, who=who(s.cap.who), cap=formula(s.cap.amount), window=together(s.cap.window)))
        if s.cap.excess == "carried":
            said.append(_("What exceeds it is paid in later months, within the same limit."))
    if s.pay:
        words = _("Pay day by this plan: day {day} of the {month}, before a holiday. Statements here go by the pay day of the rulebook.") if s.pay.holiday == "earlier" else \
            _("Pay day by this plan: day {day} of the {month}, after a holiday. Statements here go by the pay day of the rulebook.")
        month = {0: _("same month"), 1: _("next month")}.get(s.pay.months) or _("month %(many)s months later") % {"many": s.pay.months}
        said.append(format_html(words, day=value(s.pay.day), month=month))
    return said
