"""What a credit carries of its fact, so that facts and credits are joined once and not in every stage."""
from dataclasses import dataclass, field

from sqlglot import exp

from squaredeal.engine.formula.trees import nodes

PLACE = "_ord"


def carried(column):
    """The column of a credit that says what a column of its fact says."""
    return f"f_{column}"


@dataclass
class Asked:
    """What all stages ask of the credits: of their facts, the columns by name; of each table of credits; and the tables that carry nothing."""
    facts: set = field(default_factory=lambda: {"date"})
    tables: dict = field(default_factory=dict)
    bare: set = field(default_factory=set)

    def of(self, table):
        return self.tables.setdefault(table, ({"ord", "payee", "share"}, set()))

    def note(self, tree, texts):
        """The query with its credits read alone where they can carry what it asks of the facts: text they do not carry, it is too wide."""
        for select in nodes(tree, exp.Select) if any(t.name == "facts_in" for t in nodes(tree, exp.Table)) else ():
            credit = _credits(select)
            if credit is not None and credit not in self.bare:
                self._noted(select, texts, *self.of(credit))
        return tree

    def _noted(self, select, texts, own, of_facts):
        columns = nodes(select, exp.Column)
        own |= {c.name for c in columns if c.table == "c"}
        wanted = {c.name for c in columns if c.table == "f"} - {PLACE}
        if wanted & texts:
            return
        of_facts |= wanted
        self.facts |= wanted
        for column in columns:
            if column.table == "f":
                name = "ord" if column.name == PLACE else carried(column.name)
                column.replace(exp.column(name, table="c", quoted=name != "ord"))
        select.set("from_", exp.From(this=select.args["joins"].pop(0).this))


def _credits(select):
    """The table of credits that a query joins with the facts, by the place of the fact, first of all; or None."""
    source, joins = select.args.get("from_"), select.args.get("joins") or ()
    if source is None or not joins or source.this.name != "facts_in" or source.this.alias != "f" or joins[0].alias_or_name != "c":
        return None
    return next((found.name for found in nodes(joins[0].this, exp.Table) if isinstance(found.this, exp.Identifier) and found.name.startswith("credit_")), None)
