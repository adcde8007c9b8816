"""A line in words and arithmetic that a pocket calculator can follow: computed again here from the plan, not retold."""
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from squaredeal.commission.plans import curves, payable, reading, sentences, wording
from squaredeal.commission.plans.templatetags.ledger import fine, fine_signed, month, share, taken, yuan
from squaredeal.commission.runs import causes, estimating
from squaredeal.commission.runs import queries as runs
from squaredeal.commission.runs.models import Period
from squaredeal.kernel import figures
from squaredeal.kernel.calendar import month_of
from squaredeal.organisation.appraisal import queries as appraisal
from squaredeal.organisation.appraisal.models import Kind

from . import beginnings, queries
from .rows import number, row

ZERO, ONE = Decimal(0), Decimal(1)


def why(viewer, line):
    """dict(line, steps, curve, say, spot, late, month, gone) of one line; steps are dict(label, text, arithmetic, amount, clause, result)."""
    from squaredeal.engine import of_line
    plan, _problems = reading.read((line.plan or line.run.plan).text)
    late = line.fact_period != line.run.period.code
    component = next((c for c in plan.components if c.name == line.component), None) if plan else None
    found = {"line": line, "late": late, "month": line.on or line.run.period.starts_on, "steps": [],
             "curve": None, "gone": ""}
    if component is None or not line.detail.get("present", True):
        if not line.detail.get("returned"):
            found["gone"] = _("The contract behind this line no longer counts here (%(reason)s); what was paid on it is taken back.") % {
                "reason": causes.told(line)} if line.contract else _("The receipt behind this line no longer counts (%(reason)s); what was paid on it is taken back.") % {
                "reason": causes.told(line) or _("reversed")}
        found["steps"] = [*_received(viewer, line), *_settling(line, late, component)]
        return found
    if payable.figures(plan) & set(line.detail.get("given", {})) and appraisal.person(viewer, Kind.WAGE, line.person_id) is None:
        hidden = {"label": component.name, "text": _("reckoned with the wage, which only finance, the director and the person see"), "arithmetic": [], "clause": component.clause,
                  "amount": more(line.earned), "result": True}
        found["steps"] = [*_received(viewer, line), hidden, *_settling(line, late, component)]
        return found
    explained = of_line(plan, as_engine(line), wording.language(), _among(viewer, plan, component, line))
    found["steps"] = [*_received(viewer, line), *(_step(s, line) for s in explained.steps if s.name not in OURS), *_settling(line, late, component)]
    _place(found, line, plan, mine=line.person_id == viewer.pk)
    return found


def _among(viewer, plan, component, line):
    """The lines that a line's amount leans on, for caps, divisions and entitlements to date; none where it stands alone."""
    from squaredeal.engine import leans
    if not leans(plan, component):
        return ()
    return [as_engine(x) for x in queries.siblings(viewer, line, everybody=bool(component.split)) if x.detail.get("present", True)]


def returned(statement):
    """When the reserve of a statement comes back: "year end", "never", "later", or "" without one."""
    return wording.returned(reading.loaded(statement.run.plan.text).components)


