"""The tables of a plan as heads and rows: bands, grids, matrices, lookups."""
from django.utils.translation import gettext as _

from .templatetags.ledger import share, yuan
from .wording import WORDS, amount, attained, formula, rate_of, value, window


def by(rate, kinds=()):
    of = getattr(rate, "by", "")
    return _("attainment of %(measure)s") % {"measure": of.removeprefix("attainment of ")} if of.startswith("attainment of ") else (_("its own amount") if rate.window == "fact" else _("its running total in %(window)s") % {"window": window(rate.window)}) if of == "base" else formula(of, kinds)


def table(c):
    """dict(head, rows) of a component's rate table, or None; the last cell of a row stands for itself where it is the only figure."""
    return drawn(c.rate, _("Rate") if c.base is not None else _("Yuan"), c.kinds)


def drawn(rate, name, kinds=()):
    """dict(head, rows) of a table, or None; `name` is what its cells are."""
    from squaredeal.engine.plan.plan import Decision, Grid, Lookup, LumpPlusExcess, Matrix, Tiers
    if isinstance(rate, Decision):
        return {"head": [_("From"), name], "rows": [(edge(e), _word(answer)) for e, answer in rate.table]}
    if isinstance(rate, Tiers):
        return _banded(rate, name, kinds)
    if isinstance(rate, LumpPlusExcess):
        return {"head": [_("From"), _("Fixed sum"), _("Rate on the excess")], "rows": [(edge(e), yuan(lump), value(share(r))) for e, lump, r in rate.lump_plus_excess]}
    if isinstance(rate, Grid):
        show = share if attained(rate.by) else edge
        return {"head": [_("From"), name], "rows": [(show(e), formula(v, kinds)) for e, v in rate.table]}
    if isinstance(rate, Matrix):
        down, across = (share if attained(text) else edge for text in (rate.rows, rate.columns))
        return {"head": ["", *(f"≥ {across(e)}" for e in rate.column_edges)],
                "rows": [(f"≥ {down(e)}", *(formula(v, kinds) for v in row)) for e, row in zip(rate.row_edges, rate.matrix, strict=True)]}
    return _words(rate, name, kinds) if isinstance(rate, Lookup) else None


def edge(number):
    """An edge as people read it: 30 万, 1.15."""
    return amount(number) if number == number.to_integral_value() else f"{number.normalize():f}"


def _banded(rate, name, kinds):
    show, rows = share if rate.attainment else edge, []
    for (start, text), after in zip(rate.table, [*rate.table[1:], None], strict=True):
        end = after[0] if after else rate.end
        span = _("%(first)s to %(last)s") % {"first": show(start), "last": show(end)} if end is not None else _("from %(first)s on") % {"first": show(start)}
        number = rate_of(text)
        full = yuan((end - start) * number) if end is not None and number is not None and not rate.attainment else _("no end")
        rows.append((span, formula(text, kinds), full if rate.tiers == "marginal" and not rate.attainment else ""))
    return {"head": [window(rate.window) if rate.by == "base" else by(rate, kinds), name, _("Full row pays") if rate.tiers == "marginal" and not rate.attainment else ""], "rows": rows}


def _words(rate, name, kinds):
    if rate.across_edges:
        return {"head": ["", *(f"≥ {edge(e)}" for e in rate.across_edges)], "rows": [(_word(word), *(formula(v, kinds) for v in row)) for word, row in rate.rows.items()]}
    if rate.across:
        heads = list(dict.fromkeys(k for row in rate.rows.values() for k in row))
        return {"head": ["", *(_word(h) for h in heads)], "rows": [(_word(word), *(formula(row[h], kinds) if h in row else "" for h in heads)) for word, row in rate.rows.items()]}
    return {"head": ["", name], "rows": [(_word(word), formula(cell, kinds)) for word, cell in rate.rows.items()]}


def _word(key):
    """The word of a row, or its several words, as people say them: manager → 经理."""
    from squaredeal.engine.formula.naming import either
    return _(" or ").join(str(WORDS.get(word, word)) for word in either(str(key)))
