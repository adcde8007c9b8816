"""Where the names of a formula live on a row: the fact `f`, its credit `c`, the person `p`, the window `w`, measures, scores, earlier components."""
from sqlglot import exp

from squaredeal.engine.formula.expressions import compiled
from squaredeal.engine.formula.formula import FormulaError
from squaredeal.engine.formula.sql import ONE, Q, integer, template, text
from squaredeal.engine.formula.trees import cast
from squaredeal.engine.plan.plan import RollUp

from ..plan.calendar import MONTHS, anniversary, apart, named, window
from ..plan.fields import own_year
from ..plan.saying import bracket
from . import earnings, persons
from .below import denominator
from .credit import SEATED

ROWS = {"fact": "f", "window": "w", "deal": "d"}
DAY_ONE = "1970-01-01"
"""Days of a measure are counted from it."""
EARLIER = {"previous": "following", "year_ago": "year_on"}


class Context:
    """Names of one kind of row. `joins` collects what the row must be joined with: (source, condition) by alias."""

    def __init__(self, book, row, *, person="p", member=None, windowed="period"):
        self.book, self.row, self.person, self.member = book, row, person, member or person
        self.windowed, self.joins, self.scores, self.rolled, self.beside, self.since, self.per, self.blurred, self.below = windowed, {}, {}, False, False, None, None, False, ()

    def expression(self, source):
        return compiled(self.book.plan.expand(source), self.name, self.book.kinds)

    def tree(self, node):
        """The expression of a formula tree, such as a table's."""
        return compiled(self.book.plan.expanded(node), self.name, self.book.kinds)

    def name(self, node):
        op = node.op
        if op == "name":
            return self._plain(node.args[0])
        if op == "headcount":
            return self._headcount()
        about = node.args[0]
        if op == "source" and self.blurred:
            raise FormulaError("一单归上级时，不知道来自哪个下级；each 写事实的类别", "a deal credited up the line does not say from whom; make each a kind of fact")
        if op == "source" and about in self.book.plan.measures:
            return self._known(self.book.plan.measures[about].window, self._of_source(about, *node.args[1:]), self._origin())
        if op == "source":
            return self._person(about, self._origin())
        if op == "prorated":
            return persons.prorated(self, about)
        if op == "below":
            return self._below(about)
        if op == "score":
            return self._score(about)
        if op == "earned":
            return earnings.earned(self, *node.args)
        if op == "median":
            return earnings.middling(self, *node.args)
        if op in {"rank", "tied"} and about not in self.book.plan.measures and about in {c.name for c in self.book.plan.components}:
            return earnings.placed(self, about, node.args[1] if len(node.args) > 1 else None, "place" if op == "rank" else "tied")
        if about not in self.book.plan.measures:
            raise FormulaError(f"没有指标 {about}", f"{about} is not a measure")
        if self.book.plan.measures[about].onward and op in {"previous", "year_ago", "rank", "tied"}:
            raise FormulaError(f"{about} 算到这一笔为止，没有名次和上期", f"{about} counts up to the fact: it has no rank and no window before")
        alias = self.measure(about, EARLIER.get(op, ""))
        value, quota = self._measured(about, alias), Q(exp.column("quota", table=self._goal(about, alias) if op in {"quota", "attainment"} else alias), ONE)
        return {"quota": lambda: quota, "previous": lambda: value, "year_ago": lambda: value, "rank": lambda: Q(exp.column("place", table=alias)),
                "tied": lambda: Q(exp.column("tied", table=alias)),
                "attainment": lambda: _attained(value, quota)}[op]()

    def _of_source(self, about, what="value"):
        """A measure of whoever the fact is credited to, its quota or its attainment."""
        alias = self.measure(about, origin=(self.rolled or self.beside) and self.row != "window")
        if what == "value":
            return self._measured(about, alias)
        quota = Q(exp.column("quota", table=self._goal(about, alias, self._origin())), ONE)
        return quota if what == "quota" else _attained(self._measured(about, alias), quota)

    def _plain(self, name):
        if name in self.book.plan.measures:
            alias, kind = self.measure(name), self.book.plan.measures[name].window
            return self._known(kind, self._measured(name, alias), self.member)
        if name == "payee":
            return exp.column("payee", table=self.person)
        if name in {"elapsed_days", "elapsed_months"}:
            return self._elapsed(name)
        if name in {"active_days", "period_days"}:
            return self._days(name)
        if name in {"period_start", "period_end"}:
            return self._bounds("starts" if name == "period_start" else "ends")
        if name == "levels_up":
            return self._levels_up()
        if self.row == "fact":
            if name in {"share", "role"}:
                return self.book.column("credits", name, "c")
            if name in self.book.tables.columns("facts"):
                return self.book.column("facts", name, "f")
        if self.row == "window" and name == self.per:
            return exp.column("value", table="u")
        if name == "date" and self.row == "window":
            return exp.column("ends", table="w")
        if name in {"date", "deal"} and self.row == "deal":
            return exp.column("day" if name == "date" else "deal", table="d")
        if self.row == "deal" and name in self.book.tables.columns("facts"):
            return self._of_deal(name)
        return self._person(name, self.person)

    def _known(self, kind, value, whose):
        """What a measure is, not known in a year of their own of whoever has no day it runs from."""
        if own_year(kind) is None:
            return value
        known = template("CASE WHEN NOT $since IS NULL THEN $v END", since=self.since_day(kind, whose), v=value.num if isinstance(value, Q) else value)
        return Q(known, ONE) if isinstance(value, Q) else known

    def _measured(self, name, alias):
        """What a measure is: 0 where nothing counts in it; or the first or last day, not known where nothing does."""
        value = exp.column("value", table=alias)
        if self.book.kinds[name] != "date":
            return Q(template("coalesce($v, 0)", v=value), ONE)
        return template(f"CASE WHEN $v <> 0 THEN DATE '{DAY_ONE}' + CAST($v // {ONE} AS INT) END", v=value)

    def _of_deal(self, name):
        """A column of the deal, as its last fact has it."""
        if name in {"amount", "quantity"}:
            raise FormulaError(f"一单有几笔，{name} 要用指标（window: deal）", f"a deal has several facts; use a measure (window: deal) of {name}")
        self.joins.setdefault("z", (exp.to_table("facts_in"), template("z._ord = d.ord")))
        return self.book.column("facts", name, "z")

    def _person(self, name, alias):
        if name in self.book.tables.columns("people"):
            return self.book.column("people", name, alias)
        where = "、".join(("事实表", "人员表") if self.row == "fact" else ("人员表",))
        raise FormulaError(f"{where}里没有 {name} 这一列，也没有这个指标", f"no column of {'facts or people' if self.row == 'fact' else 'people'} and no measure is called {name}")

    def _elapsed(self, name):
        if self.since is None:
            raise FormulaError(f"{name} 只用于扣回", f"{name} is for a claw-back")
        found = "$day - $since" if name == "elapsed_days" else "(year($day) - year($since)) * 12 + month($day) - month($since)"
        return Q(cast(template(found, day=self.day, since=self.since), "bigint"))

    def _levels_up(self):
        if not self.rolled:
            raise FormulaError("levels_up 只用于上卷的提成", "levels_up is for credit rolled up to managers")
        return Q(exp.column(*(("level", "l") if self.row == "window" else ("levels_up", "c"))))

    def _days(self, name):
        if self.row != "window":
            raise FormulaError(f"{name} 只用于按期计的部分", f"{name} is for what is computed by period")
        return Q(exp.column("_active" if name == "active_days" else "_days", table=self.member))

    def _origin(self):
        """The person the fact is credited to: where it is rolled up, the member with the largest share; beside it, the owner with the largest."""
        if self.beside:
            return persons.owner(self)
        if not self.rolled or self.row == "window":
            return self.member
        self.joins.setdefault("b", (exp.to_table("people"), template(SEATED.format(p="b", who="c.member"))))
        return "b"

    def _below(self, name):
        if not self.rolled:
            raise FormulaError("下级最高只用于上卷的提成", "below is for credit rolled up to managers")
        return Q(exp.column(f"below_{self.below.index(name)}", table="l" if self.row == "window" else "c"), denominator(self, name))

    def _bounds(self, which):
        if self.row == "window":
            return exp.column(which, table="w")
        return self._span(which)

    def ranked(self):
        """The place of the row's period among all periods."""
        return self._span("rank")

    def _span(self, which):
        self.joins.setdefault("r", (exp.to_table("span"), template("r.period = $p", p=self.period)))
        return exp.column(which, table="r")

    @property
    def period(self):
        return exp.column("_period", table="f") if self.row == "fact" else exp.column("period", table=ROWS[self.row])

    @property
    def day(self):
        return {"fact": exp.column("date", table="f"), "window": exp.column("ends", table="w"), "deal": exp.column("day", table="d")}[self.row]

    def windowed_by(self, kind, whose=None):
        """The id of the window of `kind` this row lies in; of a year of one's own, of the person `whose` it is."""
        if self.row == "window" and kind in {"fact", "deal"}:
            raise FormulaError("按期计的部分不能用逐笔或逐单的指标", "a component paid by period cannot use a measure per fact or deal")
        if self.row == "window" and kind == "period" and self.windowed != "period":
            raise FormulaError("指标的窗口比这一部分的短", "the measure's window is shorter than the component's")
        deal = exp.column("deal", table=ROWS[self.row] if self.row != "window" else "w")
        if own_year(kind):
            return anniversary(self.since_day(kind, whose), self.day)
        if kind == self.book.plan.period:
            return self.period
        return window(self.book.plan, kind, self.day, fact=deal if self.row == "deal" else exp.column("id", table="f"), deal=deal, period=self.period)

    def since_day(self, kind, whose=None):
        """The day from whose anniversaries the years of a window run: the fact's, or that of the person `whose` they are."""
        column = own_year(kind)
        of_fact = self.row == "fact" and column in self.book.tables.columns("facts")
        return self.expression(bracket(column)) if whose in (None, self.person) or of_fact else self._person(column, whose)

    def apart(self, win, measure):
        """The window's id, for a measure counted apart by a column with the row's value of it."""
        if measure.onward and self.row == "window":
            raise FormulaError("算到这一笔为止的指标只用于逐笔或逐单的提成", "a measure until: fact is for components of facts or deals")
        if measure.per is None:
            return win
        if self.row == "window" and self.per == measure.per:
            return apart(win, exp.column("value", table="u"))
        if self.row == "window":
            raise FormulaError(f"按 {measure.per} 分开累计的指标只用于逐笔或逐单的提成", f"a measure per {measure.per} is for components of facts or deals")
        value = exp.column(measure.per, table="f", quoted=True) if self.row == "fact" else self._of_deal(measure.per)
        return apart(win, value.num if isinstance(value, Q) else value)

    def measure(self, name, earlier="", origin=False):
        """The alias of a measure's stage table, joined on this row's person (or unit, or all) and window; or on the person a credit rolled up comes from."""
        measure, member = self.book.plan.measures[name], self._origin() if origin else self.member
        alias = f"{'o' if origin else {'': 'm', 'following': 'q', 'year_on': 'y'}[earlier]}{list(self.book.plan.measures).index(name)}"
        if alias not in self.joins:
            table, who = self.book.measure_table(name), self._whose(measure, member)
            win = self.apart(self.windowed_by(measure.placed, member), measure)
            same = "at" if self.row == "fact" and self.book.by_period(measure) else "win"
            on = template(f"{alias}.who = $who AND {alias}.{same} = $win", who=who, win=win)
            if measure.onward:
                here = exp.column("_ord", table="f") if self.row == "fact" else exp.column("ord", table="d")
                at, after = ("<=", ">") if measure.until == "fact" else ("<", ">=")
                on = exp.and_(on, template(f"{alias}.ord {at} $here AND coalesce({alias}.following {after} $here, TRUE)", here=here))
            if earlier:
                on = template(f"{alias}.who = $who AND {alias}.{earlier} = $win", who=who, win=win)
            self.joins[alias] = (exp.to_table(table), on)
        return alias

    def _whose(self, measure, member):
        """Under what the row's person finds a measure: their own name, that of their unit or region, or all."""
        if measure.of == "payee" or isinstance(measure.of, RollUp):
            return exp.column("payee", table=member)
        return text("*") if measure.of == "everybody" else exp.column(measure.of, table=member, quoted=True)

    def _goal(self, name, alias, member=None):
        """The alias of what the quota is read from: the measure's table, or of the last days up to a fact the quotas of the period the fact lies in."""
        measure = self.book.plan.measures[name]
        if not measure.trails:
            return alias
        from . import quotas
        goal = f"t{alias}"
        if goal not in self.joins:
            self.joins[goal] = (quotas.query(self.book, name).subquery(copy=False), template(f"{goal}.who = $who AND {goal}.win = $win", who=self._whose(measure, member or self.member), win=self.period))
        return goal

    def added(self, name):
        """What the row's own fact adds to a measure that counts up to it; 0 where it does not count in it."""
        alias = self.measure(name)
        here = exp.column("_ord", table="f") if self.row == "fact" else exp.column("ord", table="d")
        return Q(template(f"CASE WHEN {alias}.ord = $here THEN {alias}.added ELSE 0 END", here=here), ONE)

    def _score(self, about):
        """The score of the row's own window or period, else of the quarter, half or year it lies in: the shortest there is."""
        alias, who = self.scores.setdefault(about, f"s{len(self.scores)}"), exp.column("payee", table=self.member)
        own = self.windowed if self.row == "window" and self.windowed != "period" else self.book.plan.period
        found = {alias: exp.column("win", table="w") if self.row == "window" else self.period}
        found |= {f"{alias}_{kind}": named(self.book.plan, kind, self.day) for kind in ("quarter", "half", "year") if MONTHS[kind] > MONTHS.get(own, 0)}
        for name, win in found.items():
            self.joins.setdefault(name, (exp.to_table("scores"), template(f"{name}.payee = $who AND {name}.name = $about AND {name}.period = $win",
                                                                          who=who, about=text(about), win=win)))
        values = [self.book.column("scores", "value", name) for name in found]
        return Q(exp.func("coalesce", *[v.num for v in values]), values[0].den)

    def _headcount(self):
        if self.row != "window":
            raise FormulaError("人数只用于按期计的部分", "headcount is for components paid by period")
        return Q(exp.column("heads", table="h"))

    def joined(self, tree):
        """The query with what its names asked for."""
        for alias, (source, on) in self.joins.items():
            tree = tree.join(source, on=on, join_type="left", join_alias=alias, copy=False)
        return tree


def _attained(value, quota):
    return Q(value.num, 1, template("nullif($q, 0)", q=quota.num))


__all__ = ["Context", "integer"]
