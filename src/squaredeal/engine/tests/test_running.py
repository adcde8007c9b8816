"""A run from outside: what it leaves in its folder, what can be looked at of its stages, and that it stops at once and leaves nothing when told to."""
import json
import os
import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as parquet
import pytest
from typer.testing import CliRunner

from squaredeal.engine import PlanProblems, Tables, explain, load_plan, read_tables, run
from squaredeal.engine.backends.duck import Duck
from squaredeal.engine.command import commission
from squaredeal.engine.ledger.output import read, write
from squaredeal.engine.ledger.sole import sole
from squaredeal.engine.proving import tables_of

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[4]
PLAN = """
plan: running
effective: {from: 2026-01-01, to: 2026-12-31}
currency: CNY
period: month
measures:
  sold: {sum: amount, over: sale, window: month}
components:
  - {name: own, each: sale, base: amount, rate: {tiers: marginal, by: sold, table: [[0, 1%], [5000, 2%]]}, limit: {cap: 200, window: month},
     reserve: {keep: 15%, refund: never}}
  - {name: team, credit: {roll up: 1, own deals: excluded}, each: sale, base: amount, rate: {tiers: whole, by: attainment of sold, missing: nothing, table: [[0, 1%], [100%, 2%]]}}
  - {name: pool, credit: {to: unit}, each: sale, base: amount, rate: 0.5%}
  - {name: prize, each: month, base: sold, rate: 1%, gate: {when: sold > 3000}}
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
"""
SOME = """SELECT 'f' || i AS id, 'sale' AS kind, DATE '2026-01-01' + CAST(i * 300 // {n} AS INTEGER) AS date, CAST(i % 900 AS DECIMAL(18, 2)) + 0.37 AS amount FROM range({n}) AS t(i)"""


@pytest.fixture
def folder(tmp_path):
    return filled(tmp_path / "in", 400)


def filled(place, size):
    """A folder of tables of so many facts."""
    place.mkdir()
    for name, query in {"facts": SOME.format(n=size), "credits": f"SELECT 'f' || i AS fact, 'p' || i % 7 AS payee, 1.0 AS share FROM range({size}) AS t(i)",
                        "people": "SELECT 'p' || i AS payee, 'rep' AS position, 'boss' AS manager, 'u' || i % 2 AS unit, DATE '2025-01-01' AS \"from\" FROM range(7) AS t(i) "
                                  "UNION ALL SELECT 'boss', 'head', NULL, 'u0', DATE '2025-01-01'"}.items():
        duckdb.execute(f"COPY ({query}) TO '{place / name}.parquet'")
    return place


def test_check_tells_of_plan_and_tables_at_once_also_as_one_object(folder, tmp_path):
    plan, said = tmp_path / "plan.yaml", CliRunner()
    plan.write_text(PLAN, encoding="utf-8")
    assert said.invoke(commission, ["check", str(plan), "--facts", str(folder)]).exit_code == 0
    duckdb.execute(f"COPY (SELECT * REPLACE (amount + 0.001 AS amount) FROM '{folder / 'facts.parquet'}') TO '{folder / 'facts.csv'}'")
    (folder / "facts.parquet").unlink()
    plan.write_text(PLAN.replace("base: sold", "base: solt"), encoding="utf-8")
    told = said.invoke(commission, ["check", str(plan), "--facts", str(folder), "--lang", "en"])
    assert told.exit_code == 2 and "✗ components.prize.base: solt is not known here" in told.stdout and "✗ facts row 2 amount" in told.stdout
    told = json.loads(said.invoke(commission, ["check", str(plan), "--facts", str(folder), "--json"]).stdout)
    assert not told["publishable"] and {"place", "reason", "remedy", "severity"} == set(told["problems"][0])
    plan.write_text(PLAN.replace("rate: 0.5%", "rate: {by: sold}"), encoding="utf-8")
    assert "✗ components.pool.rate" in said.invoke(commission, ["check", str(plan), "--facts", str(tmp_path / "nowhere")]).stdout


