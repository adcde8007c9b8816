"""Checking a plan: every name known, every kind fitting, every choice made; and warnings for clauses that are risky in China."""
import re
from difflib import get_close_matches

from ..formula import formula
from ..formula.kinds import NUMERIC, TOLD, kind_of
from ..formula.naming import ALIASES, standard
from ..problems import problem
from . import afterwards, based, choices, counted, exchanging, legal, lookups, misplaced, rated, scopes, unmatched
from .fields import own_year
from .plan import SPANS, CreditTo, Lookup, Lump
from .saying import bracket, to_date_of

FACT = {"amount": "money", "quantity": "number", "date": "date", "id": "text", "kind": "text", "deal": "text", "customer": "text",
        "product": "text", "currency": "text", "happened_on": "date", "share": "rate", "role": "text", "period_start": "date", "period_end": "date", "active_days": "days",
        "period_days": "days", "levels_up": "number", "elapsed_days": "days", "elapsed_months": "number", "foreign_amount": "money"}
PERSON = {"payee": "text", "position": "text", "unit": "text", "manager": "text", "hired": "date", "left": "date", "probation_until": "date",
          "level": "text"}
KNOWN = {"vat_rate": "rate", "overdue_days": "days", "first_order": "bool", "is_new_customer": "bool", "below_floor": "bool", "cost": "money",
         "list_price": "money", "floor_price": "money", "price": "money", "list_total": "money", "floor_total": "money", "cost_total": "money",
         "contract_amount": "money", "due_date": "date", "signed_on": "date", "contract": "text", "channel": "text", "fx_rate": "rate", "wage": "money"}
_USUAL = {*FACT, *PERSON, *KNOWN}
SAID = re.compile("大于|小于|等于|不低于|不超过|加上|减去|乘以|除以|百分之|千分之|万分之")
"""Words of what a formula has signs for."""
WRITTEN = {name: chinese for chinese, name in ALIASES.items()}
"""The Chinese name of a usual column."""


def kinds(plan, attributes=None):
    """{name: kind} of everything a formula may name; `attributes` are the columns tables bring, which win over what is usual."""
    known = {**{k: v for k, v in (attributes or {}).items() if k not in KNOWN or KNOWN[k] not in NUMERIC or v not in NUMERIC}, **PERSON, **FACT}
    known = {**KNOWN, **known, **plan.attributes, **dict.fromkeys(plan.joined, "text")}
    for name, measure in plan.measures.items():
        try:
            found = kind_of(plan.expand(measure.sum), known)
        except formula.FormulaError:
            found = "number"
        known[name] = "number" if measure.count or measure.sum == "1" else found
    for name in (*plan.terms, *plan.tables):
        known[f"prorated({name})"] = known[f"below({name})"] = _gives(plan, bracket(name), known)
    for component in plan.components:
        known[f"earned({component.name})"] = "money" if component.paid or not isinstance(component.rate, Lump) else _gives(plan, component.rate.lump, known)
    return known


def _gives(plan, text, known):
    """What a formula gives, such as that of a step on the way, of which earned(NAME) is; money where that cannot be told."""
    try:
        return kind_of(plan.expand(text), known)
    except formula.FormulaError:
        return "money"


