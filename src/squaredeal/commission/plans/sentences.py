"""A plan's components as sentences and tables: every step a component can have is said, in the order it is computed."""
from decimal import Decimal

from django.utils.html import format_html
from django.utils.translation import gettext as _

from .templatetags.ledger import share, yuan
from .wording import amount, formula, kind, rate_of, returned, value, window


def components(plan):
    """[dict(name, clause, sentences, table)] in the plan's order; a table is dict(head, rows) or None."""
    return [{"name": c.name, "clause": c.clause, "sentences": [*_rate(c), *_steps(c)], "table": table(c)} for c in plan.components]


def _rate(c):
    """What is paid to whom on what."""
    from squaredeal.engine.plan.plan import (
        Flat,
        Grid,
        Lookup,
        Lump,
        LumpPlusExcess,
        Matrix,
        PerUnit,
        ShareOfDifference,
        Tiers,
    )
    who, base, rate = formula(c.who), formula(str(c.base or "")), c.rate
    if isinstance(rate, Tiers):
        words = _("For {who}: {base}, by {of}, each part at the rate of its own row:") if rate.tiers == "marginal" else \
            _("For {who}: {base}, by {of}, all of it at the rate of the row reached:")
        found = [format_html(words, who=who, base=base, of=_by(rate))]
    elif isinstance(rate, LumpPlusExcess):
        found = [format_html(_("For {who}: {base}, by {of}: a fixed sum, and a rate on what exceeds the row:"), who=who, base=base, of=_by(rate))]
    elif isinstance(rate, Grid):
        words = _("For {who}: {base}, by {of}, the rate of the row reached:") if rate.grid == "step" else _("For {who}: {base}, by {of}, on the straight line between two rows:")
        found = [format_html(words, who=who, base=base, of=formula(rate.by))]
    elif isinstance(rate, Matrix):
        found = [format_html(_("For {who}: {base}, by {rows} down and {columns} across:"), who=who, base=base, rows=formula(rate.rows), columns=formula(rate.columns))]
    elif isinstance(rate, Lookup):
        found = [format_html(_("For {who}: {base}, looked up by {of}:"), who=who, base=base, of=formula(rate.lookup))]
    elif isinstance(rate, PerUnit):
        found = [format_html(_("For {who}: {rate} yuan for each of {quantity}."), who=who, rate=formula(rate.per_unit), quantity=formula(rate.quantity))]
    elif isinstance(rate, Lump):
        found = [format_html(_("For {who}: {lump} yuan for {each}."), who=who, lump=formula(rate.lump), each=_each(c))]
    elif isinstance(rate, ShareOfDifference):
        found = [format_html(_("For {who}: {rate} of what {of} exceeds {over} by, times {quantity}."), who=who, rate=formula(rate.share_of_difference), of=formula(rate.of),
                             over=formula(rate.over), quantity=formula(rate.quantity))]
    elif isinstance(rate, Flat):
        found = [format_html(_("For {who}: {rate} of {base}."), who=who, rate=formula(rate.flat), base=base)]
    else:
        found = [format_html(_("For {who}: {base}."), who=who, base=base)]
    if getattr(rate, "end", None) is not None:
        words = {"nothing": _("Beyond {end}: nothing."), "refuse": _("Beyond {end} the plan says nothing and the computation stops.")}.get(rate.beyond)
        found += [format_html(words, end=value(_edge(rate.end)))] if words else []
    return found


def _each(c):
    return window(c.each) if c.per_period or c.each == "deal" else "、".join(map(kind, c.kinds))


