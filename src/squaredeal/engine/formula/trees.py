"""Trees of queries gone through and copied: compiling a plan does little else, and these do it in a third of the time of the library's own ways."""
from sqlglot import exp


def nodes(tree, *kinds):
    """The nodes of a tree, a parent before its children; of some kinds only where these are given."""
    found = [tree]
    for node in found:  # it grows while it is gone through
        for value in node.args.values():
            if isinstance(value, exp.Expr):
                found.append(value)
            elif type(value) is list:
                found += [each for each in value if isinstance(each, exp.Expr)]
    return [node for node in found if isinstance(node, kinds)] if kinds else found


def copied(tree):
    """A copy of a tree that stands nowhere yet; without comments, which our queries have none of."""
    root = type(tree)()
    waiting = [(tree, root)]
    while waiting:
        node, twin = waiting.pop()
        for name, value in node.args.items():
            if isinstance(value, exp.Expr):
                twin.args[name] = _under(twin, name, value, waiting)
            elif type(value) is list:
                twin.args[name] = [_under(twin, name, each, waiting, place) if isinstance(each, exp.Expr) else each for place, each in enumerate(value)]
            else:
                twin.args[name] = value
    return root


def _under(parent, name, node, waiting, place=None):
    """A node of the same class in a place of its parent, still empty."""
    child = type(node)()
    child.parent, child.arg_key, child.index = parent, name, place
    waiting.append((node, child))
    return child


def own(node):
    """The node itself where it stands nowhere yet, else a copy of it."""
    return node if node.parent is None else copied(node)


def paren(node):
    """The node in brackets."""
    return exp.Paren(this=own(node))


def cast(node, kind):
    """The node cast to a kind."""
    return exp.cast(own(node), kind, copy=False)


def over(tree, without=(), **columns):
    """SELECT *, columns FROM (tree), `without` what is not needed any more."""
    every = exp.Star(except_=[exp.to_identifier(name) for name in without]) if without else "*"
    return exp.select(every, *[exp.alias_(e, name) for name, e in columns.items()]).from_(tree.subquery("x", copy=False), copy=False)
