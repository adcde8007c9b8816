"""What is cancelled before it is paid lapses, what was paid is kept: by receipts, events, time and days, with a reserve; and where that cannot be told it is refused."""
import pytest

from squaredeal.engine import explain, load_plan, proving, run
from squaredeal.engine.problems import PlanProblems

pytestmark = pytest.mark.once
PLAN = """
plan: 没发的作废
effective: {from: 2026-01-01}
currency: CNY
period: month
components:
  - {name: 随到账, each: 签约, base: 金额, rate: 10%, release: {pro rata to: 到账, of: 金额}, reserve: {keep: 20%, refund: {after: 3}}, clawback: {on: 退单, within: ever, take: unreleased}}
  - {name: 按节点, each: 签约, base: 金额, rate: 1%, release: {events: {签约: 30%, 验收: 70%}, not before: 到账}, clawback: {on: 退单, within: 60, take: unreleased}}
  - {name: 到某天, each: 签约, base: 金额, rate: 2%, release: {on: "某月某日(日期, 2, 31)"}, clawback: {on: 退单, within: ever, take: unreleased, when: 金额 >= 0}}
settlement: {round: half up to fen once per line, negative: carry}
examples:
  - when: 何的三月退，三月的到账不再发；刘的退两次，第二次没有什么可退
    given:
      close: [2026-01, 2026-02, 2026-03, 2026-04, 2026-05]
      签约: [{人员: 何, 日期: 2026-01-10, 单号: D1, 金额: 1000}, {人员: 刘, 日期: 2026-01-10, 单号: D2, 金额: 1000}]
      到账: [{人员: 何, 日期: 2026-02-10, 单号: D1, 金额: 500}, {人员: 何, 日期: 2026-03-02, 单号: D1, 金额: 300}, {人员: 刘, 日期: 2026-02-10, 单号: D2, 金额: 1000}]
      验收: [{人员: 何, 日期: 2026-03-05, 单号: D1}, {人员: 刘, 日期: 2026-02-20, 单号: D2}]
      退单: [{人员: 何, 日期: 2026-03-08, 单号: D1, 金额: 0}, {人员: 刘, 日期: 2026-03-20, 单号: D2, 金额: 0}, {人员: 刘, 日期: 2026-05-20, 单号: D2, 金额: 0}]
    then:
      何 2026-01: {应发: 0}
      何 2026-02: {应发: 43, 预留: 10}                         # 50 less 10 kept back, 3 as the money has come
      何 2026-03: {随到账: -50, 按节点: -7, 到某天: -20, 应发: 0, 预留: 0}
      何 2026-04: {随到账: 0, 应发: 10}                        # the 10 kept back of what was paid come back
      刘 2026-02: {应发: 90, 预留: 20}                         # 100 less 20, 3 + 7
      刘 2026-03: {随到账: 0, 按节点: 0, 到某天: -20, 应发: 0} # all that money and events release has been paid
      刘 2026-04: {应发: 20}
      刘 2026-05: {随到账: 0, 按节点: 0, 到某天: 0, 应发: 0}
"""


def test_what_periods_before_paid_is_kept_and_the_rest_lapses():
    proof, = proving.prove_text(PLAN)
    assert proof.holds, (proof.differences(), proof.problems)


def test_the_why_says_what_lapses_and_what_was_paid():
    plan = load_plan(PLAN)
    found = run(plan, proving.tables_of(plan, plan.examples[0].given), period="2026-03")
    line = next(x for x in found.lines if x.component == "随到账" and x.taken_back and x.payee == "何")
    assert "lets lapse what is unreleased" in explain(found, line.id, "en").text and "−(100.00 − 50.00)" in explain(found, line.id, "en").text
    assert "没发的提成作废，以前各期已发的保留" in explain(found, line.id, "zh").text


@pytest.mark.parametrize(("release", "settled"), [("", ""), ("release: {once: 金额 > 0},", ""), ("release: {at most: 100},", ""), ("release: {share: 50%, rest: lost},", ""), ("release: {after: 1},", "settled: at once, ")])
def test_it_is_refused_where_nothing_says_what_was_released_before(release, settled):
    text = PLAN.replace('release: {on: "某月某日(日期, 2, 31)"},', release).replace("take: unreleased, when", f"take: unreleased, {settled}when")
    assert release in text and settled in text and text != PLAN
    with pytest.raises(PlanProblems) as refused:
        load_plan(text)
    assert "unreleased is for what is released by time" in " ".join(p.text("en") for p in refused.value.problems)
