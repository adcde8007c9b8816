"""Checking a plan's measures: what they sum, count and are held against, and whose they are."""
from ..formula.formula import FormulaError
from ..formula.kinds import NUMERIC
from ..problems import problem
from .calendar import MONTHS, TO_DATE, known_by_period
from .paired import parts
from .saying import bracket, texts
from .steps import RollUp


def measure(plan, name, measure, scope):
    """Problems of one measure."""
    place = f"measures.{name}"
    found = _summed(scope, f"{place}.sum", measure) + scope.formula(f"{place}.where", measure.where, {"bool"})
    found += scope.formula(f"{place}.quota", measure.quota, NUMERIC) + scope.formula(f"{place}.ranking.who", measure.ranking.who, {"bool"})
    found += scope.formula(f"{place}.at most", measure.at_most if measure.of_quota is None else None, NUMERIC) + scope.own_year(f"{place}.window", measure.window)
    found += per(scope, f"{place}.per", measure.per)
    found += scope.formula(f"{place}.count", measure.count if measure.count != "facts" else None, None)
    found += [p for name in (measure.of, measure.ranking.within) for p in column(scope, place, name)]
    found += along(scope, f"{place}.of", measure.of)
    rule = measure.ranking
    if isinstance(measure.of, str) and measure.of != "payee" and (rule.within != "everybody" or rule.who != "true"):
        found.append(problem(f"{place}.ranking", f"{measure.of} 的指标排的是 {measure.of}，不是人，不能写 who、within", f"ranks what is counted of {measure.of}, not people: who and within do not apply",
                             "删掉 who、within；谁得写在提成的 who 里", "remove who and within; say in who of the component whom it pays"))
    elif (rule.within != "everybody" or rule.who != "true") and not (measure.window in {"period", *MONTHS} or known_by_period(measure.window)):
        found.append(problem(f"{place}.ranking", f"窗口是 {measure.window} 的，各人起止不同，不能写 who、within", f"the windows of {measure.window} are not the same for all: who and within do not apply",
                             "窗口写 month、year 或 year to date；或删掉 who、within，在提成的 who 里写", "write window: month, year or year to date; or remove who and within, and say in who of the component whom it pays"))
    if name in plan.terms or name in scope.usual:
        found.append(problem(place, "与 terms 或事实的列重名", "has the name of a term or of a column", "换一个名称", "give it another name"))
    return found


def along(scope, place, credit):
    """Problems of the column that names the superior whom something is passed up to."""
    if not isinstance(credit, RollUp) or scope.columns is None or credit.along in scope.columns:
        return []
    return [problem(place, f"人员表里没有 {credit.along} 这一列", f"people have no column {credit.along}", "加这一列", "add it")]


def column(scope, place, name):
    """Problems of a column of people that somebody's facts, a ranking or a division go by."""
    if not isinstance(name, str) or name in ("payee", "unit", "everybody") or scope.columns is None or name in (scope.people or scope.columns):
        return []
    return [problem(place, f"人员表里没有 {name} 这一列", f"people have no column {name}", "加这一列", "add it")]


def per(scope, place, name):
    """Problems of a column that is counted, paid or limited apart by, or of those it is made of."""
    return [p for part in (parts(name) or [name] if name else []) for p in scope.formula(place, bracket(part), None)]


def _summed(scope, place, measure):
    """Problems of what is summed: amounts and numbers, or days of which the first or last is taken."""
    if scope.kind(measure.sum) != "date":
        return scope.formula(place, measure.sum, NUMERIC)
    if measure.take in {"smallest", "largest", "latest", "earliest"} and not measure.each and measure.at_most is None and measure.quota is None:
        return []
    return [problem(place, "日期不能相加，只能取最早或最晚", "days cannot be summed, only the first or last of them taken", "写 take: smallest（最早）或 take: largest（最晚），不写 each、at most、quota",
                    "write take: smallest (the first) or take: largest (the last), without each, at most and quota")]


