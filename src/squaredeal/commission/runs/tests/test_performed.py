"""What is recorded on a contract pays whoever shares it, when the plan says so; taken back late, it comes back as a difference."""
from datetime import date
from decimal import Decimal

import pytest

from squaredeal.commission.conftest import Office
from squaredeal.commission.credits import actions as credits
from squaredeal.commission.plans import actions as plans
from squaredeal.commission.runs import causes, estimating
from squaredeal.commission.runs.models import Line
from squaredeal.commission.statements import explaining
from squaredeal.commission.statements.models import Statement
from squaredeal.kernel.errors import Refused
from squaredeal.process.contracts import actions as contracts
from squaredeal.process.contracts.models import ContractLine, Event
from squaredeal.process.negotiation.models import Product

PLAN = """
plan: 履约提成
effective: {from: 2026-01-01}
period: month
components:
  - {name: 发货提成, who: position = "rep", each: delivery, where: 'product = "W1"', base: amount, rate: 1%}
  - {name: 开票提成, who: position = "rep", each: invoice, base: amount / (1 + vat_rate), rate: 2%}
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
"""
WAITS = """
plan: 验收后发
effective: {from: 2026-01-01}
period: month
components:
  - {name: 签约提成, who: position = "rep", each: signing, base: amount, rate: 1%, release: {not before: acceptance}}
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
"""


def paid(run):
    return dict(Statement.objects.filter(run=run).values_list("person__login", "payout"))


def record(firm, contract, kind, amount, on, **more):
    return contracts.record_event(firm.gu, contract, kind=kind, amount=Decimal(amount), on=on, **more)


def test_deliveries_and_invoices_pay_who_shares_the_contract_and_what_was_wrong_comes_back(firm, book):
    plans.publish(firm.zhou, plans.draft(firm.gu, None, text=PLAN))
    goods = Product.objects.create(code="W1", name="焊机", line="焊接")
    contract = book.contract(firm.chen, 226_000)
    ContractLine.objects.create(contract=contract, product=goods, quantity=2, price=113_000)
    book.receive(contract, 1000, date(2026, 1, 30))
    credits.split(firm.zhou, contract, shares=[(firm.chen, Decimal("0.6"), "owner"), (firm.lin, Decimal("0.4"), "split")], reason="合作")
    sent = record(firm, contract, "delivery", 100_000, date(2026, 1, 20), product=goods, quantity=Decimal(1))
    record(firm, contract, "delivery", 50_000, date(2026, 1, 20))
    record(firm, contract, "invoice", 113_000, date(2026, 1, 21), note="0123")
    office = Office(firm)
    run = office.close("2026-01")
    assert paid(run) == {"chen": Decimal(1800), "lin": Decimal(1200)}, "60 % and 40 % of 1,000 for what was sent and 2,000 for what was invoiced"
    line = Line.objects.get(run=run, person=firm.chen, component="发货提成")
    shown = explaining.row(line, None)
    assert (shown["amount"], shown["on"], shown["contract"]) == (100_000, date(2026, 1, 20), f"{contract}，发货")
    contracts.withdraw_event(firm.gu, sent, reason="记错合同")
    second = office.compute("2026-02")
    assert dict(Statement.objects.filter(run=second).values_list("person__login", "earlier")) == {"chen": -600, "lin": -400}
    assert causes.told(Line.objects.get(run=second, person=firm.lin)) == "不再计提"


def test_commission_waits_for_the_acceptance_that_is_recorded(firm, book):
    plans.publish(firm.zhou, plans.draft(firm.gu, None, text=WAITS))
    contract = book.contract(firm.chen, 100_000)
    book.receive(contract, 1000, date(2026, 1, 30))
    office = Office(firm)
    assert paid(office.close("2026-01")) == {"chen": 0}
    assert estimating.estimate(firm.chen, firm.chen, date(2026, 2, 9)).payout == 0
    record(firm, contract, "acceptance", 0, date(2026, 2, 10))
    soon = estimating.estimate(firm.chen, firm.chen, date(2026, 2, 12))
    assert (soon.payout, soon.released, soon.earned, soon.lines) == (1000, 1000, 0, []), "the month's estimate knows what a closed month releases"
    assert paid(office.compute("2026-02")) == {"chen": 1000}


def test_the_estimate_adds_the_reserve_that_falls_due(firm, book):
    plans.publish(firm.zhou, plans.draft(firm.gu, None, text=WAITS.replace("each: signing", "each: receipt").replace("release: {not before: acceptance}", "reserve: {keep: 20%, refund: {at: quarter end}}")))
    contract, office = book.contract(firm.chen, 400_000), Office(firm)
    book.receive(contract, 100_000, date(2026, 1, 30))
    office.close("2026-01")
    office.close("2026-02")
    book.receive(contract, 50_000, date(2026, 3, 3))
    soon = estimating.estimate(firm.chen, firm.chen, date(2026, 3, 9))
    assert (soon.earned, soon.released) == (500, 300)
    assert {"chen": soon.payout} == paid(office.compute("2026-03")) == {"chen": 700}


@pytest.mark.parametrize(("who", "given"), [
    ("chen", {}), ("wang", {}), ("gu", {"on": date(2099, 1, 1)}), ("gu", {"on": date(2025, 1, 1)}), ("gu", {"amount": Decimal(-1)})])
def test_who_may_not_or_what_cannot_be_is_refused_and_nothing_is_recorded(firm, book, who, given):
    contract = book.contract(firm.chen, 1000)
    with pytest.raises(Refused):
        contracts.record_event(getattr(firm, who), contract, **{"kind": "delivery", "on": date(2026, 1, 20), "amount": Decimal(1), **given})
    assert not Event.objects.exists()
