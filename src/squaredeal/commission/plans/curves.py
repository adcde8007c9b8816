"""The curves of a plan: each rate table of one axis drawn, with the words of its axes and where somebody stands."""
from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from squaredeal.kernel import figures

from . import bands, drawing
from .templatetags.ledger import share
from .wording import money, window


def curves(plan):
    """[dict(name, axes, say, curve)] of the components and tables of a plan that have a curve."""
    return [found for found in (curve(plan, x) for x in [*plan.components, *plan.tables]) if found]


def curve(plan, component, *, here=None, part=None, reach=None, most=0):
    """dict(name, axes, say, curve, place) of a component, or a table by its name; None where it has no curve.

    `here` is where somebody stands along it, `place` the same in words; `part` (from, to) what is drawn thick, `reach` (to) what is dashed from there; it is drawn at least to `most`.
    """
    from squaredeal.engine import curve as found_of
    from squaredeal.engine.formula.wording import exactly
    found = found_of(plan, component, most)
    if found is None:
        return None
    named = isinstance(component, str)
    rate = plan.tables[component] if named else component.rate
    name, along, given = component if named else component.name, _along(component, rate), _given(found)
    edges = [(exactly(x), "" if getattr(rate, "grid", "") == "linear" else _row(found, exactly(y))) for x, y in found.edges]  # between two rows of a straight line neither holds
    spot = (here, exactly(found.at(here))) if here is not None else None
    drawn = drawing.curve([(exactly(x), exactly(y)) for x, y in found.points], edges=edges, here=spot, part=part, reach=reach,
                          shares=(found.along == "share", found.given in ("share", "rate")))
    return {"name": name, "axes": _("%(along)s → %(given)s") % {"along": along, "given": given}, "curve": drawn,
            "say": _("%(name)s: %(given)s by %(along)s") % {"name": name, "along": along, "given": given}, "place": "" if here is None else _place(found, here)}


def _place(found, here):
    """A place along a curve in words: 32.4 万, 92%."""
    return share(here) if found.along == "share" else figures.wan_text(here) if found.along == "money" else bands.edge(here)


def _along(component, rate):
    if getattr(rate, "by", "") == "base" and not isinstance(component, str):
        return _plain(_("%(base)s in %(window)s") % {"base": money(component.base_text, component.kinds), "window": window(rate.window)})
    return _plain(bands.by(rate, () if isinstance(component, str) else component.kinds))


def _plain(html):
    return unescape(strip_tags(html))


def _given(found):
    return {"money": _("yuan"), "share": _("share of the target"), "rate": _("rate"), "number": _("value")}[found.given]


def _row(found, said):
    """What a row says: the rate of a slice, the value that is read."""
    return share(said) if found.values == "rate" else bands.edge(said)
