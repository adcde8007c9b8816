"""Credits held against their facts, in the table that joins them: what does not fit, whether nobody stands twice beside a fact, who has no seat on its day."""
from ..attached import quoted, text_of
from ..plan.about import releasing, taking_back
from ..problems import PlanProblems
from ..tables.faults import together

ROLES = "role IN ('owner', 'split')"


def fitted(link, tables):
    """(facts credited to an owner, whether each of them stands once beside a fact); PlanProblems where credits and facts do not fit.

    Where every credit has its fact among those of the run and three sums agree, nothing has to be compared by its text.
    """
    whole = 10 ** tables.places("credits", "share")
    given = link.execute("SELECT count(*) FROM credits").fetchone()[0]
    last = link.execute("SELECT count(*) FROM facts_in").fetchone()[0]
    there, total, least, facts = link.execute(  # different facts are counted in a row of bits, which is small where a table of them would not fit
        f"SELECT count(*), coalesce(sum(share) FILTER (WHERE {ROLES}), 0), coalesce(min(share) FILTER (WHERE {ROLES}), 1), "
        f"coalesce(bit_count(bitstring_agg(ord, 0, {last + 1}) FILTER (WHERE {ROLES})), 0) FROM credits_joined").fetchone()
    parts = f"FROM credits_joined WHERE {ROLES} AND share <> {whole} GROUP BY ord"
    odd, twice, several = link.execute(f"SELECT coalesce(bool_or(total <> {whole}), FALSE), coalesce(bool_or(many = 2 AND one = other), FALSE), coalesce(bool_or(many > 2), FALSE) "
                                       f"FROM (SELECT sum(share) AS total, count(*) AS many, min(payee) AS one, max(payee) AS other {parts}) AS x").fetchone()
    if (there < given or odd or total != whole * facts) and (wrong := together(tables, link)):
        raise PlanProblems(wrong)
    if several and not twice:
        twice = link.execute(f"SELECT count(*) FROM (SELECT 1 {parts}, payee HAVING count(*) > 1) AS x").fetchone()[0] > 0
    return facts, least > 0 and not twice


def unseated(link, tables, plan, credited):
    """Warnings: credited facts of people without an assignment, or without a unit, on the day; facts credited to nobody. `credited` is how many have an owner."""
    found, since = [], plan.effective.first
    low, high = link.execute("SELECT min(date), max(date) FROM facts_in WHERE date >= ?", [since]).fetchone()
    if low is None:
        return found
    query = (f"SELECT payee, sum(nobody), sum(nowhere) FROM (SELECT c.payee, CASE WHEN p.payee IS NULL THEN 1 ELSE 0 END AS nobody, "
             f"CASE WHEN p.payee IS NOT NULL AND {_unit(tables)} IS NULL THEN 1 ELSE 0 END AS nowhere FROM credits_joined AS c "
             f"SEMI JOIN ({_absent(tables, low, high)}) AS a ON a.payee = c.payee LEFT JOIN people AS p ON p.payee = c.payee "
             f"AND c.f_date BETWEEN p.\"from\" AND coalesce(p.\"to\", DATE '9999-12-31') WHERE c.f_date >= DATE '{since}'$apart) AS z "
             "GROUP BY 1 HAVING sum(nobody) + sum(nowhere) > 0 ORDER BY 1")
    rows = link.execute(query.replace("$apart", "")).fetchall()
    if rows and (fine := _elsewhere(plan)):
        rows = link.execute(query.replace("$apart", f" AND NOT EXISTS (SELECT 1 FROM facts_in AS f WHERE f._ord = c.ord AND ({fine}))")).fetchall()
    for code, place, zh, en in (("no_assignment", 1, "当天没有任命，没有计提成", "have no assignment on the day and earn nothing"),
                                ("no_unit", 2, "当天没有所属单位", "have no unit on the day")):
        counts = {r[0]: int(r[place]) for r in rows if r[place]}
        if counts:
            total = sum(counts.values())
            found.append({"code": code, "count": total, "payees": counts, "zh": f"{total} 个事实的收款人{zh}：{'、'.join(f'{who}（{n}）' for who, n in counts.items())}",
                          "en": f"{total} credited facts {en}: {', '.join(f'{who} ({n})' for who, n in counts.items())}"})
    if credited == link.execute("SELECT count(*) FROM facts_in").fetchone()[0]:
        return found
    besides = f" AND NOT {quiet}" if (quiet := _quiet(plan)) else ""
    none = link.execute(f"SELECT count(*), min(f.id) FROM facts_in f WHERE NOT EXISTS (SELECT 1 FROM credits_joined c WHERE c.ord = f._ord) AND f.date >= ?{besides}", [since]).fetchone()
    if none[0]:
        found.append({"code": "no_credit", "count": none[0], "zh": f"{none[0]} 个事实没有归属，没有计提成，例如 {none[1]}",
                      "en": f"{none[0]} {'fact is' if none[0] == 1 else 'facts are'} credited to nobody and earn{'s' * (none[0] == 1)} nothing, for instance {none[1]}"})
    return found


def _quiet(plan):
    """SQL: whether a fact is of a kind that earns nothing by itself, only releasing or taking back what was earned: it is credited to nobody, or to anybody. None where the plan has no such kind."""
    counted = {kind for part in (*plan.measures.values(), *plan.components) for kind in part.kinds}
    quiet = sorted((releasing(plan) | taking_back(plan)) - counted)
    return f"f._kind IN ({', '.join(map(text_of, quiet))})" if quiet else None


def _elsewhere(plan):
    """SQL: whether a fact earns nothing by itself, or its payee has an assignment on the other day that a component reads it on."""
    told = [quiet] if (quiet := _quiet(plan)) else []
    for component in plan.components:
        if component.as_of != "date":
            told.append(f"f._kind IN ({', '.join(map(text_of, component.kinds))}) AND EXISTS (SELECT 1 FROM people AS q WHERE q.payee = c.payee "
                        f"AND coalesce(f.{quoted(component.as_of)}, f.date) BETWEEN q.\"from\" AND coalesce(q.\"to\", DATE '9999-12-31'))")
    return " OR ".join(told)


def _unit(tables):
    return "p.unit" if "unit" in tables.arrow["people"].column_names else "''"


def _absent(tables, low, high):
    """SELECT those who between two days have no assignment, or one without a unit: assignments do not overlap, so that their days can be counted."""
    first, last = f"DATE '{low}'", f"DATE '{high}'"
    return (f"SELECT p.payee FROM people AS p GROUP BY 1 HAVING sum(greatest(date_diff('day', greatest(p.\"from\", {first}), least(coalesce(p.\"to\", {last}), {last})) + 1, 0)) "
            f"< date_diff('day', {first}, {last}) + 1 OR bool_or({_unit(tables)} IS NULL AND p.\"from\" <= {last} AND coalesce(p.\"to\", {last}) >= {first})")
