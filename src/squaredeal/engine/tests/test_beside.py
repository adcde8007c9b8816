"""What can be read of a plan is checked beside what cannot, and nothing is told that follows only from the part that cannot."""
from copy import deepcopy
from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from squaredeal.engine import check
from squaredeal.engine.plan import beside
from squaredeal.engine.plan.plan import Plan
from squaredeal.engine.tests.test_check import changed, problems

GALLERY = Path(__file__).parents[4] / "cases"


def test_what_can_be_read_is_checked_beside_what_cannot():
    broken = problems(changed("rate: 1%", "rate: {tiers: whole, by: base, window: month, table: [[0, 1%], [300, 2%], [200, 3%]]}\n    where: amnt > 0").replace(" negative: carry,", "").replace("sum: amount", "sum: amount * amount"))
    assert {p.place for p in broken} == {"components.commission.rate", "components.commission.where", "measures.sold.sum", "settlement.negative"}


@pytest.mark.parametrize("path", sorted(GALLERY.glob("*.yaml")), ids=lambda path: path.stem)
def test_one_part_that_cannot_be_read_is_the_only_finding_of_a_plan_that_is_right(path):
    """Nothing is told that follows from the part alone: not a name that it defines, not what goes with it."""
    whole = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    whole = {key: part for key, part in whole.items() if key != "examples"}
    places = [*((top,) for top in whole), *((top, key) for top, part in whole.items() if isinstance(part, dict) for key in part),
              *(("components", at, step) for at, component in enumerate(whole.get("components", ())) for step in component)]
    unreadable = 0
    for *way, last in places:
        broken = deepcopy(whole)
        part = broken
        for step in way:
            part = part[step]
        part[last] = {"no such word": [None]} if way else [None]
        try:
            Plan.model_validate(broken)
        except ValidationError as wrong:
            unreadable += 1
            assert beside.also(broken, wrong.errors(include_url=False), check) == [], (path.stem, way, last)
    assert unreadable > len(whole)
