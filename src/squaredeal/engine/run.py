"""A run: plan and tables in, ledger lines and statements out. Recompute everything, return only the difference to what is posted."""
import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import duckdb

from . import formula, settle
from .check import check
from .plan import Plan
from .problems import PlanProblems, problem
from .sql import ONE
from .stages import credited, earned, measured, periodic
from .stages.calendar import periods
from .tables import Tables


@dataclass(frozen=True)
class Line:
    """One row of the ledger: component × payee × fact, or × period. Amounts in yuan.

    `earned` is what the facts entitle to now, `posted_before` what is posted under the same key, `difference` the two's difference.
    `corrects` is the key of the posted line when `fact_period` is closed.
    """
    id: str
    component: str
    clause: str
    payee: str
    fact: str | None
    day: date | None
    fact_period: str
    period: str
    share: Decimal
    base: Decimal
    before: Decimal
    after: Decimal
    uplift: Decimal
    factor: Decimal
    measured: Decimal | None
    quota: Decimal | None
    attainment: Decimal | None
    passed: bool
    full_amount: Decimal
    earned: Decimal
    reserved: Decimal
    payout: Decimal
    posted_before: Decimal
    posted_reserved: Decimal
    difference: Decimal
    corrects: str
    plan: str
    plan_version: int
    given: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What a run gives: lines that differ from the ledger, statements per payee and period, warnings, totals."""
    plan: Plan
    lines: list
    statements: list
    warnings: list
    totals: dict
    period: str | None = None

    def line(self, key):
        return next(line for line in self.lines if line.id == key)


def run(plan, tables, *, period=None, as_of=None, keep_stages=None, progress=None, cancel=None, memory="2GB", threads=2):
    """Compute `plan` over `tables`; without `period` every period is computed as if nothing were closed.

    With `period`, lines of that period are returned and, for earlier ones, only what differs from `posted`. `as_of` leaves out facts
    after a day. PlanProblems when plan or tables are wrong (all findings at once). `cancel()` returning true raises InterruptedError.
    """
    errors = [p for p in check(plan, tables) if p.severity == "error"]
    if errors:
        raise PlanProblems(errors)
    link = tables.open(memory, threads)
    try:
        return _run(link, plan, tables, period, as_of, keep_stages, progress or (lambda *_: None), cancel or (lambda: False))
    finally:
        link.close()


def _run(link, plan, tables, period, as_of, keep_stages, progress, cancel):
    link.execute("SET enable_external_access = false")
    warnings = []
    _calendar(link, plan, tables, period, as_of, warnings)
    per_line = plan.settlement.round.endswith("line")
    names = credited.Names(plan, tables)
    made = {}

    def stage(name, query):
        if cancel():
            raise InterruptedError("cancelled")
        progress(name)
        try:
            link.execute(f'CREATE TABLE "{name}" AS {query.sql("duckdb")}')
        except duckdb.ConversionException as wrong:
            raise PlanProblems([problem(name, f"数太大或格式不对：{wrong}", f"a number is too large or malformed: {wrong}")]) from None
        except duckdb.OutOfRangeException:
            raise PlanProblems([problem(name, "数太大，超出 38 位", "a number exceeds 38 digits", "看看金额和比例的单位", "check the units")]) from None
        if keep_stages is not None:
            keep_stages[name] = link.sql(f'SELECT * FROM "{name}"').to_arrow_table()

    def table_of(name):
        if name not in made:
            made[name] = f"measure_{len(made)}"
            stage(f"{made[name]}_value", measured.query(plan, name, names, per_line=per_line))
            stage(f"{made[name]}_quota", measured.quota(plan, name))
            link.execute(f"CREATE TABLE {made[name]} AS SELECT coalesce(v.payee, q.payee) AS payee, coalesce(v.win, q.win) AS win, "
                         f"coalesce(v.value, 0) AS value, q.quota FROM {made[name]}_value AS v FULL JOIN {made[name]}_quota AS q "
                         "ON v.payee = q.payee AND v.win = q.win")
        return made[name]

    rows = []
    for place, component in enumerate(plan.components):
        try:
            query = periodic.query(plan, component, names, table_of) if component.per_period else \
                credited.query(plan, component, names, per_line=per_line)
        except formula.FormulaError as wrong:
            raise PlanProblems([problem(f"components.{component.name}", wrong.zh, wrong.en)]) from None
        stage(f"credited_{place}", query)
        _zero_division(link, place, component)
        through = getattr(component.rate, "by", None)
        source = _gate_window(link, plan, component, place)
        stage(f"earned_{place}", earned.query(component, source, table_of(through.removeprefix("attainment of ")) if through else None,
                                              table_of(component.gate.attainment_of) if component.gate else None, per_line=per_line))
        rows += [(component, row) for row in _fetch(link, f"earned_{place}")]
    warnings += _warnings(link, plan)
    refunds = settle.refunds(plan, [(c.name, r[COLUMNS.index("payee")], r[COLUMNS.index("period")], _yuan(r[COLUMNS.index("reserved")]))
                                    for c, r in rows if c.reserve and c.reserve.refund == "year end"],
                             [p for (p,) in link.execute("SELECT period FROM span ORDER BY rank").fetchall()], period)
    numeric = {c for name in ("facts", "people") for c, kind in tables.columns(name).items() if kind == "number"} | {"share"}
    lines = _difference(link, plan, rows, refunds, period, numeric)
    statements = settle.statements(plan, lines, period, _posted_history(link))
    progress("done")
    return Result(plan, lines, statements, warnings, settle.totals(lines, statements), period)


def _calendar(link, plan, tables, period, as_of, warnings):
    """The periods as table `span`, and facts with their period and order; facts outside every period are warned of."""
    if plan.period == "table":
        link.execute("CREATE TABLE span AS SELECT id AS period, \"from\" AS starts, \"to\" AS ends, row_number() OVER (ORDER BY \"from\") AS rank FROM periods")
    else:
        first, last = link.execute("SELECT min(date), max(date) FROM facts").fetchone()
        quota_periods = [p for (p,) in link.execute("SELECT DISTINCT period FROM quotas").fetchall()]
        known = _reading(period, *quota_periods)
        days = [d for d in (first, last, *known) if d]
        spans = periods(plan.period, min(days), max(days)) if days else []
        link.execute("CREATE TABLE span (period VARCHAR, starts DATE, ends DATE, rank BIGINT)")
        if spans:
            link.executemany("INSERT INTO span VALUES (?, ?, ?, ?)", [(*s, i) for i, s in enumerate(spans)])
    limits = "f.date BETWEEN ? AND ?" + (" AND f.date <= ?" if as_of else "")
    end = link.execute("SELECT ends FROM span WHERE period = ?", [period]).fetchone() if period else None
    values = [plan.effective.first, min(d for d in (plan.effective.last, end[0] if end else None, date(9999, 12, 31)) if d), *([as_of] if as_of else [])]
    link.execute("CREATE TABLE facts_in_period AS SELECT f.*, r.period AS period, row_number() OVER (ORDER BY f.date, length(f.id), f.id) AS ord "
                 f"FROM facts AS f JOIN span AS r ON f.date BETWEEN r.starts AND r.ends WHERE {limits}", values)
    outside = link.execute("SELECT count(*), min(date), max(date) FROM facts f ANTI JOIN span r ON f.date BETWEEN r.starts AND r.ends").fetchone()
    if outside[0]:
        warnings.append({"code": "facts_outside_periods", "count": outside[0],
                         "zh": f"{outside[0]} 个事实不在任何期间里（{outside[1]} 到 {outside[2]}），没有计提成",
                         "en": f"{outside[0]} facts lie in no period ({outside[1]} to {outside[2]}) and earn nothing"})


def _reading(*codes):
    """Days the built-in period codes begin on; codes of other shapes are passed over."""
    found = []
    for code in codes:
        try:
            if code and "Q" in code:
                found.append(date(int(code[:4]), int(code[5:]) * 3 - 2, 1))
            elif code:
                found.append(date(int(code[:4]), int(code[5:7] or 1) if "-" in code else 1, 1))
        except ValueError:
            continue
    return found


def _gate_window(link, plan, component, place):
    """The credited rows with the window the gate looks at beside them."""
    link.execute(f"ALTER TABLE credited_{place} ADD COLUMN gate_win VARCHAR")
    if component.gate:
        from sqlglot import exp

        from .stages.calendar import window
        win = window(plan.measures[component.gate.attainment_of].window, exp.column("day"), fact=exp.column("fact"), deal=exp.column("fact"),
                     period=exp.column("period")).sql("duckdb")
        link.execute(f"UPDATE credited_{place} SET gate_win = {win}")
    return f"credited_{place}"


def _zero_division(link, place, component):
    wrong = [r[0] for r in link.execute(f"SELECT coalesce(fact, payee) FROM credited_{place} WHERE base IS NULL").fetchall()]
    if wrong:
        some = "、".join(wrong[:5])
        raise PlanProblems([problem(f"components.{component.name}.base", f"除以零或缺数：事实 {some}，共 {len(wrong)} 个",
                                    f"division by zero or a missing value: facts {some}, {len(wrong)} in all", "补上数", "fill in the value")])


COLUMNS = ("fact", "day", "period", "payee", "share", "base", "before", "after", "uplift", "factor", "measured", "quota", "gate_value", "gate_quota",
           "passed", "full_amount", "earned", "reserved", "given")


def _fetch(link, table):
    return link.execute(f"SELECT {', '.join(COLUMNS)} FROM {table} ORDER BY payee, ord").fetchall()


def _yuan(value):
    return None if value is None else Decimal(value) / ONE


def _ledger(link):
    """{key: (earned, reserved, fact period)} of what is posted, summed over all lines of a key."""
    columns = [c[0] for c in link.execute("DESCRIBE posted").fetchall()]
    if not link.execute("SELECT count(*) FROM posted").fetchone()[0]:
        return {}
    reserved = "sum(reserved)" if "reserved" in columns else "0"
    where = "any_value(fact_period)" if "fact_period" in columns else "any_value(period)" if "period" in columns else "NULL"
    return {key: (_yuan(e), _yuan(r), p) for key, e, r, p in link.execute(f"SELECT key, sum(earned), {reserved}, {where} FROM posted GROUP BY key").fetchall()}


def _posted_history(link):
    """[(payee, period, payout)] of what is posted, for carrying negatives; needs payee, period and payout columns."""
    columns = {c[0] for c in link.execute("DESCRIBE posted").fetchall()}
    if not {"payee", "period", "payout"} <= columns:
        return []
    return [(payee, period, _yuan(p)) for payee, period, p in
            link.execute("SELECT payee, period, sum(payout) FROM posted GROUP BY ALL ORDER BY payee, period").fetchall()]


def _given(text, numeric):
    """What the formulas of a line read: names to decimals as text, days, words."""
    return {k: format((Decimal(v) / ONE).normalize(), "f") if v is not None and k in numeric else v for k, v in json.loads(text or "{}").items()}


def _bare(plan, name, payee, fact, fact_period, period, *, reserved, was, kept, corrects=""):
    """A line without a calculation of its own: a reserve returned, or a posted line whose fact is gone."""
    zero, clause = Decimal(0), next((c.clause for c in plan.components if c.name == name), "")
    return Line(id=f"{name}|{payee}|{fact}", component=name, clause=clause, payee=payee, fact=fact, day=None, fact_period=fact_period,
                period=period, share=zero, base=zero, before=zero, after=zero, uplift=zero, factor=Decimal(1), measured=None, quota=None,
                attainment=None, passed=True, full_amount=zero, earned=zero, reserved=reserved, payout=kept - was - reserved, posted_before=was,
                posted_reserved=kept, difference=-was, corrects=corrects, plan=plan.plan, plan_version=plan.version)


def _difference(link, plan, rows, refunds, period, numeric):
    """Lines of the period, and of earlier periods only where what is owed differs from what is posted."""
    posted, lines, seen = _ledger(link), [], set()
    for name, payee, fact, due, amount in refunds:
        key = f"{name}|{payee}|{fact}"
        seen.add(key)
        was, kept, _period = posted.get(key, (Decimal(0), Decimal(0), None))
        if period in (None, due) or -amount != kept:
            lines.append(_bare(plan, name, payee, fact, due, period or due, reserved=-amount, was=was, kept=kept))
    for component, row in rows:
        value = dict(zip(COLUMNS, row, strict=True))
        key = f"{component.name}|{value['payee']}|{value['fact'] or value['period']}"
        seen.add(key)
        was, kept, _period = posted.get(key, (Decimal(0), Decimal(0), None))
        now, reserved = _yuan(value["earned"]), _yuan(value["reserved"])
        closed = period is not None and value["period"] != period
        if closed and now == was and reserved == kept:
            continue
        quota, top = _yuan(value["gate_quota"] if component.gate else value["quota"]), _yuan(value["gate_value"] if component.gate else value["measured"])
        lines.append(Line(
            id=key, component=component.name, clause=component.clause, payee=value["payee"], fact=value["fact"], day=value["day"],
            fact_period=value["period"], period=period or value["period"], share=_yuan(value["share"]), base=_yuan(value["base"]),
            before=_yuan(value["before"]), after=_yuan(value["after"]), uplift=_yuan(value["uplift"]), factor=_yuan(value["factor"]),
            measured=top, quota=quota, attainment=top / quota if quota else None, passed=bool(value["passed"]),
            full_amount=_yuan(value["full_amount"]), earned=now, reserved=reserved, payout=now - reserved - (was - kept), posted_before=was,
            posted_reserved=kept, difference=now - was, corrects=key if closed and key in posted else "", plan=plan.plan, plan_version=plan.version,
            given=_given(value["given"], numeric)))
    for key, (was, kept, where) in posted.items():
        if key in seen or (was == 0 and kept == 0):
            continue
        name, payee, fact = key.split("|", 2)
        lines.append(_bare(plan, name, payee, fact, where or period or "", period or where or "", reserved=Decimal(0), was=was, kept=kept,
                           corrects=key))
    return lines


def _warnings(link, plan):
    """Credited facts of people without an assignment, or without a unit, on the day."""
    found = []
    seated = "p.payee = c.payee AND f.date BETWEEN p.\"from\" AND coalesce(p.\"to\", DATE '9999-12-31')"
    for code, condition, zh, en in (
            ("no_assignment", "p.payee IS NULL", "当天没有任命，没有计提成", "have no assignment on the day and earn nothing"),
            ("no_unit", "p.payee IS NOT NULL AND p.unit IS NULL", "当天没有所属单位", "have no unit on the day")):
        if "unit" not in {c[0] for c in link.execute("DESCRIBE people").fetchall()} and code == "no_unit":
            continue
        rows = link.execute(f"SELECT c.payee, count(*), min(f.date), max(f.date) FROM facts_in_period f JOIN credits c ON c.fact = f.id "
                            f"LEFT JOIN people p ON {seated} WHERE {condition} GROUP BY 1 ORDER BY 1").fetchall()
        if rows:
            total, who = sum(r[1] for r in rows), "、".join(f"{r[0]}（{r[1]}）" for r in rows)
            found.append({"code": code, "count": total, "payees": {r[0]: r[1] for r in rows}, "zh": f"{total} 个事实的收款人{zh}：{who}",
                          "en": f"{total} credited facts {en}: {', '.join(f'{r[0]} ({r[1]})' for r in rows)}"})
    return found


__all__ = ["Line", "Result", "Tables", "run"]
