"""Periods and windows: which window of a measure a day lies in, and the windows components are paid by."""
from datetime import date, timedelta

from sqlglot import exp

from squaredeal.engine.formula.sql import template, text

from ..attached import quoted, text_of
from ..packed import longer, packed, shorter
from ..problems import PlanProblems, problem
from .about import kinds_of, releasing, taking_back
from .rolling import rolling

WINDOW = {
    "month": "strftime($day, '%Y-%m')", "quarter": "concat(year($day), 'Q', quarter($day))",
    "half": "concat(year($day), 'H', CASE WHEN month($day) < 7 THEN 1 ELSE 2 END)", "year": "strftime($day, '%Y')", "life": "''",
}
TO_DATE = {"life to date": "life", "year to date": "year", "half to date": "half", "quarter to date": "quarter"}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
"""The days facts and periods lie within: a year mistyped would be thousands of periods, or none that can be counted."""


def named(plan, kind, day):
    """The id of the calendar window of a kind a day lies in, as an expression; quarters, halves and years as the plan's year begins."""
    later = plan.year_starts - 1
    moved = template(f"$day - INTERVAL {later} MONTH", day=day) if later and kind in ("quarter", "half", "year") else day
    return template(WINDOW[kind], day=exp.paren(moved) if moved is not day else day)


def window(plan, kind, day, *, fact, deal, period):
    """The window's id as an expression of the day, or of the fact, deal or period; a window to date is known by its period."""
    known = {"fact": fact, "deal": deal, "period": period, **dict.fromkeys(TO_DATE, period)}
    return (period if rolling(kind) else known[kind] if kind in known else named(plan, kind, day)).copy()


def known_by_period(kind):
    """Whether the windows of a kind are known by the period they end with: to date, or rolling on."""
    return kind in TO_DATE or rolling(kind) is not None


def counted(plan, kind, day):
    """The number of the month, quarter, half or year a day lies in, counted on from year 0."""
    size, later = MONTHS[kind], plan.year_starts - 1 if kind != "month" else 0
    return template(f"(year($day) * 12 + month($day) - {1 + later}) // {size}", day=day)


def reach(plan, kind, day="v.day"):
    """The condition that what happened in span `s` counts in span `t`: from the beginning of the year (half, quarter) or in the last n periods; None for others.

    In the last n days, what happened on the `day`.
    """
    if rolling(kind):
        many, unit = rolling(kind)
        if unit == "day":
            return template(f"{day} <= t.ends AND {day} > t.ends - {many}")
        if unit == "period":
            return template(f"t.rank >= s.rank AND t.rank < s.rank + {many}")
        return template(f"t.rank >= s.rank AND $a > $b - {many}", a=exp.paren(counted(plan, unit, template("s.ends"))), b=exp.paren(counted(plan, unit, template("t.ends"))))
    if kind not in TO_DATE:
        return None
    return template("t.rank >= s.rank AND $a = $b", a=named(plan, TO_DATE[kind], template("s.ends")), b=named(plan, TO_DATE[kind], template("t.ends")))


def anniversary(since, day):
    """The id of the year from one anniversary of a day to the next that another day lies in: its first day, 29 February standing as such in every year."""
    return template("concat(CAST(year($d) - CASE WHEN month($d) * 100 + day($d) < month($s) * 100 + day($s) THEN 1 ELSE 0 END AS TEXT), strftime($s, '-%m-%d'))", d=day, s=since)


def anniversary_of(since, day):
    """What `anniversary` tells, of two days."""
    return f"{day.year - ((day.month, day.day) < (since.month, since.day)):04}{since:-%m-%d}"


def apart(win, value):
    """The id of a window counted apart for each value of a column."""
    return template("concat($win, '|', coalesce(CAST($value AS TEXT), ''))", win=win, value=value)


