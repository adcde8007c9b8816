"""The difference to those below: by a table of each one's own measure, of a shared sale, past who is passed over; and what cannot be compared is refused."""
import pytest

from squaredeal.engine import explain, load_plan, proving, run
from squaredeal.engine.problems import PlanProblems

pytestmark = pytest.mark.once
PLAN = """
plan: 级差
effective: {from: 2026-01-01}
currency: CNY
period: month
attributes: {级别比例: rate, 在岗: bool}
measures:
  小组业绩: {sum: 金额, over: 销售, window: month, of: {roll up: 15, own deals: included}}
tables:
  业绩比例: {grid: step, by: 小组业绩, table: [[0, 5%], [10000, 8%], [50000, 12%]]}
terms:
  折后: 级别比例 / 3
components:
  - {name: 提成, credit: {roll up: 15, own deals: included}, each: 销售, base: 金额, rate: "最大(0, 业绩比例 - 下级最高(业绩比例))"}
  - {name: 跳级, credit: {roll up: 3, own deals: excluded, passing over: 非 在岗}, each: 销售, base: 金额, rate: "最大(0, 级别比例 - 下级最高(级别比例))"}
  - {name: 三分, credit: {roll up: 1, own deals: excluded}, each: 销售, base: 金额, rate: "最大(0, 折后 - 下级最高(折后))"}
  - {name: 月补, credit: {roll up: 15, own deals: included}, each: month, rate: {lump: "最大(0, 级别比例 - 下级最高(级别比例)) * 1000"}}
settlement: {round: half up to fen once per line, negative: carry}
examples:
  - when: 一条线，吴和刘同档；刘不在岗被跳过；何、孙各半的一笔按各自下面算
    given:
      people: {何: {上级: 刘, 级别比例: 5%, 在岗: true}, 刘: {上级: 吴, 级别比例: 8%, 在岗: false}, 吴: {上级: 张, 级别比例: 10%, 在岗: true}, 孙: {上级: 张, 级别比例: 8%, 在岗: true}, 张: {级别比例: 12%, 在岗: true}}
      销售: [{id: a, 人员: 何, 金额: 2000}, {id: b, 人员: 刘, 金额: 10000}, {id: c, 金额: 1000, share: {何: 50%, 孙: 50%}}]
    then:
      何: {提成: 125, 月补: 50}
      刘: {提成: 875, 三分: 25, 月补: 110}          # 2,500 at 8 − 5 %, 10,000 at 8 %; (8 % − 5 %) ÷ 3 of 2,500; 80 of their own and 30 over 何
      吴: {提成: 0, 跳级: 325, 三分: 66.67, 月补: 140}   # 10 − 5 % past 刘 of 2,500; 10 − 8 % of 10,000; 2 % ÷ 3 of 10,000
      孙: {提成: 25}
      张: {提成: 15, 跳级: 270, 三分: 6.67}   # all are at 8 % but 孙, of whose 500 are 8 − 5 %; 12 − 10 % of 12,500 and 12 − 8 % of 500
"""


def result():
    plan = load_plan(PLAN)
    return run(plan, proving.tables_of(plan, plan.examples[0].given))


def test_each_takes_what_their_rate_exceeds_the_highest_below_by():
    proof, = proving.prove_text(PLAN)
    assert proof.holds, (proof.differences(), proof.problems)


def test_a_shared_sale_has_a_line_from_each_side_and_says_what_was_paid_below():
    lines = {(x.payee, x.source): x for x in result().lines if x.component == "提成" and x.fact == "c"}
    assert {who: x.earned for who, x in lines.items() if who[0] == "张"} == {("张", "何"): 0, ("张", "孙"): 15}
    found = result()
    told = {who: [explain(found, x.id, lang).text for lang in ("en", "zh")] for who, x in lines.items()}
    assert "own 8% less 5% already paid below: 3%" in told["张", "孙"][0] and "本人 8%，减去下面已付的 5%：3%" in told["张", "孙"][1]
    assert "own 8% less 8% already paid below, nothing is left: 0%" in told["张", "何"][0]
    assert "own 5%, nobody is below: 5%" in told["孙", ""][0]


@pytest.mark.parametrize(("old", "new", "words"), [
    ("级别比例 / 3", "级别比例 * 来源(级别比例)", "not each one's own"),
    ("级别比例 / 3", "级别比例 * 份额", "not each one's own"),
    ("折后 - 下级最高(折后)", "级别比例 - 如果(已知(下级最高(在岗)), 1%, 0)", "is no number"),
    ('"最大(0, 级别比例 - 下级最高(级别比例)) * 1000"', '"最大(0, 业绩比例 - 下级最高(业绩比例)) * 1000"', "not of whoever is paid"),
    ("折后 - 下级最高(折后)", "折后 - 下级最高(折前)", "is not known here")])
def test_what_has_no_highest_of_its_own_below_is_refused(old, new, words):
    assert old in PLAN
    with pytest.raises(PlanProblems) as refused:
        plan = load_plan(PLAN.replace(old, new))
        run(plan, proving.tables_of(plan, plan.examples[0].given))
    assert words in " ".join(p.text("en") for p in refused.value.problems)
