"""A folder of tables as people and Excel save them: what is read, what is told and refused, and that nothing is written then."""
import csv

import pytest
from typer.testing import CliRunner

from squaredeal.engine import PlanProblems, Tables, read_tables, run
from squaredeal.engine.command import commission
from squaredeal.engine.tests.test_tables import CREDIT, FACT, MONTHLY, PERSON, PLAN


def written(folder, name, rows):
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_the_command_refuses_bad_tables_and_writes_nothing_and_tells_of_columns_nobody_reads(tmp_path):
    plan, facts, out = tmp_path / "plan.yaml", tmp_path / "facts", tmp_path / "out"
    facts.mkdir()
    plan.write_text(PLAN % "month", encoding="utf-8")
    written(facts, "facts", [FACT, {**FACT, "amount": "x"}])
    written(facts, "credits", [{**CREDIT, "share": "0.5"}])
    written(facts, "people", [PERSON])
    told = CliRunner().invoke(commission, ["run", str(plan), "--facts", str(facts), "--out", str(out), "--lang", "en"])
    assert told.exit_code == 2 and not out.exists()
    assert all(words in told.output for words in ("facts row 3 amount", "facts.id", "credits.share"))
    written(facts, "facts", [FACT])
    written(facts, "credits", [CREDIT])
    written(facts, "people", [{**PERSON, "until": "2025-12-31"}])
    told = CliRunner().invoke(commission, ["run", str(plan), "--facts", str(facts), "--out", str(out), "--lang", "en"])
    assert told.exit_code == 0 and "! people: columns that the plan does not know and nobody reads: until" in told.stderr


@pytest.mark.parametrize(("content", "words"), [(None, "holds no facts.csv"), (b"\xff\xfe\x00ba", "cannot be read"), (b"", "facts")])
def test_a_folder_or_file_that_cannot_be_read_is_told(tmp_path, content, words):
    if content is not None:
        (tmp_path / "facts.csv").write_bytes(content)
    with pytest.raises(PlanProblems) as wrong:
        given = read_tables(tmp_path)
        run(MONTHLY, given)
    assert words in str(wrong.value)
    with pytest.raises(PlanProblems):
        read_tables(tmp_path / "nowhere")


@pytest.mark.parametrize(("encoding", "between"), [("utf-16", "\t"), ("utf-16", ","), ("utf-16", ";"), ("gb18030", "\t")])
def test_a_table_as_excel_saves_it_is_read_whatever_its_encoding(tmp_path, encoding, between):
    cells = [["编号", "类别", "日期", "金额", "人员", "附注"], ["1", "sale", "2026-01-10", '"1,000"', "陈", '"两行\n一格"'], ["2", "sale", "2026-01-11", "300", "陈", ""]]
    (tmp_path / "facts.csv").write_bytes("\r\n".join(between.join(row) for row in cells).encode(encoding))
    given = read_tables(tmp_path)
    assert given.arrow["facts"].column("附注").to_pylist() == ["两行\n一格", None]
    assert {(line.fact, line.earned) for line in run(MONTHLY, given).lines} == {("1", 100), ("2", 30)}
    (tmp_path / "facts.csv").write_bytes("id\tkind\tid".encode("utf-16-be"))
    with pytest.raises(PlanProblems):
        run(MONTHLY, read_tables(tmp_path))


@pytest.mark.parametrize("ending", ["csv", "gb18030", "xlsx"])
def test_empty_rows_at_the_end_are_none_and_one_between_is_told_by_its_place(tmp_path, ending):
    rows = [["编号", "类别", "日期", "金额", "人员"], ["1", "sale", "2026-01-10", "1000", "陈"], [""] * 5, [""] * 5]

    def saved(rows):
        if ending == "xlsx":
            import openpyxl
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append(row)
            book.save(tmp_path / "facts.xlsx")
        else:
            (tmp_path / "facts.csv").write_bytes("\n".join(",".join(row) for row in rows).encode("gb18030" if ending == "gb18030" else "utf-8"))
        return read_tables(tmp_path)
    assert [line.earned for line in run(MONTHLY, saved(rows)).lines] == [100]
    with pytest.raises(PlanProblems) as wrong:
        run(MONTHLY, saved([*rows, ["2", "sale", "2026-01-11", "300", "陈"]]))
    told = str(wrong.value)
    assert "None" not in told and "facts.id: has no id: row 3、row 4".replace("、", ", ") in told and "facts: date or kind is empty: row 3, row 4" in told


