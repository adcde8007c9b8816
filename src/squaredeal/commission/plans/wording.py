"""A plan in words: formulas, amounts, windows and definitions with their values marked; how components are said is `sentences.py`'s."""
import re
from decimal import Decimal

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from squaredeal.kernel import figures

from . import drawing
from .templatetags.ledger import share

WORDS = {
    "position": gettext_lazy("position"), "rep": gettext_lazy("sales representative"), "manager": gettext_lazy("manager"), "director": gettext_lazy("director"),
    "amount": gettext_lazy("amount received"), "vat_rate": gettext_lazy("VAT rate"), "first_order": gettext_lazy("the customer's first order"), "instalment": gettext_lazy("the kind of instalment"),
    "overdue_days": gettext_lazy("days overdue"), "below_floor": gettext_lazy("sold below the floor price"), "list_total": gettext_lazy("list price"),
    "floor_total": gettext_lazy("floor price"), "cost_total": gettext_lazy("cost"), "contract_amount": gettext_lazy("contract amount"), "share": gettext_lazy("share"),
    "quantity": gettext_lazy("quantity"), "hired": gettext_lazy("day hired"), "left": gettext_lazy("day left"), "unit": gettext_lazy("region"), "true": gettext_lazy("everybody"),
    "且": gettext_lazy("and"), "或": gettext_lazy("or"), "非": gettext_lazy("not"), "and": gettext_lazy("and"), "or": gettext_lazy("or"), "not": gettext_lazy("not"), "date": gettext_lazy("day received"), "signed_on": gettext_lazy("day signed"),
}
WINDOWS = {"fact": gettext_lazy("each receipt"), "deal": gettext_lazy("each deal"), "month": gettext_lazy("the month"), "quarter": gettext_lazy("the quarter"),
           "half": gettext_lazy("the half-year"), "year": gettext_lazy("the year"), "year to date": gettext_lazy("the year so far"), "half to date": gettext_lazy("the half-year so far"),
           "quarter to date": gettext_lazy("the quarter so far"), "period": gettext_lazy("the month"),
           "life": gettext_lazy("the contract"), "life to date": gettext_lazy("everything so far")}
LATELY = {"day": gettext_lazy("the last %(many)s days"), "period": gettext_lazy("the last %(many)s months"), "month": gettext_lazy("the last %(many)s months"),
          "quarter": gettext_lazy("the last %(many)s quarters"), "half": gettext_lazy("the last %(many)s half-years"), "year": gettext_lazy("the last %(many)s years")}
EACH = {"period": gettext_lazy("by month"), "month": gettext_lazy("by month"), "quarter": gettext_lazy("by quarter"), "half": gettext_lazy("by half-year")}
KINDS = {"receipt": gettext_lazy("money received"), "signing": gettext_lazy("contract signed"), "termination": gettext_lazy("contract ended")}
NAME = re.compile(r'"[^"]*"|\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)?%?|[A-Za-z_]\w*|(?<!\w)[且或非](?!\w)|[<>=!*/+-]+')
ATTRIBUTE = re.compile(r"(?<![A-Za-z_])[a-z]+(?:_[a-z]+)+(?![A-Za-z_])")
MONEY = frozenset({"amount", "list_total", "floor_total", "cost_total", "contract_amount", "cost", "list_price", "floor_price"})
SIGNS = {"*": "×", "/": "÷", "-": "−", ">=": "≥", "<=": "≤", "!=": "≠"}


def language():
    return "zh" if figures.chinese() else "en"


def value(text):
    """A number of the plan, marked as a parameter."""
    return format_html('<span class="sd-param">{}</span>', text)


POSITION = re.compile(r'\s*position\s*=\s*"(\w+)"\s*')


def formula(text):
    """A formula in words: known names translated, numbers marked, × ÷ for * and /; `position = "rep"` is just who it is."""
    if only := POSITION.fullmatch(text):
        return conditional_escape(WORDS.get(only[1], only[1]))
    parts, end = [], 0
    for found in NAME.finditer(text):
        parts.append(conditional_escape(text[end:found.start()]))
        token, end = found.group(), found.end()
        bare = token.strip('"')
        if re.fullmatch(r"\d+(\.\d+)?%?", token):
            parts.append(value(token) if token not in ("0", "1") else conditional_escape(token))
        else:
            parts.append(conditional_escape(WORDS.get(bare, SIGNS.get(token, bare))))
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))  # noqa: S308 every part is escaped above


def spoken(sentence):
    """A sentence of the engine with the names of what a plan is given in words: first_order → 首单."""
    return ATTRIBUTE.sub(lambda found: str(WORDS.get(found.group(), found.group())), sentence)


