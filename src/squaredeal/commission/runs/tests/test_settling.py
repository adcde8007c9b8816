"""What stands on the firm's statements is what the engine itself settles over the same facts, month after month, with corrections after a month is closed."""
from datetime import date
from decimal import Decimal

import pytest

from squaredeal.commission.conftest import HUACHEN, Office
from squaredeal.commission.credits import actions as credits
from squaredeal.commission.plans import actions as plans
from squaredeal.commission.plans import reading
from squaredeal.commission.runs import computing, inputs, queries
from squaredeal.commission.runs.models import Line
from squaredeal.organisation.targets.models import Target
from squaredeal.organisation.team.scope import FIRM

D = Decimal
NAMES = ("earned", "earlier", "held", "reserved", "capped", "advance", "carried_in", "carried", "payout")
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")


def published(firm, old, new):
    """The firm's plan from January with another settlement."""
    text = HUACHEN.read_text(encoding="utf-8").split("examples:")[0]
    assert old in text
    made = plans.publish(firm.zhou, plans.draft(firm.gu, None, text=text.replace(old, new).replace("from: 2025-01-01", "from: 2026-01-01")))
    return reading.loaded(made.text)


class Engine:
    """The engine by itself, run month after month over the firm's facts, posting as the command does."""

    def __init__(self, plan):
        self.plan, self.posted = plan, []

    def close(self, code, ends_on):
        """{payee: Statement} of the month, which is then posted."""
        from squaredeal.engine import Tables, run
        first = date(2026, 1, 1)
        facts = inputs.facts(FIRM, first, ends_on)
        result = run(self.plan, Tables(facts=facts, credits=inputs.credit(FIRM, facts), people=inputs.people(FIRM), quotas=computing.quotas(self.plan, first, ends_on, FIRM),
                                       posted=self.posted or None), period=code)
        self.posted += [{"key": x.id, "earned": x.difference, "reserved": x.reserved - x.posted_reserved, "released": x.released - x.posted_released, "payee": x.payee,
                         "period": x.period, "fact_period": x.fact_period, "payout": x.payout} for x in result.lines]
        return {int(s.payee): s for s in result.statements}


def story(firm, book, plan):
    """Four months closed one after another, what came late and was reversed, shared and handed over between them; both sides of each, and the runs."""
    office, engine, runs = Office(firm), Engine(plan), []
    Target.objects.create(person=firm.chen, measure="receipts", month=date(2026, 1, 1), amount=100_000)
    first = book.contract(firm.chen, 900_000)
    wrong = book.receive(first, D("10000.37"), date(2026, 1, 10))
    book.receive(first, D("220001.11"), date(2026, 1, 20))
    book.receive(book.contract(firm.lin, 56500), D("33333.33"), date(2026, 1, 15))

    def corrected_in_january():
        book.receive(first, D("777.77"), date(2026, 1, 31))
        book.receive(first, D("4321.99"), date(2026, 2, 3))

    def reversed_and_shared():
        book.reverse(wrong, date(2026, 3, 3))
        credits.split(firm.zhou, first, shares=[(firm.chen, D("0.3333"), "split"), (firm.lin, D("0.6667"), "split")], reason="撞单裁定")
        book.receive(book.contract(firm.lin, 565_000), D("400000.05"), date(2026, 3, 20))

    def late_again():
        book.receive(first, D("1.13"), date(2026, 1, 30))
        book.receive(first, D("50000.01"), date(2026, 4, 9))
    for code, before in zip(MONTHS, (lambda: None, corrected_in_january, reversed_and_shared, late_again), strict=True):
        before()
        run = office.close(code)
        ours = {s.person_id: tuple(getattr(s, name) for name in NAMES) for s in run.statements.all()}
        theirs = {payee: tuple(getattr(s, name) for name in NAMES) for payee, s in engine.close(code, run.period.ends_on).items()}
        assert ours == theirs, code
        for values in (dict(zip(NAMES, one, strict=True)) for one in ours.values()):
            if not plan.settlement.draw or plan.settlement.draw.forgiven == "never":
                assert_adds_up(plan, values)
        runs.append(run)
    return office, runs


def assert_adds_up(plan, v):
    carried = v["carried_in"] - v["carried"] + (v["advance"] if plan.settlement.draw and not plan.settlement.draw.recoverable else 0)
    assert v["earned"] + v["earlier"] - v["held"] - v["reserved"] - v["capped"] + carried == v["payout"]


def bytes_of(run):
    return [tuple(map(str, row)) for row in (*Line.objects.filter(run=run).order_by("pk").values_list(), *run.statements.order_by("pk").values_list())]


