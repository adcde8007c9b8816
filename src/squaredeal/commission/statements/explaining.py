"""A line in words and arithmetic that a pocket calculator can follow: computed again here from the plan, not retold."""
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from squaredeal.commission.plans import reading, wording
from squaredeal.commission.plans.templatetags.ledger import month, share, signed, taken, yuan
from squaredeal.commission.runs import causes
from squaredeal.kernel import figures
from squaredeal.kernel.money import fen

ZERO, ONE = Decimal(0), Decimal(1)


def number(line, name, otherwise=None):
    """A figure kept with a line, as Decimal."""
    found = line.detail.get(name)
    return otherwise if found in (None, "") else Decimal(str(found))


def row(line, objection):
    """A line as a row of the statement: customer, contract, amount, share, the rates it met, and what changed them."""
    of = line.allocation
    part = number(line, "share", ONE)
    return {"line": line, "objection": objection, "customer": of.receipt.customer if of else line.component,
            "contract": _("%(contract)s part %(order)s") % {"contract": of.instalment.contract, "order": of.instalment.order} if of else "",
            "component": line.component if line.detail.get("rolled") else "", "on": of.on if of else None,
            "amount": of.amount if of else None, "share": part, "shared": part != ONE, "rate": rates(line), "mods": mods(line),
            "earned": line.earned, "reason": causes.told(line)}


def rates(line):
    """The rates a line met: "1% and 1.5%"."""
    met = [share(s["rate"]) for s in line.detail.get("slices", []) if Decimal(s["part"])]
    if not met and line.detail.get("rate") not in (None, ""):
        met = [share(line.detail["rate"])]
    return _(" and ").join(met)


def mods(line):
    """What raised or lowered a line beside its rate, in a few words each."""
    said = []
    uplift, factor = number(line, "uplift", ZERO), number(line, "factor", ONE)
    if uplift:
        first = line.detail.get("given", {}).get("first_order") == "true"
        what = _("first order") if first else _("addition")
        said.append(f"{what} +{figures.grouped(uplift * 100, 2).rstrip('0').rstrip('.')} {_('points')}")
    if factor != ONE:
        days = line.detail.get("given", {}).get("overdue_days")
        times = figures.grouped(factor, 4).rstrip("0").rstrip(".")
        said.append(_("%(days)s days overdue × %(times)s") % {"days": _whole(days), "times": times} if days else f"× {times}")
    if line.detail.get("gate") == "closed":
        said.append(_("target not reached: 0"))
    return said


def why(viewer, line):
    """dict(line, steps, curve, say, spot, late, month, gone) of one line; steps are dict(label, text, arithmetic, amount, clause)."""
    plan, _problems = reading.read(line.run.plan.text)
    late = line.fact_period != line.run.period.code
    component = next((c for c in plan.components if c.name == line.component), None) if plan else None
    found = {"line": line, "late": late, "month": line.allocation.on if line.allocation else line.run.period.starts_on, "steps": [],
             "curve": None, "gone": ""}
    if not line.detail.get("present", True) or component is None:
        found["gone"] = _("The receipt behind this line no longer counts (%(reason)s); what was paid on it is taken back.") % {
            "reason": causes.told(line) or _("reversed")}
        found["steps"] = _settling(line, late, component)
        return found
    raw = ZERO
    found["steps"] = _facts(line, plan, component)
    for step, amount in _earning(line, component):
        found["steps"].append(step)
        raw += amount
    found["steps"] += _result(line, component, raw) + _settling(line, late, component)
    _place(found, line, plan)
    return found


def _facts(line, plan, component):
    of, given, part = line.allocation, line.detail.get("given", {}), number(line, "share", ONE)
    steps = []
    if of is not None:
        steps.append({"label": _("Received"), "amount": yuan(of.amount), "clause": "",
                      "text": _("%(customer)s, %(day)s") % {"customer": of.receipt.customer, "day": f"{of.on:%Y-%m-%d}"},
                      "arithmetic": [_("%(contract)s part %(order)s · %(receipt)s") % {
                          "contract": of.instalment.contract, "order": of.instalment.order, "receipt": of.receipt}]})
    if part != ONE:
        steps.append({"label": _("Share"), "amount": share(part), "clause": "3.6.1",
                      "text": _("%(person)s earns %(share)s of it") % {"person": line.person, "share": share(part)}, "arithmetic": []})
    if line.base is not None and component.base:
        figured = figure(wording.expanded(plan, component.base), given)
        times = f" × {share(part)}" if part != ONE else ""
        steps.append({"label": _("Base"), "amount": yuan(line.base), "clause": "3.2.1", "text": component.base,
                      "arithmetic": [f"({figured}){times}" if times and {"+", "−"} & set(figured.split("(")[0]) else f"{figured}{times}"]
                      if figured else []})
    return steps


def figure(text, given):
    """A formula with its names replaced by a line's values: "380,000.00 ÷ (1 + 13%)"; "" when one is not known."""
    parts, end = [], 0
    for found in wording.NAME.finditer(text):
        parts.append(text[end:found.start()])
        token, end = found.group(), found.end()
        if token[0].isalpha() or token[0] == "_":
            if token not in given or given[token] is None:
                return ""
            parts.append(_value(token, given[token]))
        else:
            parts.append(wording.SIGNS.get(token, token))
    return "".join([*parts, text[end:]])


def _value(name, value):
    value = str(value)
    if figures.decimal(value) is None:
        return value
    return share(value) if name.endswith("rate") else yuan(value) if name in wording.MONEY else _whole(value)


def _whole(value):
    shown = figures.decimal(value)
    return str(value) if shown is None else figures.grouped(shown, 4).rstrip("0").rstrip(".")


