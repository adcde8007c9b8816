"""What stands where it would do something else than it says: refused, with where it belongs; and numbers that are probably per cents."""
from ..formula.formula import ABOUT, FormulaError, parse
from ..problems import problem
from .plan import Grid, Lump, LumpPlusExcess, PerUnit, Tiers
from .rolling import rolling
from .saying import bracket, formulas

OF_FACTS = {"amount", "quantity", "id", "kind", "deal", "customer", "product", "currency", "share", "role", "vat_rate", "overdue_days", "first_order", "is_new_customer", "below_floor", "cost",
            "list_price", "floor_price", "price", "list_total", "floor_total", "cost_total", "contract_amount", "due_date", "signed_on", "happened_on", "contract", "channel", "fx_rate", "foreign_amount"}
OF_PEOPLE = {"payee", "position", "unit", "manager", "hired", "left", "probation_until", "level"}
FAR = 10
"""An attainment from which on a number without % is probably a per cent."""


def found(plan, component, scope, place):
    """Problems of one component."""
    return [*_rolling(component, place), *_limited(component, place), *_divided(component, place), *_of_facts(plan, component, scope, place), *_of_members(plan, component, place)]


def _rolling(component, place):
    """A table by the own base in a window that rolls on, which is counted anew nowhere; and of limits that roll on, what they cannot say."""
    rate, wrong = component.rate, []
    if isinstance(rate, (Tiers, LumpPlusExcess)) and rate.by == "base" and rolling(rate.window):
        wrong.append(problem(f"{place}.rate.window", f"按 base 进档的窗口不能是 {rate.window}", f"a table by base has no window {rate.window}",
                             f"定义一个指标 {{sum: …, window: {rate.window}, until: fact}}，by 写它的名称",
                             f"define a measure {{sum: …, window: {rate.window}, until: fact}} and write its name in by"))
    several = [limit for limit in component.all_limits if rolling(limit.window)]
    if any(limit.floor is not None for limit in several):
        wrong.append(problem(f"{place}.limit.floor", "连续几个月的保底说不清补在哪个月", "a floor over months that roll on does not say which of them is filled up", "floor 的 window 写 month、quarter、half、year", "write window: month, quarter, half or year for a floor"))
    if len(several) > 1:
        wrong.append(problem(f"{place}.limits", "连续几个月的封顶只能写一道", "only one limit may roll on", "另一道写 month、quarter、half、year、life，或写成全部提成合起来的：settlement 里的 cap", "give the other one month, quarter, half, year or life, or cap all pay together under settlement"))
    return wrong


def _limited(component, place):
    return [problem(f"{place}.limit.per", f"{limit.per} 是人员的列，这里写事实的列", f"{limit.per} is a column of people, here stands one of facts",
                    "每个下属分开封顶：写 each: month 和 credit: {roll up: 1, …}，每个下属一行，rate 写 {lump: \"min(50, 5% * earned(名称))\"}",
                    "to limit each of those below apart: each: month with credit: {roll up: 1, …} has one line for each of them, with rate: {lump: \"min(50, 5% * earned(NAME))\"}")
            for limit in component.all_limits if limit.per in OF_PEOPLE]


def _divided(component, place):
    """A fact has a line for those credited with it and for nobody else: dividing it among a unit would drop the others' part."""
    if component.split is None or component.per_period or component.split.within == "fact":
        return []
    return [problem(f"{place}.split.within", f"{component.each} 只给有份额的人一行，不能在 {component.split.within} 里分", f"a line of {component.each} is only for who is credited with it and cannot be divided within {component.split.within}",
                    "按期分：each: month，基数写 of: unit（或 everybody）的指标；每天分开再加 per: date（指标也写）",
                    "divide what a window has: each: month, with a measure of: unit (or everybody) as base; each day apart with per: date, in the measures too")]


