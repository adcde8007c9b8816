"""Formulas: what may be written, what is refused and how it is told; and hostile text, which is refused or is only text."""
import random
from datetime import date, timedelta
from fractions import Fraction

import chinese_calendar
import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from squaredeal.engine.formula import formula, working
from squaredeal.engine.formula.expressions import compiled
from squaredeal.engine.formula.formula import FormulaError, Node, parse
from squaredeal.engine.formula.functions import FUNCTIONS
from squaredeal.engine.formula.kinds import kind_of
from squaredeal.engine.formula.naming import ALIASES
from squaredeal.engine.formula.sql import Q
from squaredeal.engine.formula.values import evaluate
from squaredeal.engine.formula.wording import arithmetic
from squaredeal.engine.formula.working import FIRST, LAST, counted, workdays

pytestmark = pytest.mark.once
VALUES = {"amount": Fraction(200), "cost": Fraction(50), "product": "A", "date": date(2026, 3, 15), "first_order": True, "rate": Fraction(1, 20), "special": None}
KINDS = {"amount": "number", "cost": "number", "product": "text", "date": "date", "first_order": "bool", "rate": "rate", "special": "number"}


@pytest.mark.parametrize(("text", "worth"), [
    ("amount - cost × 2", 100), ("（amount－cost）÷５", 30), ("5% * amount", 10), ("5 % * amount", 10), ("4‰ * 30万", 1200), ("25bp * 30万", 750), ("10 bps", Fraction(1, 1000)), ("1.2亿 / 1亿", Fraction(6, 5)),
    ("if(amount > 100, 1, 2)", 1), ("IF(amount > 100, MIN(1, 2), 2)", 1), ("如果(amount ≤ 100, 1, 2)", 2), ("-amount + 1", -199), ("- - 3", 3),
    ("max(amount, cost, 1000)", 1000), ("abs(cost - amount)", 150), ("round(2.345, 2)", Fraction(47, 20)), ("round(1250, -2)", 1300), ("round_down(7 / 2, 0)", 3),
    ("round_up(7 / 2, 0)", 4), ("months(2026-01-31, date)", 2), ("date - 2026-03-01", 14), ("day(nth_day(date, 1, 31))", 30), ("month(nth_day(date, 6 * 2, day(date)))", 3), ("year(date) + month(date)", 2029),
    ("workdays(2026-02-01, 2026-02-28)", 16), ("工作日(2026-10-01, 2026-10-07)", 0), ("workdays(2026-02-14, 2026-02-14)", 1), ("workdays(date, date - 1)", 0), ("known(workdays(date, 2040-01-01))", False),
])
def test_a_formula_is_worth(text, worth):
    assert evaluate(parse(text), VALUES) == worth


@pytest.mark.parametrize(("text", "holds"), [
    ("product = 'A'", True), ("product = “A”", True), ("product in ('B', \"A\")", True), ("product not in ('B', 'C')", True), ("产品 属于 ('B')", False),
    ("100 < amount <= 200", True), ("amount == 200 AND not first_order", False), ("amount <> 200 or first_order = true", True), ("amount ≥ 200 且 非 (cost > 60)", True),
    ("known(special)", False), ("known(amount)", True), ("date >= 2026-03-15", True), ("first_order", True), ("是 = 是", True),
])
def test_a_condition_holds(text, holds):
    assert evaluate(parse(text), VALUES) is holds


def test_what_is_quoted_or_in_brackets_stays_as_it_is():
    assert parse("product = “套装（大）”").args[1] == Node("text", ("套装（大）",))
    assert parse("[回款（含税）] + 1").args[0] == Node("name", ("回款（含税）",))
    assert parse("product = '他说“好”'").args[1] == Node("text", ("他说“好”",))


