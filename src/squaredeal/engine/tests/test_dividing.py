"""A sum divided among several: where nobody has a coefficient nothing is divided, and a coefficient that is missing is refused by name."""
import pytest

from squaredeal.engine import proving

pytestmark = pytest.mark.once
PLAN = """
plan: pools
effective: {from: 2026-01-01}
currency: USD
period: month
attributes: {points: number}
measures:
  hours: {sum: quantity, over: shift, window: month}
  sold: {sum: amount, over: sale, window: month, of: unit}
components:
  - {name: by hours, each: month, base: sold, rate: 1%, split: {by: hours, within: unit}}
  - {name: at most, each: month, base: sold, rate: 1%, split: {by: hours, within: unit, at most: 6}}
  - {name: by points, each: month, base: sold, rate: 1%, gate: {when: sold > 100}, split: {by: points * score(care), within: unit}}
settlement: {round: half up to cent once per line, negative: carry}
examples:
  - when: nobody works in February, and nothing is sold in March, when nobody has a score
    given:
      close: [2026-01, 2026-02, 2026-03]
      people: {Ann: {points: 2}, Bob: {points: 1}}
      scores: {Ann: {care: {2026-01: 1, 2026-02: 1}}, Bob: {care: {2026-01: 1, 2026-02: 0}}}
      sales: [{payee: Ann, date: 2026-01-10, amount: 900}, {payee: Ann, date: 2026-02-10, amount: 1000}, {payee: Ann, date: 2026-03-10, amount: 50}]
      shifts: [{payee: Ann, date: 2026-01-10, quantity: 2}, {payee: Bob, date: 2026-01-10, quantity: 1}, {payee: Bob, date: 2026-03-10, quantity: 1}]
    then:
      Ann 2026-01: {by hours: 6, at most: 6, by points: 6}
      Bob 2026-01: {by hours: 3, at most: 3, by points: 3}
      Ann 2026-02: {by hours: 0, at most: 0, by points: 10}
      Bob 2026-02: {by hours: 0, at most: 0, by points: 0}
      Bob 2026-03: {by hours: 0.50, at most: 0.50, by points: 0}
"""


def test_where_nobody_has_a_coefficient_nothing_is_divided():
    proof, = proving.prove_text(PLAN)
    assert proof.holds, (proof.differences(), proof.problems)


@pytest.mark.parametrize("most", ["", ", at most: 100"])
def test_a_missing_coefficient_is_refused_with_the_person_and_the_month(most):
    text = PLAN.replace("2026-02: 0", "2026-03: 0").replace("split: {by: points * score(care), within: unit", f"split: {{by: points * score(care), within: unit{most}")
    proof, = proving.prove_text(text)
    assert [(p.place, "Bob 2026-02, 1 in all" in p.text("en")) for p in proof.problems] == [("components.by points", True)]
