"""Checking a plan: every name known, every kind fitting, every choice made; and warnings for clauses that are risky in China."""
from . import formula
from .plan import Flat, Lump, LumpPlusExcess, PerUnit, RollUp, Tiers
from .problems import problem

FACT = {"amount": "money", "quantity": "number", "date": "date", "id": "text", "kind": "text", "deal": "text", "customer": "text",
        "product": "text", "currency": "text", "share": "rate", "role": "text"}
PERSON = {"payee": "text", "position": "text", "unit": "text", "manager": "text", "hired": "date", "left": "date", "probation_until": "date",
          "level": "text"}
KNOWN = {"vat_rate": "rate", "overdue_days": "days", "first_order": "bool", "is_new_customer": "bool", "below_floor": "bool", "cost": "money",
         "list_price": "money", "floor_price": "money", "list_total": "money", "floor_total": "money", "cost_total": "money",
         "contract_amount": "money", "due_date": "date", "signed_on": "date", "contract": "text", "channel": "text"}


def kinds(plan, attributes=None):
    """{name: kind} of everything a formula over a fact may name; `attributes` are the columns tables bring."""
    return {**(attributes or {}), **KNOWN, **FACT, **PERSON}


def check(plan, tables=None):
    """Every finding about a plan, errors and warnings, in the order of the plan; with `tables`, their findings too."""
    found = []
    known = kinds(plan, tables.kinds() if tables is not None else None)
    open_ended = tables is None
    for name in plan.terms:
        found += _formula(plan, f"terms.{name}", name, known, open_ended, want=None)
    for name, measure in plan.measures.items():
        found += _formula(plan, f"measures.{name}.sum", measure.sum, known, open_ended, want={"money", "number"})
        found += _formula(plan, f"measures.{name}.where", measure.where, known, open_ended, want={"bool"})
    names = [c.name for c in plan.components]
    for name in {n for n in names if names.count(n) > 1}:
        found.append(problem(f"components.{name}", "名称重复", "the name stands twice", "换一个名称", "give it another name"))
    for component in plan.components:
        found += _component(plan, component, known, open_ended)
    if plan.effective.last and plan.effective.last < plan.effective.first:
        found.append(problem("effective", "结束日早于开始日", "ends before it begins", "改日期", "change the dates"))
    found += _legal(plan)
    return found + (tables.check(plan) if tables is not None else [])


def _formula(plan, place, text, known, open_ended, want):
    if text is None:
        return []
    try:
        node = plan.expand(text)
        unknown = [n for n in node.names() if n not in known]
        if unknown and not open_ended:
            return [problem(place, f"没有 {'、'.join(unknown)}", f"{', '.join(unknown)} is not known here",
                            "在 terms 里定义，或在事实表里加这一列", "define it under terms or add the column to the facts")]
        kind = formula.kind_of(node, {**dict.fromkeys(unknown, "number"), **known})
        if unknown:
            return []
        if want and kind not in want and not (kind in formula.NUMERIC and want & formula.NUMERIC):
            return [problem(place, f"得到的是 {kind}，要的是 {'或'.join(sorted(want))}", f"gives {kind}, wanted {' or '.join(sorted(want))}")]
    except formula.FormulaError as wrong:
        if unknown_so_far(plan, text, known):
            return []
        return [problem(place, wrong.zh, wrong.en)]
    return []


def unknown_so_far(plan, text, known):
    """Whether a formula names columns only the tables can tell the kind of, so that its kinds cannot be judged yet."""
    try:
        return any(n not in known for n in plan.expand(text).names())
    except formula.FormulaError:
        return False


def _component(plan, component, known, open_ended):
    place, found = f"components.{component.name}", []
    for part in ("who", "where"):
        found += _formula(plan, f"{place}.{part}", getattr(component, part), known, open_ended, {"bool"})
    rate = component.rate
    if component.per_period:
        if component.base is not None and component.base not in plan.measures:
            found.append(problem(f"{place}.base", f"按期计的部分，基数要写指标名，没有 {component.base}", f"{component.base} is not a measure",
                                 "在 measures 里定义", "define it under measures"))
        if isinstance(component.credit, RollUp):
            found.append(problem(f"{place}.credit", "按期计的部分还不能上卷", "a component paid per period cannot roll up yet",
                                 "改成逐笔计", "make it each: receipt"))
    elif component.base is None and not isinstance(rate, PerUnit):
        found.append(problem(f"{place}.base", "没写基数", "has no base", "写明按什么算，含税还是不含税", "say what the rate applies to"))
    else:
        found += _formula(plan, f"{place}.base", component.base, known, open_ended, {"money", "number"})
    if isinstance(rate, Lump) and not component.per_period:
        found.append(problem(f"{place}.rate", "定额只用于按期计的部分", "a lump is for components paid per period", "each 写 period", "write each: period"))
    if isinstance(rate, (Tiers, LumpPlusExcess)):
        measure = rate.by.removeprefix("attainment of ")
        if measure not in plan.measures:
            found.append(problem(f"{place}.rate.by", f"没有指标 {measure}", f"{measure} is not a measure", "在 measures 里定义", "define it under measures"))
    if isinstance(rate, Tiers):
        for _edge, text in rate.table:
            found += _formula(plan, f"{place}.rate.table", text, known, open_ended, {"rate", "number"})
    if isinstance(rate, Flat):
        found += _formula(plan, f"{place}.rate", rate.flat, known, open_ended, {"rate", "number"})
    for uplift in component.uplift:
        found += _formula(plan, f"{place}.uplift", uplift.when, known, open_ended, {"bool"})
        found += _formula(plan, f"{place}.uplift", uplift.add, known, open_ended, {"rate", "number"})
    for factor in component.factor:
        found += _formula(plan, f"{place}.factor", factor.when, known, open_ended, {"bool"})
    if component.gate and component.gate.attainment_of not in plan.measures:
        found.append(problem(f"{place}.gate", f"没有指标 {component.gate.attainment_of}", f"{component.gate.attainment_of} is not a measure"))
    return found


def _legal(plan):
    found = []
    for component in plan.components:
        if "left" in component.who or "离职" in component.who:
            found.append(problem(f"components.{component.name}.who", "离职就不给提成，判例里多认定无效（L-02）",
                                 "paying nothing after leaving is often held void (L-02)", "改成到账后照付，或离职时按比例结清",
                                 "pay on later receipt, or settle a percentage on leaving", "warning"))
    cap = plan.settlement.statutory_cap
    if plan.settlement.negative == "carry" and cap is None:
        found.append(problem("settlement", "负数结转没有写扣款上限（L-03：不超过当月工资 20%）",
                             "negatives are carried without a cap on deductions (L-03: at most 20 % of the month's wage)",
                             "写 statutory cap: 20%", "write statutory cap: 20%", "warning"))
    elif cap is not None and cap > formula.Decimal("0.2"):
        found.append(problem("settlement.statutory cap", "扣款超过当月工资 20%（L-03）", "deductions over 20 % of the month's wage (L-03)",
                             "改到 20% 以内", "lower it to 20 % or less", "warning"))
    return found