def check(plan, tables=None, *, rows_too=True):
    """Every finding about a plan, errors and warnings, in the order of the plan; with `tables`, their findings too."""
    found = []
    tables = exchanging.converted(plan, tables.declaring(plan)) if tables is not None else None
    scope = _Scope(plan, tables)
    for name in plan.terms:
        found += scope.formula(f"terms.{name}", bracket(name), None)
    for name, table in plan.tables.items():
        if name in plan.terms or name in FACT or name in plan.measures:
            found.append(problem(f"tables.{name}", "与 terms、measures 或事实的列重名", "has the name of a term, a measure or a column", "换一个名称", "give it another name"))
        found += rated.lookup(scope, f"tables.{name}", table, NUMERIC) if isinstance(table, Lookup) else \
            [p for text in lookups.texts(table) for p in scope.formula(f"tables.{name}", text, NUMERIC)]
    for name, measure in plan.measures.items():
        found += counted.measure(plan, name, measure, scope)
    for name, decision in plan.decisions.items():
        found += scope.formula(f"decisions.{name}.by", decision.by, NUMERIC)
    for kind, column in plan.counts_on.items():
        found += scope.formula(f"counts on.{kind}", bracket(column), {"date"})
    for part, named in (("terms", plan.terms), ("tables", plan.tables), ("measures", plan.measures)):
        found += [problem(f"{part}.{name}", f"{name} 是列 {standard(name)} 的中文名，公式里写 {name} 读的是那一列", f"{name} is the column {standard(name)} in Chinese, which formulas then read", f"换一个名称，如 {name}合计", "give it another name")
                  for name in named if standard(name) != name]
    names = [c.name for c in plan.components]
    for name in sorted({n for n in names if names.count(n) > 1}):
        found.append(problem(f"components.{name}", "名称重复", "the name stands twice", "换一个名称", "give it another name"))
    for component in plan.components:
        if "|" in component.name:
            found.append(problem(f"components.{component.name}", "名称里不能有竖线", "the name may not hold a vertical bar", "去掉 |", "remove it"))
        found += _component(plan, component, scope)
    if plan.effective.last and plan.effective.last < plan.effective.first:
        found.append(problem("effective", "结束日早于开始日", "ends before it begins", "改日期", "change the dates"))
    found += afterwards.settlement(plan, scope) + counted.settled(plan)
    found += [*unmatched.quotas(plan, tables), *unmatched.scores(plan, tables)] if tables is not None else []
    found += choices.open_choices(plan) + choices.large_rates(plan, scope.kind) + misplaced.warnings(plan, scope.kind) + counted.warnings(plan) + legal.warnings(plan)
    return found + (tables.check(plan) if tables is not None and rows_too else [])