def _months_on(day, months):
    """The first day of the month so many months after."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def name_of(kind, begin, starts=1):
    """The id of the calendar window a day lies in; a year is called by the calendar year it begins in."""
    begin = begin if kind == "month" else _months_on(begin, 1 - starts)
    return {"month": f"{begin:%Y-%m}", "quarter": f"{begin.year}Q{(begin.month + 2) // 3}", "half": f"{begin.year}H{1 if begin.month < 7 else 2}",
            "year": f"{begin.year}"}[kind]


def start_of(kind, day, starts=1):
    size, own = MONTHS[kind], _months_on(day, 1 - starts)
    return _months_on(date(own.year, (own.month - 1) // size * size + 1, 1), starts - 1)


def end_of(kind, day, starts=1):
    return _months_on(start_of(kind, day, starts), MONTHS[kind]) - timedelta(days=1)


def periods(kind, first, last, starts=1):
    """[(id, first day, last day)] of calendar months, quarters, halves or years covering the days."""
    begin, found = start_of(kind, first, starts), []
    while begin <= last:
        end = end_of(kind, begin, starts)
        found.append((name_of(kind, begin, starts), begin, end))
        begin = end + timedelta(days=1)
    return found


def days_of(code, starts=1):
    """(first, last) day of a built-in period's id such as 2026-03, 2026Q1, 2026H1 or 2026; None when it is none."""
    try:
        if "Q" in code or "H" in code:
            kind, size = ("quarter", 3) if "Q" in code else ("half", 6)
            year, place = code.split("Q" if "Q" in code else "H")
            begin = date(int(year), int(place) * size - size + 1, 1)
        elif "-" in code:
            kind, begin = "month", date(int(code[:4]), int(code[5:7]), 1) if len(code) == 7 else None
        else:
            kind, begin = "year", date(int(code), 1, 1) if len(code) == 4 else None
        begin = begin and (begin if kind == "month" else _months_on(begin, starts - 1))
        return (begin, end_of(kind, begin, starts)) if begin and FIRST <= begin <= LAST else None
    except ValueError:
        return None


DAYS = ("(SELECT CAST(unnest(generate_series(CAST(starts AS TIMESTAMP), CAST(ends AS TIMESTAMP), INTERVAL 1 DAY)) AS DATE) AS day, CAST(period AS spans) AS _period FROM span)")
"""The period of each day."""
PLACED = "CAST(rowid + 1 AS INTEGER) AS _ord"
"""The place of a fact in their order."""


