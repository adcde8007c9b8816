"""What stands on the firm's statements is what the engine itself settles over the same facts, month after month, with corrections after a month is closed."""
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation

from squaredeal.commission.conftest import Office
from squaredeal.commission.credits import actions as credits
from squaredeal.commission.plans import actions as plans
from squaredeal.commission.plans import reading
from squaredeal.commission.runs import computing, inputs, queries, settling, signings, typed
from squaredeal.commission.runs.models import Line
from squaredeal.commission.statements import explaining
from squaredeal.commission.statements.models import Statement
from squaredeal.engine import load_plan
from squaredeal.organisation.team.scope import FIRM
from squaredeal.process.followup.models import ComplianceWeek

D = Decimal
NAMES = ("earned", "earlier", "held", "reserved", "capped", "advance", "carried_in", "carried", "payout")
MONTHS = ("2026-01", "2026-02", "2026-03")
SMALL = """
plan: 小公司提成办法
effective: {from: 2026-01-01}
period: month
terms: {不含税回款: amount / (1 + vat_rate)}
measures: {月回款: {sum: 不含税回款, over: receipt, window: month}}
components:
  - name: 回款提成
    who: position = "rep"
    credit: [owner, split]
    each: receipt
    base: 不含税回款
    rate: {tiers: marginal, by: 月回款, table: [[0, 1%], [190000, 2%]]}
    reserve: {keep: 15%, refund: never}
settlement:
  round: half up to fen once per line
  round base: to fen
  negative: carry
  statutory cap: 20%
"""
"""One component, so that a month is computed in a moment."""


def published(firm, *settled, **changed):
    """The small plan from January, with lines more in its settlement and texts changed in it."""
    text = SMALL + "".join(f"  {line}\n" for line in settled)
    for old, new in changed.get("changed", ()):
        assert old in text
        text = text.replace(old, new)
    made = plans.publish(firm.zhou, plans.draft(firm.gu, None, text=text))
    return reading.loaded(made.text)


class Engine:
    """The engine by itself, run month after month over the firm's facts, posting as the command does."""

    def __init__(self, plan):
        self.plan, self.posted = plan, []

    def close(self, code, ends_on):
        """{payee: Statement} of the month, which is then posted."""
        from squaredeal.engine import Tables, run
        first = date(2026, 1, 1)
        facts = signings.facts(FIRM, self.plan, first, ends_on)
        result = run(self.plan, Tables(facts=typed.table(facts), credits=signings.credit(FIRM, facts), people=inputs.people(FIRM), scores=computing.scores(self.plan, first, ends_on, FIRM),
                                       posted=self.posted or None), period=code)
        self.posted += [{"key": x.id, "earned": x.difference, "reserved": x.reserved - x.posted_reserved, "released": x.released - x.posted_released, "payee": x.payee,
                         "period": x.period, "fact_period": x.fact_period, "payout": x.payout} for x in result.lines]
        return {int(s.payee): s for s in result.statements}


def story(firm, book, plan):
    """Three months closed one after another, what came late and was reversed and shared between them; both sides of each, and the runs."""
    office, engine, runs = Office(firm), Engine(plan), []
    first = book.contract(firm.chen, 900_000)
    wrong = book.receive(first, D("10000.37"), date(2026, 1, 10))
    book.receive(first, D("220001.11"), date(2026, 1, 20))
    book.receive(book.contract(firm.lin, 56500), D("33333.33"), date(2026, 1, 15))

    def late():
        book.receive(first, D("777.77"), date(2026, 1, 31))
        book.receive(first, D("4321.99"), date(2026, 2, 3))

    def reversed_and_shared():
        book.reverse(wrong, date(2026, 3, 3))
        credits.split(firm.zhou, first, shares=[(firm.chen, D("0.3333"), "split"), (firm.lin, D("0.6667"), "split")], reason="撞单裁定")
        book.receive(book.contract(firm.lin, 565_000), D("400000.05"), date(2026, 3, 20))
        book.receive(first, D("1.13"), date(2026, 1, 30))
    for code, before in zip(MONTHS, (lambda: None, late, reversed_and_shared), strict=True):
        before()
        runs.append(closed(office, engine, code))
        for values in (dict(zip(NAMES, one, strict=True)) for one in settled(runs[-1]).values()):
            if not plan.settlement.draw or plan.settlement.draw.forgiven == "never":
                assert_adds_up(plan, values)
    return office, engine, runs


def settled(run):
    return {s.person_id: tuple(getattr(s, name) for name in NAMES) for s in run.statements.all()}


