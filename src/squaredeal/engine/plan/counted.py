"""Checking a plan's measures: what they sum, count and are held against, and whose they are."""
from ..formula.kinds import NUMERIC
from ..problems import problem
from .saying import bracket


def measure(plan, name, measure, scope):
    """Problems of one measure."""
    place = f"measures.{name}"
    found = scope.formula(f"{place}.sum", measure.sum, NUMERIC) + scope.formula(f"{place}.where", measure.where, {"bool"})
    found += scope.formula(f"{place}.quota", measure.quota, NUMERIC) + scope.formula(f"{place}.ranking.who", measure.ranking.who, {"bool"})
    found += scope.formula(f"{place}.at most", measure.at_most if measure.of_quota is None else None, NUMERIC) + scope.own_year(f"{place}.window", measure.window)
    found += scope.formula(f"{place}.per", measure.per and bracket(measure.per), None)
    found += scope.formula(f"{place}.count", measure.count if measure.count != "facts" else None, None)
    for column in (measure.of, measure.ranking.within):
        if isinstance(column, str) and column not in ("payee", "unit", "everybody") and scope.columns is not None and column not in scope.columns:
            found.append(problem(place, f"人员表里没有 {column} 这一列", f"people have no column {column}", "加这一列", "add it"))
    if name in plan.terms or name in scope.usual:
        found.append(problem(place, "与 terms 或事实的列重名", "has the name of a term or of a column", "换一个名称", "give it another name"))
    return found