def _steps(c):
    """What else is said of a component, in the order it is computed."""
    said = []
    if not c.paid:
        said.append(_("Only computed, for what refers to it; no money is paid."))
    if hasattr(c.credit, "roll_up"):
        own = _("their own deals not counted again") if c.credit.own_deals == "excluded" else _("their own deals included")
        said.append(format_html(_("Credit passes up {levels} level, as people reported on the day; {own}."), levels=value(c.credit.roll_up), own=own))
        if c.credit.passing_over is not None:
            said.append(format_html(_("Whoever above has {when} is passed over; the next above takes the level."), when=formula(c.credit.passing_over)))
    elif hasattr(c.credit, "to"):
        said.append(format_html(_("It goes to the pool of {to}."), to=_("the region") if c.credit.to == "unit" else c.credit.to))
    if c.per:
        said.append(format_html(_("One line for each {column}."), column=formula(c.per)))
    for o in c.override:
        what = formula(o.rate) if o.rate else format_html(_("{lump} yuan"), lump=formula(o.lump))
        days = " ".join(_("from %(day)s") % {"day": d} if i == 0 else _("until %(day)s") % {"day": d} for i, d in enumerate((o.first, o.last)) if d)
        said.append(format_html(_("When {when}: {what} instead. {days}"), when=formula(o.when), what=what, days=days))
    for u in c.uplift:
        said.append(format_html(_("When {when}: {add} more."), when=formula(u.when), add=formula(u.add)))
    for f in c.factor:
        times = value(share(f.times)) if isinstance(f.times, Decimal) else formula(f.times)
        said.append(format_html(_("When {when}: times {times}."), when=formula(f.when), times=times) if f.times else
                    format_html(_("When {when}: nothing."), when=formula(f.when)))
    if c.where:
        said.append(format_html(_("Only where {where}."), where=formula(c.where)))
    if c.gate and c.gate.when:
        said.append(format_html(_("Unless {when}, this part pays nothing."), when=formula(c.gate.when)))
    elif c.gate:
        said.append(format_html(_("Below {least} of the target for {of}, this part pays nothing."), least=value(share(c.gate.at_least)), of=c.gate.attainment_of))
    if c.split:
        said.append(format_html(_("It is divided by {by}."), by=formula(c.split.by)))
        if c.split.at_most is not None:
            said.append(format_html(_("At most {amount} yuan each; what exceeds it is shared out again among the others."), amount=formula(c.split.at_most)))
    if c.to_date:
        said.append(format_html(_("Computed from the beginning of {window}; each month gets what it exceeds the months before by."), window=window(c.to_date)))
    if c.falling == "kept":
        said.append(_("What was reached is not taken back when it falls."))
    for limit in c.all_limits:
        if limit.cap is not None:
            said.append(format_html(_("At most {cap} yuan in {window}."), cap=_money(limit.cap), window=window(limit.window)))
        if limit.per is not None:
            said.append(format_html(_("The limit holds for each {column} apart."), column=limit.per))
        if limit.floor is not None:
            said.append(format_html(_("At least {floor} yuan in {window}."), floor=_money(limit.floor), window=window(limit.window)))
    if c.release:
        if c.release.after != 0 or not c.release.not_before:
            said.append(released(c.release))
        if c.release.not_before:
            said.append(format_html(_("Nothing before {kind} of the deal."), kind=kind(c.release.not_before)))
    if c.reserve:
        back = {"year end": _("returned at year end"), "never": _("not returned")}.get(returned([c]), _("returned later"))
        said.append(format_html(_("{keep} is kept back, {back}."), keep=value(share(c.reserve.keep)), back=back))
    if c.clawback:
        within = "" if c.clawback.within == "ever" else format_html(_("within {days} days"), days=value(c.clawback.within))
        said.append(format_html(_("On {events} of the deal {within}, {take} of it is taken back."), events="、".join(map(kind, c.clawback.kinds)), within=within, take=formula(c.clawback.take)))
        if c.clawback.settled == "at once":
            said.append(_("That settles it at once: nothing of it is paid later."))
    return said


def _money(number):
    return value(yuan(number)) if isinstance(number, Decimal) else formula(number)


