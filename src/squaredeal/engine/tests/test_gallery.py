"""Every plan of the gallery is computed to the fen, and every line of it explains itself, in arithmetic that comes out; every published case is there."""
import json
import re
from pathlib import Path

import pytest

from squaredeal.engine import explain, proving, run

from .calculator import said_in_chinese, wrong

ROOT = Path(__file__).parents[4]
PLANS = sorted((ROOT / "cases").glob("*.yaml")) + sorted((ROOT / "src/squaredeal/engine/examples").glob("*.yaml"))
CATALOGUE = ROOT.parent / "shared/cases/commission-policies.json"


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem)
def test_the_examples_in_the_plan_hold_and_every_line_explains_itself(path, monkeypatch):
    results = []
    monkeypatch.setattr(proving, "run", lambda *given, **more: results.append(run(*given, **more)) or results[-1])
    proofs = proving.prove_text(path.read_text(encoding="utf-8"))
    assert proofs
    for proof in proofs:
        assert proof.holds, f"{proof.when}: expected {proof.expected}, computed {proof.computed}"
    assert results or "must be refused" in path.read_text(encoding="utf-8")
    for result in results[:1]:
        for line in result.lines:
            for lang in ("zh", "en"):
                why = explain(result, line.id, lang)
                assert why.result == line.earned and why.text
                assert not [told for step in why.steps if (told := wrong(step))]
                assert lang == "en" or all(said_in_chinese(step.sentence) for step in why.steps), why.text


def test_every_case_of_the_catalogue_is_in_the_gallery():
    if not CATALOGUE.is_file():
        pytest.skip("the catalogue of cases lies beside the repository")
    wanted = {case["id"] for case in json.loads(CATALOGUE.read_text(encoding="utf-8"))}
    text = "\n".join(p.read_text(encoding="utf-8") for p in PLANS)
    assert not [case for case in sorted(wanted) if f"case: {case}\n" not in text and f"case: {case}," not in text]


def test_the_index_of_the_gallery_names_every_plan_and_what_it_shows():
    index = (ROOT / "cases/README.md").read_text(encoding="utf-8")
    by_topic, _, every = index.partition("## All")
    assert sorted(re.findall(r"\]\(([^)/]+\.yaml)\)", every)) == sorted(p.name for p in PLANS if p.parent.name == "cases"), "cases/README.md has one row for each plan"
    rows = re.findall(r"^\| `([^`]+)` \|(.*)$", by_topic, re.MULTILINE)
    assert rows and not [(written, name) for written, row in rows for name in re.findall(r"\]\(([^)]+\.yaml)\)", row) if written not in (ROOT / "cases" / name).read_text(encoding="utf-8")]
