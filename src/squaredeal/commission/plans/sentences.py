"""A plan's components as sentences and tables: every step a component can have is said, in the order it is computed."""
from decimal import Decimal

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import bands, measures, rates
from .templatetags.ledger import share, yuan
from .wording import bracketed, column, formula, kind, kinds, money, per, together, value, window


def components(plan):
    """[dict(name, clause, sentences, table)] in the plan's order; a table is dict(head, rows) or None."""
    return [{"name": c.name, "clause": c.clause, "sentences": [*rates.given(c), *_steps(c, plan)], "table": bands.table(c)} for c in plan.components]


def _counted(c, plan):
    """For which facts or how often, and to whose credit, where that does not go without saying."""
    from squaredeal.engine.plan.plan import Lump
    said = []
    if isinstance(c.credit, list) and set(c.credit) - {"owner", "split"}:
        said.append(format_html(_("Credited to {roles}."), roles=measures.roles(c.credit)))
    if isinstance(c.rate, Lump) or (c.per_period and c.each in ("period", plan.period)):
        return said
    if c.per_period or c.each == "deal":
        return [*said, format_html(_("Computed {each}."), each=rates.EACH[c.each])]
    return said if c.kinds == ["receipt"] else [*said, format_html(_("Computed {each}."), each=rates.each(c))]


def _steps(c, plan):
    """What else is said of a component, in the order it is computed."""
    said = _counted(c, plan)
    if c.as_of != "date":
        said.append(format_html(_("Positions and superiors are those of the {day}."), day=column(c.as_of)))
    if not c.paid:
        said.append(_("Only computed, for what refers to it; no money is paid."))
    if hasattr(c.credit, "roll_up"):
        own = _("their own deals not counted again") if c.credit.own_deals == "excluded" else _("their own deals included")
        levels = {"each": ngettext("Credit passes up {levels} level, as people reported on the day; {own}.", "Credit passes up {levels} levels, as people reported on the day; {own}.", c.credit.roll_up),
                  "last": _("Credit passes up to the highest there is within {levels} levels, as people reported on the day; {own}."),
                  "only": _("Credit passes up to level {levels} only, as people reported on the day; {own}.")}[c.credit.level]
        said.append(format_html(levels, levels=value(c.credit.roll_up), own=own))
        if c.credit.along != "manager":
            said.append(format_html(_("The superior is the one named under “{column}”."), column=column(c.credit.along)))
        if c.credit.passing_over is not None:
            said.append(format_html(_("Whoever above has {when} is passed over; the next above takes the level."), when=formula(c.credit.passing_over, c.kinds)))
    elif hasattr(c.credit, "to"):
        said.append(format_html(_("It goes to the pool of {to}."), to=_("the region") if c.credit.to == "unit" else c.credit.to))
    if c.per:
        said.append(format_html(_("One line for each {column}."), column=per(c.per)))
    for o in c.override:
        what = formula(o.rate, c.kinds) if o.rate else format_html(_("{lump} yuan"), lump=formula(o.lump, c.kinds))
        said.append(format_html(_("When {when}: {what} instead{days}."), when=formula(o.when, c.kinds), what=what, days=_days(o)))
        said += [_("No additions or factors on that.")] if o.replaces == "result" and (c.uplift or c.factor) else []
        said += [_("It does not count towards the rows.")] if o.in_tiers == "does not count" else []
    if len(c.override) > 1:
        said.append(_("Where several hold, the one for the contract goes first, then deal, customer, product, person, position, region; among equals the latest."))
    for u in c.uplift:
        said.append(format_html(_("{add} more."), add=formula(u.add, c.kinds)) if u.when == "true" else format_html(_("When {when}: {add} more."), when=formula(u.when, c.kinds), add=formula(u.add, c.kinds)))
    for f in c.factor:
        times = value(share(f.times)) if isinstance(f.times, Decimal) else formula(f.times, c.kinds)
        if f.when == "true":
            said.append(format_html(_("Times {times}.") if str(times).startswith("<") else _("Times “{times}”."), times=times))
        else:
            said.append(format_html(_("When {when}: times {times}.") if f.times else _("When {when}: nothing."), when=formula(f.when, c.kinds), times=times))
    if c.where:
        said.append(format_html(_("Only where {where}."), where=formula(c.where, c.kinds)))
    if c.gate and c.gate.when:
        said.append(format_html(_("Unless {when}, this part pays nothing."), when=formula(c.gate.when, c.kinds)))
    elif c.gate:
        said.append(format_html(_("Below {least} of the target for {of}, this part pays nothing."), least=value(share(c.gate.at_least)), of=c.gate.attainment_of))
        said += {"passes": [_("Without a target it is paid all the same.")], "nothing": [_("Without a target it pays nothing.")]}.get(c.gate.without_quota, [])
    if c.split:
        said.append(format_html(_("It is shared out {among} by {by}."), among=_among(c.split.within), by=bracketed(c.split.by, c.kinds)))
        if c.split.at_most is not None:
            said.append(format_html(_("At most {amount} yuan each; what exceeds it is shared out again among the others."), amount=formula(c.split.at_most, c.kinds)))
    if c.to_date:
        said.append(format_html(_("Computed over {window}; each period gets what exceeds the periods before."), window=window(f"{c.to_date} to date")))
    if c.falling == "kept":
        said.append(_("What was reached is not taken back when it falls."))
    for limit in c.all_limits:
        if limit.cap is not None:
            said.append(format_html(_("At most {cap} yuan in {window}."), cap=_money(limit.cap, c.kinds), window=together(limit.window)))
        if limit.floor is not None:
            said.append(format_html(_("At least {floor} yuan in {window}."), floor=_money(limit.floor, c.kinds), window=together(limit.window)))
        if limit.per is not None:
            said.append(format_html(_("The limit holds for each {column} apart."), column=per(limit.per)))
    if c.release:
        if c.release.after != 0 or not c.release.not_before:
            said.append(released(c))
        if c.release.not_before:
            said.append(format_html(_("Nothing before {kind} of the deal."), kind=kind(c.release.not_before)))
    if c.reserve:
        said.append(format_html(_("{keep} is kept back, {back}."), keep=value(share(c.reserve.keep)), back=_back(c.reserve.refund)))
    if c.clawback:
        lapses, ever = c.clawback.unreleased, c.clawback.within == "ever"
        words = {(True, True): _("On {events} of the deal, what has not been paid of it lapses."), (True, False): _("On {events} of the deal within {days} days, what has not been paid of it lapses."),
                 (False, True): _("On {events} of the deal, {take} of it is taken back."), (False, False): _("On {events} of the deal within {days} days, {take} of it is taken back.")}[lapses, ever]
        said.append(format_html(words, events=kinds(c.clawback.kinds), days=value(c.clawback.within), take="" if lapses else bracketed(c.clawback.take, c.kinds)))
        said += [format_html(_("That only where {when}."), when=formula(c.clawback.when, c.kinds))] if c.clawback.when != "true" else []
        said += [_("That settles it at once: nothing of it is paid later.")] if c.clawback.settled == "at once" else []
    return said


