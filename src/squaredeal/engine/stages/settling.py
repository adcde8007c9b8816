"""Stage: what the formulas of settling ask of each person in each period beyond their own columns: measures, quotas, scores, places, what components earned."""
from sqlglot import exp

from squaredeal.engine.formula.formula import ABOUT, Node
from squaredeal.engine.formula.sql import Q, template

from .context import Context

TABLE = "settling"


def asked(plan):
    """{key: node} of what settling reads that is no column of people; attainment as the measure and its quota."""
    found = {}
    for text in plan.settlement.formulas:
        for node in plan.expand(text).walk():
            if node.op == "attainment":
                for part in (Node("name", node.args[:1]), Node("quota", node.args[:1])):
                    found[part.key()] = part
            elif node.op in ABOUT or node.op == "headcount" or (node.op == "name" and node.args[0] in plan.measures):
                found[node.key()] = node
    return found


def query(book):
    """(SELECT payee, period and a column for each thing asked, [(key, column, parts of one, column it is divided by)])."""
    context = Context(book, "window", windowed="period")
    cells, told = [], []
    for place, (key, node) in enumerate(asked(book.plan).items()):
        value, column = context.name(node), f"v{place}"
        if not isinstance(value, Q):
            cells.append(exp.alias_(value, column))
            told.append((key, column, 0, None))
            continue
        cells.append(exp.alias_(exp.cast(value.num, "INT128"), column))
        if value.over is not None:
            cells.append(exp.alias_(exp.cast(value.over, "INT128"), f"d{place}"))
        told.append((key, column, value.den, None if value.over is None else f"d{place}"))
    tree = template("SELECT CAST(p.payee AS TEXT) AS payee, CAST(w.period AS TEXT) AS period FROM paid_by_period AS w JOIN staff_period AS p ON p._win = w.win")
    if any(node.op == "headcount" for node in asked(book.plan).values()):
        tree = tree.join(template("(SELECT p._win, count(*) AS heads FROM staff_period AS p GROUP BY 1)"), on="h._win = w.win", join_type="left", join_alias="h")
    return context.joined(tree).select(*cells, copy=False), told


def read(backend, told):
    """{(payee, period): {key: value}} of the stage's table."""
    from fractions import Fraction
    columns = [c for _key, column, _den, over in told for c in (column, over) if c]
    found = {}
    for payee, period, *cells in backend.execute(f"SELECT payee, period, {', '.join(columns)} FROM {TABLE}").fetchall():
        row, values = dict(zip(columns, cells, strict=True)), {}
        for key, column, den, over in told:
            value = row[column]
            under = 1 if over is None else row[over]
            values[key] = value if den == 0 or value is None else Fraction(int(value), den) / int(under) if under else None
        found[payee, period] = values
    return found
