"""Checking what comes around and after a rate: overrides, claw-back, refunds of a reserve, entitlement to date; draws, deductions and a cap on all pay."""
from ..formula.kinds import NUMERIC
from ..problems import problem
from .rolling import rolling
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