def windows(plan, component, place):
    """Measures shorter than the window a component is paid by, and measures per fact in one paid by period; and a window shorter than the plan's periods, of which several would be due at once."""
    if not component.per_period:
        return []
    if MONTHS.get(component.each, 12) < MONTHS.get(plan.period, 0):
        return [problem(f"{place}.each", f"{component.each} 比方案的结算期（{plan.period}）短，没法分别结算", f"{component.each} is shorter than {plan.period}, by which the plan is settled",
                        f"方案写 period: {component.each}；要晚一些发的写 release", f"write period: {component.each} in the plan; what is to be paid later has a release")]
    own = 12 if component.each == "year" else MONTHS.get(component.each) or MONTHS.get(plan.period, 0)
    found = []
    for name in _measures_of(plan, texts(component)):
        kind = plan.measures[name].window
        length = MONTHS.get(plan.period, own) if kind == "period" else MONTHS.get(TO_DATE.get(kind, kind))
        if kind in {"fact", "deal"} or (length is not None and length < own):
            found.append(problem(f"{place}", f"指标 {name} 的窗口（{kind}）比这一部分的（{component.each}）短", f"the window of {name} ({kind}) is shorter than {component.each}",
                                 f"把 window 改成 {component.each}", f"make its window {component.each}"))
    return found


def settled(plan):
    """Measures shorter than the plan's periods in what is asked once for each of them: the settlement, and what a release or a reserve waits for."""
    own, asked = MONTHS.get(plan.period, 0), {f"settlement.{part}": said for part, said in plan.settlement.asked.items()}
    for component in plan.components:
        asked[f"components.{component.name}.release"] = [text for text in (component.release.once, component.release.at_most) if text] if component.release else []
        refund = component.reserve.refund if component.reserve else None
        asked[f"components.{component.name}.reserve"] = [refund.share] if refund and not isinstance(refund, str) else []
    return [problem(place, f"指标 {name} 的窗口（{kind}）比方案的结算期（{plan.period}）短", f"the window of {name} ({kind}) is shorter than {plan.period}, by which the plan is settled", f"把 window 改成 {plan.period}", f"make its window {plan.period}")
            for place, said in asked.items() for name in _measures_of(plan, said) for kind in [plan.measures[name].window] if 0 < MONTHS.get(TO_DATE.get(kind, kind), 0) < own]


def _measures_of(plan, said):
    found = set()
    for text in said:
        try:
            found |= {n.args[0] for n in plan.expand(text).walk() if (n.op == "name" or n.op in {"quota", "attainment", "rank", "tied"}) and n.args[0] in plan.measures}
        except FormulaError:
            continue
    return sorted(found)


OWNERS = {"owner", "split"}
ASKING = {"name", "attainment", "rank", "tied"}


def warnings(plan):
    """[Problem] of severity warning: a role beside the owner is paid by a measure that counts owners only, and nobody wrote that it shall."""
    noted = []
    for component in plan.components:
        if not isinstance(component.credit, list) or OWNERS & set(component.credit):
            continue
        roles, place = list(dict.fromkeys(component.credit)), f"components.{component.name}"
        for name in sorted(_asked(plan, component)):
            measure = plan.measures[name]
            if "credit" in measure.model_fields_set or measure.of != "payee" or not (component.per_period or set(measure.kinds) & set(component.kinds)):
                continue
            owners = ("", "") if component.per_period else (f"；按成交人的算：写 来源({bracket(name)})", f"; to go by the owner's, write source({bracket(name)})")
            noted.append(problem(place, f"{name} 只算 owner、split 的份额，归 {'、'.join(roles)} 的人自己没有就是 0", f"{name} counts shares of owner and split only: it is 0 for a {' or '.join(roles)} who owns nothing",
                                 f"按 {'、'.join(roles)} 的份额算：指标里写 credit: [{', '.join(roles)}]{owners[0]}；就按本人成交的算：指标里写 credit: [owner, split]",
                                 f"to count their shares, write credit: [{', '.join(roles)}] in the measure{owners[1]}; if their own sales are meant, write credit: [owner, split] in the measure", "warning"))
    return noted


def _asked(plan, component):
    """The measures that base, rate and gate of a component name as the payee's own."""
    bare, found = component.model_copy(update={"uplift": [], "factor": [], "override": [], "limit": None, "limits": [], "split": None, "release": None}), set()
    for text in texts(bare):
        try:
            found |= {n.args[0] for n in plan.expand(text).walk() if n.op in ASKING and n.args[0] in plan.measures}
        except FormulaError:
            continue
    return found
