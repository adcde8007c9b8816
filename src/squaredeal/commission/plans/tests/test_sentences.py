"""Every plan of the gallery reads as sentences: each component says something, each table has its rows, nothing breaks the page."""
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

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
        said = strip_tags(" ".join(str(s) for s in sentences.settlement(plan)))
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


def test_formulas_in_the_settlement_and_words_in_a_table_are_said_in_words():
    plan, _problems = reading.read(next(CASES.glob("F01-*.yaml")).read_text(encoding="utf-8").split("examples:")[0].replace(
        "recoverable: true", 'recoverable: true, recover: "if(months(hired, period_start) < 3, 0, 50%)"').replace(
        "components:", "tables:\n  岗位系数: {lookup: position, rows: {manager | director: 1.1, rep: 1}}\ncomponents:").replace("rate: 5%", "rate: 5%\n    factor: [{times: 岗位系数}]"))
    with translation.override("zh-hans"):
        said = " ".join(str(s) for s in sentences.settlement(plan))
        assert "月数(入职日, 期初日)" in said and "period_start" not in said and '<span class="sd-param">20%</span>' in said
        assert [row[0] for row in sentences.tables(plan)[0][2]["rows"]] == ["经理 或 总监", "销售代表"]
        assert "乘“岗位系数”。" in sentences.components(plan)[0]["sentences"]
        assert wording.plainly("if(months(hired, period_start) < 3, 0, 50%)").endswith("50%)")
