"""A plan text that is no plan is refused with its problems, soon, whatever it holds."""
import time

import pytest

from squaredeal import engine


@pytest.mark.parametrize("text", ["[" * 5000, "plan: " + "[" * 50_000 + "]" * 50_000, "- " * 5000 + "x", "plan: " + "9" * 5000, "plan: 2026-02-30",
                                  "version: 0x_", "&a [*a]", "!!python/object:os.system x"])
def test_hostile_texts_are_problems_and_cost_no_time(text):
    begun = time.process_time()
    with pytest.raises(engine.PlanProblems):
        engine.load_plan(text)
    assert time.process_time() - begun < 5