class _Scope:
    """What a formula may name: with tables exactly their columns; without, the usual columns and those the plan declares."""
    usual = FACT

    def __init__(self, plan, tables):
        self.plan, self.known = plan, kinds(plan, tables.kinds() if tables is not None else None)
        self.people = None if tables is None or not tables.arrow["people"].num_rows else set(tables.columns("people"))
        self.columns = None if tables is None else set(tables.kinds()) | {"share", "role", "period_start", "period_end", "active_days", "period_days", "levels_up", "elapsed_days", "elapsed_months", "date", "payee", "deal"} | set(plan.measures)

    def formula(self, place, text, want):
        if text is None:
            return []
        try:
            node = self.plan.expand(str(text))
            unknown = self._unknown(node)
            if unknown:
                usual = [n for n in unknown if n in _USUAL or n in self.plan.attributes]
                if usual == unknown:
                    words = "、".join(f"{WRITTEN[n]}（{n}）" if n in WRITTEN else n for n in usual)
                    return [problem(place, f"表里没有 {words} 这一列", f"{', '.join(usual)} is not known here: no table has the column", "在事实或人员里加这一列", "add the column to facts or people")]
                if any(SAID.search(n) for n in unknown):
                    return [problem(place, f"没有 {'、'.join(unknown)}", f"{', '.join(unknown)} is not known here", "公式用符号：>=、<=、=、+、-、*、/，比例写 5%、5‰", "a formula has signs: >=, <=, =, +, -, *, /, and a rate is written 5%")]
                near = [m for n in unknown if n not in self.known for m in get_close_matches(n, sorted({*self.known, *self.plan.terms, *self.plan.tables}), 1, 0.75)]
                return [problem(place, f"没有 {'、'.join(unknown)}", f"{', '.join(unknown)} is not known here",
                                f"{f'是不是 {near[0]}？' if near else ''}在 terms 或 measures 里写明，表里的列在 attributes 里声明；文字要加引号",
                                f"{f'did you mean {near[0]}? ' if near else ''}define it under terms or measures, declare a column of the tables under attributes; text stands in quotes")]
            kind = kind_of(node, self.known)
            if want and kind not in want and not (kind in NUMERIC and want & NUMERIC):
                says = sorted(want & {"money", "bool", "rate", "date", "text"}) or sorted(want)
                return [problem(place, f"得到的是{TOLD[kind][0]}，要的是{'或'.join(TOLD[w][0] for w in says)}",
                                f"gives {TOLD[kind][1]}, wanted {' or '.join(TOLD[w][1] for w in says)}", "改公式", "change the formula")]
        except formula.FormulaError as wrong:
            return [problem(place, wrong.zh, wrong.en, "改公式", "change the formula")]
        return []

    def person(self, place, text, want):
        """Problems of a formula over a person and the period: no columns of facts."""
        try:
            asked = self.plan.expand(str(text)).names()
        except formula.FormulaError:
            return self.formula(place, text, want)
        unknown = sorted(n for n in asked if n not in afterwards.PERIOD and n not in self.plan.measures and "(" not in n and (n not in self.people if self.people is not None else n in self.usual and n not in PERSON))
        if unknown:
            return [problem(place, f"人员表里没有 {'、'.join(unknown)}", f"people have no column {', '.join(unknown)}", "在人员表里加这一列", "add it to people")]
        return self.formula(place, text, want)

    def own_year(self, place, window):
        """Problems of the column a year of each person's own runs from."""
        return self.formula(place, bracket(own_year(window)), {"date"}) if own_year(window) else []

    def kind(self, text):
        """What a formula gives; None where that cannot be told."""
        try:
            return kind_of(self.plan.expand(str(text)), self.known)
        except formula.FormulaError:
            return None

    def _unknown(self, node):
        found = []
        for part in node.walk():
            name = part.args[0] if part.op == "name" or part.op in formula.ABOUT else None
            if name is None or part.op == "score":
                continue
            if (part.op == "prorated" and name in self.plan.terms) or (part.op == "below" and (name in self.plan.terms or name in self.plan.tables)):
                found += self._unknown(self.plan.expand(bracket(name)))
                continue
            paid = name in [c.name for c in self.plan.components]
            if part.op in {"earned", "median"} and not paid:
                raise scopes.no_component(part, name in self.plan.measures)
            if part.op == "earned" and part.args[1:] == (scopes.NET,) and self.plan.component(name).clawback is None:
                raise formula.FormulaError(f"{name} 没有扣回，写 earned({name}) 就是", f"{name} has no claw-back: write earned({name})")
            if part.op in {"earned", "median"} or (part.op in {"rank", "tied"} and paid and name not in self.plan.measures):
                found += scopes.unknown(part, self.known if self.people is None else self.people, self.plan.period)
            elif part.op in {"quota", "attainment", "rank", "tied", "previous", "year_ago"} or (part.op == "source" and part.args[1:]):
                if name not in self.plan.measures:
                    more = ("或前面的提成", " or component above") if part.op in {"rank", "tied"} else ("", "")
                    raise formula.FormulaError(f"没有指标{more[0]} {name}", f"{name} is not a measure{more[1]}")
                if len(part.args) > 1 and part.op != "source":
                    raise formula.FormulaError(f"{name} 在哪里排名次，写在指标里：ranking: {{within: …}}", f"within what {name} is ranked stands in the measure: ranking: {{within: …}}")
            elif self.columns is not None and name not in self.columns or self.columns is None and name not in self.known:
                found.append(name)
        return list(dict.fromkeys(found))


