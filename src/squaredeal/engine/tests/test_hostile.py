"""A plan text that is no plan is refused with its problems, soon, whatever it holds."""
import time

import pytest

from squaredeal import engine

MERGED = "b0: &b0 {k: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}'] * 40)}], k{n}: 1}}\n" for n in range(1, 12)) + "plan: x\n"
"""Eleven lines that merge each other forty times: 40¹¹ values."""

@pytest.mark.parametrize("text", ["[" * 5000, "plan: " + "[" * 50_000 + "]" * 50_000, "- " * 5000 + "x", "plan: " + "9" * 5000, "plan: 2026-02-30",
                                  "version: 0x_", "&a [*a]", "!!python/object:os.system x", MERGED, "plan: x\n" + "".join(f"k{n}: 1\n" for n in range(40_000)),
                                  "plan: x\ncomponents: [" + "1, " * 120_000 + "1]\n", "plan: x\n" + "".join(f"k{n}: 1\n" for n in range(1000))])
def test_hostile_texts_are_problems_and_cost_no_time(text):
    begun = time.process_time()
    with pytest.raises(engine.PlanProblems):
        engine.load_plan(text)
    assert time.process_time() - begun < 5


def test_a_plan_may_say_a_part_once_and_refer_to_it():
    text = """
plan: 方案
effective: {from: 2026-01-01}
period: month
components:
  - {name: 甲, clause: 三.3, who: position = "rep", each: receipt, base: amount, rate: &percent 1%}
  - {name: 乙, clause: 三.3, who: position = "rep", each: receipt, base: amount, rate: *percent}
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
"""
    assert [c.rate.flat for c in engine.load_plan(text).components] == ["1%", "1%"]
