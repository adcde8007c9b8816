"""Who has left: what still comes is theirs, within the limits they had and without a draw; what is not known does not hold, and its contrary does; what was kept back of a deal that is cancelled goes with it."""
import pytest

from squaredeal.engine import proving

pytestmark = pytest.mark.once
PLAN = """
plan: 离职以后
effective: {from: 2026-01-01}
currency: CNY
period: month
attributes: {底薪: money, 自接: bool}
components:
  - {name: 提成, as of: 签约日, each: 回款, where: 非 自接, base: 金额, rate: 10%, factor: [{when: 非 (日期 <= 离职日), times: 50%}]}
  - {name: 年奖, each: 签约, base: 金额, rate: 1%, release: {pro rata to: 到账, of: 金额}, reserve: {keep: 50%, refund: {after: 2, share: "如果(岗位 = '退休', 1, 0.5)"}}}
  - {name: 慢发, each: 奖, base: 金额, rate: 100%, release: {at most: 底薪 / 10}}
settlement: {round: half up to fen once per line, negative: carry, cap: {amount: 2 * 底薪, window: period}, draw: {amount: 300, recoverable: false}}
examples:
  - when: 一月底离职，三月到款
    given:
      close: [2026-01, 2026-02, 2026-03]
      people: [{人员: 何, 岗位: 退休, 底薪: 1000, 结束日: 2026-01-31, 离职日: 2026-01-31}, {人员: 刘, 岗位: 代表, 底薪: 1000, 结束日: 2026-01-31}]
      签约: [{人员: 何, 日期: 2026-01-10, 单号: D1, 金额: 10000}, {人员: 刘, 日期: 2026-01-10, 单号: D2, 金额: 10000}]
      到账: [{人员: 何, 日期: 2026-01-20, 单号: D1, 金额: 10000}, {人员: 刘, 日期: 2026-03-20, 单号: D2, 金额: 10000}]
      奖: [{人员: 何, 日期: 2026-01-10, 金额: 250}]
      回款:
        - {人员: 何, 日期: 2026-03-10, 签约日: 2026-01-05, 自接: false, 金额: 2000}
        - {人员: 何, 日期: 2026-03-10, 签约日: 2026-01-05, 自接: true, 金额: 2000}
        - {人员: 刘, 日期: 2026-03-10, 签约日: 2026-01-05, 金额: 50000}
    then:
      何 2026-01: {年奖: 100, 预留: 50, 应发: 300}      # 50 + 100, made up to 300
      何 2026-02: {应发: 100}                           # the draw is of January only, the bonus goes on
      何 2026-03: {提成: 100, 应发: 200}                # 100 + 50 that was kept back + the last 50
      刘 2026-03: {提成: 2500, 应发: 2050, 超出封顶: 525}   # not told whether of their own: it is not; half of the 50 kept back comes back, the other 50 of January is within its own cap
"""


def test_what_comes_after_leaving_is_paid_within_the_limits_of_the_last_assignment_and_without_a_draw():
    proof, = proving.prove_text(PLAN)
    assert proof.holds, (proof.differences(), proof.problems)
    assert not proof.warnings, "nobody is told to earn nothing who is paid by the day of signing, or whose receipt only releases"


def test_an_example_in_which_nobody_is_told_to_have_left_has_nobody_who_left():
    text = PLAN.split("examples:")[0] + "examples: [{when: 没人离职, given: {people: {何: {底薪: 1000}}, 回款: [{人员: 何, 签约日: 2026-01-05, 自接: false, 金额: 2000}]}, then: {何: {提成: 100}}}]"
    proof, = proving.prove_text(text.replace("非 (日期 <= 离职日)", "非 已知(离职日) 且 非 已知(转正日)"))
    assert proof.holds, (proof.differences(), proof.problems)


CANCELLED = """
plan: 扣回的和留下的
effective: {from: 2026-01-01}
currency: CNY
period: month
components:
  - {name: 隔期, each: 签约, base: 金额, rate: 10%, reserve: {keep: 30%, refund: {after: 2}}, clawback: {on: 退单, within: ever}}
  - {name: 到日, each: 续约, base: 金额, rate: 10%, reserve: {keep: 30%, refund: {on: "某月某日(日期, 2, 5)"}}, clawback: {on: 退单, within: ever}}
  - {name: 季末, each: 加购, base: 金额, rate: 10%, reserve: {keep: 30%, refund: {at: quarter end}}, clawback: {on: 退单, within: ever}}
settlement: {round: half up to fen once per line, negative: owed}
examples:
  - when: 何二月退单，还没返；刘五月退单，三月返过了
    given:
      close: [2026-01, 2026-02, 2026-03, 2026-05, 2026-07]
      签约: [{人员: 何, 日期: 2026-01-10, 单号: D1, 金额: 1000}, {人员: 刘, 日期: 2026-01-10, 单号: D2, 金额: 1000}]
      续约: [{人员: 何, 日期: 2026-01-10, 单号: D1, 金额: 1000}, {人员: 刘, 日期: 2026-01-10, 单号: D2, 金额: 1000}]
      加购: [{人员: 何, 日期: 2026-01-10, 单号: D1, 金额: 1000}, {人员: 刘, 日期: 2026-01-10, 单号: D2, 金额: 1000}]
      退单: [{人员: 何, 日期: 2026-02-10, 单号: D1}, {人员: 刘, 日期: 2026-05-10, 单号: D2}]
    then:
      何 2026-01: {应发: 210, 预留: 90}
      何 2026-02: {应发: -210, 预留: -90}
      何 2026-03: {应发: 0}
      何 2026-05: {应发: 0}
      刘 2026-03: {应发: 90, 预留: -90}
      刘 2026-05: {应发: -300, 预留: 0}
      刘 2026-07: {应发: 0}
"""


def test_what_was_kept_of_a_cancelled_deal_is_not_given_back_or_is_taken_back_with_it():
    proof, = proving.prove_text(CANCELLED)
    assert proof.holds, (proof.differences(), proof.problems)