def carried(statement):
    """Why part of what is owed back, of what exceeds a cap or of what is too little to be paid is left for a later month, or how much is dropped, in a few words; "" when none."""
    rules = reading.loaded(statement.run.plan.text).settlement
    small, interest = Decimal(statement.steps.get("small", 0)), Decimal(statement.steps.get("interest", 0))
    said, owed = [], statement.carried - statement.left - small
    lent = statement.advance if rules.draw and rules.draw.recoverable else ZERO
    dropped = statement.balance + lent - statement.carried_in + statement.carried + interest
    brought = {name: Decimal(amount) for name, amount in statement.steps.get("brought", {}).items()}
    standing = statement.carried_in - sum(brought.values(), ZERO)
    if standing:
        said.append((_("%(amount)s owed from before") if standing < 0 else _("%(amount)s came from before")) % {"amount": yuan(abs(standing))})
    for name, words in (("left", _("%(amount)s over the limit came from before")), ("small", _("%(amount)s too little to be paid came from before"))):
        if brought.get(name):
            said.append(words % {"amount": yuan(brought[name])})
    if interest:
        said.append(_("%(interest)s interest on what was owed") % {"interest": yuan(interest)})
    if dropped < 0:
        said.append(_("%(amount)s of it makes up what was dropped before") % {"amount": yuan(-dropped)})
    elif dropped:
        words = _("%(amount)s of what was advanced is dropped") if rules.draw and rules.draw.recoverable else _("%(amount)s below nothing is dropped, not carried on")
        said.append(words % {"amount": yuan(dropped)})
    if statement.left:
        said.append(_("%(left)s over the limit is left for later months") % {"left": yuan(statement.left)})
    taken = Decimal(statement.steps.get("deducted", 0))
    if taken:
        words = _("%(taken)s of what is owed is taken, from the wage as far as the commission does not suffice") if statement.payout < 0 else _("%(taken)s of what is owed is taken")
        said.append(words % {"taken": yuan(taken)})
    if small:
        said.append(_("%(small)s is too little to be paid out and waits until it comes to more") % {"small": yuan(small)})
    if owed and rules.draw and rules.draw.recoverable:
        said.append(_("%(left)s is still to be paid back") % {"left": yuan(abs(owed))})
    elif owed:
        left, cap = _("%(left)s still owed") % {"left": yuan(abs(owed))}, rules.statutory_cap
        said.append(left if cap is None else _("at most %(cap)s of the month is deducted, %(left)s") % {"cap": share(cap), "left": left})
    return _(", ").join(said)


def limited(statement):
    """What of a limit on all pay is used up, in a few words; "" without one."""
    from squaredeal.engine.ledger.paying import held, lately, window_of
    from squaredeal.engine.plan.rolling import rolling
    plan, period = reading.loaded(statement.run.plan.text), statement.run.period
    cap, steps = plan.settlement.cap, statement.steps.get("counted", {})
    window = window_of(plan, (period.starts_on, period.ends_on)) if cap else ""
    counted, most = steps.get(window, (None, None))
    if most is not None and rolling(cap.window):
        counted = lately(plan, held(plan, {day: (Decimal(so_far), Decimal(top)) for day, (so_far, top) in steps.items()}), window)
    return "" if most is None else _("%(window)s: %(counted)s in all, at most %(most)s") % {"window": wording.window(cap.window), "counted": yuan(counted), "most": yuan(most)}


def advanced(statement):
    """dict(label, text) of what a draw or guarantee adds, or of what it grants and need not add; None without one this month."""
    rules, least = reading.loaded(statement.run.plan.text).settlement, statement.steps.get("draw")
    if least is None or rules.draw is None:
        return None
    gained, lent = Decimal(least) - statement.advance, Decimal(statement.steps.get("lent", 0))
    if lent:
        return {"label": _("Draw"), "text": _("%(lent)s of it advanced besides, to be paid back") % {"lent": yuan(lent)}}
    if not rules.draw.recoverable:
        return {"label": _("Guarantee"), "text": _("%(gained)s made up to %(least)s") % {"gained": yuan(gained), "least": yuan(least)} if statement.advance else
                _("not needed, at least %(least)s") % {"least": yuan(least)}}
    words = _(", by %(part)s of what is earned") if rules.draw.recover_of == "earned" else _(", by %(part)s of what exceeds it")
    if rules.draw.most_owed is not None and not Decimal(least) and not statement.advance:
        return {"label": _("Draw"), "text": _("none this month: as much is owed as may be")}
    part = "" if rules.draw.recover == 1 else words % {"part": wording.plainly(rules.draw.recover) if isinstance(rules.draw.recover, str) else share(rules.draw.recover)}
    return {"label": _("Draw"), "text": _("%(gained)s made up to %(least)s in advance, to be paid back") % {"gained": yuan(gained), "least": yuan(least)} if statement.advance else
            _("not needed, %(least)s a month; what was advanced is paid back%(part)s") % {"least": yuan(least), "part": part}}


WHAT = {"earned": gettext_lazy("Earned"), "reserved": gettext_lazy("Reserve"), "payable": gettext_lazy("Payable")}


def rounding(statement):
    """[dict(month, what, exact, rounded, posted, now)] of how a statement was rounded as a whole, a closed month against what is posted of it; [] without."""
    return [{"month": step["month"], "what": WHAT[name], "exact": Decimal(upto), "rounded": Decimal(whole), "posted": Decimal(was), "now": Decimal(whole) - Decimal(was)}
            for step in statement.steps.get("rounding", []) for name in WHAT if name in step for _before, upto, was, whole in [step[name]]]