def _earning(line, component):
    """[(step, amount to more decimals)] of the rates, the uplift and the factor."""
    clause, before, after = component.clause, number(line, "before", ZERO), number(line, "after", ZERO)
    found, total = [], ZERO
    for place, s in enumerate(line.detail.get("slices", []), 1):
        part, rate, start, upto = Decimal(s["part"]), Decimal(s["rate"]), Decimal(s["from"]), s.get("upto")
        if not part:
            continue
        span = _("%(first)s to %(last)s") % {"first": wording.amount(start), "last": wording.amount(Decimal(upto))} if upto \
            else _("from %(first)s on") % {"first": wording.amount(start)}
        cut = []
        if part != line.base:
            top, bottom = (min(after, Decimal(upto)) if upto else after), max(before, start)
            cut = [f"{yuan(top)} − {yuan(bottom)} = {yuan(part)}"]
        amount = part * rate
        total += amount
        found.append(({"label": _("Row %(n)s") % {"n": place}, "text": f"{span} {share(rate)}", "clause": clause, "amount": more(amount),
                       "arithmetic": [*cut, f"{yuan(part)} × {share(rate)}"]}, amount))
    if not found and line.detail.get("rate") not in (None, "") and line.base is not None:
        rate = number(line, "rate")
        total = line.base * rate
        found.append(({"label": _("Rate"), "text": share(rate), "clause": clause, "amount": more(total),
                       "arithmetic": [f"{yuan(line.base)} × {share(rate)}"]}, total))
    uplift, factor = number(line, "uplift", ZERO), number(line, "factor", ONE)
    if uplift and line.base is not None:
        amount = line.base * uplift
        total += amount
        found.append(({"label": _("Addition"), "text": "，".join(mods(line)[:1]), "clause": clause, "amount": more(amount),
                       "arithmetic": [f"{yuan(line.base)} × {share(uplift)}"]}, amount))
    if factor != ONE:
        amount = total * (factor - 1)
        times = figures.grouped(factor, 4).rstrip("0").rstrip(".")
        text = next((m for m in mods(line) if "×" in m), f"× {times}")
        found.append(({"label": _("Factor"), "text": text, "clause": clause, "amount": more(total * factor),
                       "arithmetic": [f"{more(total)} × {times}"]}, amount))
    return found


def _result(line, component, raw):
    steps = []
    if line.detail.get("gate") == "closed":
        gate = component.gate
        steps.append({"label": _("Gate"), "clause": component.clause, "amount": yuan(ZERO), "arithmetic": _attained(line),
                      "text": _("below %(least)s of the target this part pays nothing; it would have been %(amount)s") % {
                          "least": share(gate.at_least), "amount": yuan(number(line, "full", fen(raw)))}})
    exact = more(raw)
    steps.append({"label": _("Earned"), "amount": yuan(line.earned), "clause": "", "arithmetic": [], "result": True,
                  "text": _("sums to %(exact)s, half up to the fen") % {"exact": exact} if exact != yuan(fen(raw)) else ""})
    if line.detail.get("gate") != "closed" and line.earned != fen(raw):
        steps[-1]["text"] = _("%(exact)s, limited by the plan") % {"exact": yuan(fen(raw))}
    return steps


def _attained(line):
    measured, quota = number(line, "gate_value"), number(line, "gate_quota")
    return [f"{yuan(measured)} ÷ {yuan(quota)} = {figures.pct(measured / quota, 1)}"] if measured is not None and quota else []


def _settling(line, late, component):
    steps = []
    if late:
        steps += [{"label": _("Posted"), "text": _("what the closed month %(month)s holds") % {"month": line.fact_period}, "clause": "3.9.1",
                   "amount": taken(line.posted_before), "arithmetic": []},
                  {"label": _("Difference"), "text": causes.told(line), "clause": "", "amount": signed(line.difference), "result": True,
                   "arithmetic": [f"{yuan(line.earned)} − {yuan(line.posted_before)}"]}]
    if line.reserved:
        keep = component.reserve.keep if component is not None and component.reserve else None
        steps.append({"label": _("Reserve"), "text": _("%(keep)s, returned at year end") % {"keep": share(keep)} if keep is not None else "",
                      "clause": component.clause if component is not None else "", "amount": taken(line.reserved),
                      "arithmetic": [f"{yuan(line.difference)} × {share(keep)}"] if keep is not None and not late else []})
    steps.append({"label": _("Payable"), "text": "", "clause": "", "amount": yuan(line.payout), "arithmetic": [], "result": True, "jade": True})
    return steps


def _place(found, line, plan):
    """Where one stands on the curve: the month's total, and this line's part of it drawn thick."""
    table, here = wording.tiers(plan), number(line, "measured")
    if not table or here is None or not line.detail.get("slices") or line.base is None or line.base < 0:
        return
    before, after = number(line, "before"), number(line, "after")
    spot = (here, wording.drawing.paid(table, here))
    found["curve"] = wording.curve(table, here=spot, part=(before, after), most=here * Decimal("1.1"))
    found["spot"] = _("you, %(amount)s") % {"amount": figures.wan_text(here)}
    found["say"] = _("%(month)s: %(here)s without VAT. The thick part is this receipt, from %(first)s to %(last)s.") % {
        "month": month(found["month"]), "here": figures.wan_text(here), "first": figures.wan_text(before) if before else "0",
        "last": figures.wan_text(after)}


def more(amount):
    """An amount with all its decimals that count, at least two: 1,101.76995."""
    exact = amount.quantize(Decimal("0.00000001"), rounding=ROUND_HALF_UP).normalize()
    places = max(2, -exact.as_tuple().exponent)
    return figures.grouped(exact, places)