def test_files_beside_the_tables_are_told_by_their_names(tmp_path):
    (tmp_path / "事实.csv").write_text("编号,类别,日期,金额,人员\n1,sale,2026-01-10,1000,陈\n")
    with pytest.raises(PlanProblems) as wrong:
        read_tables(tmp_path)
    assert "事实.csv" in wrong.value.problems[0].text("zh") and "facts.csv" in wrong.value.problems[0].text("zh")
    (tmp_path / "事实.csv").rename(tmp_path / "facts.csv")
    (tmp_path / "人员.csv").write_text("人员,岗位\n陈,代表\n")
    for name in ("~$facts.xlsx", ".csv", "附注.txt"):
        (tmp_path / name).write_text("")
    words = "tables: files that nobody reads: 人员.csv; rename what is a table; their names are facts, credits, people, quotas, scores, periods, posted, rates"
    assert [(p.place, p.severity, p.text("en")) for p in read_tables(tmp_path).check(MONTHLY)] == [("tables", "warning", words)]
    (tmp_path / "plan.yaml").write_text(PLAN % "month")
    ran = CliRunner().invoke(commission, ["run", str(tmp_path / "plan.yaml"), "--facts", str(tmp_path), "--out", str(tmp_path / "out"), "--lang", "en"])
    assert ran.exit_code == 0 and f"! {words}" in ran.stderr


def test_facts_that_name_their_payee_need_no_other_table(tmp_path):
    rows = [{"编号": "1", "类别": "sale", "日期": "2026-01-10", "金额": "100", "人员": "陈"}, {"编号": "2", "类别": "sale", "日期": "2026-01-11", "金额": "300", "人员": "陈"}]
    written(tmp_path, "facts", rows)
    assert {(line.payee, line.earned) for line in run(MONTHLY, read_tables(tmp_path)).lines} == {("陈", 10), ("陈", 30)}
    path = tmp_path / "facts.csv"
    path.write_bytes(path.read_text(encoding="utf-8").replace("2026-01-11", "2026年1月11日").encode("gbk"))  # as a Chinese Excel saves it
    assert {(line.payee, line.earned) for line in run(MONTHLY, read_tables(tmp_path)).lines} == {("陈", 10), ("陈", 30)}
    written(tmp_path, "credits", [{"事实": "2", "人员": "陈", "份额": "0.5"}, {"事实": "2", "人员": "林", "份额": "0.5"}])
    assert {(line.payee, line.fact, line.earned) for line in run(MONTHLY, read_tables(tmp_path)).lines} == {("陈", "1", 10), ("陈", "2", 15), ("林", "2", 15)}


def test_facts_of_nobody_are_refused_and_the_way_is_told(tmp_path):
    written(tmp_path, "facts", [FACT])
    with pytest.raises(PlanProblems, match="column payee"):
        read_tables(tmp_path)
    assert not run(MONTHLY, Tables(facts=[FACT])).lines


def test_a_table_whose_columns_are_called_otherwise_tells_all_that_lack_and_what_they_may_be(tmp_path):
    (tmp_path / "facts.csv").write_text("id,type,date,salesperson,amount\n1,sale,2026-01-05,Ann,100\n", encoding="utf-8")
    (tmp_path / "quotas.csv").write_text("rep,month,quota\nAnn,2026-01,500\n", encoding="utf-8")
    with pytest.raises(PlanProblems) as wrong:
        read_tables(tmp_path)
    assert [p.text("en").partition("; ")[0] for p in wrong.value.problems] == [
        "facts: lacks the columns kind", "quotas: lacks the columns payee, measure, period, value", "credits: there is no table of credits, and facts have no column payee: nobody is credited"]
    assert "type, salesperson" in wrong.value.problems[0].text("en")