OURS = frozenset({"fact", "reserve", "posted", "payout"})
"""Steps of the engine said here in the words of receipts and closed months instead."""


def as_engine(line):
    """The engine's line again, from what the ledger keeps of it."""
    from squaredeal.engine import Line
    kept = line.detail
    return Line(
        id=line.key, component=line.component, clause=line.clause, payee=str(line.person_id), fact=str(line.allocation_id or line.contract_id or ""),
        day=line.on or line.run.period.starts_on, fact_period=line.fact_period, period=line.run.period.code,
        share=number(line, "share", ONE), base=number(line, "base", line.base) or ZERO, before=number(line, "before", ZERO), after=number(line, "after", ZERO),
        uplift=number(line, "uplift", ZERO), factor=number(line, "factor", ONE), measured=number(line, "measured"), quota=number(line, "quota"),
        attainment=number(line, "attainment"), passed=kept.get("passed", True), full_amount=number(line, "full", ZERO), earned=line.earned,
        reserved=line.reserved, payout=line.payout, posted_before=line.posted_before, posted_reserved=ZERO, difference=line.difference,
        corrects=line.corrects, plan="", plan_version=1, given=kept.get("given", {}), released=number(line, "released"))


def _received(viewer, line):
    """The receipt or contract a line begins with, which opens where it is within reach."""
    of = line.allocation
    if of is None:
        label, amount, on, _about = beginnings.of_contract(line) if line.contract else ("", None, None, "")
        return [] if not line.contract else [{
            "url": reverse("contracts:contract", args=[line.contract_id]) if queries.reaches_contract(viewer, line.contract) else "", "label": label, "amount": yuan(amount), "clause": "",
            "text": _("%(customer)s, %(day)s") % {"customer": line.contract.customer, "day": f"{on:%Y-%m-%d}"}, "arithmetic": [str(line.contract)]}]
    return [{"url": reverse("collection:receipt", args=[of.receipt_id]) if queries.reaches_receipt(viewer, of.receipt_id) else "",
             "label": _("Received"), "amount": yuan(of.amount), "clause": "",
             "text": _("%(customer)s, %(day)s") % {"customer": of.receipt.customer, "day": f"{of.on:%Y-%m-%d}"},
             "arithmetic": [_("%(contract)s part %(order)s · %(receipt)s") % {
                 "contract": of.instalment.contract, "order": of.instalment.order, "receipt": of.receipt}]}]


CLAUSES = {"share": "3.6.1", "base": "3.2.1", "earned": ""}


def _step(step, line):
    """One step of the engine's explanation as a row of the drawer."""
    shown = {"label": step.label, "text": wording.spoken(step.sentence), "arithmetic": [step.arithmetic] if step.arithmetic else [],
             "clause": CLAUSES.get(step.name, step.clause), "amount": "" if step.amount is None else more(step.amount),
             "result": step.name in ("earned", "gate", "cap")}
    return shown


def _settling(line, late, component):
    steps = []
    if late:
        steps += [{"label": _("Posted"), "text": _("what the closed month %(month)s holds") % {"month": line.fact_period}, "clause": "3.9.1",
                   "amount": more(-line.posted_before) if line.posted_before else taken(ZERO), "arithmetic": []},
                  {"label": _("Difference"), "text": causes.told(line), "clause": "", "amount": fine_signed(line.difference), "result": True,
                   "arithmetic": [f"{fine(line.earned)} − {fine(line.posted_before)}"]}]
    if line.held:
        steps.append({"label": _("Waits") if line.held > 0 else _("Released"), "clause": component.clause if component is not None else "", "arithmetic": [],
                      "text": sentences.released(component) if component is not None and component.release else "", "amount": fine(-line.held)})
    if line.reserved:
        keep = component.reserve.keep if component is not None and component.reserve else None
        words = {"year end": _("%(keep)s, returned at year end"), "never": _("%(keep)s, not returned")}.get(wording.returned([component]) if component else "", "%(keep)s")
        steps.append({"label": _("Reserve"), "text": words % {"keep": share(keep)} if keep is not None else "",
                      "clause": component.clause if component is not None else "", "amount": fine(-line.reserved),
                      "arithmetic": [f"{fine(line.difference - line.held)} × {share(keep)}"] if keep is not None and not late else []})
    steps.append({"label": _("Payable"), "text": "", "clause": "", "amount": fine(line.payout), "arithmetic": [], "result": True, "jade": True})
    return steps


