"""Every plan of the gallery reads as sentences: each component says something, each table has its rows, nothing breaks the page."""
from html import unescape
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from squaredeal.commission.plans import measures, payable, paying, rates, reading, sentences, wording
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
    for name, sentence in measures.definitions(plan):
        assert name and sentence
    for component, said in zip(plan.components, sentences.components(plan), strict=True):
        assert said["name"] == component.name and said["sentences"] and all(str(s).strip() for s in said["sentences"])
        shape = TABLES & set(type(component.rate).model_fields)
        assert bool(said["table"]) == bool(shape), component.rate
        if said["table"]:
            assert len({len(row) for row in said["table"]["rows"]} | {len(said["table"]["head"])}) == 1
    assert paying.settlement(plan)


def test_an_advance_its_interest_and_how_much_pays_it_back_are_said():
    plan, _problems = reading.read(next(CASES.glob("G08-*.yaml")).read_text(encoding="utf-8"))
    with translation.override("zh-hans"):
        said = strip_tags(" ".join(str(s) for s in paying.settlement(plan)))
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
        said = " ".join(str(s) for s in paying.settlement(plan))
        assert "月数(入职日, 期初日)" in said and "period_start" not in said and '<span class="sd-param">20%</span>' in said
        assert [row[0] for row in rates.tables(plan)[0][2]["rows"]] == ["经理 或 总监", "销售代表"]
        assert "乘“岗位系数”。" in sentences.components(plan)[0]["sentences"]
        assert wording.plainly("if(months(hired, period_start) < 3, 0, 50%)").endswith("50%)")


EVERY = """
plan: every part
effective: {from: 2026-01-01}
period: month
year starts: 04-01
rule: 原文
counts on: {return: signed_on}
exchange: {by: signed_on, rate: latest, round: exact}
tables:
  曲线: {grid: linear, by: amount, below: first row, table: [[10, 1], [20, 2]], beyond: continue}
measures:
  月销: {sum: amount, over: sale, window: month, prorate: working days, spread: evenly, credit: [owner, mentor], ranking: {by: attainment, first: lowest, within: unit, who: position = "rep", ties: in order}}
  团队: {sum: amount, over: sale, window: month, of: {roll up: 2, own deals: excluded, level: last}}
  全部: {sum: amount, over: sale, window: month, of: unit}
decisions:
  审批: {by: 月销, edges: upper inclusive, table: [[0, 经理], [50000, 总监]]}
components:
  - name: 提成
    as of: signed_on
    each: sale
    base: amount
    rate: {tiers: whole, by: attainment of 月销, table: [[50%, 1%], [100%, 2%]], missing: nothing}
    override:
      - {for: product, when: product = "甲", rate: 3%, replaces: result}
      - {for: customer, when: customer = "乙", rate: 4%}
    factor: [{when: 团队 > 0, times: 90%}]
    limit: {cap: 30万, window: last 12 months}
    reserve: {keep: 10%, refund: {after: 2, share: 50%}}
  - {name: 自己的, each: sale, base: amount, rate: {tiers: marginal, by: base, window: month, table: [[0, 1%], [10, 2%]]}, override: [{for: product, when: product = "甲", rate: 3%, in tiers: does not count}]}
  - {name: 池, each: month, base: 全部, rate: 1%, split: {by: 月销, within: unit}, release: {evenly over: 12 + 12}}
settlement:
  round: half up to fen once per line
  round base: to fen
  negative: zero
  dropped: made up first
  cap: {amount: 9000, window: quarter, who: position = "rep"}
  pay: {day: 20, holiday: later, months: 1}
"""