def amount(number):
    """An edge of a table in the words of the language: 30 万, 300,000."""
    if figures.chinese() and number and not number % 10_000:
        return f"{figures.grouped(number / 10_000)} 万"
    return figures.grouped(number)


def kind(name):
    """A kind of fact in words."""
    return str(KINDS.get(name, name))


def window(kind):
    """A window in words: the month, the quarter so far, the last 90 days."""
    from squaredeal.engine.plan.rolling import rolling
    if lately := rolling(kind):
        return str(LATELY[lately[1]]) % {"many": lately[0]}
    own = kind.removeprefix("year from ") if kind.startswith("year from ") else ""
    return _("the year from %(day)s on") % {"day": WORDS.get(own, own)} if own else str(WINDOWS.get(kind, kind))


def definitions(plan):
    """[(name, sentence)] of the terms and measures a plan defines."""
    found = [(name, formula(text)) for name, text in plan.terms.items()]
    for name, measure in plan.measures.items():
        words = {"window": _("the sum of {what} over {window}, credited to the person"), "before fact": _("the sum of {what} over {window} before the fact, credited to the person"),
                 "fact": _("the sum of {what} over {window} up to the fact itself, credited to the person")}[measure.until]
        if measure.take in ("smallest", "largest", "average", "median") and not measure.each:
            words = {"smallest": _("the smallest (of days, the first) of {what} over {window}"), "largest": _("the largest (of days, the last) of {what} over {window}"),
                     "average": _("the average of {what} over {window}"), "median": _("the median of {what} over {window}")}[measure.take]
            words = {"window": words, "fact": _("%(what)s up to the fact itself") % {"what": words}, "before fact": _("%(what)s before the fact") % {"what": words}}[measure.until]
        elif measure.each:
            words = {"largest": _("the sum of {what} {each} in {window}, the largest of them"), "smallest": _("the sum of {what} {each} in {window}, the smallest of them")}.get(
                measure.take, _("the sum of {what} {each} in {window}, their average"))
        if measure.ordered:
            words = _("{what}, the last {many} by day over {window}") if measure.take.startswith("latest") else _("{what}, the first {many} by day over {window}")
            words = {"window": words, "fact": _("%(what)s up to the fact itself") % {"what": words}, "before fact": _("%(what)s before the fact") % {"what": words}}[measure.until]
        if measure.several:
            words = _("{what} {each} in {window}, the {many} largest together") if measure.take.startswith("largest") else _("{what} {each} in {window}, the {many} smallest together")
        said = format_html(words, what=formula(measure.sum), window=window(measure.window), each=EACH.get(measure.each, ""), many=measure.several or measure.ordered)
        if measure.at_most is not None:
            most = formula(measure.at_most) if measure.of_quota is None else format_html(_("{part} of the target"), part=value(share(measure.of_quota)))
            said = format_html(_("{said}; at most {most}, the rest counts later") if measure.excess == "carried" else _("{said}; at most {most}"), said=said, most=most)
        found.append((name, said))
    return found


def returned(components):
    """When the reserves of components come back: "year end" or "never" where all agree, "later" where the plan says another day, "" without any."""
    found = {c.reserve.refund if isinstance(c.reserve.refund, str) else "year end" if c.reserve.refund.at == "year end" else "later"
             for c in components if c.reserve}
    return found.pop() if len(found) == 1 else "later" if found else ""


def expanded(plan, text):
    """A base with the plan's terms written out: 不含税回款 → amount / (1 + vat_rate)."""
    found = str(text)
    for _depth in range(4):
        for name, stands_for in plan.terms.items():
            found = stands_for if found.strip() == name else found.replace(name, f"({stands_for})")
    return found


def rate_of(text):
    """A constant rate as a number ("1.5%" → 0.015), None when it is a formula."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)(%?)\s*", str(text))
    return Decimal(found[1]) / (100 if found[2] else 1) if found else None


def tiers(plan):
    """[(from, rate)] of the first component paid by marginal tiers of a sum, with constant rates; None when there is none."""
    for c in plan.components:
        if getattr(c.rate, "tiers", "") == "marginal" and not c.rate.attainment and all(rate_of(r) is not None for _e, r in c.rate.table):
            return [(edge, rate_of(rate)) for edge, rate in c.rate.table]
    return None


def curve(table, **where):
    """The drawing of marginal tiers up to a fifth past the last edge; `where` is passed on (here, part, reach, most)."""
    if not table:
        return None
    last = table[-1][0] or Decimal(1_000_000)
    most = max(last * Decimal("1.2"), *(Decimal(x) for x in (where.pop("most", 0), 0)))
    points = [(edge, drawing.paid(table, edge)) for edge, _rate in table] + [(most, drawing.paid(table, most))]
    return drawing.curve(points, edges=[(edge, share(rate)) for edge, rate in table], **where)
