"""Warnings for clauses that courts or rules in China often do not uphold (L-02, L-03, L-04, L-07, L-08). A warning never stops a plan."""
from decimal import Decimal

from ..formula import formula
from ..problems import problem


def warnings(plan):
    """[Problem] of severity warning, in the order of the plan."""
    found = []
    for component in plan.components:
        place = f"components.{component.name}"
        for part, text in _shutting(component):
            if not _names(text) & {"left", "leaving"}:
                continue
            found.append(_warn(f"{place}.{part}", "离职就不给提成，判例里多认定无效（L-02）", "paying nothing after leaving is often held void (L-02)",
                               "改成到账后照付，或离职时按比例结清", "pay on later receipt, or settle a percentage on leaving"))
        if "bad_debt" in component.kinds:
            found.append(_warn(place, "坏账转由个人承担，属于转嫁经营风险（L-08）", "charging bad debt to a person shifts business risk (L-08)",
                               "只在有本人过错的记录时扣，并写明比例", "charge it only where a fault is on record, and say the share"))
        if {"fine", "penalty", "罚款"} & set(component.kinds):
            found.append(_warn(place, "罚款没有依据，改成考核扣分（L-04）", "cash fines are doubtful; deduct points instead (L-04)",
                               "改成得分或系数", "make it a score or a factor"))
        if isinstance(component.credit, list) and {"outsider", "referrer"} & set(component.credit):
            found.append(_warn(f"{place}.credit", "付给外部人员要有合同、发票和审批（L-07）", "payments to outsiders need a contract, an invoice and approval (L-07)",
                               "留存这三样", "keep the three on file"))
    settlement = plan.settlement
    if settlement.negative == "carry" and settlement.statutory_cap is None and settlement.deduction is None and plan.components:
        found.append(_warn("settlement", "负数结转没有写扣款上限（L-03：不超过当月工资 20%）",
                           "negatives are carried without a cap on deductions (L-03: at most 20 % of the month's wage)",
                           "写 statutory cap: 20%", "write statutory cap: 20%"))
    for name, cap in (("statutory cap", settlement.statutory_cap), ("deduction", settlement.deduction and settlement.deduction.cap)):
        if cap is not None and cap > Decimal("0.2"):
            found.append(_warn(f"settlement.{name}", "扣款超过当月工资 20%（L-03）", "deductions over 20 % of the month's wage (L-03)",
                               "改到 20% 以内", "lower it to 20 % or less"))
    if settlement.negative == "owed":
        found.append(_warn("settlement.negative", "负数直接向员工收，超过当月工资 20% 的部分不能扣（L-03）", "negatives are collected in full; beyond 20 % of the wage that is not lawful (L-03)",
                           "写 negative: carry 和 statutory cap: 20%", "write negative: carry and statutory cap: 20%"))
    return found


def _shutting(component):
    """(field, formula) of every condition that may leave somebody with nothing."""
    found = [("who", component.who), ("where", component.where), ("gate", component.gate.when if component.gate else None)]
    found += [("factor", part.when) for part in component.factor if str(part.times) == "0"]
    return [(part, text) for part, text in found if text]


def _warn(place, zh, en, todo_zh, todo_en):
    return problem(place, zh, en, todo_zh, todo_en, "warning")


def _names(text):
    try:
        return set(formula.parse(text).names())
    except formula.FormulaError:
        return set()
