"""What is written in Chinese, in the words of other systems or as it is said is told how a plan has it."""
import pytest

from squaredeal.engine.tests.test_check import PLAN, changed, problems

SAID_IN_CHINESE = {
    "a field": ("    base: amount", "    基数: amount", "写 base"), "an option": ("negative: carry", "negative: 结转", "写 carry"), "a period": ("period: month", "period: 季度", "写 quarter"),
    "a window": ("window: month", "window: 年初至今", "写 year to date"), "a wide colon": ("    each: receipt", "    each：receipt", "半角"), "a wide comma": ("negative: carry, ", "negative: carry， ", "半角"),
    "a tab": ("    each: receipt", "\t    each: receipt", "空格"), "a band in words": ("rate: 1%", "rate: {tiers: whole, by: sold, table: [[30万以下, 1%]]}", "起点"),
    "rows from the top": ("rate: 1%", "rate: {tiers: whole, by: sold, table: [[5, 2%], [0, 1%]]}", "从小到大"), "a comma in a number": ("rate: 1%", "rate: 如果(amount > 10,000, 2%, 1%)", "10000"),
    "a column no table has": ("rate: 1%", "rate: 如果(客户等级 = '甲', 2%, 1%)", "客户等级"), "rounding": ("round: half up to fen once per line", "round: 四舍五入到分", "half up to fen once per line"),
}


@pytest.mark.parametrize(("old", "new", "words"), SAID_IN_CHINESE.values(), ids=SAID_IN_CHINESE)
def test_what_a_newcomer_writes_in_chinese_is_told_the_way(old, new, words):
    assert words in "".join(p.text("zh") for p in problems(changed(old, new)))


SAID_ELSEWHERE = {
    "a filter": ("window: month", "window: month, filter: amount > 5", "write where or when"), "retroactive": ("rate: 1%", "rate: {tiers: retroactive, by: sold, table: [[0, 1%]]}", "write whole"),
    "ytd": ("window: month", "window: ytd", "write year to date"), "in a list": ("rate: 1%", "rate: 1%\n    where: product in ['A', 'B']", 'a = "x" or a = "y"'), "carry forward": ("negative: carry", "negative: carry forward", "write carry"),
    "quotas in the plan": ("components:", "quotas: {A: 1000}\ncomponents:", "a table quotas beside the facts"), "a sum as a rate": ("    base: amount\n    rate: 1%", "    rate: 1000", "rate: {lump: 1000}"),
    "a time in words": ("rate: 1%", "rate: 1%\n    clawback: {on: refund, within: 90 days}", "components.commission.clawback.within: is a whole number"),
}


@pytest.mark.parametrize(("old", "new", "words"), SAID_ELSEWHERE.values(), ids=SAID_ELSEWHERE)
def test_the_words_of_other_systems_are_told_ours(old, new, words):
    found = problems(changed(old, new))
    assert words in "".join(p.text("en") for p in found) and "options are in English" not in "".join(p.text("en") for p in found)


@pytest.mark.parametrize(("written", "told"), [
    ("rate: 如果 金额 > 100 则 5% 否则 3%", "条件写 如果(条件, 是, 否)"), ("rate: 'if(日期 >= 2026年7月1日, 5%, 3%)'", "公式里的日期写 2026-03-15"), ("rate: 千分之五", "5‰"), ("rate: 'if(金额大于等于100, 5%, 3%)'", "公式用符号：>="),
    ("rate: 'if(上月(sold) > 0, 5%, 3%)'", "上期(指标)"), ("rate: 'if(去年(sold) > 0, 5%, 3%)'", "去年同期(指标)"), ("rate: 'if(累计(金额) > 0, 5%, 3%)'", "window: year to date")])
def test_what_is_written_as_it_is_said_is_told_how_a_formula_has_it(written, told):
    found, = problems(PLAN.replace("rate: 1%", written))
    assert told in found.text("zh")


@pytest.mark.parametrize(("old", "new", "place"), [("each: receipt", "each: 回款、退货", "components.commission.each"), ("over: sale", "over: 销售，退货", "measures.sold.over"), ("over: sale", 'over: "sale, return"', "measures.sold.over")])
def test_several_kinds_written_as_one_are_refused(old, new, place):
    found, = problems(PLAN.replace(old, new))
    assert found.place == place and "[" in found.text("zh")