def _days(override):
    """From which day to which an override holds; "" where it always does."""
    days = [words % {"day": day} for words, day in ((_(", from %(day)s"), override.first), (_(", until %(day)s"), override.last)) if day]
    return "".join(days)


def _among(within):
    """Among whom a sum is shared out."""
    known = {"fact": _("among those credited with it"), "everybody": _("among everybody"), "unit": _("within the region")}
    return known.get(within) or format_html(_("among those with the same {column}"), column=column(within))


def _back(refund):
    """When a reserve comes back."""
    if isinstance(refund, str):
        return _("returned at year end") if refund == "year end" else _("not returned")
    part = "" if refund.share == "1" else format_html(_(", {part} of it"), part=bracketed(refund.share))
    return format_html("{}{}", _returned(refund), part)


def _returned(refund):
    """The day or the number of periods after which a reserve comes back."""
    if refund.at:
        return {"quarter end": _("returned at the end of the quarter"), "half end": _("returned at the end of the half-year"), "year end": _("returned at year end")}[refund.at]
    if refund.after:
        return format_html(_("returned {periods} periods later"), periods=value(refund.after))
    return format_html(_("returned on {day}"), day=formula(refund.on))


def _money(number, kinds):
    return value(yuan(number)) if isinstance(number, Decimal) else formula(number, kinds)


def released(c):
    """When what a component earns becomes payable, as a sentence."""
    r = c.release
    if r.pro_rata:
        return format_html(_("Paid in step with {kind}, {of} being the whole."), kind=kind(r.pro_rata), of=money(r.of, c.kinds))
    if r.milestones:
        steps = _(", ").join(f"{share(got)} → {share(paid)}" for got, paid in r.milestones)
        return format_html(_("Paid at milestones of {of} ({kind} → paid): {steps}."), of=money(r.of, c.kinds), kind=kind(r.received), steps=value(steps))
    if r.events:
        steps = _(", ").join(f"{kind(name)} → {share(part)}" for name, part in r.events.items())
        return format_html(_("Paid by what comes on the deal: {steps}."), steps=value(steps))
    if r.share:
        return format_html(_("{part} of it is payable; the rest is lost."), part=formula(r.share, c.kinds)) if r.rest == "lost" else \
            format_html(_("{part} of it is payable; the rest later."), part=formula(r.share, c.kinds))
    if r.instalments:
        steps = _(", ").join(f"{later} → {share(paid)}" for later, paid in r.instalments)
        return format_html(_("Paid in instalments (months later → paid): {steps}."), steps=value(steps))
    if r.evenly:
        return format_html(_("Paid in equal parts over {periods} periods."), periods=formula(r.evenly, c.kinds))
    if r.after == 0 and r.not_before:
        return _("Payable whole, once it may be.")
    if r.after is not None:
        return format_html(_("Payable {after} periods later."), after=value(r.after))
    if r.once:
        return format_html(_("Payable from the first month in which {when}, with all that waits."), when=formula(r.once, c.kinds))
    if r.at_most:
        return format_html(_("At most {amount} yuan of it a month; the rest in the months after."), amount=formula(r.at_most, c.kinds))
    return format_html(_("Payable on {day}."), day=formula(r.on, c.kinds)) if r.on else _("Payable by what follows on the deal.")
