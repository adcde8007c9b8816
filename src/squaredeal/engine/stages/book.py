"""What all components of a run share: the plan, the columns of the tables, the stage tables already named, what lines are given."""
from sqlglot import exp

from squaredeal.engine.formula.sql import Q, template
from squaredeal.engine.plan.check import kinds as known_kinds

from ..plan.calendar import WINDOW, known_by_period
from ..plan.saying import nodes

BY_FACT = ("fact", "deal")
"""Windows of a measure of which there are as many as facts: the rows of its table have no numbers."""


class Book:
    """What all components of a run share: plan, tables' columns, and the stage tables of measures and of components already computed."""

    def __init__(self, plan, tables, measure_table, earned_table, net_table, credit_table):
        self.plan, self.tables = plan, tables
        self.kinds = known_kinds(plan, tables.kinds())
        self.measure_table, self.earned_table, self.net_table, self.credit_table = measure_table, earned_table, net_table, credit_table
        self.slots, self.facts = {}, {}

    def slot(self, key, den, kind):
        """The column that holds a given value in every component that reads it."""
        return self.slots.setdefault((key, den, None if den else kind), f"g{len(self.slots)}")

    def line_of(self, alias):
        """The column that says which row of a measure's table a line was given, by the alias it is joined under."""
        return self.slots.setdefault((alias, None, "nth"), alias)

    def fact(self, name):
        """The column of the facts beside the lines that holds a column of the facts table."""
        return self.facts.setdefault(name, f"f{len(self.facts)}")

    def numbered(self, name):
        """Whether the rows of a measure's table have numbers, so that a line needs to know no more of them."""
        measure = self.plan.measures[name]
        return measure.window not in BY_FACT and not measure.onward

    def ranked(self, name):
        """Whether places in a measure are asked for, and who was there in its windows can be told: those have a row of it too, which says that it is idle."""
        measure = self.plan.measures[name]
        kind = "period" if known_by_period(measure.window) else measure.window
        asked = self.__dict__.setdefault("places", {n.args[0] for n in nodes(self.plan) if n.op in ("rank", "tied")})
        return name in asked and isinstance(measure.of, str) and measure.of != "everybody" and measure.per is None and kind in ("period", *WINDOW) and kind != "life"

    def by_period(self, measure):
        """Whether the windows of a measure are the plan's periods, which are small numbers and compared as such."""
        return measure.window in ("period", self.plan.period) and measure.per is None and not measure.onward

    def column(self, table, name, alias):
        kind, places = self.tables.profile(table)[name]
        found = exp.column(name, table=alias, quoted=True)
        return Q(found, 10**places) if kind == "number" else found

    def says(self, alias):
        """Whether what is joined to a row under an alias says anything of its person."""
        if alias[0] in "se":
            return template(f"NOT {alias}.payee IS NULL")
        idle = alias[0] == "m" and self.ranked(list(self.plan.measures)[int(alias[1:])])
        return template(f"NOT {alias}.who IS NULL{f' AND NOT {alias}.idle' if idle else ''}")
