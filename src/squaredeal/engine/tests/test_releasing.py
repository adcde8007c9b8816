"""What releases what was earned: two events in either order; and what is released after a reserve has come back."""
import pytest

from squaredeal.engine import explain, load_plan, proving, run
from squaredeal.engine.problems import PlanProblems

pytestmark = pytest.mark.once
BOTH = """
plan: two events
effective: {from: 2026-01-01}
currency: USD
period: month
components:
  - {name: unequal, each: signing, base: amount, rate: 1%, release: {events: {acceptance | use: 70%, acceptance & use: 30%}}}
  - {name: equal, each: signing, base: amount, rate: 2%, release: {events: {acceptance: 50%, use: 50%}}}
  - {name: both, each: signing, base: amount, rate: 3%, release: {pro rata to: receipt, of: amount, not before: acceptance & use}}
settlement: {round: half up to cent once per line, negative: carry}
examples:
  - when: in one order and in the other; Cid's is only used; Dan's only accepted
    given:
      close: [2026-01, 2026-02, 2026-03, 2026-04]
      signings:
        - {payee: Ann, date: 2026-01-05, deal: D1, amount: 1000}
        - {payee: Bob, date: 2026-01-05, deal: D2, amount: 1000}
        - {payee: Cid, date: 2026-01-05, deal: D3, amount: 1000}
        - {payee: Dan, date: 2026-01-05, deal: D4, amount: 1000}
      receipts: [{payee: Ann, date: 2026-01-06, deal: D1, amount: 500}, {payee: Ann, date: 2026-04-06, deal: D1, amount: 500}, {payee: Cid, date: 2026-01-06, deal: D3, amount: 1000}, {payee: Dan, date: 2026-01-06, deal: D4, amount: 1000}]
      acceptances: [{payee: Ann, date: 2026-02-05, deal: D1}, {payee: Bob, date: 2026-03-05, deal: D2}, {payee: Dan, date: 2026-02-05, deal: D4}]
      uses: [{payee: Ann, date: 2026-03-05, deal: D1}, {payee: Bob, date: 2026-02-05, deal: D2}, {payee: Cid, date: 2026-02-05, deal: D3}]
    then:
      Ann 2026-01: {payout: 0}
      Ann 2026-02: {payout: 17}
      Ann 2026-03: {payout: 28}         # 3 + 10, and half of 30
      Ann 2026-04: {payout: 15}
      Bob 2026-02: {payout: 17}
      Bob 2026-03: {payout: 13}         # nothing has been received
      Cid 2026-02: {payout: 17}
      Cid 2026-04: {payout: 0}
      Dan 2026-02: {payout: 17}
      Dan 2026-04: {payout: 0}
"""
LATE = """
plan: released after the reserve came back
effective: {from: 2026-01-01}
currency: USD
period: month
components:
  - {name: a, each: signing, where: product = "a", base: amount, rate: 10%, release: {pro rata to: receipt, of: amount}, reserve: {keep: 20%, refund: {after: 2, share: "score(appraisal) / 100"}}}
  - {name: b, each: signing, where: product = "b", base: amount, rate: 10%, release: {pro rata to: receipt, of: amount}, reserve: {keep: 20%, refund: {at: quarter end}}}
  - {name: c, each: signing, where: product = "c", base: amount, rate: 10%, release: {pro rata to: receipt, of: amount}, reserve: {keep: 20%, refund: {on: "nth_day(date, 1, 31)"}}}
settlement: {round: half up to cent once per line, negative: carry}
examples:
  - when: half is received in January, half in May, when what was kept back has come back; a quarter of it does not
    given:
      close: [2026-01, 2026-02, 2026-03, 2026-04, 2026-05, 2026-06]
      people: {Ann: {}, Bob: {}, Cid: {}}
      scores: {Ann: {appraisal: {2026-03: 75}}}
      signings: [{payee: Ann, date: 2026-01-05, deal: D1, amount: 1000, product: a}, {payee: Bob, date: 2026-01-05, deal: D2, amount: 1000, product: b}, {payee: Cid, date: 2026-01-05, deal: D3, amount: 1000, product: c}]
      receipts:
        - {payee: Ann, date: 2026-01-20, deal: D1, amount: 500}
        - {payee: Ann, date: 2026-05-20, deal: D1, amount: 500}
        - {payee: Bob, date: 2026-01-20, deal: D2, amount: 500}
        - {payee: Bob, date: 2026-05-20, deal: D2, amount: 500}
        - {payee: Cid, date: 2026-01-20, deal: D3, amount: 500}
        - {payee: Cid, date: 2026-05-20, deal: D3, amount: 500}
    then:
      Ann 2026-01: {payout: 40, reserved: 10}
      Ann 2026-03: {payout: 7.5}
      Ann 2026-05: {payout: 47.50}
      Ann 2026-06: {payout: 0}
      Bob 2026-01: {payout: 40, reserved: 10}
      Bob 2026-03: {payout: 10}
      Bob 2026-05: {payout: 50}
      Cid 2026-01: {payout: 40, reserved: 10}
      Cid 2026-02: {payout: 10}
      Cid 2026-05: {payout: 50}
"""


@pytest.mark.parametrize("text", [BOTH, LATE], ids=["events", "reserve"])
def test_it_is_paid_when_it_is_due(text):
    proof, = proving.prove_text(text)
    assert proof.holds, (proof.differences(), proof.problems)


def test_the_why_names_the_events():
    plan = load_plan(BOTH)
    found = run(plan, proving.tables_of(plan, plan.examples[0].given), period="2026-01")
    told = {name: [explain(found, x.id, lang).text for lang in ("en", "zh")] for x in found.lines for name in [x.component] if x.payee == "Ann"}
    assert "acceptance or use 70%, acceptance and use 30%" in told["unequal"][0] and "验收 或 use 70%、验收 和 use 30%" in told["unequal"][1]
    assert "nothing before acceptance and use" in told["both"][0]


@pytest.mark.parametrize("release", ["{pro rata to: receipt & bill, of: amount}", "{milestones: [[80%, 50%], [100%, 100%]], received: receipt & bill, of: amount}"])
def test_sums_of_several_kinds_are_no_both(release):
    with pytest.raises(PlanProblems) as refused:
        load_plan(BOTH.replace("{events: {acceptance: 50%, use: 50%}}", release))
    assert "is added up" in " ".join(p.text("en") for p in refused.value.problems)
