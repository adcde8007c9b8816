"""A plan's components as sentences and tables: every step a component can have is said, in the order it is computed."""
from decimal import Decimal

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import bands
from .templatetags.ledger import share, yuan
from .wording import (
    bracketed,
    chosen,
    column,
    formula,
    kind,
    kinds,
    money,
    per,
    value,
    window,
)


def components(plan):
    """[dict(name, clause, sentences, table)] in the plan's order; a table is dict(head, rows) or None."""
    return [{"name": c.name, "clause": c.clause, "sentences": [*_rate(c), *_steps(c, plan)], "table": bands.table(c)} for c in plan.components]


def tables(plan):
    """[(name, sentence, table)] of the tables that formulas use by name."""
    return [(name, format_html("{}", _read(rate, money=False)), bands.drawn(rate, _("What it gives"))) for name, rate in plan.tables.items()]


def _rate(c):
    """What is paid to whom on what."""
    from squaredeal.engine.plan.plan import Flat, Lump, PerUnit, ShareOfDifference
    who, base, rate = formula(c.who), money(c.base_text, c.kinds) if c.base is not None else "", c.rate
    if isinstance(rate, PerUnit):
        found = [format_html(_("For {who}: {rate} yuan for each of {quantity}."), who=who, rate=formula(rate.per_unit), quantity=formula(rate.quantity))]
    elif isinstance(rate, Lump):
        words = _("For {who}, {each}, in yuan: {lump}.") if chosen(rate.lump) else _("For {who}: {lump} yuan {each}.")
        found = [format_html(words, who=who, lump=formula(rate.lump), each=_each(c))]
    elif isinstance(rate, ShareOfDifference):
        divided = "" if rate.net_of == "1" else format_html(_(", divided by {what}"), what=bracketed(rate.net_of))
        found = [format_html(_("For {who}: {rate} of what {of} exceeds {over} by, times {quantity}{divided}."), who=who, rate=formula(rate.share_of_difference), of=formula(rate.of),
                             over=formula(rate.over), quantity=formula(rate.quantity), divided=divided)]
    elif isinstance(rate, Flat):
        words = _("For {who}: a rate on {base}: {rate}.") if chosen(rate.flat) else _("For {who}: {rate} of {base}.")
        found = [format_html(words, who=who, rate=formula(rate.flat), base=base)]
    elif base:
        found = [format_html(_("For {who}: {base}, {how}"), who=who, base=base, how=_read(rate))]
    else:
        found = [format_html(_("For {who}: {how}"), who=who, how=_read(rate, money=True))]
    if getattr(rate, "end", None) is not None:
        words = {"nothing": _("Beyond {end}: nothing."), "refuse": _("Beyond {end} the plan says nothing and the computation stops.")}.get(rate.beyond)
        found += [format_html(words, end=value(share(rate.end) if getattr(rate, "attainment", False) else bands.edge(rate.end)))] if words else []
    if getattr(rate, "edges", "") == "upper inclusive":
        found.append(_("A value just on an edge is in the row below."))
    if getattr(rate, "otherwise", "refuse") != "refuse":
        found.append(_("What is not in the table: nothing.") if rate.otherwise == "nothing" else format_html(_("What is not in the table: {what}."), what=formula(rate.otherwise)))
    return found


def _read(rate, money=False):
    """How a table is read, before it stands there."""
    from squaredeal.engine.plan.plan import Grid, Lookup, LumpPlusExcess, Matrix, Tiers
    if isinstance(rate, Tiers):
        words = _("by {of}, each part at the rate of its own row:") if rate.tiers == "marginal" else \
            _("by {of}, the sum of the row reached:") if money else _("by {of}, all of it at the rate of the row reached:")
        return format_html(words, of=bands.by(rate))
    if isinstance(rate, LumpPlusExcess):
        return format_html(_("by {of}: a fixed sum, and a rate on what exceeds the row:"), of=bands.by(rate))
    if isinstance(rate, Grid):
        return format_html(_("by {of}, what stands in the row reached:") if rate.grid == "step" else _("by {of}, on the straight line between two rows:"), of=formula(rate.by))
    if isinstance(rate, Matrix):
        return format_html(_("by {rows} down and {columns} across:"), rows=formula(rate.rows), columns=formula(rate.columns))
    if isinstance(rate, Lookup):
        return format_html(_("looked up by {of} and {across}:"), of=formula(rate.lookup), across=formula(rate.across)) if rate.across else \
            format_html(_("looked up by {of}:"), of=formula(rate.lookup))
    return ""


EACH = {"period": gettext_lazy("every period"), "month": gettext_lazy("every month"), "quarter": gettext_lazy("every quarter"), "half": gettext_lazy("every half-year"), "year": gettext_lazy("every year"),
        "deal": gettext_lazy("for each deal")}


def _each(c):
    return EACH[c.each] if c.per_period or c.each == "deal" else _("for each %(kinds)s") % {"kinds": kinds(c.kinds)}


