"""What happens on a contract: recorded once by finance, seen within reach, taken back with a reason; many from a sheet."""
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.importing import Batch, read, recognise, sift
from squaredeal.process.contracts import actions, imports
from squaredeal.process.contracts.models import Contract, ContractLine, Event
from squaredeal.process.customers.models import Customer
from squaredeal.process.negotiation.models import Product

HX = {"HX-Request": "true"}
FORM = {"kind": "delivery", "on": "2026-01-20", "amount": "10万", "note": "FH-1"}


@pytest.fixture
def contract(firm):
    customer = Customer.objects.create(name="江南机械有限公司", short_name="江南机械", owner=firm.chen)
    made = Contract.objects.create(number="HC-2600001", title="焊接线", customer=customer, signed_by=firm.chen, signed_on=date(2026, 1, 5), amount=226_000, state="approved",
                                   approved_on=date(2026, 1, 5))
    ContractLine.objects.create(contract=made, product=Product.objects.create(code="W1", name="焊机", line="焊接"), quantity=2, price=113_000)
    return made


def test_finance_records_it_once_and_takes_it_back_with_a_reason(firm, contract, client):
    client.force_login(firm.gu)
    address, good = f"/contracts/{contract.pk}/record", Product.objects.get()
    answer = client.post(address, {**FORM, "product": good.pk, "quantity": "1"}, headers=HX)
    assert answer.status_code == 200 and 'id="events"' in answer.text and "FH-1" in answer.text
    event = Event.objects.get()
    assert (event.kind, event.amount, event.product, event.quantity, event.recorded_by) == ("delivery", 100_000, good, 1, firm.gu)
    again = client.post(address, {**FORM, "product": good.pk}, headers=HX)
    assert again.status_code == 422 and Event.objects.count() == 1
    other = Product.objects.create(code="X", name="别的", line="线")
    assert client.post(address, {**FORM, "note": "", "product": other.pk}, headers=HX).status_code == 422, "goods the contract does not have"
    assert client.post(f"/contracts/events/{event.pk}/withdraw", {"reason": " "}, headers=HX).status_code == 422
    assert client.post(f"/contracts/events/{event.pk}/withdraw", {"reason": "记错合同"}, headers=HX).status_code == 200
    event.refresh_from_db()
    assert event.withdrawn_by == firm.gu and event.withdrawn_reason == "记错合同"
    with pytest.raises(Refused):
        actions.withdraw_event(firm.gu, event, reason="再来")


def test_who_sells_sees_it_and_records_nothing_and_the_neighbour_sees_nothing(firm, contract, client):
    actions.record_event(firm.gu, contract, kind="invoice", on=date(2026, 1, 20), amount=Decimal(5), note="0123")
    for who, code in ((firm.chen, 200), (firm.wang, 200), (firm.lin, 404), (firm.li, 404), (firm.xu, 404)):
        client.force_login(who)
        seen = client.get(f"/contracts/{contract.pk}/events")
        assert seen.status_code == code and ("0123" in seen.text) == (code == 200) and "/record" not in seen.text
        assert client.post(f"/contracts/{contract.pk}/record", FORM).status_code == (422 if code == 200 else 404)
    assert Event.objects.count() == 1


def test_nothing_happens_on_a_contract_that_is_not_in_force(firm, contract):
    Contract.objects.update(state="draft")
    with pytest.raises(Refused):
        actions.record_event(firm.gu, contract, kind="delivery", on=date(2026, 1, 20), amount=Decimal(5))
    assert not Event.objects.exists()


def test_a_sheet_is_read_recorded_and_taken_back(firm, contract):
    rows = [["合同号", "类别", "日期", "含税金额", "产品", "数量", "备注"], ["HC-2600001", "发货", "2026/1/20", "100,000", "W1", "1", ""], ["HC-2600001", "发货", "2026/1/20", "100,000", "W1", "1", ""],
            ["HC-9", "发货", "2026/1/20", "1", "", "", ""], ["HC-2600001", "送礼", "2026/1/20", "1", "", "", ""], ["HC-2600001", "坏账", "2026/1/21", "-1", "", "", ""],
            ["HC-2600001", "调整", "2026-01-22", "-500", "", "", "折让"], ["HC-2600001", "invoice", "2026-01-22", "5", "Z", "", ""]]
    good, wrong = read(imports.SHEET, rows[1:], recognise(imports.SHEET, rows[0]))
    right, refused = sift(imports.SHEET, firm.gu, good)
    assert [r.line for r in right] == [2, 7] and {w.line for w in (*wrong, *refused)} == {3, 4, 5, 6, 8}
    with pytest.raises(Refused):
        imports.SHEET.bring_in(firm.chen, Batch("发货.xlsx", right))
    assert not Event.objects.exists()
    journal = imports.SHEET.bring_in(firm.gu, Batch("发货.xlsx", right))
    assert sorted(Event.objects.values_list("kind", "amount")) == [("adjustment", -500), ("delivery", 100_000)]
    with pytest.raises(Refused):
        imports.SHEET.undo(firm.zhou, journal)
    actions.withdraw_event(firm.gu, Event.objects.get(kind="adjustment"), reason="错")
    assert imports.SHEET.undo(firm.gu, journal) == (1, 1)
    assert not Event.objects.filter(withdrawn_at__isnull=True).exists()


@pytest.mark.once
def test_twice_the_events_cost_no_more_queries(firm, contract, client):
    client.force_login(firm.gu)
    counts = []
    for n in range(8):
        actions.record_event(firm.gu, contract, kind="delivery", on=date(2026, 1, 20), amount=Decimal(n + 1), product=Product.objects.get())
        if n in (3, 7):
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/contracts/{contract.pk}/events", headers=HX)
            counts.append(len(asked))
    assert counts[1] <= counts[0]