@pytest.mark.once
@pytest.mark.parametrize(("lang", "parts"), [
    ("en", ["The year begins on 1 April", "converted at the last rate known on the day signed, not rounded", "though known only from its own day", "Positions and superiors are those of the day signed",
            "Below the first row, the first row holds.", "goes on along the last line", "Below the first row: nothing.", "Where attainment of 月销 is not known: nothing", "A value just on an edge is in the row below",
            "by the working days in the job", "in equal parts", "the shares of the owner and the mentor count", "ranked by attainment", "the lowest is first", "ranked apart for each region", "only sales representatives are ranked",
            "At most 300,000.00 yuan in any 12 months.", "what was dropped of it is made up first", "in the order of their names", "up to 2 levels down", "No additions or factors on that.", "It does not count towards the rows.", "Where several hold", "shared out within the region", "Paid in equal parts over 12 + 12 periods.", "50% of it",
            "Each base is rounded to the fen first.", "For sales representatives: at most 9,000 yuan in the quarter", "day 20 of the next month, after a holiday", "amount of every sale", "总监"]),
    ("zh-hans", ["任意连续 12 个月", "先补上归零的再发", "一年从 4 月 1 日 起", "按截至签约日最近的汇率折算，不取整", "岗位和上级按签约日那天的", "只排销售代表", "不再加点、乘系数。", "在部门里按", "从本期起平均分 12 + 12 期发放。", "返 50%", "基数先取到分。", "次月 20 日，遇节假日顺延"])])
def test_every_part_of_a_plan_is_in_its_sentences(lang, parts):
    plan = reading.loaded(EVERY)
    with translation.override(lang):
        said = [*paying.general(plan), *(s for _name, s in measures.definitions(plan)), *(x for _n, s, table, more in rates.tables(plan) for x in (s, *more, *(cell for row in table["rows"] for cell in row))),
                *(s for c in sentences.components(plan) for s in c["sentences"]), *paying.settlement(plan)]
        told = unescape(strip_tags(" ".join(map(str, said))))
    assert not [part for part in parts if part not in told], told
    if lang == "en":
        assert "received" not in told, "nothing here is money received"


def test_a_plan_of_another_currency_or_period_is_not_settled_by_the_statements():
    plan = reading.loaded(EVERY.replace("period: month\n", "period: quarter\ncurrency: USD\n", 1).split("decisions:")[0].replace("window: month", "window: quarter") + "components: [{name: x, each: sale, base: amount, rate: 1%}]\nsettlement: {round: half up to fen once per line, negative: carry}\n")
    told = " ".join(payable.unsettled(plan))
    assert "USD" in told and "quarter" in told
    assert not any("USD" in said or "period" in said for said in payable.unsettled(reading.loaded(EVERY)))


def test_what_lapses_when_a_deal_is_cancelled_is_said():
    text = (CASES / "F14-级差奖.yaml").read_text(encoding="utf-8").split("examples:")[0].replace(
        "rate: 比例\n", "rate: 比例\n    release: {after: 1}\n    clawback: {on: cancellation, within: 90, take: unreleased}\n", 1)
    plan, _problems = reading.read(text)
    for lang, words in (("zh-hans", "这一单 90 天内有退单，没发的作废。"), ("en", "within 90 days, what has not been paid of it lapses")):
        with translation.override(lang):
            assert words in strip_tags(" ".join(str(s) for s in sentences.components(plan)[0]["sentences"]))


@pytest.mark.parametrize(("more", "zh", "en"), [("", "另一边多出的留到以后。", "what the other has more is carried on."), (", carried at most: 50000", "最多留 5 万", "carried on, at most 50,000")])
def test_a_share_of_the_weaker_of_two_is_said(more, zh, en):
    text = (CASES / "G01-双轨弱区.yaml").read_text(encoding="utf-8").split("examples:")[0].replace("life to date", "month")
    text = text.replace("    base: 最小(左区, 右区) - 最小(上期(左区), 上期(右区))\n    rate: 10%", f"    rate: {{share of weaker: 10%, of: [左区, 右区]{more}}}")
    plan, problems = reading.read(text)
    assert not problems
    for lang, words in (("zh-hans", zh), ("en", en)):
        with translation.override(lang):
            assert words in strip_tags(" ".join(str(s) for s in sentences.components(plan)[0]["sentences"]))