def _place(found, line, plan, mine):
    """Where one stands on the curve of the line's table: the month's total where it counts up, with this line's part of it drawn thick."""
    from squaredeal.engine import stands
    from squaredeal.engine.explaining.said import read
    from squaredeal.engine.formula.wording import exactly
    component, own = plan.component(line.component), as_engine(line)
    counted = bool(line.detail.get("slices"))
    here = number(line, "month_total", number(line, "after")) if counted else stands(plan, own, read(plan, own.given))
    if not isinstance(here, Decimal | Fraction | int) or (counted and (line.base is None or line.base < 0)):
        return
    before, after, here = number(line, "before"), number(line, "after"), exactly(here)
    drawn = curves.curve(plan, component, here=here, part=(before, after) if counted else None, most=here * Decimal("1.1"))
    if drawn is None:
        return
    found["curve"], found["axes"] = drawn["curve"], drawn["axes"]
    found["spot"] = _("you, %(amount)s") % {"amount": drawn["place"]} if mine else _("here, %(amount)s") % {"amount": drawn["place"]}
    found["whose"] = "" if mine else line.person
    found["say"] = _("%(month)s: %(here)s without VAT. The thick part is this receipt, from %(first)s to %(last)s.") % {
        "month": month(found["month"]), "here": figures.wan_text(here), "first": figures.wan_text(before) if before else "0",
        "last": figures.wan_text(after)} if counted else drawn["say"]


def estimate(viewer, person):
    """A person's month so far, as a context: lines as rows, sums, what promised money adds, where one stands on the curve."""
    today = timezone.localdate()
    found = estimating.estimate(viewer, person, today)
    first, _last = month_of(today)
    shown = {"starts_on": first, "returned": wording.returned(found.plan.components) if found.plan else "", "refused": found.refused if found.plan else _("No commission plan is in force this month."), "earned": found.earned,
             "reserved": found.reserved, "payout": found.payout, "advance": found.advance, "released": found.released, "next_100k": found.next_100k, "lines": [row(x, plan=found.plan) for x in found.lines],
             "pay_on": runs.pay_day(viewer, Period(code=f"{first:%Y-%m}", starts_on=first, ends_on=_last)), "curve": None, "next_tier": "",
             "promised": [{"text": _("%(customer)s, promised for %(day)s") % {
                 "customer": p["instalment"].contract.customer, "day": figures.day(p["instalment"].promised_on)},
                 "amount": p["amount"], "more": p["more"]} for p in found.promised]}
    if found.curve and found.lines and not found.lines[0].detail["rolled"]:
        _stand(shown, found)
    return shown


def _stand(shown, found):
    from squaredeal.engine.formula.wording import exactly
    here, later = found.base, found.base + sum((p["base"] for p in found.promised), ZERO)
    following = next(((exactly(edge), exactly(rate)) for edge, rate in found.curve.edges if edge > here), None)
    shown["next_tier"] = _("%(left)s more reaches the %(rate)s row") % {"left": figures.wan_text(following[0] - here), "rate": share(following[1])} \
        if following else _("You are on the last row, %(rate)s") % {"rate": share(exactly(found.curve.edges[-1][1]))}
    shown["spot"] = _("now %(amount)s") % {"amount": figures.wan_text(here)}
    shown["say"] = _("%(amount)s without VAT this month; the dashes are what is promised.") % {"amount": figures.wan_text(here)}
    shown["curve"] = curves.curve(found.plan, wording.tiered(found.plan), here=here, part=(ZERO, here), reach=later, most=later * Decimal("1.05"))["curve"]


def more(amount):
    """An amount with all its decimals that count, at least two: 1,101.76995."""
    exact = amount.quantize(Decimal("0.00000001"), rounding=ROUND_HALF_UP).normalize()
    places = max(2, -exact.as_tuple().exponent)
    return figures.grouped(exact, places)
