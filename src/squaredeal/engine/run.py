"""A run: plan and tables in, ledger lines and statements out. Recompute everything, return only the difference to what is posted."""
import duckdb
from sqlglot import exp

from . import settle
from .check import check
from .formula import FormulaError
from .problems import PlanProblems, problem
from .result import Line, Result
from .sql import template, text
from .stages import calendar, decided, earned, ledger, measured, released, rows
from .stages.context import Book
from .tables import Tables


def run(plan, tables, *, period=None, as_of=None, keep_stages=None, progress=None, cancel=None, memory="2GB", threads=2):
    """Compute `plan` over `tables`; without `period` every period is computed as if nothing were closed.

    With `period`, lines of that period are returned and, for earlier ones, only what differs from `posted`. `as_of` leaves out facts
    after a day. `keep_stages`, a dict, is given each stage's Arrow table by name; `progress(stage)` is told of each.
    PlanProblems when plan or tables are wrong (all findings at once). `cancel()` returning true raises InterruptedError.
    """
    tables = tables.declaring(plan)
    errors = [p for p in check(plan, tables, rows_too=False) if p.severity == "error"]
    if errors:
        raise PlanProblems(errors)
    link = tables.open(memory, threads)
    try:
        errors = [p for p in tables.check(plan, link) if p.severity == "error"]
        if errors:
            raise PlanProblems(errors)
        return _Run(link, plan, tables, period, as_of, keep_stages, progress, cancel).result()
    finally:
        link.close()


class _Run:
    """One computation on one connection: stages made in order, each a table."""

    def __init__(self, link, plan, tables, period, as_of, keep_stages, progress, cancel):
        self.link, self.plan, self.tables, self.period, self.as_of = link, plan, tables, period, as_of
        self.kept, self.progress, self.cancel = keep_stages, progress or (lambda _stage: None), cancel or (lambda: False)
        self.warnings, self.measures, self.earnings = [], {}, {}
        self.book = Book(plan, tables, self.measure_table, self.earned_table)

    def stage(self, name, query):
        """Make the table `name` of a query; numbers that do not fit 38 digits are a problem, not a surprise."""
        if self.cancel():
            raise InterruptedError("cancelled")
        self.progress(name)
        try:
            self.link.execute(f"CREATE TABLE {name} AS {query.sql('duckdb')}")
        except (duckdb.OutOfRangeException, duckdb.ConversionException):
            raise PlanProblems([problem(name, "数太大，超出 38 位", "a number exceeds 38 digits", "看看金额和比例的单位", "check the units")]) from None
        if self.kept is not None:
            self.kept[name] = self.link.sql(f"SELECT * FROM {name}").to_arrow_table()
        return name

    def measure_table(self, name):
        if name not in self.measures:
            self.measures[name] = f"measure_{list(self.plan.measures).index(name)}"
            self._compiled(f"measures.{name}", lambda: self.stage(self.measures[name], measured.query(self.book, name)))
        return self.measures[name]

    def earned_table(self, name):
        if name not in self.earnings:
            raise FormulaError(f"应得（{name}）要写在 {name} 之后", f"earned({name}) must come after {name}")
        return self.earnings[name]

    def _compiled(self, place, make):
        try:
            return make()
        except FormulaError as wrong:
            raise PlanProblems([problem(place, wrong.zh, wrong.en)]) from None

    def result(self):
        plan, link = self.plan, self.link
        calendar.prepare(link, plan, self.period, self.as_of, self.warnings)
        if self.period and not link.execute("SELECT count(*) FROM span WHERE period = ?", [self.period]).fetchone()[0]:
            raise PlanProblems([problem("period", f"没有期间 {self.period}", f"there is no period {self.period}")])
        for kind in sorted({c.each for c in plan.components if c.per_period}):
            self.stage(f"paid_by_{kind}", calendar.windows(kind))
            self.stage(f"staff_{kind}", calendar.staff(template(f"SELECT * FROM paid_by_{kind}")))
        parts = [self._component(place, component) for place, component in enumerate(plan.components)]
        self.stage("entitled", _union(parts) if parts else ledger.nothing())
        self.stage("full_years", ledger.full_years())
        more = [ledger.refunds(c) for c in plan.components if c.reserve and c.reserve.refund == "year end"]
        self.stage("entitled_all", _union([template("SELECT * FROM entitled"), *more]))
        self.stage("ledger", ledger.posted(self.tables))
        self.stage("lines", ledger.lines(plan, self.period))
        table = link.sql("SELECT * FROM lines").to_arrow_table()
        self.warnings += _unseated(link, self.tables)
        statements = settle.statements(plan, link, self.tables, self.period)
        decisions = self._compiled("decisions", lambda: decided.answers(self.book, link))
        self.progress("done")
        return Result(plan, table, statements, self.warnings, settle.totals(table.num_rows, statements), self.period, decisions)

    def _component(self, place, component):
        """Stages of one component; the name of its last table's part of the ledger."""
        where = f"components.{component.name}"
        made = self._compiled(where, lambda: rows.build(self.book, component))
        self.stage(f"rows_{place}", made.query)
        self.stage(f"earned_{place}", earned.query(self.plan, component, made, f"rows_{place}"))
        self.earnings[component.name] = f"earned_{place}"
        self._unknown(place, component)
        if component.release is None:
            return ledger.entitled(self.plan, component, made, f"earned_{place}")
        self._compiled(where, lambda: self.stage(f"released_{place}", released.query(self.plan, component, made, f"earned_{place}")))
        return ledger.entitled(self.plan, component, made, f"released_{place}", released=True)

    def _unknown(self, place, component):
        wrong = self.link.execute(f"SELECT coalesce(fact, concat(payee, ' ', period)) FROM earned_{place} WHERE base IS NULL OR full_amount IS NULL").fetchall()
        if wrong:
            some = "、".join(r[0] for r in wrong[:5])
            raise PlanProblems([problem(f"components.{component.name}", f"除以零、缺数，或超出表的范围：{some}，共 {len(wrong)} 个",
                                        f"division by zero, a missing value, or beyond the table: {some}, {len(wrong)} in all",
                                        "补上数，或用 if 写明这时怎么算", "fill in the value, or say with if what holds then")])


