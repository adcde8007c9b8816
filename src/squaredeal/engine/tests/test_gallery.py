"""Every plan of the gallery is computed to the fen, and every line of it explains itself; every published case is there."""
import json
from pathlib import Path

import pytest

from squaredeal.engine import explain, load_plan, run
from squaredeal.engine.proving import prove_text, tables_of

ROOT = Path(__file__).parents[4]
PLANS = sorted((ROOT / "cases").glob("*.yaml")) + sorted((ROOT / "src/squaredeal/engine/examples").glob("*.yaml"))
CATALOGUE = ROOT.parent / "shared/cases/commission-policies.json"


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem)
def test_the_examples_in_the_plan_hold(path):
    proofs = prove_text(path.read_text(encoding="utf-8"))
    assert proofs
    for proof in proofs:
        assert proof.holds, f"{proof.when}: expected {proof.expected}, computed {proof.computed}"


@pytest.mark.parametrize("path", [p for p in PLANS if not p.stem.startswith("V")], ids=lambda p: p.stem)
def test_each_line_of_the_first_example_is_recomputed_by_its_explanation(path):
    plan = load_plan(path.read_text(encoding="utf-8"))
    example = plan.examples[0]
    result = run(plan, tables_of(plan, example.given), period=example.given.get("period"))
    for line in result.lines:
        for lang in ("zh", "en"):
            why = explain(result, line.id, lang)
            assert why.result == line.earned and why.text


def test_every_case_of_the_catalogue_is_in_the_gallery():
    if not CATALOGUE.is_file():
        pytest.skip("the catalogue of cases lies beside the repository")
    wanted = {case["id"] for case in json.loads(CATALOGUE.read_text(encoding="utf-8"))}
    text = "\n".join(p.read_text(encoding="utf-8") for p in PLANS)
    assert not [case for case in sorted(wanted) if f"case: {case}\n" not in text and f"case: {case}," not in text]
