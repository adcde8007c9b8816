"""A plan compiled for tables of one shape: the stages in order, each a name and the SQL that makes it. Nothing is read or computed here."""
import re
from dataclasses import dataclass, field, replace

from sqlglot import exp

from ..formula.formula import FormulaError
from ..formula.sql import COARSE, narrowed, template, text
from ..formula.trees import copied, nodes
from ..formula.working import own
from ..plan import calendar
from ..problems import PlanProblems, problem
from . import earned, later, ledger, measured, released, rows, settling, stored
from .book import Book
from .carried import Asked, carried
from .credit import Rolled, asks_others, credited
from .pruned import pruned
from .shortened import shortened
from .whole import Told, facts_of, measures_of, wide

PERIOD = "‹asked period›"
"""Stands for the asked period in compiled SQL, so that one compilation serves every period."""
PASSING = re.compile(r"^(rows|earned|released|credit|measure|open|reached)_")


@dataclass(frozen=True)
class Stage:
    """One table (or view) of a run; `component` is set where its base and amount must be known for every row, `slim` where rows know of their fact only its place,
    `flat` where they are credits as they are if nobody stands twice beside a fact; `last` are the tables that nobody reads after it."""
    name: str
    tree: exp.Expression
    view: bool = False
    component: str | None = None
    slim: bool = False
    last: tuple = ()
    flat: bool = False
    texts: dict = field(default_factory=dict, compare=False)

    def reads(self):
        """The names of the tables it reads."""
        return {table.name for table in nodes(self.tree, exp.Table)}

    def sql(self, backend, period, short=False):
        """Its query for a backend and the asked period; `short` computes in 64 bits."""
        key = (backend.dialect, short)
        if key not in self.texts:
            self.texts[key] = backend.words(shortened(self.tree) if short else copied(self.tree), short)
        return self.texts[key].replace(f"'{PERIOD}'", text(period or "").sql(backend.dialect))


@dataclass
class Script:
    """The stages; the columns of what formulas were given, {(key, denominator, kind): column}; what columns mean; and which say nothing;
    whether its numbers are computed in 64 bits, which they are until one does not fit; what credits carry, {their column: the fact's};
    the columns of facts that anything asks for, None being all; and what the table `settling` tells of people."""
    stages: list = field(default_factory=list)
    slots: dict = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    silent: set = field(default_factory=set)
    lines: Stage | None = None
    short: bool = False
    carried: dict = field(default_factory=dict)
    columns: list | None = None
    settling: list = field(default_factory=list)
    said: str = ""

    def whole(self, plan):
        """SELECT whole lines from the narrow ones, worked out when it is first asked."""
        self.said = self.said or wide(plan, self.told, exp.to_table("narrow"), facts_of(self.told), measures_of).sql("duckdb")
        return self.said


def script(plan, tables, *, closed, small, kept):
    """The Script of `plan` for these tables: `closed` when one period is asked, `small` for 64-bit columns, `kept` when every stage is to be looked at."""
    key = (tables.shape(), bool(tables.arrow["posted"].num_rows), closed, small, kept, COARSE.get(), own() if plan.mentions("workdays", "工作日", "working days") else ())
    known = plan.__dict__.setdefault("_scripts", {})
    if key not in known:
        if len(known) > 20:
            known.clear()
        known[key] = _Compiler(plan, tables, closed, small, kept).script()
    return known[key]


