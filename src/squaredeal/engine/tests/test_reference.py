"""The documentation cannot rot: the reference is what the engine renders, and every plan written in docs/ is computed to the fen."""
import json
import re
from functools import cache
from io import StringIO
from pathlib import Path

import jsonschema_rs
import pytest

from squaredeal.engine import load_plan, reference
from squaredeal.engine.formula.formula import FUNCTIONS, parse
from squaredeal.engine.plan.reading import _yaml
from squaredeal.engine.proving import prove_text
from squaredeal.engine.tables.columns import COLUMNS, NEEDED
from squaredeal.engine.tables.tables import OPTIONAL

ROOT = Path(__file__).parents[4]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(yaml[^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(f"{path.relative_to(DOCS)}:{text[:found.start()].count(chr(10)) + 1}", found[1].strip(), found[2])
          for path in sorted(DOCS.rglob("*.md")) for text in [path.read_text(encoding="utf-8")] for found in FENCE.finditer(text)]
PROVED = [(place, info, text) for place, info, text in BLOCKS if info != "yaml" or ".zh.md" not in place]
"""What is computed: a plan of the Chinese guide is its English twin with other names (test_guides.py)."""
SKELETON = """
plan: skeleton
effective: {from: 2026-01-01}
period: month
measures:
  month sales: {sum: amount, over: sale, window: month}
  month receipts: {sum: amount, over: receipt, window: month}
  月销售: {sum: amount, over: sale, window: month}
  月回款: {sum: amount, over: receipt, window: month}
components: []
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
"""
pytestmark = pytest.mark.once


def raw(text):
    return _yaml().load(StringIO(text))


def plain(value):
    return json.loads(json.dumps(value, default=str, ensure_ascii=False))


def written(found):
    from ruamel.yaml import YAML
    out, yaml = StringIO(), YAML(typ="safe", pure=True)
    yaml.width = 10**6
    yaml.dump(found, out)
    return out.getvalue()


def test_the_committed_reference_is_what_the_engine_renders():
    remedy = "squaredeal commission reference --out docs"
    assert (DOCS / "plan-reference.md").read_text(encoding="utf-8") == reference.markdown(), remedy
    assert json.loads((DOCS / "plan.schema.json").read_text(encoding="utf-8")) == plain(reference.schema()), remedy


def test_every_field_function_and_column_is_told_in_both_languages():
    silent = [f"{part.__name__}.{name}" for part in reference.parts() for name, field in part.model_fields.items()
              if name not in reference.INNER and " · " not in (field.description or "")]
    silent += [name for name, function in FUNCTIONS.items() if " · " not in function.says]
    silent += [f"{table}.{name}" for table, columns in COLUMNS.items() for name, (_kind, says) in columns.items() if " · " not in says]
    assert not silent
    assert not [c for table, columns in {**{t: list(c) for t, c in OPTIONAL.items()}, **NEEDED}.items() for c in columns if c not in COLUMNS[table]]


@cache
def anchors(path):
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    return {reference.anchor(line.lstrip("# ")) for line in text.splitlines() if line.startswith("#")}


def test_links_of_the_documentation_lead_somewhere():
    for path in [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "cases/README.md"]:
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            file, _, place = target.partition("#")
            if "//" in target:
                continue
            led = (path.parent / file).resolve() if file else path
            assert led.exists(), f"{path.name}: {target}"
            assert not place or place in anchors(led), f"{path.name}: {target}"


@pytest.mark.parametrize(("place", "info", "text"), PROVED, ids=[b[0] for b in PROVED])
def test_every_plan_of_the_documentation_is_proved(place, info, text):
    if info == "yaml":
        proofs = prove_text(text)
        assert proofs, f"{place}: a whole plan of the documentation has an example"
        for proof in proofs:
            assert proof.holds, f"{proof.when}: expected {proof.expected}, computed {proof.computed}"
        return
    found, part = raw(SKELETON), raw(text)
    if info == "yaml component":
        found["components"] = [{"name": "fragment", "each": "receipt", "base": "amount", **part}]
        found["components"][0] = {k: v for k, v in found["components"][0].items() if v is not None}
    else:
        assert info == "yaml part", f"{place}: {info} is no kind of block"
        found["measures"] = {**found["measures"], **part.pop("measures", {})}
        found = {**found, **part}
        found["components"] = found["components"] or [{"name": "fragment", "each": "receipt", "base": "amount", "rate": "1%"}]
    load_plan(written(plain(found)))


@cache
def validator():
    return jsonschema_rs.validator_for(reference.schema())


def schema_errors(text):
    return [f"{list(e.instance_path)}: {e.message[:200]}" for e in validator().iter_errors(plain(raw(text)))]


def test_the_schema_takes_every_plan_the_engine_takes():
    files = [*(ROOT / "cases").glob("*.yaml"), *(ROOT / "examples").glob("*.yaml")]
    texts = {p.name: p.read_text(encoding="utf-8") for p in files} | {place: text for place, info, text in PROVED if info == "yaml"}
    assert len(texts) > 20
    assert not {name: errors for name, text in texts.items() if (errors := schema_errors(text))}


@pytest.mark.parametrize("text", [
    "plan: x", "plan: x\neffective: {from: 2026-01-01}\nperiod: week\nsettlement: {round: half up to fen once per line}",
    SKELETON.replace("period: month", "period: month\nunknown: 1"), SKELETON.replace("half up to fen", "roughly"),
    SKELETON.replace("components: []", "components: [{name: a, each: receipt, rate: {tiers: both, by: base, table: [[0, 1%]]}}]"),
])
def test_the_schema_refuses_what_is_no_plan(text):
    assert schema_errors(text)


def test_functions_of_the_reference_can_be_called_by_either_name():
    for name, function in FUNCTIONS.items():
        args = {"quota": "m", "nth_day": "date, 1, 5", "round": "1, 2", "round_up": "1, 2", "round_down": "1, 2"}.get(name) or ", ".join(["a"] * function.least)
        assert parse(f"{name}({args})") == parse(f"{function.chinese}({args})")