@pytest.mark.parametrize(("text", "words"), [
    ("max(0", "put the formula in quotes"), ("last 3 months * 2", "goes in brackets"), ("amount + 1)", "closing bracket too many"), ('product = "A', "quote is not closed"),
    ("1,000 + 2", "no commas"), ("", "is empty"), ("amont(1)", "no function"), ("rond(1, 2)", "did you mean round"), ("if(1, 2)", "takes 3 arguments: if(condition, then, otherwise)"),
    ("2026-02-30", "no day 2026-02-30"), ("quota(1)", "takes a name"), ("round(amount, cost)", "whole numbers"), ("round(1, 9)", "at most eight"), ("amount +", "cannot read it"),
    ("a ; drop table facts", "near character 3"), ("1e999", "cannot read it"), ("amount ** 2", "cannot read it"),
    ("(" * 33 + "1" + ")" * 33, "nested over 32"), ("1" + " + 1" * 250, "over 200 steps"), ("-" * 40 + "1", "over 32 deep"), ("1" * 2001, "over 2000 characters"),
    ("9" * 19, "cannot read it"), ("0.123456789", "cannot read it"),
])
def test_what_cannot_be_read_is_told_in_both_languages(text, words):
    with pytest.raises(FormulaError) as wrong:
        parse(text)
    assert words in wrong.value.en
    assert wrong.value.zh and wrong.value.zh != wrong.value.en


@pytest.mark.parametrize("text", ["amount * product", "product + 1", "date * 2", "not amount", "if(amount, 1, 2)", "date > 5", "product > 5", "first_order + 1", "nth_day(amount, 1, 1)",
                                  "unheard_of", "min(product, 1)"])
def test_kinds_that_do_not_fit_are_told(text):
    with pytest.raises(FormulaError) as wrong:
        kind_of(parse(text), KINDS)
    assert wrong.value.zh and wrong.value.en


def test_money_times_money_is_refused():
    with pytest.raises(FormulaError):
        kind_of(parse("amount * cost"), {"amount": "money", "cost": "money"})


WORDS = st.sampled_from([*FUNCTIONS, *formula.SAME, *ALIASES, "amount", "金额", "and", "or", "not", "in", "且", "或", "非", "是", "否", "true", "false", "(", ")", "（", "）", "[", "]", ",",
                         "，", "+", "-", "*", "/", "×", "÷", "%", "‰", "=", "==", "!=", "<>", "≤", "<", ">", "1", "0", "30万", "5%", "99999999999999999999", "2026-13-99", "2026-03-15", '"', "'", "“", "”",
                         '"a"', "[a b]", ";", "--", "/*", "*/", "\x00", "\u200b", "\u202e", "\ufeff", "а", "ａ", "１", "\n", "\\", "DROP TABLE facts", "' OR 1=1", "$1", ":x", "?", "{{", "@", "\U0001f600"])
HOSTILE = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=40).map("".join),
                    st.integers(1, 400).map(lambda n: "(" * n + "1" + ")" * n), st.integers(1, 400).map(lambda n: "if(" * n + "1"), st.integers(1, 90).map(lambda n: "not " * n + "true"),
                    st.integers(1, 300).map(lambda n: "amount" + " * amount" * n), st.integers(1, 2100).map(lambda n: "x" * n), st.integers(1, 1000).map(lambda n: '"' * n),
                    st.integers(1, 60).map(lambda n: "abs(" * n + "1" + ")" * n))


@settings(max_examples=200, derandomize=True)
@given(HOSTILE)
def test_hostile_text_is_a_tree_or_a_formula_error(text):
    try:
        node = parse(text)
    except FormulaError as wrong:
        assert wrong.zh and wrong.en and "\x00" not in wrong.zh + wrong.en
        return
    assert node.depth() <= formula.DEEPEST and sum(1 for _ in node.walk()) <= formula.MOST_NODES and len(text) <= formula.LONGEST
    try:
        kind_of(node, KINDS)
    except FormulaError as wrong:
        assert wrong.zh and wrong.en


INNOCENT = st.text(st.characters(blacklist_characters="\"'\\“”‘’\x00", blacklist_categories=("Cs",)), max_size=60).map(lambda t: f'"{t}"')
SNEAKY = st.sampled_from(["\"x; DROP TABLE facts; --\"", "\"' OR 1=1 --\"", "\"'; ATTACH 'x' AS y; '\"", '"$amount"', '"\'\'"', "'a\" OR \"b'", '"{0}"', '"/* */"', '"\u202e"', '"%s"'])


