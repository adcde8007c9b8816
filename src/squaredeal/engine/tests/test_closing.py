"""Month after month through the command, each given the folder of the last: what was paid is never computed again, twice posts nothing, versions stand side by side."""
import csv
import json
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from squaredeal.engine.command import commission

pytestmark = pytest.mark.once
PLAN = """
plan: closing
effective: {{from: {first}{last}}}
currency: CNY
period: month
attributes: {{pay: money}}
components:
  - {{name: c, each: sale, base: amount, rate: {rate}{more}}}
settlement: {{round: half up to fen once per line, negative: carry{settles}}}
"""
DRAW = ", draw: {amount: pay, recoverable: true}"
KEPT = ", reserve: {keep: 20%, refund: year end}"
BACK = ", clawback: {on: churn, within: ever}"


class Months:
    """A folder of tables and the runs over it, each given what the last one that was posted left."""

    def __init__(self, folder, settles="", **given):
        self.folder, self.count, self.posted, self.said, self.facts, self.people = folder, 0, None, "", [], [{"payee": "Ann", "position": "rep", "from": "2026-01-01", "to": "", "pay": 3000}]
        self.settles = settles
        self.ruled(**given)

    def ruled(self, rate="10%", first="2026-01-01", last="", more=""):
        (self.folder / "plan.yaml").write_text(PLAN.format(rate=rate, first=first, last=f", to: {last}" if last else "", more=more, settles=self.settles), encoding="utf-8")

    def sold(self, number, day, amount):
        self.facts.append({"id": number, "kind": "sale", "date": day, "payee": "Ann", "amount": amount, "deal": "D1"})

    def run(self, period):
        """(exit code and what is said, or the statement of Ann as {word: amount}) of a run of the period."""
        self.count += 1
        (self.folder / "in").mkdir(exist_ok=True)
        for name, rows in {"facts": self.facts, "people": self.people}.items():
            with (self.folder / "in" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
        out = self.folder / f"out{self.count}"
        ran = CliRunner().invoke(commission, ["run", f"{self.folder / 'plan.yaml'}", "--facts", f"{self.folder / 'in'}", "--out", f"{out}", "--period", period, "--lang", "en",
                                              *(["--posted", f"{self.posted}"] if self.posted else [])])
        self.said = ran.output
        if ran.exit_code:
            return ran.exit_code, ran.output
        self.posted = out
        with (out / "statements.csv").open(encoding="utf-8") as file:
            found = list(csv.DictReader(file))
        return {word: Decimal(value) for word, value in (found[0] if found else {}).items() if word not in ("payee", "period", "lines", "base") and Decimal(value)}


@pytest.fixture
def months(tmp_path):
    return lambda **given: Months(tmp_path, **given)


def test_the_folder_of_the_last_month_holds_what_all_months_posted(months):
    found = months()
    for month, amount in enumerate((1000, 500), start=1):
        found.sold(f"s{month}", f"2026-0{month}-10", amount)
        assert found.run(f"2026-0{month}") == {"earned": amount // 10, "payout": amount // 10}
    found.facts[0]["amount"] = 900
    assert found.run("2026-03") == {"earlier": -10, "carried": -10}


@pytest.mark.parametrize(("settles", "amount", "paid", "stands", "more"), [(DRAW, 1000, 3000, -2900, 1100), (", deduction: {cap: 20%, of: pay}", -8000, -600, -200, 3800)],
                         ids=["draw", "wage"])
def test_a_month_that_is_run_twice_pays_once(months, settles, amount, paid, stands, more):
    found = months(settles=settles)
    found.sold("s1", "2026-01-10", amount)
    first = found.run("2026-01")
    assert first.get("payout", 0) == paid and first.get("carried", 0) == stands
    assert not found.run("2026-01").keys() - {"carried", "carried_in"}
    found.sold("s2", "2026-01-20", 40000)
    assert found.run("2026-01")["payout"] == more


def test_what_a_second_run_of_the_month_finds_paid_too_much_is_carried(months):
    found = months()
    found.sold("s1", "2026-01-10", 1000)
    found.run("2026-01")
    found.sold("s2", "2026-01-20", -3000)
    assert found.run("2026-01") == {"earned": -300, "carried": -300}
    found.sold("s3", "2026-02-20", 5000)
    assert found.run("2026-02") == {"earned": 500, "carried_in": -300, "payout": 200, "deducted": 300}


def test_what_was_advanced_stays_advanced_when_people_are_others_now(months):
    found = months(settles=DRAW)
    found.sold("s1", "2026-01-10", 10000)
    assert found.run("2026-01") == {"earned": 1000, "payout": 3000, "advance": 2000, "carried": -2000}
    assert found.run("2026-02") == {"carried_in": -2000, "payout": 3000, "advance": 3000, "carried": -5000}
    found.people[0] |= {"to": "2026-01-31", "pay": 100}
    found.sold("s2", "2026-01-20", 60000)
    assert found.run("2026-03") == {"earlier": 6000, "carried_in": -5000, "payout": 1000, "deducted": 5000}


def test_a_new_version_leaves_alone_what_the_old_one_posted(months):
    found = months(rate="5%", more=KEPT)
    found.sold("s1", "2026-06-20", 6000)
    assert found.run("2026-06") == {"earned": 300, "reserved": 60, "payout": 240}
    found.sold("s2", "2026-07-20", 1000)
    found.ruled(rate="10%", first="2026-07-01", more=KEPT)
    assert found.run("2026-07") == {"earned": 100, "reserved": 20, "payout": 80}
    found.sold("s3", "2026-06-25", 500)
    found.ruled(rate="5%", last="2026-06-30", more=KEPT)
    assert found.run("2026-07") == {"earlier": 25, "reserved": 5, "payout": 20}
    found.ruled(rate="10%", first="2026-07-01", more=KEPT)
    assert found.run("2026-12") == {"reserved": -20, "payout": 20}


def test_two_versions_do_not_pay_the_same_sale(months):
    found = months(rate="5%")
    found.sold("s1", "2026-06-20", 6000)
    found.sold("s2", "2026-07-20", 1000)
    assert found.run("2026-07") == {"earned": 50, "earlier": 300, "payout": 350}
    found.ruled(first="2026-07-01")
    code, said = found.run("2026-08")
    assert code == 2 and "posted these: s2" in said and not (found.folder / "out2" / "lines.csv").exists()
    found.ruled(rate="5%", last="2026-06-30")
    assert found.run("2026-08") == {"earlier": -50, "carried": -50}
    found.ruled(first="2026-07-01")
    assert found.run("2026-08") == {"earlier": 100, "carried_in": -50, "payout": 50}


def test_what_an_ended_version_paid_is_taken_back_by_it(months):
    found = months(rate="5%", more=BACK)
    found.sold("s1", "2026-06-20", 6000)
    found.run("2026-06")
    found.facts += [{**found.facts[0], "id": "x", "kind": "churn", "date": "2026-08-05", "amount": 0}, {**found.facts[0], "id": "s2", "date": "2026-08-06"}]
    found.ruled(rate="5%", last="2026-06-30", more=BACK)
    assert found.run("2026-08") == {"earned": -300, "carried": -300}
    told = CliRunner().invoke(commission, ["amortise", f"{found.posted}", "--months", "5", "--to", f"{found.folder / 'cost.csv'}"])
    assert told.output.split() == ["2026-08", "-180.00", "-120.00", "2026-09", "-60.00", "-60.00", "2026-10", "-60.00", "0.00"]  # June and July of it are over


def test_whoever_gives_the_facts_of_a_month_alone_is_told_that_what_was_paid_before_is_taken_back(months):
    found = months()
    found.sold("s1", "2026-01-10", 1000)
    found.run("2026-01")
    found.facts.clear()
    found.sold("s2", "2026-02-10", 3000)
    assert found.run("2026-02") == {"earned": 300, "earlier": -100, "payout": 200, "deducted": 100}
    assert "2026-01 was posted and the tables have no fact of it, so 100.00 is taken back" in found.said


def test_a_month_before_the_last_posted_one_is_closed(months):
    found = months()
    found.sold("s2", "2026-02-10", 100)
    found.run("2026-02")
    code, said = found.run("2026-01")
    assert code == 2 and "2026-01 is closed: 2026-02 is posted" in said
    assert json.loads((found.posted / "accounts.json").read_text(encoding="utf-8"))["period"] == "2026-02"


@pytest.mark.parametrize(("settles", "owed", "paid"), [("", -400, {}), (", draw: {amount: 300, recoverable: true, who: month(period_end) = 1}", -700, {"advance": 300, "payout": 300})])
def test_whoever_owes_is_told_in_each_month_until_it_is_paid_back(months, settles, owed, paid):
    found = months(settles=settles)
    found.sold("s1", "2026-01-10", -4000)
    assert found.run("2026-01") == {"earned": -400, "carried": owed, **paid}
    assert found.run("2026-02") == found.run("2026-02") == {"carried_in": owed, "carried": owed}, "also where nothing is theirs, and where the month is run again"
    found.sold("s2", "2026-03-10", 1000)
    assert found.run("2026-03") == {"earned": 100, "carried_in": owed, "carried": owed + 100, "deducted": 100}
    found.sold("s3", "2026-04-10", 9000)
    assert found.run("2026-04") == {"earned": 900, "carried_in": owed + 100, "payout": 1000 + owed, "deducted": -owed - 100}
    assert found.run("2026-05") == {}, "who owes nothing and sold nothing has no row"
