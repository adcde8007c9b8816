"""Every plan of the gallery reads as sentences: each component says something, each table has its rows, nothing breaks the page."""
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from squaredeal.commission.plans import reading, sentences, wording
from squaredeal.commission.plans.models import PlanVersion

CASES = Path(__file__).parents[5] / "cases"
TABLES = {"tiers", "lump_plus_excess", "grid", "matrix", "lookup"}


@pytest.mark.once
@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda p: p.stem)
def test_a_plan_of_the_gallery_is_said_whole(path):
    plan, problems = reading.read(path.read_text(encoding="utf-8"))
    if problems:
        assert path.stem.startswith("V") and plan is None
        return
    for name, sentence in wording.definitions(plan):
        assert name and sentence
    for component, said in zip(plan.components, sentences.components(plan), strict=True):
        assert said["name"] == component.name and said["sentences"] and all(str(s).strip() for s in said["sentences"])
        shape = TABLES & set(type(component.rate).model_fields)
        assert bool(said["table"]) == bool(shape), component.rate
        if said["table"]:
            assert len({len(row) for row in said["table"]["rows"]} | {len(said["table"]["head"])}) == 1
    assert sentences.settlement(plan)


def test_an_advance_its_interest_and_how_much_pays_it_back_are_said():
    plan, _problems = reading.read(next(CASES.glob("G08-*.yaml")).read_text(encoding="utf-8"))
    with translation.override("zh-hans"):
        said = " ".join(str(s) for s in sentences.settlement(plan))
    assert "最多拿所得的 50% 抵回" in said and "1%" in said and "另外预付" in said and "每月预支" not in said


def test_the_page_of_a_plan_with_a_grid_shows_its_rows(client, firm):
    text = (CASES / "M12-底价倍数.yaml").read_text(encoding="utf-8").split("examples:")[0]
    draft = PlanVersion.objects.create(name="底价", text=text, made_by=firm.gu)
    client.force_login(firm.gu)
    page = client.get(reverse("plans:plan", args=[draft.pk])).content.decode()
    assert "0.15" in page and "8%" in page and "100%" in page


def test_a_condition_joined_in_chinese_reads_in_either_language():
    text = "overdue_days > 90 且 overdue_days <= 180"
    assert " 且 " in wording.formula(text)
    with translation.override("en"):
        assert " and days overdue" in wording.formula(text) and "且" not in wording.formula(text)
