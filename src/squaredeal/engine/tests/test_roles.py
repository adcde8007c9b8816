"""Measures of other roles than owner and split: their shares are summed for the person, a column of people and everybody, and are not rolled up."""
import pytest

from squaredeal.engine import load_plan, proving
from squaredeal.engine.problems import PlanProblems

pytestmark = pytest.mark.once
PLAN = """
plan: agency
effective: {from: 2026-01-01}
currency: CNY
period: month
measures:
  own: {sum: amount, over: deal_closed, window: month, credit: [finder, closer]}
  store: {sum: amount, over: deal_closed, window: month, of: unit, credit: [finder, closer]}
  firm: {sum: amount, over: deal_closed, window: month, of: everybody, credit: [finder, closer]}
  counted: {count: facts, over: deal_closed, window: month, of: everybody, credit: [finder]}
  whole: {sum: amount, over: deal_closed, window: month, of: everybody}
  later: {sum: amount, over: deal_closed, window: month, of: everybody, credit: [finder], until: fact}
components:
  - {name: of own, credit: [finder, closer], each: deal_closed, base: amount, rate: "if(own >= 100, 10%, 5%)"}
  - {name: of store, each: month, base: store, rate: 1%}
  - {name: of firm, each: month, base: firm, rate: 1%}
  - {name: of counted, each: month, rate: {lump: 10 * counted}}
  - {name: of whole, each: month, base: whole, rate: 1%}
  - {name: so far, credit: [finder], each: deal_closed, rate: {lump: later}}
settlement: {round: half up to fen once per line, negative: carry}
examples:
  - when: two deals, of which 70 and 100 % are credited; the first has an owner besides
    given:
      people: {Ann: {unit: east}, Bob: {unit: east}, Cid: {unit: west}}
      deal_closed:
        - {date: 2026-01-10, amount: 1000, credits: [{payee: Ann, share: 10%, role: finder}, {payee: Bob, share: 60%, role: closer}, {payee: Cid, share: 100%}]}
        - {date: 2026-01-11, amount: 200, credits: [{payee: Ann, share: 50%, role: finder}, {payee: Cid, share: 50%, role: closer}]}
    then:
      Ann: {of own: 20, of store: 8, of firm: 9, of counted: 6, of whole: 12, so far: 110}
      Bob: {of own: 60, of store: 8}
      Cid: {of own: 10, of store: 1, of firm: 9}
"""


def test_what_everybody_did_in_named_roles_is_the_sum_of_their_shares():
    proof, = proving.prove_text(PLAN)
    assert proof.holds, (proof.differences(), proof.problems)


@pytest.mark.parametrize(("roles", "refused"), [("[finder]", True), ("[owner]", True), ("[split, owner]", False)])
def test_other_roles_are_not_rolled_up(roles, refused):
    text = PLAN.replace("of: unit, credit: [finder, closer]", f"of: {{roll up: 1, own deals: included}}, credit: {roles}")
    if not refused:
        assert load_plan(text).measures["store"].shared
        return
    with pytest.raises(PlanProblems) as caught:
        load_plan(text)
    assert [(p.place, "other roles are summed over a column of people" in p.text("en")) for p in caught.value.problems] == [("measures.store", True)]