def test_a_run_tells_what_nobody_counts_and_where_that_is_everything(folder, tmp_path):
    plan, said = tmp_path / "plan.yaml", CliRunner()
    plan.write_text(PLAN.replace("each: sale", "each: receipt").replace("over: sale", "over: receipt"), encoding="utf-8")
    told = json.loads(said.invoke(commission, ["run", str(plan), "--facts", str(folder), "--out", str(tmp_path / "out"), "--json"]).stdout)
    assert told["lines"] == 0 and [w["en"].partition(";")[0] for w in told["warnings"]] == ["facts.kind: no component or measure counts facts of this kind: sale"]
    assert "! facts.kind: 没有一项提成或指标算这类事实：sale" in said.invoke(commission, ["run", str(plan), "--facts", str(folder), "--out", str(tmp_path / "out")]).stderr


def test_lines_of_a_file_are_the_lines_of_the_memory_and_explain_themselves(folder, tmp_path):
    plan, tables = load_plan(PLAN), read_tables(folder)
    held, out = run(plan, tables), tmp_path / "out"
    write(run(plan, tables, out=out), PLAN, out, sheets=False)
    again = read(out)
    assert again.lines == held.lines and again.statements == held.statements and len(held.lines) > 1200
    for line in held.lines[::200]:
        assert explain(again, line.id).text == explain(held, line.id).text
    narrow = parquet.read_schema(out / "lines.parquet").names
    assert len(again.table.column_names) > 30 > len(narrow) and not {"after", "reserved", "released"} & set(narrow)
    assert {bool(line.reserved) for line in held.lines if line.component != "own"} == {False} and sum(line.reserved for line in held.lines) > 100


def test_too_little_memory_is_told_in_a_line_and_leaves_nothing(folder, tmp_path):
    told = CliRunner().invoke(commission, ["run", str(_written(tmp_path)), "--facts", str(folder), "--out", str(tmp_path / "out"), "--memory", "1MB", "--lang", "en"])
    assert told.exit_code == 2 and "1MB of memory do not suffice" in told.output and "--memory 4GB" in told.output and not (tmp_path / "out").exists()


def _written(folder):
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return folder / "plan.yaml"


@pytest.mark.parametrize("name", ["F06-退单扣回", "F08-年初至今", "F10-退货算在原月与分期发放"])
def test_every_kind_of_line_comes_back_whole_from_a_file(name, tmp_path):
    plan = load_plan((ROOT / "cases" / f"{name}.yaml").read_text(encoding="utf-8"))
    tables = tables_of(plan, plan.examples[0].given)
    held = run(plan, tables)
    assert run(plan, tables, out=tmp_path).lines == held.lines and held.lines
    period = held.lines[-1].period
    later, posted = run(plan, tables.with_posted(held.table), period=period, out=tmp_path), run(plan, tables.with_posted(held.table), period=period)
    assert later.lines == posted.lines and later.statements == posted.statements


TWO = [{"payee": payee, "position": "rep", "unit": "u", "manager": "boss", "from": "2026-01-01"} for payee in ("a", "b", "c")]


@pytest.mark.parametrize(("parts", "shares"), [
    ({"a": ["1"]}, {"a": "1"}), ({"a": ["0.4"], "b": ["0.6"]}, {"a": "0.4", "b": "0.6"}), ({"a": ["0.4", "0.6"]}, {"a": "1"}),
    ({"a": ["0.2", "0.3"], "b": ["0.5"]}, {"a": "0.5", "b": "0.5"}), ({"a": ["0.2"], "b": ["0.3"], "c": ["0.5"]}, {"a": "0.2", "b": "0.3", "c": "0.5"}),
    ({"a": ["1", "0"], "b": ["0"]}, {"a": "1", "b": "0"}),
], ids=["alone", "two", "one twice", "one twice of two", "three", "nothing"])
def test_however_credits_are_written_each_person_has_one_line_of_a_fact(parts, shares, tmp_path):
    facts = [{"id": "s1", "kind": "sale", "date": "2026-01-05", "amount": "1000"}, {"id": "s2", "kind": "sale", "date": "2027-01-05", "amount": "1"}]
    credits = [{"fact": fact["id"], "payee": payee, "share": share, "role": role} for fact in facts
               for payee, several in parts.items() for share, role in zip(several, ("owner", "split"), strict=False)]
    tables, plan = Tables(facts=facts, credits=credits, people=[*TWO, {"payee": "boss", "position": "head", "unit": "u", "from": "2026-01-01"}]), load_plan(PLAN)
    held = run(plan, tables)
    assert {(line.payee, line.share, line.base) for line in held.lines if line.component == "own"} == {(who, Decimal(share), 1000 * Decimal(share)) for who, share in shares.items()}
    assert [(line.payee, line.base) for line in held.lines if line.component == "team"] == [("boss", 1000)]
    assert run(plan, tables, out=tmp_path).lines == held.lines