@pytest.mark.once
def test_what_is_rounded_once_per_statement_adds_up_to_the_rounded_whole(firm, book):
    plan = published(firm, "half up to fen once per line", "half up to fen once per statement")
    office, runs = story(firm, book, plan)
    before = [bytes_of(run) for run in runs]
    again = office.compute("2026-05")
    assert again.lines.count() == 0 and again.earned == again.earlier == 0          # nothing is left over below a fen
    assert [bytes_of(run) for run in runs] == before and all(queries.verified(firm.gu, run) for run in runs)
    assert any(line.earned != round(line.earned, 2) for line in Line.objects.all())
    whole = computing_afresh(plan)
    for person in {s.person_id for run in runs for s in run.statements.all()}:
        said = sum((s.earned + s.earlier for run in runs for s in run.statements.filter(person=person)), D(0))
        assert said == sum((s.earned for s in whole if s.payee == str(person)), D(0))


def computing_afresh(plan):
    """The statements of all months as if nothing had been closed."""
    from squaredeal.engine import Tables, run
    facts = inputs.facts(FIRM, date(2026, 1, 1), date(2026, 4, 30))
    return run(plan, Tables(facts=facts, credits=inputs.credit(FIRM, facts), people=inputs.people(FIRM), quotas=computing.quotas(plan, date(2026, 1, 1), date(2026, 4, 30), FIRM))).statements


DRAWS = {
    "paid back by half": '{amount: "3000 * active_days / period_days", recoverable: true, recover: 50%, who: position = "rep"}',
    "a guarantee": '{amount: 2500, recoverable: false, who: "position = \\"rep\\" 且 months(hired, period_start) < 3"}',
    "forgiven": '{amount: 3000, recoverable: true, who: position = "rep", forgiven: "months(hired, period_start) >= 2"}'}


@pytest.mark.parametrize("draw", [pytest.param(draw, id=name, marks=[] if name == "forgiven" else [pytest.mark.once]) for name, draw in DRAWS.items()])
def test_a_draw_is_advanced_and_paid_back_as_the_engine_has_it(firm, book, draw):
    for person in (firm.chen, firm.lin):
        person.hired_on = date(2026, 1, 10)
        person.save()
    firm.lin.assignments.update(ends_on=date(2026, 2, 14))                            # who leaves is not paid a draw afterwards, and what is owed stays
    plan = published(firm, "  negative: carry", f"  negative: carry\n  draw: {draw}")
    office, runs = story(firm, book, plan)
    statements = [s for run in runs for s in run.statements.filter(person__in=[firm.chen, firm.lin])]
    assert any(s.advance for s in statements) and not any(s.advance for s in statements if s.person == firm.lin and s.run.period.code > "2026-02")
    assert all(s.payout >= 0 for s in statements)
    before = [bytes_of(run) for run in runs]
    office.compute("2026-05")
    assert [bytes_of(run) for run in runs] == before


@pytest.mark.once
def test_what_waits_is_released_when_its_day_has_come(firm, book):
    plan = published(firm, "    reserve: {keep: 15%, refund: year end}",
                     "    reserve: {keep: 15%, refund: year end}\n    release: {instalments: [[0, 50%], [1, 75.5%], [2, 100%]]}")
    office, runs = story(firm, book, plan)
    assert any(s.held > 0 for s in runs[0].statements.all()) and any(s.held < 0 for run in runs for s in run.statements.all())
    released = [x for run in runs for x in run.lines.all() if x.detail.get("cause", {}).get("code") == "released"]
    assert released and all(not x.difference and x.held < 0 and x.payout == -x.held - x.reserved for x in released)
    for code in ("2026-05", "2026-06"):
        runs.append(office.close(code))
    assert sum(s.held for run in runs for s in run.statements.all()) == 0           # all of it has come
    assert office.compute("2026-07").lines.count() == 0


@pytest.mark.parametrize(("amount", "window"), [("2200", "year"), pytest.param("900 * active_days / period_days", "period", marks=pytest.mark.once)])
def test_a_limit_on_all_pay_holds_for_what_comes_late_too(firm, book, amount, window):
    plan = published(firm, "  negative: carry", f'  negative: carry\n  cap: {{amount: "{amount}", window: {window}, who: position = "rep"}}')
    office, runs = story(firm, book, plan)
    statements = [s for run in runs for s in run.statements.all()]
    assert any(s.capped > 0 for s in statements) and any(s.capped and s.earlier for s in statements)
    whole = computing_afresh(plan)
    for person in {s.person_id for s in statements}:
        said = sum((s.earned + s.earlier - s.reserved - s.capped for s in statements if s.person_id == person), D(0))
        assert said == sum((s.earned - s.reserved - s.capped for s in whole if s.payee == str(person)), D(0))
