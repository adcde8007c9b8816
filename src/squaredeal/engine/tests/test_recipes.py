"""The answers of the guide's first page, "How do I say …", are plans: each row is read as one, with what the page says it takes for granted; and mistakes are told in the words it quotes."""
import re
from copy import deepcopy
from functools import cache

import pytest

from squaredeal.engine import load_plan, reference
from squaredeal.engine.formula.formula import parse
from squaredeal.engine.plan.check import check
from squaredeal.engine.plan.plan import Component, Plan
from squaredeal.engine.problems import PlanProblems
from squaredeal.engine.showing import ANSWERS, CHINESE, MUST, QUESTION, SHOWN

from .test_reference import BLOCKS, DOCS, plain, raw, written

pytestmark = pytest.mark.once
PAGES = {"en": "howto/plan.md", "zh": "howto/plan.zh.md"}
MISTAKES = {"en": "howto/plan/running.md", "zh": "howto/plan/running.zh.md"}
ROW = re.compile(r"^\| (?!---)([^|]+) \| ([^|]*) \| [^|]*\|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
OF_COMPONENTS = {field.alias or name for name, field in Component.model_fields.items()}
OF_PLANS = {field.alias or name for name, field in Plan.model_fields.items()} - OF_COMPONENTS


def answers(page):
    """[(question, [code])] of a page's tables."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [(asked, CODE.findall(said)) for asked, said in ROW.findall(text) if CODE.search(said)]


@cache
def granted(page):
    """What the page says its rows take for granted."""
    return next(plain(raw(text)) for place, info, text in BLOCKS if info == "yaml part" and place.startswith(f"{page}:"))


class Row:
    """One plan of a row's pieces: fields of a component, whole components, fields of the plan, measures and tables by name, or a bare formula."""

    def __init__(self, page):
        self.plan = {"plan": "row", "effective": {"from": "2026-01-01"}, "period": "month", "settlement": {"round": "half up to fen once per line", "negative": "carry"},
                     "components": [{"name": "提成" if ".zh." in page else "commission", "each": "sale", "base": "amount", "rate": "5%"}], **deepcopy(granted(page))}
        self.open = {}

    def take(self, code):
        piece = raw(code) if re.match(r"\{name|\[?[^\s\"({][^\"({]*: ", code) else None
        if not isinstance(piece, dict):
            parse(code)
            return
        if "name" in piece:
            self.plan["components"].append(plain(piece))
            return
        for key, what in plain(piece).items():
            if key in OF_COMPONENTS:
                self.close(key)
                self.open[key] = what
            elif key == "settlement":
                self.plan[key] |= what
            elif key in OF_PLANS:
                self.plan[key] = what
            else:
                self.plan.setdefault("measures" if "over" in what else "tables", {})[key] = what

    def close(self, again=None):
        """The component so far is whole where the row says one of its fields again, as another way."""
        if self.open and (again is None or again in self.open):
            rate = self.open.get("rate", "1%")
            money = isinstance(rate, dict) and {"lump", "per unit", "share of difference", "share of weaker", "lump plus excess"} & set(rate)
            base = {} if money else {"base": "amount"}
            self.plan["components"].append({"name": f"way {len(self.plan['components'])}", "each": "sale", **base, "rate": rate, **self.open})
            self.open = {key: what for key, what in self.open.items() if key == "each"} if again else {}

    def whole(self):
        """The plan of the row as it would be read from a file."""
        self.close()
        return plain(self.plan)


@pytest.mark.parametrize("page", PAGES.values(), ids=list(PAGES))
def test_every_answer_is_a_plan(page):
    wrong = {}
    for asked, codes in answers(page):
        row = Row(page)
        try:
            for code in codes:
                row.take(code)
            errors = [found.text("en") for found in check(Plan.model_validate(row.whole())) if found.severity == "error"]
        except Exception as refused:    # every row that is wrong is named at once, whatever refuses it
            errors = [str(refused)]
        if errors:
            wrong[asked] = " ".join(errors)[:300]
    assert len(answers(page)) > 100
    assert not wrong, "\n".join(f"{asked}: {why}" for asked, why in wrong.items())


@pytest.mark.parametrize("lang", MISTAKES)
def test_mistakes_are_told_in_the_words_of_the_guide(lang):
    text = (DOCS / MISTAKES[lang]).read_text(encoding="utf-8")
    rows = [(CODE.findall(codes), said) for codes, said in ROW.findall(text) if codes.startswith("`")]
    assert len(rows) > 20
    told = {}
    for codes, said in rows:
        row = Row(PAGES[lang])
        with pytest.raises(PlanProblems) as refused:
            for code in codes:
                row.take(code)
            load_plan(written(row.whole()))
        words = [f"{p.place}: {p.reason[lang]} {p.remedy[lang]}" for p in refused.value.problems]
        if not any(said in w for w in words):
            told[said] = words
    assert not told


def test_every_field_is_shown_as_it_is_written():
    wrong = {}
    for part in reference.parts():
        pieces = SHOWN[part.__name__]
        unshown = [written for name, field in part.model_fields.items() if name not in reference.INNER and f"{(written := field.alias or name)}: " not in " ".join(pieces)]
        row = Row(PAGES["en"])
        for piece in pieces:
            row.take(piece)
        errors = [found.text("en") for found in check(Plan.model_validate(row.whole())) if found.severity == "error"]
        if unshown or errors:
            wrong[part.__name__] = unshown, errors
    assert not wrong
    assert set(SHOWN) == set(CHINESE) == {part.__name__ for part in reference.parts()}


def test_questions_and_what_must_be_written_are_of_fields_there_are_and_told_in_the_guide():
    fields = {(part.__name__, field.alias or name) for part in reference.parts() for name, field in part.model_fields.items()}
    assert not ({*QUESTION, *MUST} - fields)
    for page in ("steps.md", "steps.zh.md"):
        told = (DOCS / "howto/plan" / page).read_text(encoding="utf-8")
        assert not [number for number in ANSWERS if number not in told], page
