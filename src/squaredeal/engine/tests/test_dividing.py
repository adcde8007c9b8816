"""A sum divided among several: where nobody has a coefficient nothing is divided, and a coefficient that is missing is refused by name."""
import pytest

from squaredeal.engine import explain, load_plan, proving, run
from squaredeal.engine.proving import tables_of

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


LONGER = """
plan: pools of a month, by a table that moves over a longer time
effective: {from: 2026-01-01}
currency: USD
period: month
attributes: {coefficient: number}
measures:
  month: {sum: amount, over: sale, window: month, of: unit}
  quarter: {sum: amount, over: sale, window: quarter, of: unit}
  ytd: {sum: amount, over: sale, window: year to date, of: unit}
components:
  - {name: whole, each: month, base: month, rate: {tiers: whole, by: quarter, table: [[0, 1%], [10000, 2%]]}, split: {by: coefficient, within: unit}}
  - {name: slices, each: month, base: month, rate: {tiers: marginal, by: quarter, table: [[0, 1%], [10000, 2%]]}, split: {by: coefficient, within: everybody}}
  - {name: at most, each: month, rate: {lump plus excess: [[0, 0, 1%], [10000, 100, 2%]], by: quarter}, split: {by: coefficient, within: unit, at most: 60}}
  - {name: to date, each: month, base: ytd, rate: {tiers: marginal, by: ytd, table: [[0, 1%], [10000, 2%]]}, split: {by: coefficient, within: unit}}
settlement: {round: half up to cent once per line, negative: carry}
examples:
  - when: 8,000 in January and 4,000 in February; the coefficients change
    given:
      close: [2026-01, 2026-02]
      people:
        - {payee: Ann, position: rep, unit: u, coefficient: 3}
        - {payee: Bob, position: rep, unit: u, coefficient: 1, to: 2026-01-31}
        - {payee: Bob, position: rep, unit: u, coefficient: 3, from: 2026-02-01}
      sales: [{payee: Ann, date: 2026-01-10, amount: 8000}, {payee: Bob, date: 2026-02-10, amount: 4000}]
    then:
      Ann 2026-01: {whole: 60, slices: 60, at most: 60, to date: 60}
      Bob 2026-01: {whole: 20, slices: 20, at most: 20, to date: 20}
      Ann 2026-02: {whole: 100, to date: 10}         # 2 % of 4,000 in halves, and of 8,000 what January lacked; half of 140 less 60
      Bob 2026-02: {whole: 60, to date: 50}
"""


def test_what_is_divided_is_the_sum_of_the_month_whatever_time_the_table_counts():
    proof, = proving.prove_text(LONGER)
    assert proof.holds, (proof.differences(), proof.problems)
    plan = load_plan(LONGER)
    result = run(plan, tables_of(plan, plan.examples[0].given))
    assert {line.id: line.earned for line in result.lines} == {line.id: explain(result, line.id, "en").result for line in result.lines}