ROLES = {"owner": gettext_lazy("the owner"), "split": gettext_lazy("who shares the deal"), "overlay": gettext_lazy("who helps with the deal"), "referrer": gettext_lazy("who referred the customer"),
         "mentor": gettext_lazy("the mentor"), "outsider": gettext_lazy("the outsider")}


def _counted(c, plan):
    """For which facts or how often, and to whose credit, where that does not go without saying."""
    from squaredeal.engine.plan.plan import Lump
    said = []
    if isinstance(c.credit, list) and set(c.credit) - {"owner", "split"}:
        said.append(format_html(_("Credited to {roles}."), roles=_(" and ").join(str(ROLES.get(r, r)) for r in c.credit)))
    if isinstance(c.rate, Lump) or (c.per_period and c.each in ("period", plan.period)):
        return said
    if c.per_period or c.each == "deal":
        return [*said, format_html(_("Computed {each}."), each=EACH[c.each])]
    return said if c.kinds == ["receipt"] else [*said, format_html(_("Computed {each}."), each=_each(c))]


def _steps(c, plan):
    """What else is said of a component, in the order it is computed."""
    said = _counted(c, plan)
    if not c.paid:
        said.append(_("Only computed, for what refers to it; no money is paid."))
    if hasattr(c.credit, "roll_up"):
        own = _("their own deals not counted again") if c.credit.own_deals == "excluded" else _("their own deals included")
        levels = {"each": ngettext("Credit passes up {levels} level, as people reported on the day; {own}.", "Credit passes up {levels} levels, as people reported on the day; {own}.", c.credit.roll_up),
                  "last": _("Credit passes up to the highest there is within {levels} levels, as people reported on the day; {own}."),
                  "only": _("Credit passes up to level {levels} only, as people reported on the day; {own}.")}[c.credit.level]
        said.append(format_html(levels, levels=value(c.credit.roll_up), own=own))
        if c.credit.passing_over is not None:
            said.append(format_html(_("Whoever above has {when} is passed over; the next above takes the level."), when=formula(c.credit.passing_over)))
    elif hasattr(c.credit, "to"):
        said.append(format_html(_("It goes to the pool of {to}."), to=_("the region") if c.credit.to == "unit" else c.credit.to))
    if c.per:
        said.append(format_html(_("One line for each {column}."), column=per(c.per)))
    for o in c.override:
        what = formula(o.rate) if o.rate else format_html(_("{lump} yuan"), lump=formula(o.lump))
        days = " ".join(_("from %(day)s") % {"day": d} if i == 0 else _("until %(day)s") % {"day": d} for i, d in enumerate((o.first, o.last)) if d)
        said.append(format_html(_("When {when}: {what} instead. {days}"), when=formula(o.when), what=what, days=days))
    for u in c.uplift:
        said.append(format_html(_("{add} more."), add=formula(u.add)) if u.when == "true" else format_html(_("When {when}: {add} more."), when=formula(u.when), add=formula(u.add)))
    for f in c.factor:
        times = value(share(f.times)) if isinstance(f.times, Decimal) else formula(f.times)
        if f.when == "true":
            said.append(format_html(_("Times {times}.") if str(times).startswith("<") else _("Times “{times}”."), times=times))
        else:
            said.append(format_html(_("When {when}: times {times}.") if f.times else _("When {when}: nothing."), when=formula(f.when), times=times))
    if c.where:
        said.append(format_html(_("Only where {where}."), where=formula(c.where)))
    if c.gate and c.gate.when:
        said.append(format_html(_("Unless {when}, this part pays nothing."), when=formula(c.gate.when)))
    elif c.gate:
        said.append(format_html(_("Below {least} of the target for {of}, this part pays nothing."), least=value(share(c.gate.at_least)), of=c.gate.attainment_of))
        said += {"passes": [_("Without a target it is paid all the same.")], "nothing": [_("Without a target it pays nothing.")]}.get(c.gate.without_quota, [])
    if c.split:
        said.append(format_html(_("It is divided by {by}."), by=bracketed(c.split.by)))
        if c.split.at_most is not None:
            said.append(format_html(_("At most {amount} yuan each; what exceeds it is shared out again among the others."), amount=formula(c.split.at_most)))
    if c.to_date:
        said.append(format_html(_("Computed over {window}; each period gets what it exceeds the periods before by."), window=window(f"{c.to_date} to date")))
    if c.falling == "kept":
        said.append(_("What was reached is not taken back when it falls."))
    for limit in c.all_limits:
        if limit.cap is not None:
            said.append(format_html(_("At most {cap} yuan in {window}."), cap=_money(limit.cap), window=window(limit.window)))
        if limit.floor is not None:
            said.append(format_html(_("At least {floor} yuan in {window}."), floor=_money(limit.floor), window=window(limit.window)))
        if limit.per is not None:
            said.append(format_html(_("The limit holds for each {column} apart."), column=per(limit.per)))
    if c.release:
        if c.release.after != 0 or not c.release.not_before:
            said.append(released(c.release))
        if c.release.not_before:
            said.append(format_html(_("Nothing before {kind} of the deal."), kind=kind(c.release.not_before)))
    if c.reserve:
        said.append(format_html(_("{keep} is kept back, {back}."), keep=value(share(c.reserve.keep)), back=_back(c.reserve.refund)))
    if c.clawback:
        words = _("On {events} of the deal, {take} of it is taken back.") if c.clawback.within == "ever" else _("On {events} of the deal within {days} days, {take} of it is taken back.")
        said.append(format_html(words, events=kinds(c.clawback.kinds), days=value(c.clawback.within), take=bracketed(c.clawback.take)))
        said += [format_html(_("That only where {when}."), when=formula(c.clawback.when))] if c.clawback.when != "true" else []
        said += [_("That settles it at once: nothing of it is paid later.")] if c.clawback.settled == "at once" else []
    return said


