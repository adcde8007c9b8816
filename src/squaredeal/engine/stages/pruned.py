"""Tables of a run without the columns that no later stage asks for."""
from dataclasses import replace

from sqlglot import exp

from squaredeal.engine.formula.trees import nodes

ALWAYS = {"ord", "fact", "payee", "period", "base", "full_amount"}
"""What is asked when a row's amount cannot be known."""
PASSING_ON = ("open_", "earned_")
"""Tables that keep the columns of what they read as far as they are asked for."""


def pruned(stages, lines):
    """The stages, those that make the rows of a component with the columns later ones name."""
    known, found = {}, []
    seen = [_seen(stage) for stage in (*stages, lines)]
    for place, stage in enumerate(stages):
        names = known[stage.name] = _names(stage.tree, known)
        if names is None or len(set(names)) < len(names) or stage.view or not stage.name.startswith(PASSING_ON):
            found.append(stage)
            continue
        asked = ALWAYS | _asked(stage.name, seen[place + 1:])
        kept = known[stage.name] = [name for name in names if name in asked]
        found.append(replace(stage, tree=exp.select(*[exp.column(name, quoted=True) for name in kept]).from_(stage.tree.subquery("x", copy=False), copy=False), texts={}))
    return found


def _seen(stage):
    """(name, whether it passes on columns it does not name, the tables it reads, the columns it names) of a stage."""
    tables, columns, every = set(), set(), False
    for node in nodes(stage.tree):
        if isinstance(node, exp.Table):
            tables.add(node.name)
        elif isinstance(node, exp.Column):
            columns.add(node.name)
        every = every or isinstance(node, exp.Star)
    return stage.name, every and (stage.view or stage.name.startswith(PASSING_ON)), tables, columns


def _asked(name, later):
    """The columns named by what reads a table, itself or by a view or a table that passes its columns on."""
    names, asked = {name}, set()
    for other, passing, tables, columns in later:
        if names & tables:
            asked |= columns
            if passing:
                names.add(other)
    return asked


def _names(tree, known):
    """The names of a query's columns in order, or None where they cannot be told."""
    if isinstance(tree, exp.SetOperation):
        return _names(tree.left, known)
    if isinstance(tree, exp.Subquery):
        return _names(tree.this, known)
    if isinstance(tree, exp.Table):
        return _names(tree.this, known) if not isinstance(tree.this, exp.Identifier) else known.get(tree.name)
    if not isinstance(tree, exp.Select):
        return None
    found = []
    for cell in tree.expressions:
        if not cell.is_star:
            found.append(cell.alias_or_name)
            continue
        star = cell.this if isinstance(cell, exp.Column) else cell
        sources = [tree.args["from_"].this, *(join.this for join in tree.args.get("joins") or ())]
        source = next((s for s in sources if s.alias_or_name == cell.table), None) if isinstance(cell, exp.Column) else sources[0] if len(sources) == 1 else None
        names = _names(source, known) if source is not None else None
        if names is None:
            return None
        found += [name for name in names if name not in {e.name for e in star.args.get("except_") or ()}]
    return found