def test_a_folder_holds_one_run(folder, tmp_path):
    plan, tables, out = load_plan(PLAN), read_tables(folder), tmp_path / "out"
    for _time in range(2):
        run(plan, tables, out=out)
    assert sorted(path.name.split(".")[0] for path in out.iterdir()) == ["facts", "lines", "measures"]


def test_what_is_stopped_while_the_statements_are_made_leaves_what_was_there_before(folder, tmp_path, monkeypatch):
    plan, tables, out = load_plan(PLAN), read_tables(folder), tmp_path / "out"
    write(run(plan, tables, out=out), PLAN, out, sheets=False)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def stopped(*_what):
        raise InterruptedError("cancelled")
    monkeypatch.setattr("squaredeal.engine.ledger.settle.statements", stopped)
    with pytest.raises(InterruptedError):
        run(plan, tables, out=out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_two_runs_cannot_write_into_one_folder_at_once(folder, tmp_path):
    plan, out = tmp_path / "plan.yaml", tmp_path / "out"
    plan.write_text(PLAN, encoding="utf-8")
    asked = ["run", str(plan), "--facts", str(folder), "--out", str(out), "--no-csv", "--lang", "en"]
    with sole(out):
        refused = CliRunner().invoke(commission, asked)
        assert refused.exit_code == 2 and "another run is writing into this folder" in refused.output and not any(out.iterdir())
    assert CliRunner().invoke(commission, asked).exit_code == 0 and read(out).lines


def test_the_stages_can_be_looked_at(folder, tmp_path):
    plan, tables, seen = load_plan(PLAN), read_tables(folder), {}
    result = run(plan, tables, keep_stages=tmp_path / "stages")
    run(plan, tables, keep_stages=seen)
    kept = {path.stem: parquet.read_table(path) for path in (tmp_path / "stages").glob("*.parquet")}
    assert kept.keys() >= {"credit_0", "measure_0", "rows_0", "earned_0", "earned_3", "entitled", "lines"} and kept.keys() == seen.keys()
    for place, component in enumerate(plan.components):
        whole = sum(line.earned for line in result.lines if line.component == component.name)
        assert sum(kept[f"earned_{place}"]["earned"].to_pylist()) == sum(seen[f"earned_{place}"]["earned"].to_pylist()) == int(whole * 10**8)
    assert run(plan, tables).lines == result.lines


def test_a_product_beyond_64_bits_is_computed_in_128(tmp_path):
    plan = load_plan(PLAN.replace("rate: 0.5%", "rate: 1.2345678%, limit: {cap: 90000000, window: month}"))
    facts = [{"id": f"s{n}", "kind": "sale", "date": "2026-01-05", "amount": amount} for n, amount in enumerate(("9000000000", "1000"))]
    people = [{"payee": "a", "position": "rep", "unit": "u", "from": "2026-01-01"}]
    result = run(plan, Tables(facts=facts, credits=[{"fact": f["id"], "payee": "a", "share": "1", "role": "owner"} for f in facts], people=people))
    pool = {line.fact: (line.full_amount, line.earned) for line in result.lines if line.component == "pool"}
    assert pool == {"s0": (Decimal("111111102.00"), Decimal(90_000_000)), "s1": (Decimal("12.35"), Decimal(0))}
    assert not any(found.short for found in plan.__dict__["_scripts"].values())
    facts[0]["amount"] = "9000000000000000"
    tables = Tables(facts=facts, credits=[{"fact": f["id"], "payee": "a", "share": "1", "role": "owner"} for f in facts], people=people)
    held, stored = run(plan, tables), run(plan, tables, out=tmp_path)
    assert held.lines == stored.lines and held.statements == stored.statements and held.statements[0].earned > 10**13


def test_a_query_in_progress_is_interrupted(tmp_path):
    asked, then = threading.Event(), []
    backend = Duck(Tables(), "1GB", 2, small=True, cancel=asked.is_set)
    threading.Timer(0.3, lambda: (then.append(time.process_time()), asked.set())).start()
    with pytest.raises(InterruptedError):
        backend.execute("SELECT count(*) FROM range(10000000) AS a(i), range(10000000) AS b(j) WHERE (i * j) % 7 = 3")
    assert time.process_time() - then[0] < 5, "of the processor: on a busy machine the clock says nothing of how soon it was"
    backend.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")
@pytest.mark.parametrize("stage", ["reading the tables", "component pool", "lines and statements"])
def test_ctrl_c_stops_a_run_and_leaves_what_was_there_before(stage, tmp_path):
    plan, out, tables = tmp_path / "plan.yaml", tmp_path / "out", filled(tmp_path / "in", 150_000)
    plan.write_text(PLAN, encoding="utf-8")
    write(run(load_plan(PLAN), read_tables(filled(tmp_path / "few", 40)), out=out), PLAN, out, sheets=False)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    process = subprocess.Popen([sys.executable, "-m", "squaredeal.engine", "commission", "run", str(plan), "--facts", str(tables), "--out", str(out), "--no-csv", "--lang", "en"],
                               stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    for line in process.stderr:
        if line.strip() == stage:
            process.send_signal(signal.SIGINT)
            break
    said = process.stderr.read()
    assert process.wait(30) == 130 and "stopped; nothing is written" in said
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert read(out).totals["earned"] > Decimal(0)


def test_where_a_goal_is_missing_the_measure_is_named():
    plan = load_plan(TO_GOAL)
    with pytest.raises(PlanProblems, match="see whether sold has goals"):
        run(plan, Tables(facts=[{"id": "1", "kind": "sale", "date": "2026-01-05", "amount": "100"}], credits=[{"fact": "1", "payee": "Ann", "share": "1"}], people=[{"payee": "Ann", "position": "rep", "from": "2025-01-01"}]))


TO_GOAL = """
plan: goals
effective: {from: 2026-01-01}
currency: CNY
period: month
measures:
  sold: {sum: amount, over: sale, window: month}
components:
  - {name: bonus, each: month, rate: {lump: 1000 * attainment(sold)}}
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
"""


def test_what_only_takes_back_is_credited_to_nobody_without_a_word(folder, tmp_path):
    """A cancellation without a credit row takes back what the deal earned; a sale without one is told."""
    text = PLAN.replace("rate: 0.5%}", "rate: 0.5%, clawback: {on: cancellation, within: ever}}")
    sale = {"id": "s", "kind": "sale", "date": "2026-01-05", "deal": "D", "amount": "1000"}
    given = {"credits": [{"fact": "s", "payee": "a", "share": "1", "role": "owner"}], "people": [{"payee": "a", "position": "rep", "unit": "u", "from": "2026-01-01"}]}
    ended = {**sale, "id": "c", "kind": "cancellation", "date": "2026-02-05", "amount": "0"}
    found = run(load_plan(text), Tables(facts=[sale, ended], **given))
    assert not found.warnings and sum(x.earned for x in found.lines if x.component == "pool") == 0
    told = run(load_plan(text), Tables(facts=[sale, ended, {**sale, "id": "t"}], **given)).warnings
    assert [(w["code"], w["en"]) for w in told] == [("no_credit", "1 fact is credited to nobody and earns nothing, for instance t")]


def test_a_run_says_what_it_does_by_the_names_of_the_plan(folder, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    for lang, words in (("en", ["reading the tables", "measure sold", "component own", "component prize", "lines and statements", "done"]), ("zh", ["读表", "指标 sold", "提成 own", "提成 prize", "明细和对账单", "完成"])):
        told = CliRunner().invoke(commission, ["run", str(plan), "--facts", str(folder), "--out", str(tmp_path / lang), "--lang", lang]).stderr.splitlines()
        assert [line for line in told if line in words] == words and not [line for line in told if "_" in line], told


def test_a_condition_of_a_fact_is_told_with_what_it_was_held_against():
    plan = load_plan(PLAN.replace("{name: pool, credit: {to: unit}, each: sale,", "{name: pool, each: sale, where: sold > 900 and previous(sold) < 10,"))
    facts = [{"id": f"s{n}", "kind": "sale", "date": f"2026-01-0{n}", "amount": "500"} for n in (1, 2)]
    result = run(plan, Tables(facts=facts, credits=[{"fact": f["id"], "payee": "a", "share": "1", "role": "owner"} for f in facts], people=[{"payee": "a", "position": "rep", "unit": "u", "from": "2026-01-01"}]))
    line = next(x for x in result.lines if x.component == "pool")
    assert "sold 1,000.00 > 900 and sold in the window before 0 < 10" in explain(result, line.id, "en").text and "sold 1,000.00 > 900 且 上期的sold 0 < 10" in explain(result, line.id, "zh").text