def _of_facts(plan, component, scope, place):
    """Columns of facts in what is paid by window, where there is no fact."""
    if not component.per_period:
        return []
    asked = []
    for text in formulas(component):
        try:
            asked += [n.args[0] for n in plan.expand(text).walk() if n.op == "name"]
        except FormulaError:
            continue
    wrong = sorted({n for n in asked if n in OF_FACTS and n not in plan.measures and n != component.per and n not in (scope.people or ())})
    return [problem(place, f"{name} 是事实的列，按 {component.each} 计时没有哪一笔", f"{name} is a column of facts, and each: {component.each} has no fact to read it from",
                    f"在 measures 里写一个指标，如 {{sum: {name}, over: sale, window: {component.each}}}，{_place(component, name, True)}；或者 each 写事实的类别",
                    f"define a measure such as {{sum: {name}, over: sale, window: {component.each}}} and {_place(component, name, False)}; or make each a kind of fact") for name in wrong]


def _of_members(plan, component, place):
    """The highest below of what reads measures, in what is paid by window: there each line is about a member, whose measures it reads, not those of whoever is paid."""
    if not component.per_period:
        return []
    named = {n.args[0] for text in formulas(component) for n in _walked(plan, text) if n.op == "below"}
    moved = sorted(name for name in named if any(n.op in ABOUT or n.args[0] in plan.measures for n in _walked(plan, bracket(name)) if n.op in ABOUT or n.op == "name"))
    return [problem(place, f"按 {component.each} 计时每行说的是一个下属，{name} 读的是他的数，和自己的比不了", f"with each: {component.each} a line is about one of those below and reads {name} of them, not of whoever is paid",
                    f"each 写事实的类别，如 sale：每笔一行，{name} 是自己的", f"make each a kind of fact, such as sale: a line for each, where {name} is one's own") for name in moved]


def _walked(plan, text):
    try:
        return list(plan.expand(text).walk())
    except FormulaError:
        return []


def _place(component, name, zh):
    """Where the measure is named: per unit multiplies the column of quantities where nothing else is said."""
    if isinstance(component.rate, PerUnit) and component.rate.quantity == name and "quantity" not in component.rate.model_fields_set:
        return f"写 {{per unit: {component.rate.per_unit}, quantity: 指标}}" if zh else f"write {{per unit: {component.rate.per_unit}, quantity: its name}}"
    return "公式里写它的名称" if zh else "write its name"


def warnings(plan, kind):
    """[Problem] of severity warning: 100 for 100 %, in the rows of a table and in a gate; and a share where a sum of money stands. `kind` says what a formula gives."""
    noted = [problem(place, f"{text} 在这里是金额，不是比例：5% 就是 0.05 元", f"{text} is a sum here and no share: 5% is 0.05", "写金额，或写成基数的几成，如 5% * 指标", "write a sum, or a share of something: 5% * NAME", "warning")
             for place, text in _sums(plan) if text is not None and kind(text) == "rate" and any(node.op == "percent" for node in parse(str(text)).walk())]
    for component in plan.components:
        rate, gate, place = component.rate, component.gate, f"components.{component.name}"
        by = getattr(rate, "by", "")
        edges = [edge for edge, _value in rate.table] if isinstance(rate, (Tiers, Grid)) and (by.startswith("attainment of ") or _is(by, "attainment")) else []
        for part, several in (("rate", edges), ("gate", [gate.at_least] if gate and gate.at_least is not None else [])):
            noted += [problem(f"{place}.{part}", f"达成率 {edge:f} 是 {edge * 100:f}%", f"an attainment of {edge:f} is {edge * 100:f} %", f"百分比写 {edge:f}%", f"a per cent is written {edge:f}%", "warning")
                      for edge in several if edge >= FAR][:1]
    return noted


def _sums(plan):
    """[(place, formula)] of what is money and no rate: limits and lumps of what is paid, and the cap and the draw of the settlement."""
    found = []
    for component in (c for c in plan.components if c.paid):
        place = f"components.{component.name}"
        found += [(f"{place}.limit.{name}", getattr(limit, name)) for limit in component.all_limits for name in ("cap", "floor")]
        found += [(f"{place}.rate.lump", component.rate.lump)] if isinstance(component.rate, Lump) else []
    settled = plan.settlement
    return found + [(f"settlement.{name}.amount", part.amount) for name, part in (("cap", settled.cap), ("draw", settled.draw)) if part is not None]


def _is(text, op):
    try:
        return parse(text).op == op
    except FormulaError:
        return False