def closed(office, engine, code):
    """The run of a month, posted; the engine by itself has settled the same."""
    run = office.close(code)
    theirs = {payee: tuple(getattr(s, name) for name in NAMES) for payee, s in engine.close(code, run.period.ends_on).items()}
    assert settled(run) == theirs, code
    return run


def assert_adds_up(plan, v):
    carried = v["carried_in"] - v["carried"] + (v["advance"] if plan.settlement.draw and not plan.settlement.draw.recoverable else 0)
    assert v["earned"] + v["earlier"] - v["held"] - v["reserved"] - v["capped"] + carried == v["payout"]


def bytes_of(run):
    return [tuple(map(str, row)) for row in (*Line.objects.filter(run=run).order_by("pk").values_list(), *run.statements.order_by("pk").values_list())]


def whole(plan, until):
    """{payee: the engine's statements of all months as if nothing had been closed}."""
    from squaredeal.engine import Tables, run
    facts = signings.facts(FIRM, plan, date(2026, 1, 1), until)
    found = {}
    for s in run(plan, Tables(facts=typed.table(facts), credits=signings.credit(FIRM, facts), people=inputs.people(FIRM))).statements:
        found.setdefault(int(s.payee), []).append(s)
    return found


@pytest.mark.once
def test_rounded_once_per_statement_released_later_and_drawn_in_advance_it_adds_up_to_the_rounded_whole(firm, book):
    plan = published(firm, "draw: {amount: 2000 * active_days / period_days, recoverable: true, recover: 50%, who: position = \"rep\"}",
                     changed=[("half up to fen once per line", "half up to fen once per statement"), ("round base: to fen", "round base: exact"),
                              ("    reserve:", "    release: {instalments: [[0, 50.5%], [1, 100%]]}\n    reserve:")])
    office, _engine, runs = story(firm, book, plan)
    assert any(s.advance for run in runs for s in run.statements.all())
    assert any(s.held > 0 for s in runs[0].statements.all()) and any(s.held < 0 for s in runs[1].statements.all())
    released = [x for run in runs for x in run.lines.all() if x.detail.get("cause", {}).get("code") == "released"]
    assert released and all(not x.difference and x.held < 0 and x.payout == -x.held - x.reserved for x in released)
    before = [bytes_of(run) for run in runs]
    runs.append(office.close("2026-04"))
    assert sum(s.held for run in runs for s in run.statements.all()) == 0           # all of it has come
    again = office.compute("2026-05")
    assert again.lines.count() == 0 and again.earned == again.earlier == 0          # nothing is left over below a fen
    assert [bytes_of(run) for run in runs[:3]] == before and all(queries.verified(firm.gu, run) for run in runs)
    assert any(line.earned != round(line.earned, 2) for line in Line.objects.all())
    for payee, theirs in whole(plan, date(2026, 4, 30)).items():
        assert sum(s.earned + s.earlier for run in runs for s in run.statements.filter(person=payee)) == sum(s.earned for s in theirs)


@pytest.mark.parametrize("settled", [
    pytest.param(('draw: {amount: 3000, recoverable: true, who: position = "rep", interest: 0.5%, forgiven: "months(hired, period_start) >= 2"}',
                  "cap: {amount: 1200, window: last 12 months, who: position = \"rep\"}"), id="forgiven"),
    pytest.param(('draw: {amount: 2500, recoverable: false, who: "position = \\"rep\\" 且 months(hired, period_start) < 3"}',
                  "cap: {amount: 900 * active_days / period_days, window: period, who: position = \"rep\"}"), marks=pytest.mark.once, id="a guarantee")])
def test_a_draw_is_advanced_and_a_limit_on_all_pay_holds_for_what_comes_late_too(firm, book, settled):
    for person in (firm.chen, firm.lin):
        person.hired_on = date(2026, 1, 10)
        person.save()
    firm.lin.assignments.update(ends_on=date(2026, 2, 14))                            # who leaves is not paid a draw afterwards, and what is owed stays
    plan = published(firm, *settled)
    _office, _engine, runs = story(firm, book, plan)
    statements = [s for run in runs for s in run.statements.all()]
    assert any(s.advance for s in statements) and not any(s.advance for s in statements if s.person == firm.lin and s.run.period.code > "2026-02")
    assert all(s.payout >= 0 for s in statements) and any(s.capped > 0 for s in statements) and any(s.capped and s.earlier for s in statements)
    grown = [s for s in statements if s.steps.get("interest")]                        # half a per cent of what the month before left owed, and nothing of what was dropped
    assert all(D(s.steps["interest"]) == round(-s.carried_in * D("0.005"), 2) > 0 for s in grown)
    assert bool(grown) == plan.settlement.draw.recoverable and not any(s.person == firm.chen for s in grown if s.run.period.code > "2026-02")
    with translation.override("en"):
        assert all(" interest on what was owed" in explaining.carried(s) and "dropped" not in explaining.carried(s) for s in grown)
        assert any("12 months: 1,200.00 in all, at most 1,200.00" in explaining.limited(s) for s in statements) == plan.settlement.draw.recoverable
    for payee, theirs in whole(plan, date(2026, 3, 31)).items():
        assert sum(s.earned + s.earlier - s.reserved - s.capped for s in statements if s.person_id == payee) == sum(s.earned - s.reserved - s.capped for s in theirs)


