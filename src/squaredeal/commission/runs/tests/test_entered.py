"""Scores and wages that are entered pay what the plan says of them: missing they are asked for, changed late they make a difference."""
from datetime import date
from decimal import Decimal

import pytest

from squaredeal.commission.conftest import Office
from squaredeal.commission.plans import actions as plans
from squaredeal.commission.runs import entered, estimating, inputs
from squaredeal.commission.runs.models import Line, Run
from squaredeal.commission.statements import explaining
from squaredeal.commission.statements.models import Statement
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.appraisal import actions as appraisal
from squaredeal.organisation.team import actions as team
from squaredeal.organisation.team.scope import FIRM

pytestmark = pytest.mark.once   # what it adds to the rows is proved beside the models; here it is the computation

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
PLAN = """
plan: 考核提成
effective: {from: 2026-01-01}
period: month
components:
  - {name: 回款提成, who: position = "rep", each: receipt, base: amount, rate: 1%FACTOR}
settlement:
  round: half up to fen once per line
  negative: carry
  statutory cap: 20%
MORE"""


def published(firm, factor="", more=""):
    return plans.publish(firm.zhou, plans.draft(firm.gu, None, text=PLAN.replace("FACTOR", factor).replace("MORE", more)))


def paid(run):
    return dict(Statement.objects.filter(run=run).values_list("person__login", "payout"))


def test_a_score_multiplies_and_one_corrected_after_closing_is_paid_in_the_open_month(firm, book):
    published(firm, ", factor: [{times: score(KPI系数)}]")
    book.receive(book.contract(firm.chen, 113_000), 100_000, date(2026, 1, 20))
    book.receive(book.contract(firm.lin, 113_000), 100_000, date(2026, 1, 21))
    office = Office(firm)
    with pytest.raises(Refused, match="/appraisal/.period=2026-01&name=KPI系数"):
        office.compute("2026-01")
    assert not Run.objects.exists(), "nothing was paid as if the score did not matter"
    appraisal.score(firm.wang, firm.chen, name="KPI系数", month=JANUARY, value=Decimal("0.9"))
    with pytest.raises(Refused, match="1 处没填：林涛 2026-01 ./appraisal/.period=2026-01&name=KPI系数"):
        office.compute("2026-01")
    appraisal.score(firm.li, firm.lin, name="KPI系数", month=JANUARY, value=Decimal("1.2"))
    run = office.close("2026-01")
    assert paid(run) == {"chen": 900, "lin": 1200} and run.warnings == []
    with pytest.raises(Refused):
        appraisal.score(firm.wang, firm.chen, name="KPI系数", month=JANUARY, value=Decimal(1), note="再看")
    appraisal.score(firm.zhou, firm.chen, name="KPI系数", month=JANUARY, value=Decimal(1), note="漏记一项")
    second = office.compute("2026-02")
    assert paid(second) == {"chen": 100}
    assert Line.objects.filter(run=run).count() == 2 and Statement.objects.get(run=run, person=firm.chen).payout == 900, "what is posted stays"


def test_a_guarantee_by_the_wage_follows_the_wage_from_month_to_month(firm, book):
    published(firm, more='  draw: {amount: wage * 50%, who: position = "rep", recoverable: false}\n')
    book.receive(book.contract(firm.chen, 113_000), 100_000, date(2026, 1, 20))
    office = Office(firm)
    with pytest.raises(Refused, match="/appraisal/wages/"):
        office.compute("2026-01")
    appraisal.wage(firm.gu, firm.chen, name="wage", month=JANUARY, value=Decimal(6000))
    appraisal.wage(firm.gu, firm.chen, name="wage", month=FEBRUARY, value=Decimal(8000))
    run = office.close("2026-01")
    assert paid(run)["chen"] == 3000 and run.warnings == []
    assert paid(office.close("2026-02"))["chen"] == 4000


def test_a_line_reckoned_with_the_wage_tells_it_to_no_manager(firm, book):
    published(firm, ", factor: [{when: wage > 8000, times: 2}]")
    book.receive(book.contract(firm.chen, 113_000), 100_000, date(2026, 1, 20))
    appraisal.wage(firm.gu, firm.chen, name="wage", month=JANUARY, value=Decimal(8642))
    line = Line.objects.get(run=Office(firm).close("2026-01"))
    told = {who: str(explaining.why(who, line)["steps"]) for who in (firm.chen, firm.gu, firm.zhou, firm.wang)}
    assert line.earned == 2000 and {who.login: "8642" in said.replace(",", "") for who, said in told.items()} == {"chen": True, "gu": True, "zhou": True, "wang": False}


