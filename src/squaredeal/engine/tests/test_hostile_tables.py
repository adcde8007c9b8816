"""Tables and examples that somebody bends are refused with what is wrong in them, or computed; no row is lost without a word."""
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from squaredeal import engine
from squaredeal.engine.proving import prove_text

PLAN = """
plan: p
effective: {from: 2026-01-01}
period: month
measures: {m: {sum: amount, over: receipt, window: month}}
components: [{name: c, each: receipt, base: amount, rate: 10%}]
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
"""
HEAD = "id,kind,date,amount,payee\n"
ROW = {"id": "1", "kind": "receipt", "date": "2026-01-05", "amount": "100", "payee": "A"}


def earned(folder):
    return engine.run(engine.load_plan(PLAN), engine.read_tables(folder)).totals["earned"]


def refused(folder):
    with pytest.raises(engine.PlanProblems) as wrong:
        earned(folder)
    return str(wrong.value)


def test_a_row_that_begins_with_a_sign_for_comments_counts(tmp_path):
    for sign in "#;%/":
        (tmp_path / "facts.csv").write_text(HEAD + f"{sign}1,receipt,2026-01-05,100,A\n{sign}2,receipt,2026-01-06,100,A\n3,receipt,2026-01-07,100,A\n")
        assert earned(tmp_path) == 30


@pytest.mark.parametrize("day", ["infinity", "-infinity", "99999-01-01", "9999-12-31", "0001-01-01", "2026-01-06 (BC)"])
def test_a_day_beyond_all_periods_is_refused(tmp_path, day):
    (tmp_path / "facts.csv").write_text(HEAD + f"1,receipt,{day},100,A\n2,receipt,2026-01-06,100,A\n")
    assert "facts" in refused(tmp_path)


def test_an_instant_beyond_the_calendar_is_refused(tmp_path):
    parquet.write_table(pa.table({**{k: [v] for k, v in ROW.items()}, "date": pa.array([2**62], pa.timestamp("us"))}), tmp_path / "facts.parquet")
    assert "facts.date: the day is not within" in refused(tmp_path)


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    (tmp_path / "facts.parquet").write_bytes(b"PAR1xxxx")
    assert "cannot be read" in refused(tmp_path)


def test_a_table_of_no_rows_that_lacks_columns_is_refused(tmp_path):
    (tmp_path / "facts.csv").write_text("foo,payee\n")
    (tmp_path / "credits.csv").write_text("fact,payee,share\n1,A,1\n")
    assert "facts: lacks the columns" in refused(tmp_path)


def test_credits_without_shares_are_refused_with_what_else_is_wrong(tmp_path):
    (tmp_path / "facts.csv").write_text("id,kind,date,amount\n1,receipt,2026-01-05,100\n1,receipt,2026-01-05,100\n")
    (tmp_path / "credits.csv").write_text("fact,payee\n1,A\n")
    assert "credits: lacks the columns share" in refused(tmp_path)


def sheet(path, rows):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_a_column_of_a_workbook_without_a_name_is_left_out_or_told(tmp_path):
    sheet(tmp_path / "facts.xlsx", [[*ROW, None, None], [*ROW.values(), None, 7]])
    assert earned(tmp_path) == 10
    assert engine.read_tables(tmp_path).arrow["facts"].column_names == [*ROW, "column5"]


def test_two_columns_of_a_workbook_under_one_name_are_refused(tmp_path):
    sheet(tmp_path / "facts.xlsx", [[*ROW, "amount"], [*ROW.values(), "7"]])
    assert "columns stand twice: amount" in refused(tmp_path)


def test_an_empty_workbook_is_refused(tmp_path):
    sheet(tmp_path / "facts.xlsx", [])
    assert "cannot be read" in refused(tmp_path)


@pytest.mark.parametrize(("given", "place"), [
    ("quota: {m: {A: x}}", "quota.m.A"), ("quota: {m: {A: {2026-01: [1]}}}", "quota.m.A"), ("scores: {A: {s: x}}", "scores.A.s"), ("scores: [{payee: A, name: s, value: x}]", "scores.A.s"),
    ("people: {A: x}", "people.A"), ("people: {A: [1]}", "people.A"), ("people: {A: {1: 2}}", "people.A"), ("as of: x", "as of"), ("as of: [1]", "as of"),
    ("facts: [{kind: receipt, payee: A, share: x}]", "credits.share"), ("facts: [{kind: receipt, payee: A, amount: 100, 金额: 200}]", "facts"), ('facts: [{kind: receipt, payee: A, "a\\0": 1}]', "null character")])
