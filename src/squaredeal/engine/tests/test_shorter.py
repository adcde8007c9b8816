"""Windows shorter than the period a plan is settled by, and the years of whoever a fact comes from: what is counted is theirs, and nothing is silently nothing."""
import pytest

from squaredeal.engine import PlanProblems, load_plan
from squaredeal.engine.proving import prove_text

pytestmark = pytest.mark.once
HEAD = """
plan: shorter
effective: {from: 2025-01-01}
currency: USD
period: %s
attributes: {contracted: date}
measures:
%s
components:
%s
settlement: {round: half up to cent once per line, negative: carry}
"""
MONTHS = HEAD % ("quarter", """
  worst: {sum: amount, over: sale, window: quarter, each: month, take: smallest}
  average: {sum: amount, over: sale, window: quarter, each: month, take: average}
  best: {sum: amount, over: sale, window: quarter, each: month, take: largest}
  two worst: {sum: amount, over: sale, window: quarter, each: month, take: smallest 2}
  quarters: {sum: amount, over: sale, window: year, each: quarter, take: average}
  month: {sum: amount, over: sale, window: month, spread: evenly, ranking: {within: unit}}
""", """
  - {name: w, each: quarter, rate: {lump: worst}}
  - {name: a, each: quarter, rate: {lump: average}}
  - {name: b, each: quarter, rate: {lump: best}}
  - {name: t, each: quarter, rate: {lump: two worst}}
  - {name: q, each: year, rate: {lump: quarters}}
  - {name: d, each: sale, base: amount, rate: "if(attainment(month) >= 100% and rank(month) = 1, 2%, 1%)"}
""") + """
examples:
  - when: the second and the third month have sales, one of them shared
    given:
      period: 2026Q1
      people: {Ann: {}, Bob: {unit: v}}
      quota: {month: {Ann: {2026: 12000}, Bob: {2026: 12000}}}
      sales: [{payee: Ann, date: 2026-02-01, amount: 600}, {date: 2026-03-31, amount: 1800, share: {Ann: 50%, Bob: 50%}}]
    then: {Ann: {w: 0, a: 500, b: 900, t: 600, d: 15}, Bob: {a: 300, b: 900, t: 0, d: 9}}
  - when: the quarters after it are counted too, the months of the year as its own
    given:
      close: [2026Q1, 2026Q2, 2026Q3, 2026Q4]
      quota: {month: {Ann: 1}}
      sales: [{payee: Ann, date: 2026-01-01, amount: 300}, {payee: Ann, date: 2026-02-01, amount: 600}, {payee: Ann, date: 2026-03-01, amount: 900}, {payee: Ann, date: 2026-12-31, amount: 900}]
    then: {Ann 2026Q1: {w: 300, a: 600}, Ann 2026Q2: {w: 0, a: 0}, Ann 2026Q4: {w: 0, a: 300, q: 675}}
"""
OWN = HEAD % ("month", """
  own year: {sum: amount, over: sale, window: year from contracted}
  deals: {count: facts, over: sale, window: year from contracted, until: fact}
""", """
  - {name: leader, credit: {roll up: 1, own deals: excluded}, each: sale, base: amount, rate: "if(source(own year) >= 100000, 2%, 1%)"}
  - {name: first, credit: {roll up: 1, own deals: excluded}, each: sale, where: source(deals) = 1, rate: {lump: 5}}
  - {name: members, credit: {roll up: 1, own deals: excluded}, each: month, rate: {lump: own year / 1000}}
  - {name: own, each: sale, where: own year > previous(own year), rate: {lump: 7}}
""") + """
examples:
  - when: 90,000 in the year that ends in May, 120,000 in the next one; the leader's own year begins in January
    given:
      close: [2025-05, 2026-01]
      people: {Ann: {contracted: 2024-06-01, manager: Lee}, Lee: {contracted: 2020-01-01, position: manager}}
      sales: [{payee: Ann, date: 2025-05-31, amount: 90000}, {payee: Ann, date: 2025-06-01, amount: 60000}, {payee: Ann, date: 2026-01-10, amount: 60000}]
    then:
      Lee 2025-05: {leader: 900, first: 5, members: 90}
      Lee 2026-01: {leader: 2400, first: 5, members: 960}
      Ann 2026-01: {own: 14}
"""


@pytest.mark.parametrize("text", [MONTHS, OWN], ids=["months", "own years"])
def test_what_is_counted_in_shorter_windows_and_in_the_years_of_others(text):
    for proof in prove_text(text):
        assert proof.holds, (proof.problems, proof.computed)


def test_a_component_by_month_of_a_plan_settled_by_quarter_is_refused_not_nothing():
    with pytest.raises(PlanProblems, match="month is shorter than quarter.*period: month"):
        load_plan(MONTHS.replace("{name: w, each: quarter", "{name: w, each: month"))


@pytest.mark.parametrize("said", ["cap: {amount: month, window: quarter}", "draw: {amount: 10, recoverable: true, who: month > 5}", "minimum: month"])
def test_a_month_s_measure_is_refused_where_a_quarter_asks_once(said):
    with pytest.raises(PlanProblems, match=r"window of month \(month\) is shorter than quarter"):
        load_plan(MONTHS.replace("negative: carry", f"negative: carry, {said}"))
    load_plan(MONTHS.replace("negative: carry", "negative: carry, " + said.replace("month", "quarters")))


def test_amounts_converted_exactly_keep_their_decimals():
    text = (HEAD % ("month", "  none: {sum: amount, over: sale, window: month}", "  - {name: c, each: sale, base: amount, rate: 10%}")).replace(
        "period: month", "period: month\nexchange: {by: date, rate: latest, round: exact}")
    [proof] = prove_text(text + """
examples:
  - when: 1,000.10 at 1.0987 is 1,098.80987; 0.60 at 0.1234 is 0.07404
    given:
      sales: [{payee: Ann, date: 2026-01-10, amount: 1000.10, currency: EUR}, {payee: Bob, date: 2026-01-10, amount: 0.60, currency: XXX}]
      rates: [{currency: EUR, date: 2026-01-01, rate: 1.0987}, {currency: XXX, date: 2026-01-01, rate: 0.1234}]
    then: {Ann: {c: 109.88}, Bob: {c: 0.01}}
""")
    assert proof.holds, (proof.problems, proof.computed)