@pytest.mark.once
def test_what_is_owed_is_dropped_when_the_year_of_the_plan_ends():
    plan = load_plan("plan: x\neffective: {from: 2025-04-01}\ncurrency: CNY\nperiod: month\nyear starts: 04-01\ncomponents: [{name: c, each: sale, base: amount, rate: 1%}]\n"
                     "settlement: {round: half up to fen once per line, negative: carry, draw: {amount: 100, recoverable: true, forgiven: year end}}")
    for until, first, last, payout in ((date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), 450), (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), 500)):
        account = settling.account(plan, settling.Standing(balance=D(-50), until=until))
        assert account.pay(D(500), (), {}, (first, last)).payout == payout


@pytest.mark.once
def test_an_advance_lapses_by_the_month_it_was_owed_since():
    plan = load_plan("plan: x\neffective: {from: 2026-01-01}\ncurrency: CNY\nperiod: month\ncomponents: [{name: c, each: sale, base: amount, rate: 1%}]\n"
                     "settlement: {round: half up to fen once per line, negative: carry, draw: {amount: 100, recoverable: true, forgiven: after 1 months}}")
    april = SimpleNamespace(code="2026-04", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 30))
    stands = settling.Standing(balance=D(-100), until=date(2026, 3, 31), owed={"2026-02-28": "60", "2026-03-31": "40"})
    found = settling.statements(plan, [], april, {7: stands}, {}, {})[7]
    assert (found["carried_in"], found["carried"], found["payout"], found["steps"]["owed"]) == (-100, -140, 100, {"2026-03-31": "40", "2026-04-30": "100.00"})


@pytest.mark.once
def test_what_exceeds_a_limit_and_what_is_too_little_wait_for_later_months(firm, book):
    plan = published(firm, "cap: {amount: 1500, window: period, excess: carried}", "minimum: 900", 'deduction: {cap: 20%, of: "if(position = \\"rep\\", 3000, 8000)", not below: 2500}')
    office, engine, runs = story(firm, book, plan)
    statements = [s for run in runs for s in run.statements.all()]
    assert any(s.left for s in statements) and any(s.steps.get("small") for s in statements) and not any(0 < s.payout < 900 for s in statements)
    owes = next(s for s in runs[2].statements.all() if s.person == firm.chen)
    assert owes.payout < 0 and owes.carried < 0 and owes.steps["deducted"] == "500.00"  # of a wage of 3,000 a fifth, and never below 2,500
    assert max(s.payout for s in statements) < 1500 + 900 and not any(s.capped for s in statements)   # what was too little counted in its own month
    before = [bytes_of(run) for run in runs]
    runs += [closed(office, engine, code) for code in ("2026-04", "2026-05")]         # without a receipt: what was left is paid up to the limit
    assert any(s.payout == 1500 for s in runs[3].statements.all()) and [bytes_of(run) for run in runs[:3]] == before
    stands = settling.Standing(balance=D(-120), left=D(200), small=D(30))             # what was owed, what a limit left and what was too little are said apart
    found = settling.statements(plan, [], runs[3].period, {firm.chen.pk: stands}, {}, {})[firm.chen.pk]
    with translation.override("en"):
        told = explaining.carried(Statement(run=runs[3], person=firm.chen, **found))
    assert all(part in told for part in ("350.00 owed from before", "200.00 over the limit came from before", "30.00 too little to be paid came from before"))


@pytest.mark.parametrize(("payout", "waits"), [("0.00", "60.00"), ("120.00", "0")])
def test_a_guarantee_makes_up_what_its_month_earned_whatever_waits_to_be_paid(payout, waits):
    """Of 10 earned, 50 are made up to 60: they wait for the least sum paid out, or are paid with what waited."""
    text = SMALL + "  minimum: 100\n  draw: {amount: 60, recoverable: false}\n"
    told = SimpleNamespace(run=SimpleNamespace(plan=SimpleNamespace(text=text)), steps={"draw": "60.00", "small": waits}, payout=D(payout), advance=D(50))
    with translation.override("en"):
        assert explaining.advanced(told)["text"] == "10.00 made up to 60.00"


