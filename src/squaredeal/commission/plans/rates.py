"""What a rate gives and how a table is read, as sentences: each shape a component can have, the tables that formulas use by name, the tables that answer with a word."""
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from . import bands
from .templatetags.ledger import share
from .wording import bracketed, chosen, formula, money, one, rate_of, value, who

EACH = {"period": gettext_lazy("every period"), "month": gettext_lazy("every month"), "quarter": gettext_lazy("every quarter"), "half": gettext_lazy("every half-year"), "year": gettext_lazy("every year"),
        "deal": gettext_lazy("for each deal")}


def each(c):
    return EACH[c.each] if c.per_period or c.each == "deal" else _("for each %(kinds)s") % {"kinds": _(" and ").join(one(name) for name in c.kinds)}


def tables(plan):
    """[(name, sentence, table, what else is said of it)] of the tables that formulas use by name and of those that answer with a word."""
    kinds = list(dict.fromkeys(kind for part in (*plan.components, *plan.measures.values()) for kind in part.kinds))
    every = [*((name, rate, _("What it gives")) for name, rate in plan.tables.items()), *((name, rate, pgettext("decision", "Answer")) for name, rate in plan.decisions.items())]
    return [(name, _read(rate, kinds=kinds), bands.drawn(rate, head, kinds), outside(rate, kinds)) for name, rate, head in every]


def given(c):
    """What is paid to whom on what."""
    from squaredeal.engine.plan.plan import Flat, Lump, PerUnit, ShareOfDifference, ShareOfWeaker
    whom, base, rate = who(c.who), money(c.base_text, c.kinds) if c.base is not None else "", c.rate
    if isinstance(rate, PerUnit):
        found = [format_html(_("For {who}: {rate} yuan for each of {quantity}."), who=whom, rate=formula(rate.per_unit, c.kinds), quantity=formula(rate.quantity, c.kinds))]
    elif isinstance(rate, Lump):
        words = _("For {who}, {each}, in yuan: {lump}.") if chosen(rate.lump) else _("For {who}: {lump} yuan {each}.")
        found = [format_html(words, who=whom, lump=formula(rate.lump, c.kinds), each=each(c))]
    elif isinstance(rate, ShareOfDifference):
        divided = "" if rate.net_of == "1" else format_html(_(", divided by {what}"), what=bracketed(rate.net_of, c.kinds))
        found = [format_html(_("For {who}: {rate} of what {of} exceeds {over} by, times {quantity}{divided}."), who=whom, rate=formula(rate.share_of_difference, c.kinds), of=formula(rate.of, c.kinds),
                             over=formula(rate.over, c.kinds), quantity=formula(rate.quantity, c.kinds), divided=divided)]
    elif isinstance(rate, ShareOfWeaker):
        words = _("For {who}, {each}: {rate} of what is less, {one} or {other}; what the other has more is carried on.") if rate.carried_at_most is None else \
            _("For {who}, {each}: {rate} of what is less, {one} or {other}; what the other has more is carried on, at most {most}.")
        found = [format_html(words, who=whom, each=each(c), rate=formula(rate.share_of_weaker), one=formula(rate.of[0]), other=formula(rate.of[1]), most=formula(rate.carried_at_most or "0"))]
    elif isinstance(rate, Flat):
        words = _("For {who}: a rate on {base}: {rate}.") if chosen(rate.flat) else _("For {who}: {rate} of {base}.") if rate_of(rate.flat) is not None else _("For {who}: {base} × {rate}.")
        found = [format_html(words, who=whom, rate=formula(rate.flat, c.kinds), base=base)]
    elif base:
        found = [format_html(_("For {who}: {base}, {how}"), who=whom, base=base, how=_read(rate, kinds=c.kinds))]
    else:
        found = [format_html(_("For {who}: {how}"), who=whom, how=_read(rate, money=True, kinds=c.kinds))]
    return found + outside(rate, c.kinds)


def outside(rate, kinds=()):
    """What holds beyond a table, below it, just on an edge, and where its value is not known."""
    found, attained = [], getattr(rate, "attainment", False)
    if getattr(rate, "end", None) is not None:
        words = {"nothing": _("Beyond {end}: nothing."), "refuse": _("Beyond {end} the plan says nothing and the computation stops.")}.get(rate.beyond)
        found += [format_html(words, end=value(share(rate.end) if attained else bands.edge(rate.end)))] if words else []
    if getattr(rate, "grid", "") == "linear" and rate.beyond == "continue":
        found.append(_("Beyond the last row it goes on along the last line."))
    below = getattr(rate, "below", "nothing")
    if below != "nothing" or _begins(rate) > 0:
        found.append({"nothing": _("Below the first row: nothing."), "first row": _("Below the first row, the first row holds."),
                      "refuse": _("Below the first row the plan says nothing and the computation stops.")}[below])
    if getattr(rate, "edges", "") == "upper inclusive":
        found.append(_("A value just on an edge is in the row below."))
    if getattr(rate, "missing", "refuse") != "refuse":
        words = _("Where {by} is not known: nothing.") if rate.missing == "nothing" else _("Where {by} is not known, the first row holds.")
        found.append(format_html(words, by=bands.by(rate, kinds)))
    if getattr(rate, "otherwise", "refuse") != "refuse":
        found.append(_("What is not in the table: nothing.") if rate.otherwise == "nothing" else format_html(_("What is not in the table: {what}."), what=formula(rate.otherwise, kinds)))
    return found


def _begins(rate):
    """Where the first row of a table of one axis begins; 0 for what is none."""
    rows = getattr(rate, "table", None) or getattr(rate, "lump_plus_excess", None)
    return rows[0][0] if rows else 0


def _read(rate, money=False, kinds=()):
    """How a table is read, before it stands there."""
    from squaredeal.engine.plan.plan import Decision, Grid, Lookup, LumpPlusExcess, Matrix, Tiers
    if isinstance(rate, Tiers):
        words = _("by {of}, each part at the rate of its own row:") if rate.tiers == "marginal" else \
            _("by {of}, the sum of the row reached:") if money else _("by {of}, all of it at the rate of the row reached:")
        return format_html(words, of=bands.by(rate, kinds))
    if isinstance(rate, LumpPlusExcess):
        return format_html(_("by {of}: a fixed sum, and a rate on what exceeds the row:"), of=bands.by(rate, kinds))
    if isinstance(rate, Grid):
        return format_html(_("by {of}, what stands in the row reached:") if rate.grid == "step" else _("by {of}, on the straight line between two rows:"), of=formula(rate.by, kinds))
    if isinstance(rate, Decision):
        return format_html(_("by {of}, the word of the row reached:"), of=formula(rate.by, kinds))
    if isinstance(rate, Matrix):
        return format_html(_("by {rows} down and {columns} across:"), rows=formula(rate.rows, kinds), columns=formula(rate.columns, kinds))
    if isinstance(rate, Lookup):
        return format_html(_("looked up by {of} and {across}:"), of=formula(rate.lookup, kinds), across=formula(rate.across, kinds)) if rate.across else \
            format_html(_("looked up by {of}:"), of=formula(rate.lookup, kinds))
    return ""