def _back(refund):
    """When a reserve comes back."""
    if isinstance(refund, str):
        return _("returned at year end") if refund == "year end" else _("not returned")
    if refund.at:
        return {"quarter end": _("returned at the end of the quarter"), "half end": _("returned at the end of the half-year"), "year end": _("returned at year end")}[refund.at]
    if refund.after:
        return format_html(_("returned {periods} periods later"), periods=value(refund.after))
    return format_html(_("returned on {day}"), day=formula(refund.on))


def _money(number):
    return value(yuan(number)) if isinstance(number, Decimal) else formula(number)


def released(r):
    """When what is earned becomes payable, as a sentence."""
    if r.pro_rata:
        return format_html(_("Paid as {kind} arrives, in proportion to {of}."), kind=kind(r.pro_rata), of=formula(r.of))
    if r.milestones:
        steps = _(", ").join(f"{share(got)} → {share(paid)}" for got, paid in r.milestones)
        return format_html(_("Paid at milestones of {of} (received → paid): {steps}."), of=formula(r.of), steps=value(steps))
    if r.events:
        steps = _(", ").join(f"{kind(name)} → {share(part)}" for name, part in r.events.items())
        return format_html(_("Paid by what comes on the deal: {steps}."), steps=value(steps))
    if r.share:
        return format_html(_("{part} of it is payable; the rest is lost."), part=formula(r.share)) if r.rest == "lost" else \
            format_html(_("{part} of it is payable; the rest later."), part=formula(r.share))
    if r.instalments:
        steps = _(", ").join(f"{later} → {share(paid)}" for later, paid in r.instalments)
        return format_html(_("Paid in instalments (months later → paid): {steps}."), steps=value(steps))
    if r.after == 0 and r.not_before:
        return _("Payable whole, once it may be.")
    if r.after is not None:
        return format_html(_("Payable {after} periods later."), after=value(r.after))
    if r.once:
        return format_html(_("Payable from the first month in which {when}, with all that waits."), when=formula(r.once))
    if r.at_most:
        return format_html(_("At most {amount} yuan of it a month; the rest in the months after."), amount=formula(r.at_most))
    return format_html(_("Payable on {day}."), day=formula(r.on)) if r.on else _("Payable by what follows on the deal.")


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
    for name, day in plan.counts_on.items():
        said.append(format_html(_("{kind} counts on its {day}."), kind=kind(name), day=column(day)))
    if s.statutory_cap is not None:
        said.append(format_html(_("Not more than {cap} of the month's wage is deducted."), cap=value(share(s.statutory_cap))))
    if s.draw:
        words = _("For {who}: {amount} yuan each month in advance, paid back from later commission.") if s.draw.recoverable else _("For {who}: {amount} yuan each month at least.")
        if s.draw.advances is None or s.draw.amount != "0":
            said.append(format_html(words, who=formula(s.draw.who), amount=bracketed(s.draw.amount)))
        if s.draw.advances is not None:
            said.append(format_html(_("For {who}: {amount} yuan advanced besides, paid back from later commission."), who=formula(s.draw.who), amount=bracketed(s.draw.advances)))
        if s.draw.recover != 1:
            words = _("At most {part} of what is earned pays it back.") if s.draw.recover_of == "earned" else _("At most {part} of what is earned above it pays it back.")
            said.append(format_html(words, part=bracketed(s.draw.recover) if isinstance(s.draw.recover, str) else value(share(s.draw.recover))))
        if s.draw.interest is not None:
            said.append(format_html(_("What is owed when a month begins grows by {rate} in it."), rate=formula(s.draw.interest)))
        if s.draw.forgiven != "never":
            said.append(_("What is still owed at year end is dropped.") if s.draw.forgiven == "year end" else
                        format_html(_("What is still owed is dropped when {when}."), when=formula(s.draw.forgiven)))
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
        said.append(format_html(_("At most {cap} yuan in {window}, all components together."), cap=formula(s.cap.amount), window=window(s.cap.window)))
        if s.cap.excess == "carried":
            said.append(_("What exceeds it is paid in later months, within the same limit."))
    return said
