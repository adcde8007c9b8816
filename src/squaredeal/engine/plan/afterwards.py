"""Checking what comes around and after a rate: overrides, claw-back, refunds of a reserve, entitlement to date; draws, deductions and a cap on all pay."""
from ..formula.formula import FormulaError
from ..formula.kinds import NUMERIC
from ..problems import problem
from .about import EVERYBODY
from .calendar import MONTHS, TO_DATE, days_of, end_of, name_of, start_of
from .fields import own_year
from .rolling import rolling
from .saying import formulas
from .steps import Refund, RollUp

PERIOD = {"period_start", "period_end", "active_days", "period_days"}


def component(component, scope, place):
    """Problems of a component's override, claw-back, reserve and entitlement to date."""
    found = []
    for part in component.override:
        found += scope.formula(f"{place}.override.when", part.when, {"bool"}) + scope.formula(f"{place}.override.rate", part.rate, {"rate", "number"})
        found += scope.formula(f"{place}.override.lump", part.lump, NUMERIC)
        if part.rate is not None and component.base is None:
            found.append(problem(f"{place}.override.rate", "这一项没有基数，改用比例没有东西可乘", "the component has no base for a rate", "写 lump，或写 base", "write lump, or a base"))
    if component.to_date and not component.per_period:
        found.append(problem(f"{place}.to date", "只有按期计的提成才能写 to date", "only a component paid by period has an entitlement to date", "each 写 month 等期间", "make each a month, quarter …"))
    if component.clawback:
        found += _unreleased(component, place) if component.clawback.unreleased else scope.formula(f"{place}.clawback.take", component.clawback.take, {"rate", "number"})
        found += scope.formula(f"{place}.clawback.when", component.clawback.when, {"bool"})
        if component.clawback.settled == "at once" and (component.release is None or component.reserve):
            found.append(problem(f"{place}.clawback.settled", "一次结清只用于分期发的、没有预留的", "at once is for what is released bit by bit, without a reserve", "删掉 settled，或写 release", "remove settled, or write a release"))
        if component.per_period:
            found.append(problem(f"{place}.clawback", "按期计的提成没有单，不能按单扣回", "a component paid by period has no deal to take back", "each 写事实的类别或 deal", "make each a kind of fact or deal"))
    if isinstance(component.credit, RollUp) and component.credit.passing_over is not None:
        found += scope.formula(f"{place}.credit.passing over", component.credit.passing_over, {"bool"})
    refund = component.reserve.refund if component.reserve else None
    if isinstance(refund, Refund):
        found += scope.formula(f"{place}.reserve.refund.on", refund.on, {"date"}) + scope.formula(f"{place}.reserve.refund.share", refund.share, {"rate", "number"})
    if not component.paid and (component.release or component.reserve or component.clawback):
        found.append(problem(f"{place}.paid", "只算不发的部分没有发放、预留和扣回", "what is only computed has no release, reserve or claw-back", "删掉这几步", "remove these steps"))
    return found


def _unreleased(component, place):
    """Problems of a claw-back of what is unreleased: it has to be known what periods before released, and of each line by itself."""
    release = component.release
    if release is None or release.once or release.at_most or release.rest == "lost" or component.clawback.settled == "at once":
        return [problem(f"{place}.clawback.take", "unreleased 用于分期、按期、按到账或按节点发的，不和 once、at most、rest: lost、settled: at once 一起用",
                        "unreleased is for what is released by time, receipts or events, without once, at most, rest: lost or settled: at once", "写 release: {instalments: …} 等，或 take: 100%", "write release: {instalments: …} or the like, or take: 100%")]
    return []


def quotas(plan, tables):
    """Problems of quotas given for a longer period than the window they are held against: nothing would match them."""
    table, found = tables.arrow["quotas"], []
    if not table.num_rows or not {"measure", "period"} <= set(table.column_names):
        return []
    for measure, period in sorted({(row["measure"], row["period"]) for row in table.to_pylist() if row["measure"] and row["period"]}):
        rule, days = plan.measures.get(measure), days_of(str(period))
        if rule is None or days is None or plan.period == "table" or rule.spread == "evenly":
            continue
        if own_year(rule.window):
            if len(str(period)) > 4:
                found.append(problem(f"quotas {measure} {period}", f"{measure} 是各人自己的年，目标按它开始的那个公历年给", f"{measure} runs by years of one’s own, whose quota is given by the calendar year they begin in",
                                     f"写 {str(period)[:4]}", f"write {str(period)[:4]}"))
            continue
        own = MONTHS.get(TO_DATE.get(rule.window) or (plan.period if rule.window == "period" or rolling(rule.window) else rule.window))
        months = (days[1].year - days[0].year) * 12 + days[1].month - days[0].month + 1
        if own and months > own:
            found.append(problem(f"quotas {measure} {period}", f"目标的期间比指标 {measure} 的窗口长，对不上", f"is for a longer period than the window of {measure}, nothing matches it",
                                 "按窗口给目标，或在指标里写 spread: evenly", "give quotas by the window, or write spread: evenly in the measure"))
    return found[:20]


