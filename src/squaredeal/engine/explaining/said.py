"""What is at hand to say a step of a line: its plan, component and values, the language; and the phrases every step uses."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import floor

from ..formula import formula
from ..formula.formula import Node
from ..formula.kinds import kind_of
from ..formula.values import evaluate
from ..formula.wording import arithmetic, choices, exactly, number, percent, plain, said, taken, words
from ..plan import lookups
from ..plan.check import FACT, KNOWN, PERSON, kinds
from ..plan.saying import bracket
from . import reading

MOST = 3
"""How many of the conditions a choice went through are told: the last ones."""


@dataclass(frozen=True)
class Step:
    """One row of the why: what it is, in words, the arithmetic with its numbers, the amount it gives (None where it gives none)."""
    name: str
    label: str
    sentence: str
    arithmetic: str = ""
    amount: Decimal | None = None
    clause: str = ""


@dataclass(frozen=True)
class Said:
    """What is needed to say a step: the plan, the component, the line, what its formulas read, and the language."""
    plan: object
    component: object
    line: object
    values: dict
    zh: bool

    @property
    def lang(self):
        return "zh" if self.zh else "en"

    def value(self, text):
        return evaluate(self.plan.expand(str(text)), self.values)

    def shown(self, text):
        """A formula with its numbers."""
        return arithmetic(self.plan.expand(str(text)), self.values, self.lang)

    def factor(self, text):
        """A formula with its numbers as one of several factors: sums in brackets."""
        node = self.plan.expand(str(text))
        shown = arithmetic(node, self.values, self.lang)
        return f"({shown})" if " + " in shown or " − " in shown or " ÷ " in shown or shown.startswith("−") else shown

    def spoken(self, text):
        """A formula in words, with the names the plan gives."""
        return words(formula.parse(str(text)), self.lang)

    def condition(self, text):
        """A condition with the values it was held against."""
        return said(self.plan.expand(str(text)), self.values, self.lang)

    def because(self, text):
        """The conditions by which a formula chose what it gives, and what the tables it names were read by; "" where it has neither."""
        node = _terms(formula.parse(str(text)), self.plan)
        known = dict(self.values)
        for name in node.names():
            if name in self.plan.tables:
                try:
                    known[name] = self.value(bracket(name))
                except (KeyError, ZeroDivisionError):
                    return ""
        held = (" 成立", " 不成立") if self.zh else (": yes", ": no")
        told = [f"{said(condition, known, self.lang)}{held[not holds]}" for condition, holds in choices(node, known)]
        tables = dict.fromkeys(n.args[0] for n in taken(node, known) if n.op == "name" and n.args[0] in self.plan.tables)
        return self.joined(*told[-MOST:], *(reading.table(self, name) for name in tables))

    def differential(self, text):
        """(own 8% less 5% already paid below, whether the formula is no more than that) of a formula that takes from what somebody has the highest of those below; ("", False) elsewhere."""
        node = _terms(formula.parse(str(text)), self.plan)
        left = next((n for n in node.walk() if self._above(n)), None)
        if left is None:
            return "", False
        own, paid = self._worth(left.args[0]), self._worth(left.args[1])
        show = self.rate if self.component.base is not None or self.plan.attributes.get(left.args[1].args[0]) == "rate" else self.figure
        nothing = paid >= own
        if not self.line.source:
            told = f"本人 {show(own)}，下面没有别人" if self.zh else f"own {show(own)}, nobody is below"
        else:
            told = f"本人 {show(own)}，减去下面已付的 {show(paid)}{'，没有剩下的' * nothing}" if self.zh else f"own {show(own)} less {show(paid)} already paid below{', nothing is left' * nothing}"
        return told, node == left or (node.op == "max" and len(node.args) == 2 and left in node.args and Node("number", (Fraction(0),)) in node.args)

    def _above(self, node):
        """Whether a step of a formula is what somebody has less the highest of the same below them."""
        return node.op == "-" and node.args[1].op == "below" and self.plan.expanded(node.args[0]) == self.plan.expand(bracket(node.args[1].args[0]))

    def _worth(self, node):
        return evaluate(self.plan.expanded(node), self.values)

    def rate(self, value):
        """A rate in words: 1.5%, and about 13.33% where it does not end."""
        if Fraction(exactly(value)) == Fraction(value) and len(plain(Fraction(value) * 100).partition(".")[2]) <= 6:
            return percent(value)
        return f"{'约 ' if self.zh else 'about '}{percent(Fraction(floor(Fraction(value) * 10**4), 10**4))}"

    def rated(self, value):
        """What a unit of the base gives: a rate, or where the base counts something and no percentage is written, a sum."""
        if not self.counting:
            return self.rate(value)
        return number(value) if Fraction(exactly(value)) == Fraction(value) else self.figure(value)

    @cached_property
    def counting(self):
        """Whether the base counts something, so that the component's rate is so much for each."""
        return self.kind(self.component.base_text) in ("number", "days") and not any(self.kind(text) == "rate" for text in lookups.cells(self.component.rate))

    def kind(self, text):
        """What a formula gives; None where that cannot be told."""
        try:
            return kind_of(self.plan.expand(str(text)), self.known)
        except formula.FormulaError:
            return None

    def part(self, text):
        """Whether a formula gives a share: a rate, or what is left of one by money over money, such as 1 − cost ÷ amount."""
        return self.kind(text) == "rate" or (self.kind(text) == "number" and any(node.op == "/" and kind_of(node, self.known) == "rate" for node in self.plan.expand(str(text)).walk()))

    @cached_property
    def known(self):
        return kinds(self.plan)

    def figure(self, value):
        """A value a table is read by: 95, 12,000.00, about 0.1333."""
        if not isinstance(value, (Decimal, Fraction, int)) or isinstance(value, bool):
            return str(value)
        if Fraction(exactly(value)) == Fraction(value):
            return number(value) if abs(value) >= 1000 else plain(value)
        return f"{'约 ' if self.zh else 'about '}{plain(Fraction(floor(Fraction(value) * 10**4), 10**4))}"

    def joined(self, *parts):
        return ("；" if self.zh else "; ").join(p for p in parts if p)

    def step(self, name, zh, en, sentence, sums="", amount=None):
        return Step(name, zh if self.zh else en, sentence, sums, None if amount is None else exactly(amount), self.line.clause)


def read(plan, given):
    """What the formulas of a line read, by name: the text of a column stays text, though it looks like a number, a day or a yes."""
    columns = {**KNOWN, **PERSON, **FACT, **plan.attributes, **dict.fromkeys(plan.joined, "text")}
    return {name: value if columns.get(name.removeprefix("source(").removesuffix(")")) == "text" else typed(value) for name, value in given.items()}


def typed(value):
    """What a formula read, from its text."""
    if value is None or not isinstance(value, str):
        return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    if value in ("true", "false"):
        return value == "true"
    for kind in (Decimal, date.fromisoformat):
        try:
            return kind(value)
        except (ValueError, ArithmeticError):
            continue
    return value


def _terms(node, plan, depth=0):
    """A tree with terms written out and tables left as names."""
    if node.op == "name" and node.args[0] in plan.terms and depth <= 16:
        return _terms(formula.parse(plan.terms[node.args[0]]), plan, depth + 1)
    return Node(node.op, tuple(_terms(a, plan, depth) if isinstance(a, Node) else a for a in node.args))
