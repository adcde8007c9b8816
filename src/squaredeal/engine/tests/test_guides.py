"""The Chinese guide says what the English one says: the same pages, sections and plans, told with Chinese names; what the English plans compute holds for their twins."""
import re
import shlex
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from squaredeal.engine import load_plan
from squaredeal.engine.command import commission
from squaredeal.engine.formula.formula import FormulaError, Node, parse
from squaredeal.engine.proving import STATEMENT
from squaredeal.engine.tables.given import tables_of

from .test_reference import DOCS, FENCE

pytestmark = pytest.mark.once
ENGLISH = [DOCS / "howto/plan.md", *sorted(p for p in (DOCS / "howto/plan").glob("*.md") if not p.name.endswith(".zh.md"))]
PAIRS = [(english, english.with_name(english.stem + ".zh.md")) for english in ENGLISH]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CURRENCY = re.compile("[A-Z]{3}")
PREFIX = re.compile(r"(attainment of |year from |\S+ of (?=quota$))(.+)")
TOLD = {"plan", "rule", "when", "examples"}


def read(path):
    return path.read_text(encoding="utf-8")


def outline(path):
    """[(level of a heading, blocks of each kind under it)]."""
    found = [[0]]
    fenced = False
    for line in read(path).splitlines():
        if line.startswith("```"):
            found[-1] += [line] if not fenced else []
            fenced = not fenced
        elif line.startswith("#") and not fenced:
            found.append([len(line) - len(line.lstrip("#"))])
        elif line.startswith("|---"):
            found[-1].append("table")
    return found


def leaves(value):
    """What a part of a plan holds, piece by piece; formulas as their trees."""
    if isinstance(value, dict):
        for key, what in value.items():
            if key not in TOLD:
                yield key
                yield from [what] if key == "name" else leaves(what)
    elif isinstance(value, (list, tuple)):
        yield "["
        for what in value:
            yield from leaves(what)
    elif isinstance(value, str) and (split := PREFIX.fullmatch(value)):
        yield split[1]
        yield from leaves(split[2])
    elif isinstance(value, str):
        try:
            tree = parse(value.replace(" to cent ", " to fen "))
        except FormulaError:
            yield value
            return
        for node in tree.walk():
            yield node.op
            yield from (part for part in node.args if not isinstance(part, Node))
    else:
        yield value


def example(plan, said):
    """What an example gives and expects, piece by piece: the tables it stands for, and who gets what."""
    for name, table in tables_of(plan, said.given).arrow.items():
        yield name
        for row in table.to_pylist():
            for column, cell in row.items():
                yield column
                yield from str(cell).split("|") if isinstance(cell, str) else [cell]
    yield from [said.given.get(word) for word in ("period", "as of", "close")]
    for who, parts in said.then.items():
        yield from who.rsplit(" ", 1) if "close" in said.given else [who]
        for name, amount in parts.items():
            yield STATEMENT.get(name, name)
            yield amount if CHINESE.search(str(amount)) or isinstance(amount, str) else Decimal(str(amount))


def pieces(plan):
    yield from leaves(plan.model_dump(exclude={"plan", "rule", "examples"}))
    for said in plan.examples:
        yield from example(plan, said)


def people(plan):
    return {who for said in plan.examples for who in tables_of(plan, said.given).arrow["people"].column("payee").to_pylist()} if plan.examples else set()


def twins(english, chinese):
    """What keeps two plans from being the same but for names; names go one to one, and people stand in the same order, by which odd fens go."""
    ours, theirs = list(pieces(english)), list(pieces(chinese))
    there, back = {}, {}
    for one, other in zip(ours, theirs, strict=False):
        if one == other:
            continue
        named = isinstance(one, str) and isinstance(other, str) and (CHINESE.search(other) or (CURRENCY.fullmatch(one) and CURRENCY.fullmatch(other)))
        if not named or there.setdefault(one, other) != other or back.setdefault(other, one) != one:
            return f"{one} ≠ {other}"
    if len(ours) != len(theirs):
        return f"{len(ours)} ≠ {len(theirs)} pieces"
    order = [there.get(who, who) for who in sorted(people(english))]
    return "" if order == sorted(order) else f"people in another order: {order}"


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=[p[0].name for p in PAIRS])
def test_both_guides_have_the_same_sections_blocks_and_tables(english, chinese):
    assert outline(chinese) == outline(english)


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=[p[0].name for p in PAIRS])
def test_every_chinese_plan_is_the_english_one_with_other_names(english, chinese):
    wrong = {}
    for (info, ours), (_info, theirs) in zip(FENCE.findall(read(english)), FENCE.findall(read(chinese)), strict=True):
        if info == "yaml":
            found = load_plan(theirs)
            if differs := twins(load_plan(ours), found):
                wrong[found.plan] = differs
    assert not wrong


def test_a_plan_with_another_number_or_choice_is_no_twin():
    text = read(DOCS / "howto/plan/first-plan.md")
    plan = FENCE.search(text)[2]
    assert not twins(load_plan(plan), load_plan(plan.replace("commission", "提成").replace("Ann", "何")))
    for old, new in (("8%", "9%"), ("amount: 7000", "amount: 7001"), ("payout: 740", "payout: 741"), ("negative: carry", "negative: owed"), ("tiers: marginal", "tiers: whole")):
        assert twins(load_plan(plan), load_plan(plan.replace(old, new))), old


@pytest.mark.parametrize("page", ["first-plan.md", "first-plan.zh.md"])
def test_the_first_five_minutes_are_as_they_are_told(page, tmp_path, monkeypatch):
    text = read(DOCS / "howto/plan" / page)
    plan, table = FENCE.search(text)[2], re.search(r"^```\n((?:id|编号),.*?)^```$", text, re.MULTILINE | re.DOTALL)[1]
    (tmp_path / "facts").mkdir()
    (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")
    (tmp_path / "facts" / "facts.csv").write_text(table, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    asked = [part for console in re.findall(r"^```\n(\$ .*?)^```$", text, re.MULTILINE | re.DOTALL) for part in console.split("$ squaredeal commission ") if part]
    assert len(asked) == 4
    for words in asked:
        line, _, told = words.partition("\n")
        answered = CliRunner().invoke(commission, shlex.split(line))
        assert (answered.exit_code, answered.stdout) == (0, told), line