def prepare(link, plan, period, as_of, warnings, columns=None):
    """What of the facts is held in fewer bytes, as `packed` tells it, and the periods as table `span`; facts within them and within the plan's dates as `facts_in`, numbered in order of day and id, with those of their `columns` that are asked for; earlier facts too, where the plan looks back.

    What releases money earned on a deal does so whenever it comes, before the plan or after it has ended: it stands in `deals_in`. What only takes back does so also after it has ended.
    """
    from .looking import looks_back
    if plan.period == "table":
        link.execute("CREATE TABLE span AS SELECT id AS period, \"from\" AS starts, \"to\" AS ends, row_number() OVER (ORDER BY \"from\") - 1 AS rank FROM periods")
    else:
        _built_in(link, plan, period)
    end = link.execute("SELECT ends FROM span WHERE period = ?", [period]).fetchone() if period else None
    reached = min(d for d in (end[0] if end else None, as_of, date(9999, 12, 31)) if d)
    limit = min(reached, plan.effective.last or reached)
    known = "_known" if plan.counts_on else "date"
    after = f"f.kind IN ({', '.join(map(text_of, sorted(taking_back(plan))))})" if plan.effective.last and taking_back(plan) else "FALSE"
    link.execute("CREATE TYPE spans AS ENUM (SELECT period FROM span ORDER BY rank)")
    link.execute(f"CREATE TYPE kinds AS ENUM (SELECT kind FROM (SELECT kind FROM facts UNION SELECT unnest([{', '.join(text_of(kind) for kind in sorted(kinds_of(plan)))}]::VARCHAR[])) "
                 "AS k (kind) WHERE NOT kind IS NULL ORDER BY kind)")
    packs = {name: pack for name, pack in packed(link, "facts").items() if name in columns} if columns is not None else {}
    cells = "f.*" if columns is None else ", ".join(f"{shorter(packs, name, _of_fact(name))} AS {quoted(name)}" for name in columns)
    link.execute(f"CREATE TABLE facts_ordered AS SELECT {cells}, r._period, CAST(f.kind AS kinds) AS _kind FROM {_facts(plan)} AS f JOIN {DAYS} AS r ON r.day = f.date "
                 f"WHERE f.{known} <= ? AND f.date BETWEEN ? AND ? AND (f.date <= ? OR {after}) ORDER BY f.date, length(f.id), f.id",
                 [reached, date.min if looks_back(plan) else plan.effective.first, reached, limit])
    link.execute(f"CREATE VIEW facts_in AS SELECT *{longer(packs)}, {PLACED} FROM facts_ordered")
    _deals(link, plan, known, reached, columns)
    if period:
        link.execute("DELETE FROM span WHERE rank > (SELECT rank FROM span WHERE period = ?)", [period])
    link.execute("CREATE TABLE span_in AS SELECT CAST(period AS spans) AS period FROM span")
    for code, where, zh, en in (
            ("facts_outside_periods", "NOT EXISTS (SELECT 1 FROM spans_all r WHERE f.date BETWEEN r.starts AND r.ends)", "不在任何期间里", "lie in no period"),
            ("facts_outside_plan", f"f.date < DATE '{plan.effective.first}'" + (f" OR f.date > DATE '{plan.effective.last}' AND NOT {after}" if plan.effective.last else ""),
             *(("不在方案的有效期里", "lie outside the plan's effective dates") if not looks_back(plan) else
               ("不在方案的有效期里，以前的只算进往前看的指标", "lie outside the plan's effective dates; earlier ones count only in measures that look back")))):
        if code == "facts_outside_periods" and plan.period != "table":
            continue
        source = "(SELECT \"from\" AS starts, \"to\" AS ends FROM periods)"
        count, first, last = link.execute(f"SELECT count(*), min(date), max(date) FROM facts f WHERE {where.replace('spans_all', source)}").fetchone()
        if count:
            warnings.append({"code": code, "count": count, "zh": f"{count} 个事实{zh}（{first} 到 {last}），没有计提成",
                             "en": f"{count} facts {en} ({first} to {last}) and earn nothing"})
    return packs


def _deals(link, plan, known, reached, columns):
    """What has come on each deal by now, of the kinds that release what was earned on it, as table `deals_in`."""
    kinds, cells = sorted(releasing(plan)), [name for name in ("deal", "kind", "amount") if columns is None or name in columns]
    if not kinds or "deal" not in cells:
        link.execute("CREATE TABLE deals_in (deal VARCHAR, kind VARCHAR)")
        return
    day = f", greatest(f.{known}, f.date) AS day" if any(c.clawback and c.clawback.unreleased for c in plan.components) else ""
    link.execute(f"CREATE TABLE deals_in AS SELECT {', '.join(_of_fact(name) for name in cells)}{day} FROM {_facts(plan)} AS f WHERE f.{known} <= ? AND f.date <= ? AND NOT f.deal IS NULL "
                 f"AND f.kind IN ({', '.join(map(text_of, kinds))})", [reached, reached])