def test_what_an_example_gives_and_cannot_be_read_is_told_where_it_stands(given, place):
    [proof] = prove_text(PLAN + f"examples: [{{when: w, given: {{receipts: [{{payee: A, amount: 100}}], {given}}}, then: {{A: {{c: 10}}}}}}]")
    assert any(place in p.text("en") for p in proof.problems), proof.problems
    assert not proof.holds


def test_the_day_of_an_example_may_be_told():
    [proof] = prove_text(PLAN + "examples: [{when: w, given: {receipts: [{payee: A, amount: 100}], as of: 2026-01-31}, then: {A: {c: 10}}}]")
    assert proof.holds


@pytest.mark.parametrize("spoil", [lambda told: "{", lambda told: "[]", lambda told: "{}", lambda told: told.replace('"balance": "0', '"balance": "NaN'), lambda told: told.replace("2026-01-31", "x")])
def test_accounts_that_are_not_as_a_run_wrote_them_are_refused(tmp_path, spoil):
    from squaredeal.engine.ledger.closing import keep
    from squaredeal.engine.ledger.output import write
    (tmp_path / "facts.csv").write_text(HEAD + "1,receipt,2026-01-05,100,A\n2,receipt,2026-02-05,100,A\n")
    plan, tables, out = engine.load_plan(PLAN), engine.read_tables(tmp_path), tmp_path / "out"
    result = engine.run(plan, tables, period="2026-01", out=out)
    write(result, PLAN, out)
    keep(out, result, tables)
    assert engine.run(plan, tables.with_posted(out), period="2026-02").totals["payout"] == 10
    accounts = out / "accounts.json"
    accounts.write_text(spoil(accounts.read_text()))
    with pytest.raises(engine.PlanProblems, match="accounts.json: is not as a run wrote it"):
        engine.run(plan, tables.with_posted(out), period="2026-02")


def test_a_table_of_too_many_columns_is_refused_and_one_of_many_is_read(tmp_path):
    def wide(many):
        (tmp_path / "facts.csv").write_text(f"id,kind,date,payee,amount,{','.join(f'c{i}' for i in range(many))}\n1,receipt,2026-01-05,Ann,100,{','.join('x' * many)}\n", encoding="utf-8")
        return tmp_path
    with pytest.raises(engine.PlanProblems, match="facts: has 5,005 columns, at most 1,000 are read"):
        engine.read_tables(wide(5000))
    assert engine.run(engine.load_plan(PLAN), engine.read_tables(wide(200))).lines


def test_a_table_without_rows_lacks_its_columns_and_a_superior_is_named_by_a_column_there_is():
    score = PLAN.replace("rate: 10%", "rate: 10% * score(care)")
    facts = [{"id": "1", "kind": "receipt", "date": "2026-01-05", "amount": "100"}]
    credits, people = [{"fact": "1", "payee": "Ann", "share": "1"}], [{"payee": "Ann", "position": "rep", "from": "2020-01-01"}]
    with pytest.raises(engine.PlanProblems, match="scores: lacks the columns value"):
        engine.run(engine.load_plan(score), engine.Tables(facts=facts, credits=credits, people=people, scores=pa.table({name: pa.array([], pa.string()) for name in ("payee", "period", "name")})))
    along = PLAN.replace("measures: {", "measures: {team: {sum: amount, over: receipt, window: month, of: {roll up: 1, own deals: excluded, along: boss}}, ")
    with pytest.raises(engine.PlanProblems, match="measures.team.of: people have no column boss"):
        engine.run(engine.load_plan(along), engine.Tables(facts=facts, credits=credits, people=people))


def test_a_folder_that_lost_part_of_what_a_run_wrote_is_refused(tmp_path):
    from squaredeal.engine.ledger.output import read, write
    facts = [{"id": "1", "kind": "receipt", "date": "2026-01-05", "amount": "100"}]
    write(engine.run(engine.load_plan(PLAN), engine.Tables(facts=facts, credits=[{"fact": "1", "payee": "Ann", "share": "1"}], people=[{"payee": "Ann", "position": "rep", "from": "2020-01-01"}])), PLAN, tmp_path)
    (tmp_path / "result.json").unlink()
    with pytest.raises(engine.PlanProblems, match="holds no result of a run"):
        read(tmp_path)