def released(r):
    """When what is earned becomes payable, as a sentence."""
    if r.pro_rata:
        return format_html(_("Paid as {kind} arrives, in proportion to {of}."), kind=kind(r.pro_rata), of=formula(r.of))
    if r.milestones:
        steps = "，".join(f"{share(got)} → {share(paid)}" for got, paid in r.milestones)
        return format_html(_("Paid at milestones of {of} (received → paid): {steps}."), of=formula(r.of), steps=value(steps))
    if r.events:
        steps = "，".join(f"{kind(name)} → {share(part)}" for name, part in r.events.items())
        return format_html(_("Paid by what comes on the deal: {steps}."), steps=value(steps))
    if r.share:
        return format_html(_("{part} of it is payable; the rest is lost."), part=formula(r.share)) if r.rest == "lost" else \
            format_html(_("{part} of it is payable; the rest later."), part=formula(r.share))
    if r.instalments:
        steps = "，".join(f"{later} → {share(paid)}" for later, paid in r.instalments)
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
    if s.statutory_cap is not None:
        said.append(_("Not more than %(cap)s of the month's wage is deducted.") % {"cap": share(s.statutory_cap)})
    if s.draw:
        words = _("{who}: {amount} yuan each month in advance, paid back from later commission.") if s.draw.recoverable else _("{who}: {amount} yuan each month at least.")
        if s.draw.advances is None or s.draw.amount != "0":
            said.append(format_html(words, who=formula(s.draw.who), amount=formula(s.draw.amount)))
        if s.draw.advances is not None:
            said.append(format_html(_("{who}: {amount} yuan advanced besides, paid back from later commission."), who=formula(s.draw.who), amount=formula(s.draw.advances)))
        if s.draw.recover != 1:
            said.append((_("At most %(part)s of what is earned pays it back.") if s.draw.recover_of == "earned" else _("At most %(part)s of what is earned above it pays it back.")) % {"part": s.draw.recover if isinstance(s.draw.recover, str) else share(s.draw.recover)})
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


def _by(rate):
    of = getattr(rate, "by", "")
    return _("attainment of %(measure)s") % {"measure": of.removeprefix("attainment of ")} if of.startswith("attainment of ") else _("the base") if of == "base" else of


def table(c):
    """dict(head, rows) of a component's rate table, or None; the last cell of a row stands for itself where it is the only figure."""
    from squaredeal.engine.plan.plan import Grid, Lookup, LumpPlusExcess, Matrix, Tiers
    rate = c.rate
    if isinstance(rate, Tiers):
        return _banded(c, rate)
    if isinstance(rate, LumpPlusExcess):
        return {"head": [_("From"), _("Fixed sum"), _("Rate on the excess")], "rows": [(_edge(e), yuan(lump), value(share(r))) for e, lump, r in rate.lump_plus_excess]}
    if isinstance(rate, Grid):
        return {"head": [_("From"), _("Rate") if c.base is not None else _("Yuan")], "rows": [(_edge(e), formula(v)) for e, v in rate.table]}
    if isinstance(rate, Matrix):
        return {"head": ["", *(f"≥ {_edge(e)}" for e in rate.column_edges)],
                "rows": [(f"≥ {_edge(e)}", *(formula(v) for v in row)) for e, row in zip(rate.row_edges, rate.matrix, strict=True)]}
    return _words(rate) if isinstance(rate, Lookup) else None


def _edge(number):
    """An edge as people read it: 30 万, 1.15."""
    return amount(number) if number == number.to_integral_value() else f"{number.normalize():f}"


def _banded(c, rate):
    show, rows = share if rate.attainment else _edge, []
    for (start, text), after in zip(rate.table, [*rate.table[1:], None], strict=True):
        end = after[0] if after else rate.end
        span = _("%(first)s to %(last)s") % {"first": show(start), "last": show(end)} if end is not None else _("from %(first)s on") % {"first": show(start)}
        number = rate_of(text)
        full = yuan((end - start) * number) if end is not None and number is not None and not rate.attainment else _("no end")
        rows.append((span, formula(text), full if rate.tiers == "marginal" and not rate.attainment else ""))
    return {"head": [window(rate.window) if rate.by == "base" else _by(rate), _("Rate"), _("Full row pays") if rate.tiers == "marginal" and not rate.attainment else ""], "rows": rows}


def _words(rate):
    if rate.across_edges:
        return {"head": ["", *(f"≥ {_edge(e)}" for e in rate.across_edges)], "rows": [(word, *(formula(v) for v in row)) for word, row in rate.rows.items()]}
    if rate.across:
        heads = list(dict.fromkeys(k for row in rate.rows.values() for k in row))
        return {"head": ["", *heads], "rows": [(word, *(formula(row[h]) if h in row else "" for h in heads)) for word, row in rate.rows.items()]}
    return {"head": ["", _("Rate")], "rows": [(word, formula(cell)) for word, cell in rate.rows.items()]}
