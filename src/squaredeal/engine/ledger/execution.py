"""One computation on one backend: the stages of a compiled plan made in order, the lines taken, the statements settled."""
from pathlib import Path

from sqlglot import exp

from ..attached import text_of
from ..backends import Overflow
from ..formula.working import known_until
from ..interrupting import breakable
from ..packed import longer
from ..plan import calendar
from ..plan.saying import counts_workdays, goals_of, scores_of
from ..problems import PlanProblems, problem
from ..stages import decided, settling, stored
from ..stages.book import Book
from ..stages.compiling import script
from ..tables.columns import NEEDED
from . import credited, missing, settle, versions
from .closing import Closing
from .result import Result

CENTS = ("full_amount", "earned", "reserved", "released")


class Execution:
    def __init__(self, backend, plan, tables, period, as_of, kept, progress, cancel, small, out):
        self.backend, self.plan, self.tables, self.period, self.as_of = backend, plan, tables, period, as_of
        self.kept, self.progress, self.cancel = kept, progress or (lambda _stage: None), cancel
        self.small, self.out, self.warnings, self.stage_name, self.short = small, out, [], "facts", False
        self.single, self.closing = False, Closing()

    def result(self):
        plan, backend = self.plan, self.backend
        self._at("facts")
        with breakable(self.cancel):
            found = script(plan, self.tables, closed=self.period is not None, small=self.small, kept=self.kept is not None)
        packs = calendar.prepare(backend, plan, self.period, self.as_of, self.warnings, found.columns)
        self._credited(calendar.enumerate_people(backend, found.carried, 10 ** self.tables.places("credits", "share"), packs))
        if self.period and not backend.execute("SELECT count(*) FROM span WHERE period = ?", [self.period]).fetchone()[0]:
            first, last, many = backend.execute("SELECT arg_min(period, rank), arg_max(period, rank), count(*) FROM span").fetchone()
            there = f"{first} – {last}" if many > 1 else first
            raise PlanProblems([problem("period", f"没有期间 {self.period}", f"there is no period {self.period}", f"方案按 {plan.period} 结算，事实、目标和得分说到的期间是 {there}",
                                        f"the plan is settled by {plan.period}; its facts, quotas and scores speak of {there}")])
        if self.tables.others is not None:
            versions.apart(backend, self.tables, plan)
        there = missing.periods(backend) if self.period and self.tables.arrow["posted"].num_rows else None
        self.short = found.short
        for place, stage in enumerate(found.stages):
            self._at(stage.name)
            self._fitting(found, place, lambda stage=stage: backend.make(stage.name, stage.sql(backend, self.period, self.short), self._view(stage)))
            if self.kept is not None:
                self._keep(stage.name)
            if stage.component:
                self._unknown(stage)
            views = {s.name for s in found.stages if self._view(s)}
            for name in stage.last:
                if name not in views:
                    backend.drop(name)
        decisions = decided.answers(Book(plan, self.tables, lambda n: f"measure_{list(plan.measures).index(n)}", None, None, None), backend) if plan.decisions else []
        self._at("lines")
        count, table, statements = self._stored(found) if self.out else self._held(found)
        seats = settle.seats(plan, backend, self.tables, self.period, self._asked(found))
        if there is not None:
            self.warnings += missing.warnings(self.closing.changed, there)
        self.progress("done")
        return Result(plan, table, statements, self.warnings, settle.totals(count, statements), self.period, decisions, seats, self.closing)

    def _fitting(self, found, made, work):
        """Do `work`, in 64 bits; where a number does not fit, what of the first `made` stages are views is said anew in 128, and `work` done again."""
        try:
            return work()
        except Overflow:
            if not self.short:
                raise
        found.short = self.short = False
        gone = {name for stage in found.stages[:made] for name in stage.last}  # and with these tables the views of them: nobody reads them any more
        for stage in found.stages[:made]:
            if self._view(stage) and gone & stage.reads():
                gone.add(stage.name)
            elif self._view(stage):
                self.backend.make(stage.name, stage.sql(self.backend, self.period), view=True)
        return work()

    def _credited(self, packs):
        """What is said of credits, whose `packs` are held in fewer bytes, and their facts; after it, nobody reads the tables as they came in."""
        backend = self.backend
        count, self.single = credited.fitted(backend, self.tables)
        backend.execute(f"CREATE VIEW credits_in AS SELECT *{longer(packs, 'CAST(role AS TEXT) AS role')}, {'TRUE' if self.single else 'alone'} AS sole FROM credits_joined")
        self.warnings += credited.unseated(backend, self.tables, self.plan, count)
        for name in ("facts", "credits"):
            backend.execute(f"DROP TABLE {name}")

    def _asked(self, found):
        """What settling asks of people beyond their columns."""
        return settling.read(self.backend, found.settling) if found.settling else {}

    def _view(self, stage):
        """Whether a stage is a name for its query: a table of credits that nobody stands in twice is as quickly read from all credits."""
        return stage.view or (stage.flat and self.single and self.kept is None)

    def _keep(self, name):
        if isinstance(self.kept, Path):
            self.backend.keep(name, self.kept)
        else:
            self.kept[name] = self.backend.arrow(f"SELECT * FROM {name}")

    def _at(self, name):
        if self.cancel is not None and self.cancel():
            raise InterruptedError("cancelled")
        self.stage_name = name
        self.progress(name)

    def _held(self, found):
        """(number, Arrow table) of the whole lines, in order, and the statements."""
        def made():
            self.backend.brought("narrow", found.lines.sql(self.backend, self.period, self.short))
            self.backend.settled("lines", found.whole(self.plan))
        self._fitting(found, len(found.stages), made)
        self.backend.settled("sums", settle.SUMS, view=True)
        table = self.backend.arrow("SELECT * FROM lines")
        if self.kept is not None:
            self._keep("lines")
        return table.num_rows, table, settle.statements(self.plan, self.backend, self.tables, self.period, self._asked(found), self.closing)

    def _stored(self, found):
        """(number, what reads the table) of the lines written to a file of their own, narrow, and the statements; a line is made whole where it is asked for.

        The file has its name when the statements are known: until then the run can be stopped, and nothing is written.
        """
        from .output import parts_of, stored_lines
        plan, backend, told = self.plan, self.backend, found.told
        beside = [stored.facts(told, self.tables.profile("facts"), self.small), stored.measures(told, self.small)]
        with parts_of(self.out, told, cents(plan) if self.small else set(), [part is not None for part in beside]) as (footer, path, places):
            named = None
            if backend.dialect == "duckdb":  # names that are numbers are written several times as quickly
                names = ", ".join(text_of(component.name) for component in plan.components) or "''"
                backend.execute(f"CREATE TYPE components AS ENUM (SELECT name FROM (SELECT unnest([{names}]) UNION SELECT split_part(key, '|', 1) FROM posted WHERE NOT key IS NULL) AS c (name) "
                                "ORDER BY name)")
                named = exp.alias_(exp.cast(exp.column("component"), exp.DataType.build("components", udt=True)), "component")

            def written():
                backend.make("narrow", found.lines.sql(backend, self.period, self.short), view=True)
                return backend.store(backend.words(stored.narrow(found.slots, set(footer.fen), self.small, found.silent, "narrow", named), self.short), path, footer)
            count = self._fitting(found, len(found.stages), written)
            for query, place in zip(beside, places, strict=True):
                if query is not None:
                    backend.put(query.sql("duckdb"), place)
            there = [row[0] for row in backend.execute(f"DESCRIBE SELECT * FROM {backend.stored(path)}").fetchall()]
            backend.settled("sums", stored.summed(plan, footer, stored.lines_in(path.parent, path.name, there), set(there)).sql("duckdb"), view=True)
            statements = settle.statements(plan, backend, self.tables, self.period, self._asked(found), self.closing)
        return count, lambda: stored_lines(self.out, plan), statements

    def _unknown(self, stage):
        # a stage that computes amounts says what it cannot know
        wrong = self.backend.execute(f"SELECT count(*) FROM {stage.name} WHERE base IS NULL OR full_amount IS NULL").fetchone()[0]
        if wrong:
            source, name = (f"{stage.name} AS x JOIN facts_in AS f ON f._ord = x.ord", "f.id") if stage.slim else (f"{stage.name} AS x", "coalesce(x.fact, concat(x.payee, ' ', x.period))")
            rows = self.backend.execute(f"SELECT {name} FROM {source} WHERE x.base IS NULL OR x.full_amount IS NULL ORDER BY 1 LIMIT 5").fetchall()
            some, component = "、".join(r[0] for r in rows), self.plan.component(stage.component)
            goals, scores = "、".join(goals_of(self.plan, component)), "、".join(scores_of(self.plan, component))
            days = counts_workdays(self.plan, component)
            raise PlanProblems([problem(f"components.{stage.component}", f"除以零、缺数，或超出表的范围：{some}，共 {wrong} 个",
                                        f"division by zero, a missing value, or beyond the table: {some}, {wrong} in all",
                                        f"{f'工作日只数到 {known_until()}，以后的放假没有公布；' if days else ''}{f'看 {goals} 有没有他们这一期的目标；' if goals else ''}{f'看有没有他们这一期的 {scores} 得分；' if scores else ''}补上数，或用 如果、missing 写明这时怎么算",
                                        f"{f'working days are known up to {known_until()}, later holidays are not published; ' if days else ''}{f'see whether {goals} has goals of theirs for the period; ' if goals else ''}{f'see whether they have a score in {scores} for the period; ' if scores else ''}fill in the value, or say with if or missing what holds then")])


def wanted(plan, tables, period, kept, cancel, small):
    """The columns of the facts that have to be read, None where it is all of them, or where it cannot be told because tables or plan are wrong."""
    if any(column not in tables.arrow[name].column_names for name, columns in NEEDED.items() if tables.arrow[name].num_rows for column in columns):
        return None
    try:
        with breakable(cancel):
            found = script(plan, tables, closed=period is not None, small=small, kept=kept is not None)
    except PlanProblems:
        return None
    return None if found.columns is None else {*found.columns, *plan.counts_on.values(), "id", "kind", "date", "currency"}


def cents(plan):
    """The amounts that are whole fen in every line of the plan, whatever the facts."""
    if not (plan.settlement.per_line and plan.settlement.places <= 2):
        return set()
    limits = [value for c in plan.components for limit in c.all_limits for value in (limit.cap, limit.floor) if value is not None]
    whole = all(not isinstance(v, str) and v == round(v, 2) for v in limits)
    base = {"base", "before", "after"} if plan.settlement.round_base == "to fen" else set()
    return base | (set(CENTS) if whole else {"full_amount"})

