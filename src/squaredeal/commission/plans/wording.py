"""A plan in words: formulas, amounts, windows and definitions with their values marked; how components are said is `sentences.py`'s."""
import re
from decimal import Decimal

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from squaredeal.kernel import figures

WORDS = {
    "position": gettext_lazy("position"), "rep": gettext_lazy("sales representative"), "manager": gettext_lazy("manager"), "director": gettext_lazy("director"),
    "amount": gettext_lazy("amount received"), "vat_rate": gettext_lazy("VAT rate"), "first_order": gettext_lazy("the customer's first order"), "instalment": gettext_lazy("the kind of instalment"),
    "overdue_days": gettext_lazy("days overdue"), "below_floor": gettext_lazy("sold below the floor price"), "list_total": gettext_lazy("list price"),
    "floor_total": gettext_lazy("floor price"), "cost_total": gettext_lazy("cost"), "contract_amount": gettext_lazy("contract amount"), "share": gettext_lazy("share"),
    "quantity": gettext_lazy("quantity"), "hired": gettext_lazy("day hired"), "left": gettext_lazy("day left"), "unit": gettext_lazy("region"), "true": gettext_lazy("everybody"),
    "且": gettext_lazy("and"), "或": gettext_lazy("or"), "非": gettext_lazy("not"), "and": gettext_lazy("and"), "or": gettext_lazy("or"), "not": gettext_lazy("not"), "date": gettext_lazy("day received"), "signed_on": gettext_lazy("day signed"), "happened_on": gettext_lazy("day it happened"),
}
WINDOWS = {"fact": gettext_lazy("each receipt"), "deal": gettext_lazy("each deal"), "month": gettext_lazy("the month"), "quarter": gettext_lazy("the quarter"),
           "half": gettext_lazy("the half-year"), "year": gettext_lazy("the year"), "year to date": gettext_lazy("the year so far"), "half to date": gettext_lazy("the half-year so far"),
           "quarter to date": gettext_lazy("the quarter so far"), "period": gettext_lazy("the month"),
           "life": gettext_lazy("everything so far"), "life to date": gettext_lazy("everything so far")}
LATELY = {"day": gettext_lazy("the last %(many)s days"), "period": gettext_lazy("the last %(many)s months"), "month": gettext_lazy("the last %(many)s months"),
          "quarter": gettext_lazy("the last %(many)s quarters"), "half": gettext_lazy("the last %(many)s half-years"), "year": gettext_lazy("the last %(many)s years")}
ANY = {"day": gettext_lazy("any %(many)s days"), "period": gettext_lazy("any %(many)s months"), "month": gettext_lazy("any %(many)s months"),
       "quarter": gettext_lazy("any %(many)s quarters"), "half": gettext_lazy("any %(many)s half-years"), "year": gettext_lazy("any %(many)s years")}
LONG = {"day": gettext_lazy("%(many)s days"), "period": gettext_lazy("%(many)s months"), "month": gettext_lazy("%(many)s months"),
        "quarter": gettext_lazy("%(many)s quarters"), "half": gettext_lazy("%(many)s half-years"), "year": gettext_lazy("%(many)s years")}
KINDS = {"receipt": gettext_lazy("money received"), "signing": gettext_lazy("contract signed"), "termination": gettext_lazy("contract ended")}
SEVERAL = {"receipt": pgettext_lazy("facts", "receipts"), "signing": gettext_lazy("contracts signed"), "termination": gettext_lazy("contracts ended")}
ATTRIBUTE = re.compile(r"(?<![A-Za-z_])[a-z]+(?:_[a-z]+)+(?![A-Za-z_])")
POSITION = re.compile(r"(?:(?<=position )|(?<=岗位 ))(?:rep|manager|director)\b")
MONEY = frozenset({"amount", "list_total", "floor_total", "cost_total", "contract_amount", "cost", "list_price", "floor_price"})


def language():
    return "zh" if figures.chinese() else "en"


def value(text):
    """A number of the plan, marked as a parameter."""
    return format_html('<span class="sd-param">{}</span>', text)


NUMBER = re.compile("\ue000([^\ue001]*)\ue001")


def formula(text, kinds=()):
    """A formula in words: known names translated, numbers marked, × ÷ for * and /; `position = "rep"` is just who it is.

    Over facts of `kinds` other than receipts an amount is not called received, nor its day.
    """
    return mark_safe(NUMBER.sub(lambda found: value(found[1]), conditional_escape(_said(text, kinds))))  # noqa: S308 escaped, then numbers marked


MANY = {"rep": gettext_lazy("sales representatives"), "manager": gettext_lazy("managers"), "director": gettext_lazy("directors")}


def who(text):
    """A condition on people as whom it is for: sales representatives, everybody."""
    from squaredeal.engine.formula.formula import FormulaError, parse
    try:
        node = parse(text)
    except FormulaError:
        return formula(text)
    return MANY.get(_position(node)) or formula(text)


def _position(node):
    """The position that a condition is on and nothing else, or None."""
    alone = node.op == "=" and node.args[0].op == "name" and node.args[0].args[0] == "position" and node.args[1].op == "text"
    return node.args[1].args[0] if alone else None


def plainly(text):
    """A formula in words without marks, for what is not a page."""
    said = NUMBER.sub(r"\1", str(_said(text)))
    return f"({said})" if chosen(text) else said