@settings(max_examples=40, derandomize=True)
@given(st.one_of(INNOCENT, SNEAKY))
def test_text_in_a_formula_is_one_quoted_literal_of_the_query(literal):
    node = parse(f"product = {literal}")
    told = node.args[1].args[0]
    tree = compiled(node, lambda name: sqlglot.exp.column(name.args[0], quoted=True), KINDS)
    for dialect in ("duckdb", "spark"):
        again = sqlglot.parse_one(tree.sql(dialect), read=dialect)
        literals = list(again.find_all(sqlglot.exp.Literal))
        assert [found.this for found in literals] == [told] and all(found.is_string for found in literals)
        assert len(sqlglot.parse(tree.sql(dialect), read=dialect)) == 1
    link = duckdb.connect()
    assert link.execute(f"SELECT {tree.sql('duckdb')} FROM (SELECT ? AS product)", [told]).fetchone() == (True,)


@settings(max_examples=50, derandomize=True)
@given(st.recursive(st.sampled_from(["1", "2.5", "5%", "amount", "cost", "rate", "special"]),
                    lambda inner: st.one_of(st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
                                            st.tuples(inner, inner, inner).map(lambda p: f"if({p[0]} > {p[1]}, {p[2]}, {p[0]})"), st.tuples(inner, inner).map(lambda p: f"max({p[0]}, {p[1]})"),
                                            st.tuples(inner, inner).map(lambda p: f"if(known({p[0]}), {p[0]}, {p[1]})"), inner.map(lambda p: f"round({p}, 1)"), inner.map(lambda p: f"-{p}")), max_leaves=6))
def test_the_query_computes_what_the_tree_is_worth(text):
    try:
        node = parse(text)
    except FormulaError:
        return
    told = compiled(node, lambda name: Q(sqlglot.exp.column(name.args[0], quoted=True), 100), dict.fromkeys(KINDS, "number"))
    row = {name: None if VALUES[name] is None else int(VALUES[name] * 100) for name in ("amount", "cost", "rate", "special")}
    found = duckdb.connect().execute(f"SELECT CAST({told.num.sql('duckdb')} AS VARCHAR) FROM (SELECT {', '.join(f'CAST(? AS INT128) AS {n}' for n in row)})", list(row.values())).fetchone()[0]
    assert told.over is None
    assert (None if found is None else Fraction(int(found), told.den)) == evaluate(node, VALUES)


def test_working_days_are_those_published_in_every_year_known():
    some = random.Random(7)
    days = [FIRST + timedelta(days=some.randrange((LAST - FIRST).days)) for _ in range(60)]
    pairs = [(a, a + timedelta(days=some.randrange(-3, 70))) for a in days]
    rows = ", ".join(f"({n}, DATE '{a}', DATE '{b}')" for n, (a, b) in enumerate(pairs))
    told = [row[0] for row in duckdb.connect().execute(f"SELECT {counted('a', 'b')} FROM (VALUES {rows}) AS v (n, a, b) ORDER BY n").fetchall()]
    plain = [sum(chinese_calendar.is_workday(a + timedelta(days=n)) for n in range((b - a).days + 1)) if b <= LAST else None for a, b in pairs]
    assert told == plain == [workdays(a, b) for a, b in pairs]


def test_a_firms_own_days_hold_and_a_year_it_has_filled_in_is_known():
    spring, more = {date(2026, 1, 12): False, date(2026, 1, 17): True}, LAST + timedelta(days=1)
    published, filled = workdays(date(2026, 1, 1), date(2026, 1, 31)), {more + timedelta(days=n): False for n in range(10)}
    for own, counts, beyond in (({date(2026, 1, 12): False}, published - 1, False), (spring, published, False), ({**spring, **filled}, published, True)):
        working.keep(lambda own=own: own)
        assert workdays(date(2026, 1, 1), date(2026, 1, 31)) == counts
        assert (workdays(LAST, more + timedelta(days=20)) is not None) == beyond
    working.keep(lambda: {date(2026, 1, 1): False})
    assert workdays(date(2026, 10, 1), date(2026, 10, 7)) == 5, "a year whose holidays the firm has entered is as its own calendar says"


def test_working_days_are_told_as_their_number_and_between_which_days():
    node = parse("amount * workdays(max(2026-02-01, date), 2026-03-31) / workdays(2026-03-01, 2026-03-31)")
    assert arithmetic(node, VALUES) == "200 × 12（2026-03-15 至 2026-03-31 的工作日） ÷ 22（2026-03-01 至 2026-03-31 的工作日）"
    assert arithmetic(parse("workdays(date, 2040-01-01)"), VALUES, "en") == "workdays(2026-03-15, 2040-01-01)"