def test_who_has_no_wage_is_named_by_the_run(firm, book):
    published(firm, more='  draw: {amount: wage * 50%, who: position = "rep", recoverable: false}\n')
    for rep in (firm.chen, firm.lin):
        book.receive(book.contract(rep, 113_000), 100_000, date(2026, 1, 20))
    appraisal.wage(firm.gu, firm.chen, name="wage", month=JANUARY, value=Decimal(6000))
    run = Office(firm).compute("2026-01")
    assert [(w["code"], w["zh"]) for w in run.warnings] == [("not_entered", "“工资”有 1 处没填：林涛 2026-01，按空算")]


def test_an_assignment_is_cut_where_the_wage_changes_and_only_for_a_plan_that_asks(firm):
    plan, other = (plans.reading.loaded(PLAN.replace("FACTOR", "").replace("MORE", more)) for more in ("  deduction: {cap: 20%}\n", ""))
    appraisal.wage(firm.gu, firm.chen, name="wage", month=JANUARY, value=Decimal(6000))
    appraisal.wage(firm.gu, firm.chen, name="wage", month=FEBRUARY, value=Decimal(8000))
    people = inputs.people(FIRM)
    rows = [r for r in entered.with_wages(FIRM, plan, people, date(2026, 3, 31)) if r["payee"] == firm.chen.pk]
    assert [(r["from"], r["to"], r["wage"]) for r in rows] == [
        (date(2023, 1, 1), date(2025, 12, 31), None), (JANUARY, date(2026, 1, 31), 6000), (FEBRUARY, None, 8000)]
    assert entered.with_wages(FIRM, other, people, date(2026, 3, 31)) is people


def test_the_firms_own_holidays_change_the_working_days_a_plan_counts(firm, book):
    published(firm, ", factor: [{times: 'workdays(period_start, period_end) / 10'}]")
    book.receive(book.contract(firm.chen, 113_000), 100_000, date(2026, 1, 20))
    office = Office(firm)
    assert paid(office.compute("2026-01")) == {"chen": 2100}, "twenty-one published working days"
    for day in (12, 13):
        team.mark_day(firm.xu, None, on=date(2026, 1, day), working=False, name="厂庆")
    assert paid(office.compute("2026-01")) == {"chen": 1900}
    team.mark_day(firm.xu, None, on=date(2026, 1, 17), working=True, name="补班")
    assert paid(office.compute("2026-01")) == {"chen": 2000}


def test_a_quarter_has_the_score_of_its_last_month_whoever_gave_it():
    from squaredeal.engine import load_plan
    plan = load_plan(PLAN.replace("FACTOR", "").replace("MORE", "").replace("currency: CNY\n", "").replace("period: month", "currency: CNY\nperiod: month").replace(
        "components:", "measures: {季回款: {sum: amount, over: receipt, window: quarter}}\ncomponents:\n  - {name: 季奖, each: quarter, base: 季回款, rate: 1%, gate: {when: score(compliance) >= 0.9}}"))
    rows = [{"payee": 1, "name": "compliance", "period": f"2026-{month:02}", "value": Decimal(month)} for month in (2, 3, 6)]
    assert [(row["period"], row["value"]) for row in entered.with_spans(plan, rows)] == [("2026-02", 2), ("2026-03", 3), ("2026-06", 6), ("2026Q1", 3), ("2026Q2", 6)]


@pytest.mark.parametrize("said", [{"factor": ", factor: [{times: score(KPI系数)}]"}, {"more": "  cap: {amount: 2000 * score(KPI系数), window: period}\n"}], ids=["a factor", "a cap on all pay"])
def test_a_month_so_far_in_which_a_score_lacks_says_so_and_who_has_one_is_told(firm, book, said):
    published(firm, **said)
    for who, day in ((firm.chen, 20), (firm.lin, 21)):
        book.receive(book.contract(who, 113_000), 100_000, date(2026, 1, day))
    appraisal.score(firm.wang, firm.chen, name="KPI系数", month=JANUARY, value=Decimal("0.4"))
    told = {who: estimating.estimate(who, who, date(2026, 1, 25)) for who in (firm.chen, firm.lin)}
    assert (told[firm.chen].refused, told[firm.chen].payout) == ("", Decimal(400 if "factor" in said else 800))
    assert "林涛 2026-01" in told[firm.lin].refused and "KPI系数" in told[firm.lin].refused and (told[firm.lin].payout, told[firm.lin].lines) == (0, [])
    with pytest.raises(Refused, match="林涛 2026-01"):
        Office(firm).compute("2026-01")