RECEIVED = frozenset({"amount", "date"})
"""Columns that are called received where money came in."""


def _column_over(kinds):
    """How a column is called over facts of kinds."""
    from squaredeal.engine.formula import naming
    plain = bool(kinds) and not {"receipt", "回款"} & set(kinds)
    return lambda name, lang: naming.column(name, lang) if plain and name in RECEIVED else column(name)


def _said(text, kinds=()):
    from squaredeal.engine.formula.formula import FormulaError, parse
    from squaredeal.engine.formula.wording import Words, words
    try:
        node = parse(text)
    except FormulaError:
        return column(text)
    if node.op == "bool":
        return WORDS["true"] if node.args[0] else _("no person")
    if (position := _position(node)) is not None:
        return WORDS.get(position, position)
    return words(node, language(), Words(_column_over(kinds), _constant, lambda word: str(WORDS.get(word, word))))

def column(name):
    """A column or an attribute in words; what the plan names itself stays."""
    from squaredeal.engine.formula import naming
    return str(WORDS[name]) if name in WORDS else naming.column(name, language())


def _constant(shown, number):
    """A number of a formula, marked unless it is 0 or 1; a round one as people say it: 30 万."""
    if number is not None and number in (0, 1):
        return shown
    whole = number is not None and number == int(number) and abs(number) >= 10_000
    return f"\ue000{amount(Decimal(int(number))) if whole else shown}\ue001"


def bracketed(text, kinds=()):
    """A base of several terms in brackets, so that what is said of it is said of all of it."""
    from squaredeal.engine.formula.formula import FormulaError, parse
    try:
        op = parse(text).op
    except FormulaError:
        op = "name"
    return format_html("({})", formula(text, kinds)) if op in {"+", "-", "if"} else formula(text, kinds)


def money(text, kinds):
    """What is summed or paid on, over facts of these kinds: an amount is called received only where money came in."""
    from squaredeal.engine.formula import naming
    if naming.standard(text) == "amount" and not {"receipt", "回款"} & set(kinds):
        return naming.column("amount", language())
    return bracketed(text, kinds)


def chosen(text):
    """Whether a formula is a choice: this if that, else …"""
    from squaredeal.engine.formula.formula import FormulaError, parse
    try:
        return parse(text).op == "if"
    except FormulaError:
        return False


def attained(text):
    """Whether a formula is the attainment of a measure: its edges are shares of the target."""
    from squaredeal.engine.formula.formula import FormulaError, parse
    try:
        return parse(text).op == "attainment"
    except FormulaError:
        return False


def spoken(sentence):
    """A sentence of the engine with the names of what a plan is given in words: first_order → 首单."""
    return ATTRIBUTE.sub(lambda found: str(WORDS.get(found.group(), found.group())), POSITION.sub(lambda found: str(WORDS[found.group()]), sentence))


def amount(number):
    """An edge of a table in the words of the language: 30 万, 300,000."""
    if figures.chinese() and number and not number % 10_000:
        return f"{figures.grouped(number / 10_000)} 万"
    return figures.grouped(number)


def kind(name):
    """A kind of fact in words, either of several, or each."""
    from squaredeal.engine.formula import naming
    for sign, words, between in (("|", naming.either, _(" or ")), ("&", naming.both, _(" and "))):
        if sign in name:
            return between.join(kind(each) for each in words(name))
    return str(KINDS[name]) if name in KINDS else naming.kind(name, language())


def one(name):
    """A kind of fact in words, one of them."""
    return _("receipt") if name == "receipt" else kind(name)


def many(name, called=kind):
    """A kind of fact (or with `called` a column) in words, in the plural where the language has one."""
    word = str(SEVERAL[name]) if name in SEVERAL else called(name)
    if figures.chinese() or not word.isascii() or name in SEVERAL:
        return word
    return "people" if word == "person" else f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else word if word.endswith("s") else f"{word}s"


def kinds(names):
    """Several kinds of facts in words."""
    return _(" and ").join(kind(name) for name in names)


def per(columns):
    """Columns that something is kept apart by, in words: customer and product."""
    from squaredeal.engine.plan.paired import parts
    return _(" and ").join(column(name) for name in parts(columns) or [columns])


def window(kind):
    """A window in words: the month, the quarter so far, the last 90 days."""
    from squaredeal.engine.plan.rolling import rolling
    if lately := rolling(kind):
        return str(LATELY[lately[1]]) % {"many": lately[0]}
    own = kind.removeprefix("year from ") if kind.startswith("year from ") else ""
    return _("the year from %(day)s on") % {"day": column(own)} if own else str(WINDOWS.get(kind, kind))


def together(kind):
    """In what a limit holds: any twelve months, or a window by its own word."""
    from squaredeal.engine.plan.rolling import rolling
    lately = rolling(kind)
    return str(ANY[lately[1]]) % {"many": lately[0]} if lately else window(kind)


def lasting(kind):
    """How long a window that rolls on is: 12 months."""
    from squaredeal.engine.plan.rolling import rolling
    many, unit = rolling(kind)
    return str(LONG[unit]) % {"many": many}


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


def tiered(plan):
    """The first component paid by marginal tiers of a sum, with constant rates; None when there is none."""
    return next((c for c in plan.components if getattr(c.rate, "tiers", "") == "marginal" and not c.rate.attainment and all(rate_of(r) is not None for _e, r in c.rate.table)), None)