RELEASED = """  - name: 回款提成
    each: receipt
    base: amount
    rate: 2%
    release: {milestones: [[50%, 50%], [100%, 100%]], received: receipt, of: contract_amount}
  - name: 签约奖
    each: signing
    base: amount
    rate: 0.5%
    release: {pro rata to: receipt, of: contract_amount}
    clawback: {on: termination, within: ever}
  - name: 新人奖
    each: receipt
    base: amount
    rate: 0.1%
    factor: [{when: score(跟进合规) < 80%, times: 50%}]
    release: {once: "months(hired, period_start) >= 2"}
"""


@pytest.mark.once
def test_what_comes_on_a_contract_releases_what_was_earned_on_it_also_after_another_plan_has_begun(firm, book):
    """A contract signed earns at once and is paid as money comes; a milestone is passed, missed again by a reversal, and passed under the next plan; one that ended is taken back."""
    for person in (firm.chen, firm.lin):
        person.hired_on = date(2026, 1, 10)
        person.save()
    plan = published(firm, changed=[(SMALL[SMALL.index("  - name"):SMALL.index("settlement:")], RELEASED)])
    office, engine = Office(firm), Engine(plan)
    ComplianceWeek.objects.create(person=firm.chen, week=date(2026, 1, 5), grade="A", due=12, met=7, excused=2)
    first = book.contract(firm.chen, 100_000)
    book.receive(first, D("30000.03"), date(2026, 1, 10))
    runs = [closed(office, engine, "2026-01")]
    assert {x.component: (x.earned, x.held, x.contract_id) for x in runs[0].lines.all()} == {
        "回款提成": (600, 600, None), "签约奖": (500, 350, first.pk), "新人奖": (15, 15, None)}
    assert runs[0].payout == 150
    wrong = book.receive(first, 30_000, date(2026, 2, 5))
    other = book.contract(firm.lin, 20_000, signed_on=date(2026, 1, 20))            # in force only after January was closed
    runs.append(closed(office, engine, "2026-02"))
    assert runs[1].held < 0 and {x.detail["cause"]["code"] for x in runs[1].lines.exclude(fact_period="2026-02")} == {"released", "late"}
    book.reverse(wrong, date(2026, 3, 3))
    credits.split(firm.zhou, first, shares=[(firm.chen, D("0.4"), "split"), (firm.lin, D("0.6"), "split")], reason="撞单裁定")
    runs.append(closed(office, engine, "2026-03"))
    assert runs[2].lines.filter(component="新人奖", held__lt=0).exists()              # two months after they were hired
    assert all(x.detail["cause"]["code"] == "shares" for x in runs[2].lines.filter(contract=first))
    before = [bytes_of(run) for run in runs]
    plans.publish(firm.zhou, plans.draft(firm.gu, None, text=SMALL.replace("2026-01-01", "2026-04-01")))
    book.receive(first, D("69999.97"), date(2026, 4, 9))
    other.state, other.ended_on = "terminated", date(2026, 4, 20)
    other.save()
    runs.append(office.close("2026-04"))
    assert [bytes_of(run) for run in runs[:3]] == before and all(queries.verified(firm.gu, run) for run in runs)
    old = [x for run in runs for x in run.lines.filter(plan__starts_on=date(2026, 1, 1))]
    assert sum(x.held for x in old) == 0 and any(x.component == "签约奖" and x.fact_period == "2026-04" and x.difference == -100 for x in old)
    assert all(x.base is not None for x in runs[3].lines.filter(plan__starts_on=date(2026, 4, 1))) and office.compute("2026-05").lines.count() == 0
    assert payable(old) == at_once(plan, date(2026, 4, 30))


def payable(lines):
    """{key: (earned, payable)} of all that is posted, what came to nothing left out."""
    found = {}
    for x in lines:
        earned, paid = found.get(x.key, (0, 0))
        found[x.key] = earned + x.difference, paid + x.payout
    return {key: sums for key, sums in found.items() if any(sums)}


def at_once(plan, until):
    """{key: (earned, payable)} of the first three months by the engine, over everything that came on their contracts, as if no month had been closed."""
    from squaredeal.engine import Tables, run
    facts = signings.facts(FIRM, plan, date(2026, 1, 1), date(2026, 3, 31))
    after = signings.facts(FIRM, plan, date(2026, 4, 1), until)
    result = run(plan, Tables(facts=typed.table([*facts, *after]), credits=signings.credit(FIRM, facts), people=inputs.people(FIRM),
                              scores=computing.scores(plan, date(2026, 1, 1), until, FIRM)), period="2026-04")
    return {x.id: (x.earned, x.payout) for x in result.lines if x.earned or x.payout}