def _component(plan, component, scope):
    place, found = f"components.{component.name}", []
    for part in ("who", "where"):
        found += scope.formula(f"{place}.{part}", getattr(component, part), {"bool"})
    rate = component.rate
    found += based.missing(component, place) + based.unmoved(plan, component, place)
    found += scope.formula(f"{place}.base", component.base_text, NUMERIC)
    found += rated.found(plan, component, scope, place)
    for uplift in component.uplift:
        found += scope.formula(f"{place}.uplift", uplift.when, {"bool"}) + scope.formula(f"{place}.uplift", uplift.add, {"rate", "number"})
    for factor in component.factor:
        found += scope.formula(f"{place}.factor", factor.when, {"bool"}) + scope.formula(f"{place}.factor", factor.times, {"rate", "number"})
    gate = component.gate
    if gate and gate.attainment_of is not None:
        if gate.attainment_of not in plan.measures:
            found.append(problem(f"{place}.gate", f"没有指标 {gate.attainment_of}", f"{gate.attainment_of} is not a measure", "在 measures 里定义", "define it under measures"))
        if gate.without_quota is None:
            found.append(problem(f"{place}.gate", "没写没有目标的人怎么算", "does not say what holds for people without a quota",
                                 "写 without quota: passes 或 nothing", "write without quota: passes or nothing"))
    elif gate:
        found += scope.formula(f"{place}.gate", gate.when, {"bool"})
    for kind in (getattr(rate, "window", ""), *(limit.window for limit in component.all_limits)):
        found += scope.own_year(f"{place}.window", kind)
    for limit in component.all_limits:
        found += counted.per(scope, f"{place}.limit.per", limit.per)
        if limit.per is not None and component.per_period:
            found.append(problem(f"{place}.limit.per", "按期计的提成不能按事实的一列封顶", "a component paid by period has no facts to limit apart", "each 写事实的类别，或在提成里写 per", "make each a kind of fact, or write per in the component"))
        found += scope.formula(f"{place}.limit.cap", limit.cap, NUMERIC) + scope.formula(f"{place}.limit.floor", limit.floor, NUMERIC)
    if component.per is not None and not component.per_period:
        found.append(problem(f"{place}.per", "只有按期计的提成才能写 per", "only a component paid by period is paid per a column", "each 写 month 等期间，或删掉 per", "make each a month, quarter …, or remove per"))
    elif component.per is not None and component.per not in {m.per for m in plan.measures.values()}:
        found.append(problem(f"{place}.per", f"没有按 {component.per} 分开的指标", f"no measure is counted per {component.per}", f"在指标里写 per: {component.per}", f"write per: {component.per} in a measure"))
    elif component.per is not None and not isinstance(component.credit, list):
        found.append(problem(f"{place}.per", "per 不和上卷、池一起用", "per does not go with roll up or a pool", "credit 写角色", "credit roles"))
    if component.falling == "kept" and to_date_of(plan, component) is None:
        found.append(problem(f"{place}.falling", "没有至今应得，谈不上变少", "there is no entitlement to date that could fall", "写 to date，或删掉 falling", "write to date, or remove falling"))
    if component.split:
        found += counted.column(scope, f"{place}.split.within", component.split.within if component.split.within != "fact" else "everybody") + scope.formula(f"{place}.split", component.split.by, NUMERIC) + scope.formula(f"{place}.split.at most", component.split.at_most, NUMERIC)
    if component.release:
        found += scope.formula(f"{place}.release.of", component.release.of, NUMERIC) + scope.formula(f"{place}.release.share", component.release.share, NUMERIC)
        found += scope.formula(f"{place}.release.on", component.release.on, {"date"}) + scope.formula(f"{place}.release.once", component.release.once, {"bool"})
        found += scope.formula(f"{place}.release.at most", component.release.at_most, NUMERIC) + scope.formula(f"{place}.release.evenly over", component.release.evenly, {"number"})
    found += afterwards.component(component, scope, place)
    found += counted.along(scope, f"{place}.credit", component.credit)
    found += based.twice(component, scope, place)
    found += counted.windows(plan, component, place) + misplaced.found(plan, component, scope, place)
    return found


__all__ = ["SPANS", "CreditTo", "check", "kinds"]