class _Compiler:
    def __init__(self, plan, tables, closed, small, kept):
        self.plan, self.tables, self.small, self.kept = plan, tables, small, kept
        self.period = text(PERIOD) if closed else None
        self.found, self.measures, self.earnings, self.made = Script(short=small), {}, {}, {}
        self.book = Book(plan, tables, self.measure_table, self.earned_table, self.net_table, self.credit_table)
        self.credits, self.asked = {}, Asked()
        self.texts = {column for column, kind in tables.columns("facts").items() if kind == "text"}

    def stage(self, name, tree, view=False, component=None, slim=False):
        tree = self.asked.note(copied(tree), self.texts)  # what stands in two places of it stands there twice from here on
        if self.small:
            tree = narrowed(tree)
        self.found.stages.append(Stage(name, tree, view and not self.kept, component, slim))
        return name

    def measure_table(self, name):
        if name not in self.measures:
            self.measures[name] = f"measure_{list(self.plan.measures).index(name)}"
            _in(f"measures.{name}", lambda: self.stage(self.measures[name], measured.query(self.book, name)))
        return self.measures[name]

    def earned_table(self, name):
        if name not in self.earnings:
            raise FormulaError(f"应得（{name}）要写在 {name} 之后", f"earned({name}) must come after {name}")
        return self.earnings[name]

    def net_table(self, name):
        """The stage table of what a component earned and what claw-backs took back of it, each in its period."""
        earned = self.earned_table(name)
        table = earned.replace("earned", "net")
        if all(stage.name != table for stage in self.found.stages):
            taken = self._taken_back(*self.made[name], {})
            self.stage(table, template(f"SELECT payee, period, earned FROM {earned} UNION ALL SELECT payee, fact_period, earned FROM $taken AS t", taken=taken.subquery(copy=False)), view=True)
        return table

    def _taken_back(self, component, own, table, let, slots):
        """What claw-backs take back of a component."""
        if component.clawback.unreleased:
            return later.lapsed(self.plan, self.book, component, table, slots, rows=own)
        return later.clawbacks(self.plan, self.book, component, table, slots, released=let)

    def credit_table(self, key):
        """The stage table of a relation of credits, made once however many components and measures are credited by it."""
        if key not in self.credits:
            name = self.credits[key] = f"credit_{len(self.credits)}"
            if asks_others(key):
                self.asked.bare.add(name)
                self.stage(name, credited(self.book, key, set(), set()))
            else:
                self.found.stages.append(Stage(name, exp.Null()))  # what is asked of it is known when all others are
        return self.credits[key]

    def _credits(self, stage):
        """A stage of credits, with what the other stages ask of it."""
        key = next((key for key, name in self.credits.items() if name == stage.name), None)
        if key is None or stage.name in self.asked.bare:
            return stage
        tree = credited(self.book, key, *self.asked.of(stage.name))
        return replace(stage, tree=narrowed(tree) if self.small else tree, flat=not isinstance(key, Rolled) and set(key) <= {"owner", "split"})

    def script(self):
        plan, found = self.plan, self.found
        settled = {"period"} if settling.asked(plan) else set()
        for kind in sorted({c.each for c in plan.components if c.per_period} | settled):
            self.stage(f"paid_by_{kind}", calendar.windows(plan, kind))
            self.stage(f"staff_{kind}", calendar.staff(template(f"SELECT * FROM paid_by_{kind}")))
        made = [self._component(place, component) for place, component in enumerate(plan.components)]
        if settled:
            tree, found.settling = _in("settlement", lambda: settling.query(self.book))
            self.stage(settling.TABLE, tree)
        found.slots = self.book.slots
        found.told = Told({c.name: [g.told() for g in own.given] for c, own, *_more in made},
                          {c.name: own.judged for c, own, *_more in made if own.judged not in ("", "top")},
                          {alias: f"measure_{int(alias[1:])}" for alias, _den, kind in found.slots if kind == "nth"}, self.book.facts)
        paid = [part for part in made if part[0].paid]
        taken = [(part[0], lambda part=part: _in(f"components.{part[0].name}.clawback", lambda: self._taken_back(*part, found.slots))) for part in paid if part[0].clawback]
        back = [(c, self.later(f"{c.name}.reserve", later.refunds, c, table)) for c, _own, table, _let in paid if c.reserve and c.reserve.refund != "never"]
        parts = [ledger.entitled(c, own, table, found.slots, released=let) for c, own, table, let in paid]
        parts += [make() for _c, make in taken]
        self.stage("entitled", _union(parts) if parts else ledger.nothing(), view=True)
        more = [make() for _c, make in back]
        posted = bool(self.tables.arrow["posted"].num_rows)
        found.silent = stored.silent([*parts, *more], posted, self.period is not None) if parts else set()
        if not taken and not back and all(c.release is None for c, *_more in paid):
            found.silent.add("reserved")  # each component keeps its part of what is earned
        self.stage("entitled_all", _union([template("SELECT * FROM entitled"), *more]), view=True)
        if posted:
            self.stage("keyed", ledger.keyed())
            self.stage("ledger", ledger.posted(self.tables))
        lines = ledger.lines(self.period, posted, found.slots)
        found.lines = Stage("narrow", narrowed(lines) if self.small else lines, view=True)
        found.carried, found.columns = {carried(name): name for name in sorted(self.asked.facts)}, self._columns()
        found.stages = [self._credits(stage) for stage in found.stages]
        found.stages = pruned(found.stages, found.lines) if not self.kept and not plan.decisions else found.stages
        found.stages = _with_last_uses(found) if not self.kept and not plan.decisions else found.stages
        return found

    def _columns(self):
        """The columns of the facts that a run needs."""
        if self.plan.decisions:
            return None
        named = {c.name for stage in (*self.found.stages, self.found.lines) for c in nodes(stage.tree, exp.Column)}
        needed = named | self.asked.facts | set(self.book.facts) | {"id", "date"}
        return [column for column in self.tables.columns("facts") if column in needed]

    def later(self, place, query, component, table, **how):
        """What makes the query of what follows a component's lines."""
        return lambda: _in(f"components.{place}", lambda: query(self.plan, self.book, component, table, self.found.slots, **how))

    def _component(self, place, component):
        """(component, its rows, the name of its last table, whether that says what is released)."""
        where = f"components.{component.name}"
        made = _in(where, lambda: rows.build(self.book, component))
        self.stage(f"rows_{place}", made.query, view=True)
        tree, bound, limited = earned.query(self.plan, component, made, f"rows_{place}", f"open_{place}", f"reached_{place}")
        if limited is not None:
            self.stage(f"open_{place}", tree, component=component.name, slim=made.slim)
            self.stage(f"reached_{place}", bound)
            tree = limited
        self.stage(f"earned_{place}", tree, view=limited is not None and component.release is None, component=None if limited is not None else component.name, slim=made.slim)
        self.earnings[component.name] = f"earned_{place}"
        if component.release is not None:
            _in(where, lambda: self.stage(f"released_{place}", released.query(self.book, component, made, f"earned_{place}"), view=True))
        self.made[component.name] = component, made, f"{'earned' if component.release is None else 'released'}_{place}", component.release is not None
        return self.made[component.name]


def _in(place, make):
    try:
        return make()
    except FormulaError as wrong:
        raise PlanProblems([problem(place, wrong.zh, wrong.en)]) from None


def _union(parts):
    tree = parts[0]
    for part in parts[1:]:
        tree = exp.union(tree, part, distinct=False, copy=False)
    return tree


def _with_last_uses(found):
    """The stages, each with the names of the tables nobody reads after it; what only the lines read stays."""
    reads = [stage.reads() for stage in found.stages]
    views = {stage.name: reads[place] for place, stage in enumerate(found.stages) if stage.view}

    def whole(names):
        more = set().union(*(views[n] for n in names if n in views)) - names
        return whole(names | more) if more else names

    needed = whole(found.lines.reads()) | set(found.told.measures.values())
    last = {}
    for place, names in enumerate(reads):
        for name in whole(names) if not found.stages[place].view else ():
            last[name] = place
    passing = [n for n in last if PASSING.match(n) and n not in needed and n not in views]
    return [replace(s, last=tuple(n for n in passing if last[n] == place), texts={}) for place, s in enumerate(found.stages)]


__all__ = ["Script", "Stage", "script"]