def enumerate_people(link, carried, whole, packs):
    """What rows are joined by as small numbers that read as text: the people, and the credits of the facts, by a fact's place, as `credits_joined`.

    A credit carries columns of its fact, {its own: the fact's}; one of the `whole` fact, beside which there is none but overlay, is alone.
    `packs` says what of the facts is held in fewer bytes; what of these credits is so, is returned.
    """
    link.execute("CREATE TYPE persons AS ENUM (SELECT DISTINCT who FROM (SELECT '' AS who UNION ALL SELECT payee FROM people UNION ALL SELECT manager FROM people UNION ALL SELECT payee FROM quotas) "
                 "WHERE NOT who IS NULL ORDER BY who)")
    for table, column in (("people", "payee"), ("people", "manager"), ("quotas", "payee")):
        link.execute(f"ALTER TABLE {table} ALTER {column} TYPE persons")
    link.execute("CREATE TYPE roles AS ENUM (SELECT role FROM (SELECT role FROM credits UNION SELECT unnest(['owner', 'split'])) AS r (role) ORDER BY role)")
    roles = "c.role IN ('owner', 'split')"
    nothing = f"SELECT c.fact FROM credits AS c WHERE c.share = 0 AND {roles}"
    more = f" AND c.fact NOT IN ({nothing})" if link.execute(f"SELECT count(*) FROM ({nothing})").fetchone()[0] else ""
    cells = "".join(f", {_of_fact(name)} AS {quoted(own)}" for own, name in carried.items())
    own = {column: pack for column, pack in packed(link, "credits").items() if column == "share"}
    link.execute(f"CREATE TABLE credits_joined AS SELECT f._ord AS ord, CAST(c.payee AS persons) AS payee, {shorter(own, 'share', 'c.share')} AS share, CAST(c.role AS roles) AS role, "
                 f"c.share = {whole} AND {roles}{more} AS alone{cells} FROM credits AS c JOIN (SELECT *, {PLACED} FROM facts_ordered) AS f ON f.id = c.fact")
    return own | {mine: packs[name] for mine, name in carried.items() if name in packs}


def _of_fact(name):
    return f"f.{quoted(name)}"


def _facts(plan):
    """The facts as SQL, each on the day it counts; the day it is known from as `_known` where that may be another."""
    if not plan.counts_on:
        return "facts"
    day = exp.Case(default=exp.column("date"))
    for kind, column in plan.counts_on.items():
        day = day.when(exp.column("kind").eq(text(kind)), exp.func("coalesce", exp.column(column, quoted=True), exp.column("date")))
    return f"(SELECT * REPLACE ({day.sql('duckdb')} AS date), date AS _known FROM facts)"


def _built_in(link, plan, period):
    first, last = link.execute(f"SELECT min(date), max(date) FROM {_facts(plan)} AS f").fetchone()
    named = [days for (code,) in link.execute("SELECT period FROM quotas UNION SELECT period FROM scores UNION SELECT fact_period FROM posted UNION SELECT ?", [period]).fetchall()
             if code for days in [days_of(code, plan.year_starts)] if days]
    days = [d for d in (first, last, *(d for pair in named for d in pair)) if d] or [plan.effective.first]
    if odd := [d for d in days if isinstance(d, str) or not FIRST <= d <= LAST]:  # a day beyond all of Python's is told as text
        raise PlanProblems([problem("facts", f"有一天是 {odd[0]}，不在 {FIRST.year} 到 {LAST.year} 年之间", f"a day is {odd[0]}, which is not within {FIRST.year} to {LAST.year}", "改年份", "mend the year")])
    low, high = min(days), max(days)
    if plan.settlement.draw:
        seated = link.execute("SELECT min(\"from\") FROM people").fetchone()[0]
        low = min(low, max(plan.effective.first, seated or low))
    longest = max((MONTHS.get(c.each, 0) for c in plan.components if c.per_period), default=0)
    if longest:
        from .looking import looks_back
        kind = next(k for k, size in MONTHS.items() if size == longest)
        low, high = start_of(kind, low, plan.year_starts), end_of(kind, high, plan.year_starts)
        low = low if looks_back(plan) else max(low, start_of(kind, plan.effective.first, plan.year_starts))
    link.execute("CREATE TABLE span (period VARCHAR, starts DATE, ends DATE, rank BIGINT)")
    link.executemany("INSERT INTO span VALUES (?, ?, ?, ?)", [(*s, i) for i, s in enumerate(periods(plan.period, low, high, plan.year_starts))])