def scores(plan, tables):
    """Problems of scores given by shorter periods than they are read by: once the last of them has one, the longer period has to have its own; a warning where others read the shorter ones."""
    table, found = tables.arrow["scores"], []
    if plan.period == "table" or not {"payee", "name", "period"} <= set(table.column_names):
        return []
    given, readers = [(str(row["payee"]), row["name"], days_of(str(row["period"]), plan.year_starts)) for row in table.to_pylist()], _readers(plan)
    there = {(who, name, days) for who, name, days in given if days}
    for who, name, days in sorted(there, key=lambda row: (row[1], row[2], row[0])):
        for kind in sorted(readers.get(name, ()), key=MONTHS.get):
            first, last = start_of(kind, days[1], plan.year_starts), end_of(kind, days[1], plan.year_starts)
            known = any((one, name, (start_of(longer, last, plan.year_starts), end_of(longer, last, plan.year_starts))) in there
                        for one in (who, *EVERYBODY) for longer in MONTHS if MONTHS[longer] >= MONTHS[kind])
            if known or days[1] != last or days[0] == first:
                continue
            whole, short = name_of(kind, last, plan.year_starts), min(readers[name], key=MONTHS.get)
            found.append(problem(f"scores {name} {who}", f"只有更短的期间的分，按 {kind} 读的没有 {whole} 的", f"has scores of shorter periods only, and is read by {kind}: there is none of {whole}",
                                 f"给 {whole} 的分", f"give the score of {whole}", "error" if kind == short else "warning"))
    return found[:20]


def _readers(plan):
    """{name of a score: the kinds of windows it is read by}."""
    found = {}
    asked = [(c.each if c.per_period and c.each in MONTHS else plan.period, text) for c in plan.components for text in formulas(c)] + [(plan.period, text) for text in plan.settlement.formulas]
    for kind, text in asked:
        try:
            read = [node.args[0] for node in plan.expand(text).walk() if node.op == "score"]
        except FormulaError:
            continue
        for name in read:
            found.setdefault(name, set()).add(kind)
    return found


def settlement(plan, scope):
    """Problems of the formulas over a person that settling reads."""
    found, told = [], plan.settlement
    for name, part, texts in (("draw", told.draw, ("amount", "who")), ("cap", told.cap, ("amount", "who")), ("deduction", told.deduction, ("of", "keep"))):
        for field in texts if part else ():
            found += scope.person(f"settlement.{name}.{field}", getattr(part, field), {"bool"} if field == "who" else NUMERIC)
    for field, name, kinds in (("most_owed", "most owed", NUMERIC), ("recover_at_most", "recover at most", NUMERIC), ("advances", "advances", NUMERIC), ("interest", "interest", {"rate", "number"})) if told.draw else ():
        if getattr(told.draw, field) is None:
            continue
        found += scope.person(f"settlement.draw.{name}", getattr(told.draw, field), kinds)
        if not told.draw.recoverable:
            found.append(problem(f"settlement.draw.{name}", "不抵回的保底没有欠款", "a draw that is not recoverable is never owed", f"写 recoverable: true，或删掉 {name}", f"write recoverable: true, or remove {name}"))
    if told.draw and told.draw.advances is None and "amount" not in told.draw.model_fields_set:
        found.append(problem("settlement.draw.amount", "没写每期预支多少", "how much is advanced each period is not written", "写 amount，或写 advances", "write amount, or advances"))
    if told.draw and isinstance(told.draw.recover, str):
        found += scope.person("settlement.draw.recover", told.draw.recover, {"rate", "number"})
    for place, window in (("cap.window", told.cap and told.cap.window), ("draw.forgiven", told.draw and told.draw.lapses)):
        if plan.period != "table" or not window or (rolling(window) or ("", ""))[1] != "period":
            continue
        found.append(problem(f"settlement.{place}", "期间表里的期没有固定的长短", "periods of a table have no length of their own", "写天数或月数，如 90 days、12 months", "write days or months, such as 90 days or 12 months"))
    if told.dropped is not None and told.negative != "zero":
        found.append(problem("settlement.dropped", "只有 negative: zero 才归零", "only negative: zero drops anything", "写 negative: zero，或删掉 dropped", "write negative: zero, or remove dropped"))
    if told.minimum is not None:
        found += scope.person("settlement.minimum", told.minimum, NUMERIC)
    if told.draw and told.draw.dropped_when:
        found += scope.person("settlement.draw.forgiven", told.draw.dropped_when, {"bool"})
    return found