def _union(parts):
    tree = parts[0]
    for part in parts[1:]:
        tree = exp.union(tree, part, distinct=False)
    return tree


def _unseated(link, tables):
    """Warnings: credited facts of people without an assignment, or without a unit, on the day."""
    found = []
    seated = "p.payee = c.payee AND f.date BETWEEN p.\"from\" AND coalesce(p.\"to\", DATE '9999-12-31')"
    for code, condition, zh, en in (
            ("no_assignment", "p.payee IS NULL", "当天没有任命，没有计提成", "have no assignment on the day and earn nothing"),
            ("no_unit", "p.payee IS NOT NULL AND p.unit IS NULL", "当天没有所属单位", "have no unit on the day")):
        if code == "no_unit" and "unit" not in tables.arrow["people"].column_names:
            continue
        rows_of = link.execute(f"SELECT c.payee, count(*) FROM facts_in f JOIN credits c ON c.fact = f.id LEFT JOIN people p ON {seated} WHERE {condition} "
                               "GROUP BY 1 ORDER BY 1").fetchall()
        if rows_of:
            total, who = sum(r[1] for r in rows_of), "、".join(f"{r[0]}（{r[1]}）" for r in rows_of)
            found.append({"code": code, "count": total, "payees": {r[0]: r[1] for r in rows_of}, "zh": f"{total} 个事实的收款人{zh}：{who}",
                          "en": f"{total} credited facts {en}: {', '.join(f'{r[0]} ({r[1]})' for r in rows_of)}"})
    uncredited = link.execute("SELECT count(*), min(f.id) FROM facts_in f ANTI JOIN credits c ON c.fact = f.id").fetchone()
    if uncredited[0]:
        found.append({"code": "no_credit", "count": uncredited[0], "zh": f"{uncredited[0]} 个事实没有归属，没有计提成，例如 {uncredited[1]}",
                      "en": f"{uncredited[0]} facts are credited to nobody and earn nothing, for instance {uncredited[1]}"})
    return found


__all__ = ["Line", "Result", "Tables", "run", "text"]