def windows(plan, kind):
    """SELECT win, starts, ends, period, rank of the windows a component is paid by, none before the plan; a window is due in the period its last day lies in."""
    since = exp.cast(text(plan.effective.first.isoformat()), "date")
    if kind == "period":
        return template("SELECT period AS win, starts, ends, period, rank FROM span WHERE ends >= $since", since=since)
    if plan.period == "table":  # its periods need not end where a month does
        return template("SELECT x.win, x.starts, x.ends, s.period, s.rank FROM $every AS x JOIN span AS s ON x.ends BETWEEN s.starts AND s.ends WHERE x.ends >= $since",
                        since=since, every=in_force(plan, kind).subquery(copy=False))
    return template("SELECT $win AS win, min(starts) AS starts, max(ends) AS ends, arg_max(period, ends) AS period, max(rank) AS rank FROM span GROUP BY 1 "
                    "HAVING $win2 <> coalesce($following, '') AND max(ends) >= $since", since=since, win=named(plan, kind, template("starts")),
                    win2=named(plan, kind, template("max(ends)")), following=named(plan, kind, template("max(ends) + 1")))


def in_force(plan, kind):
    """SELECT win, starts, ends, period of every window of a kind that the span touches, with its own first and last day."""
    if kind == "period":
        return template("SELECT period AS win, starts, ends, period FROM span")
    if MONTHS[kind] < MONTHS.get(plan.period, 12):
        return _within(plan, kind)
    first = _first_day(plan, kind)
    return template(f"SELECT win, starts, CAST(starts + INTERVAL {MONTHS[kind]} MONTH - INTERVAL 1 DAY AS DATE) AS ends, period FROM "
                    f"(SELECT $win AS win, {first} AS starts, max(period) AS period FROM span GROUP BY 1) AS x", win=named(plan, kind, template("starts")))


def _first_day(plan, kind, day="min(starts)"):
    """The first day of the window of a kind that a day lies in, unsaid the earliest of the span."""
    later = plan.year_starts - 1 if kind != "month" else 0
    low = f"({day} - INTERVAL {later} MONTH)" if later else day
    first = f"make_date(year({low}), CASE WHEN month({low}) < 7 THEN 1 ELSE 7 END, 1)" if kind == "half" else f"CAST(date_trunc('{kind}', {low}) AS DATE)"
    return f"CAST({first} + INTERVAL {later} MONTH AS DATE)" if later else first


def _within(plan, kind):
    """The windows of a kind that may be shorter than the plan's periods, of which several lie in one: each is due in the last period it touches."""
    size = MONTHS[kind]
    places = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(MONTHS[plan.period] // size if plan.period in MONTHS else 12 // size + 2))
    every = template(f"SELECT s.period, s.ends AS until, CAST({_first_day(plan, kind, 's.starts')} + (k.n * {size}) * INTERVAL 1 MONTH AS DATE) AS starts FROM span AS s CROSS JOIN ({places}) AS k")
    return template(f"SELECT $win AS win, g.starts, CAST(g.starts + INTERVAL {size} MONTH - INTERVAL 1 DAY AS DATE) AS ends, max(g.period) AS period FROM $every AS g "
                    "WHERE g.starts <= g.until GROUP BY 1, 2, 3", win=named(plan, kind, template("g.starts")), every=every.subquery(copy=False))


def staff(windows, gone=False):
    """SELECT the assignment of each person that counts in each window: the last one that lies in it; with their days there and all its days. `gone`: of who has left by then, the last they had."""
    days = "date_diff('day', greatest(p.\"from\", w.starts), least(coalesce(p.\"to\", w.ends), w.ends)) + 1"
    there = "" if gone else " AND coalesce(p.\"to\", DATE '9999-12-31') >= w.starts"
    return template(
        f"SELECT p.*, w.win AS _win, CAST(sum({f'greatest({days}, 0)' if gone else days}) OVER (PARTITION BY w.win, p.payee) AS BIGINT) AS _active, "
        f"CAST(date_diff('day', w.starts, w.ends) + 1 AS BIGINT) AS _days FROM $windows AS w JOIN people AS p ON p.\"from\" <= w.ends{there} "
        "QUALIFY row_number() OVER (PARTITION BY w.win, p.payee ORDER BY p.\"from\" DESC) = 1", windows=windows.subquery(copy=False))


__all__ = ["TO_DATE", "days_of", "end_of", "named", "periods", "prepare", "text", "window", "windows"]
