"""Receipts recorded, matched, refunded and reversed; promises, stops and grace; and what each refusal leaves as it was."""
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import Notice
from squaredeal.process.collection import actions, queries
from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.contracts.models import Instalment
from squaredeal.process.customers.models import Collaboration

from .conftest import day

D = Decimal


def paid(contract):
    return list(contract.instalments.order_by("order").values_list("collected", flat=True))


def nothing_changed(contract, before=None):
    assert paid(contract) == (before or [D(0)] * contract.instalments.count())


def test_the_oldest_due_is_paid_first_and_the_rest_is_prepaid(till):
    second, first = till.contract((10, "16.80"), (60, "6.70")), till.contract((0, "52"))
    made = till.receive("80")
    assert paid(first) == [D("52")] and paid(second) == [D("16.80"), D("6.70")]
    assert (made.unmatched, made.number) == (D("4.50"), f"SK-{timezone.localdate():%y}00001")
    assert [a.days_overdue for a in made.allocations.all()] == [0, 0, 0]


def test_days_overdue_are_kept_with_the_money(till):
    contract = till.contract((-95, "100"), (5, "100"))
    made = till.receive("150", on=-3)
    assert [(a.amount, a.days_overdue, a.on) for a in made.allocations.order_by("pk")] == [(D(100), 92, day(-3)), (D(50), 0, day(-3))]
    assert paid(contract) == [D(100), D(50)]


def test_one_receipt_over_several_contracts_as_said(till):
    one, two = till.contract((-5, "100")), till.contract((-1, "100"), (9, "50"))
    a, (b, c) = till.parts(one)[0], till.parts(two)
    made = till.receive("120", matches={b.pk: D(70), c.pk: D(50)})
    assert paid(one) == [0] and paid(two) == [D(70), D(50)] and made.unmatched == 0
    with pytest.raises(Refused) as refusal:
        till.receive("50", matches={a.pk: D(40), b.pk: D("30.01")})
    assert refusal.value.field == f"match-{b.pk}" and "0.01" in refusal.value.message
    assert paid(one) == [0] and Receipt.objects.count() == 1


def test_more_matched_than_came_in_is_refused(till):
    contract = till.contract((0, "100"), (9, "100"))
    a, b = till.parts(contract)
    with pytest.raises(Refused) as refusal:
        till.receive("120", matches={a.pk: D(100), b.pk: D("20.01")})
    assert refusal.value.field == "matches"
    nothing_changed(contract)
    assert not Receipt.objects.exists() and not Allocation.objects.exists()


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "terminated"])
def test_a_contract_not_in_force_takes_nothing(till, state):
    contract = till.contract((0, "100"), state=state)
    made = till.receive("100")
    assert made.unmatched == D(100)
    with pytest.raises(Refused):
        actions.match(till.firm.gu, made, matches={till.parts(contract)[0].pk: D(100)})
    nothing_changed(contract)
    made.refresh_from_db()
    assert made.unmatched == D(100)


def test_another_customers_contract_takes_nothing(till):
    other = till.contract((0, "100"), customer=till.customer_of(till.firm.lin))
    with pytest.raises(Refused):
        till.receive("100", matches={till.parts(other)[0].pk: D(100)})
    nothing_changed(other)


@pytest.mark.parametrize("amount", ["0", "-5", "0.001"])
def test_amounts_are_more_than_nothing_and_whole_fen(till, amount):
    contract = till.contract((0, "100"))
    with pytest.raises(Refused):
        till.receive(amount)
    with pytest.raises(Refused):
        till.receive("50", matches={till.parts(contract)[0].pk: D(amount)})
    nothing_changed(contract)
    assert not Receipt.objects.exists()


def test_tomorrows_money_is_not_there_yet(till):
    with pytest.raises(Refused):
        till.receive("100", on=1)
    assert not Receipt.objects.exists()


def test_only_finance_records(till):
    till.contract((0, "100"))
    for person in (till.firm.chen, till.firm.wang, till.firm.zhou):
        with pytest.raises(Refused):
            actions.record(person, till.customer, on=day(0), amount=D(100))
    for person in (till.firm.lin, till.firm.xu):
        with pytest.raises(OutOfReach):
            actions.record(person, till.customer, on=day(0), amount=D(100))
    assert not Receipt.objects.exists()


def test_the_same_reference_day_and_amount_is_refused(till):
    till.receive("100", bank_reference="CMB-1")
    with pytest.raises(Refused) as refusal:
        till.receive("100", bank_reference=" CMB-1 ", again=True)
    assert refusal.value.field == "bank_reference"
    till.receive("100.01", bank_reference="CMB-1")
    assert Receipt.objects.count() == 2


def test_without_a_reference_the_same_again_must_be_said(till):
    till.receive("100", bank_reference="")
    with pytest.raises(Refused) as refusal:
        till.receive("100", bank_reference="")
    assert refusal.value.field == "again"
    till.receive("100", bank_reference="", again=True)
    assert Receipt.objects.count() == 2


def test_after_a_reversal_the_right_one_can_be_recorded(till):
    wrong = till.receive("100", bank_reference="CMB-1")
    actions.reverse_receipt(till.firm.gu, wrong, reason="客户登错")
    assert till.receive("100", bank_reference="CMB-1").bank_reference == "CMB-1"


def test_a_prepayment_is_matched_later_as_old_as_it_came(till):
    made = till.receive("100", on=-40)
    contract = till.contract((-50, "60"), (-10, "40"))
    a, b = till.parts(contract)
    actions.match(till.firm.gu, made, matches={a.pk: D(60), b.pk: D(30)})
    made.refresh_from_db()
    assert made.unmatched == D(10)
    assert [(x.on, x.days_overdue) for x in made.allocations.order_by("pk")] == [(day(0), 10), (day(0), 0)]
    with pytest.raises(Refused):
        actions.match(till.firm.gu, made, matches={b.pk: D("10.01")})
    with pytest.raises(Refused):
        actions.match(till.firm.gu, made, matches={b.pk: D(5)}, on=day(-41))
    with pytest.raises(Refused):
        actions.match(till.firm.gu, made, matches={})
    assert paid(contract) == [D(60), D(30)]


def test_a_refund_takes_the_latest_money_back_at_its_age(till):
    contract = till.contract((-100, "100"))
    till.receive("60", on=-100)
    till.receive("40", on=-5)
    part = till.parts(contract)[0]
    made = actions.refund(till.firm.gu, till.customer, instalment=part.pk, on=day(0), amount=D(50), note="退一台夹具")
    assert (made.amount, made.kind, made.unmatched) == (D(-50), "refund", 0)
    assert [(a.amount, a.days_overdue) for a in made.allocations.order_by("pk")] == [(D(-40), 95), (D(-10), 0)]
    assert paid(contract) == [D(50)]


def test_no_refund_beyond_what_was_collected(till):
    contract = till.contract((0, "100"))
    till.receive("60")
    with pytest.raises(Refused) as refusal:
        actions.refund(till.firm.gu, till.customer, instalment=till.parts(contract)[0].pk, on=day(0), amount=D("60.01"), note="x")
    assert refusal.value.field == "amount"
    assert paid(contract) == [D(60)] and Receipt.objects.count() == 1


def test_no_refund_on_another_customers_instalment(till):
    contract = till.contract((0, "100"))
    till.receive("60")
    with pytest.raises(Refused):
        actions.refund(till.firm.gu, till.customer_of(till.firm.lin), instalment=till.parts(contract)[0].pk, on=day(0), amount=D(5), note="x")
    assert paid(contract) == [D(60)] and Receipt.objects.count() == 1


def test_a_reversal_mirrors_the_receipt_and_leaves_both(till):
    contract = till.contract((-31, "100"), (9, "50"))
    made = till.receive("160", on=-1)
    back = actions.reverse_receipt(till.firm.gu, made, reason="客户登错")
    made.refresh_from_db()
    assert (back.kind, back.amount, back.reverses, back.on, made.unmatched, made.amount) == ("reversal", D(-160), made, day(0), 0, D(160))
    assert [(a.amount, a.days_overdue) for a in back.allocations.order_by("pk")] == [(D(-100), 30), (D(-50), 0)]
    assert paid(contract) == [0, 0] and made.allocations.count() == 2
    for wrong in (made, back):
        with pytest.raises(Refused):
            actions.reverse_receipt(till.firm.gu, wrong, reason="再冲")
    assert Receipt.objects.count() == 2


def test_a_reversal_needs_a_reason_and_finance(till):
    made = till.receive("100")
    with pytest.raises(Refused):
        actions.reverse_receipt(till.firm.gu, made, reason=" ")
    with pytest.raises(Refused):
        actions.reverse_receipt(till.firm.zhou, made, reason="x")
    with pytest.raises(Refused):
        actions.reverse_receipt(till.firm.gu, made, reason="x", on=day(-1))
    assert Receipt.objects.count() == 1


def test_refunded_money_cannot_be_reversed_before_the_refund(till):
    contract = till.contract((0, "100"))
    made = till.receive("100")
    given_back = actions.refund(till.firm.gu, till.customer, instalment=till.parts(contract)[0].pk, on=day(0), amount=D(30), note="退货")
    with pytest.raises(Refused):
        actions.reverse_receipt(till.firm.gu, made, reason="登错")
    assert paid(contract) == [D(70)]
    actions.reverse_receipt(till.firm.gu, given_back, reason="没退")
    assert paid(contract) == [D(100)]
    actions.reverse_receipt(till.firm.gu, made, reason="登错")
    assert paid(contract) == [0]


def test_a_refund_is_not_taken_back_into_a_full_instalment(till):
    contract = till.contract((0, "100"))
    till.receive("100")
    given_back = actions.refund(till.firm.gu, till.customer, instalment=till.parts(contract)[0].pk, on=day(0), amount=D(30), note="退货")
    till.receive("30")
    with pytest.raises(Refused):
        actions.reverse_receipt(till.firm.gu, given_back, reason="没退")
    assert paid(contract) == [D(100)]


def test_the_database_keeps_allocations_and_receipts_as_they_are(till):
    till.contract((0, "100"))
    made = till.receive("100")
    for change in (lambda: Allocation.objects.update(amount=1), lambda: Allocation.objects.all().delete(),
                   lambda: Receipt.objects.update(amount=1), lambda: Receipt.objects.update(on=day(-9)),
                   lambda: Receipt.objects.filter(pk=made.pk)._raw_delete("default"),
                   lambda: Instalment.objects.update(collected=101), lambda: Instalment.objects.update(collected=-1)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    made.refresh_from_db()
    assert (made.amount, made.on, Allocation.objects.get().amount) == (D(100), day(0), D(100))


def test_promises_are_counted_and_not_for_yesterday(till):
    part = till.parts(till.contract((-20, "100")))[0]
    actions.promise(till.firm.chen, part, promised_on=day(3), said_by="龚丽")
    actions.promise(till.firm.wang, part, promised_on=day(9))
    part.refresh_from_db()
    assert (part.promised_on, part.promises) == (day(9), 2)
    with pytest.raises(Refused):
        actions.promise(till.firm.chen, part, promised_on=day(-1))
    with pytest.raises(OutOfReach):
        actions.promise(till.firm.lin, part, promised_on=day(5))
    part.refresh_from_db()
    assert (part.promised_on, part.promises, len(queries.promises_of(till.firm.chen, part))) == (day(9), 2, 2)


def test_delivery_stops_when_late_too_long_and_resumes_with_the_money(till):
    part = till.parts(till.contract((-31, "100")))[0]
    actions.stop(till.firm.wang, part)
    part.refresh_from_db()
    assert part.delivery_stopped
    assert set(Notice.objects.values_list("to__login", flat=True)) == {"chen", "gu"}
    till.receive("99.99")
    part.refresh_from_db()
    assert part.delivery_stopped
    till.receive("0.01")
    part.refresh_from_db()
    assert not part.delivery_stopped


@pytest.mark.parametrize(("who", "due"), [("chen", -31), ("gu", -31), ("wang", -30), ("wang", 5)])
def test_a_stop_is_decided_by_those_who_decide_and_not_early(till, who, due):
    part = till.parts(till.contract((due, "100")))[0]
    with pytest.raises(Refused):
        actions.stop(getattr(till.firm, who), part)
    part.refresh_from_db()
    assert not part.delivery_stopped


def test_grace_within_ones_own_limit_lifts_the_stop(till):
    part = till.parts(till.contract((-31, "100")))[0]
    actions.stop(till.firm.wang, part)
    with pytest.raises(Refused):
        actions.grace(till.firm.wang, part, until=day(16))
    part.refresh_from_db()
    assert part.delivery_stopped and part.grace_until is None
    actions.grace(till.firm.zhou, part, until=day(30))
    part.refresh_from_db()
    assert (part.delivery_stopped, part.grace_until) == (False, day(30))
    assert not queries.to_decide(till.firm.zhou).exists()


def test_the_clock_tells_each_once(till):
    till.contract((-1, "100"))
    till.contract((-15, "100"))
    assert actions.tick(day(0)) == 2
    assert set(Notice.objects.values_list("to__login", "clause")) == {("chen", "2.6.4"), ("wang", "2.6.4")}
    assert actions.tick(day(0)) == 0
    assert Notice.objects.count() == 2


def test_a_manager_of_another_region_who_works_along_neither_stops_nor_grants(firm, till):
    Collaboration.objects.create(customer=till.customer, person=firm.li, starts_on=day(0))
    part, = till.parts(till.contract((-40, "1000")))
    with pytest.raises(Refused):
        actions.stop(firm.li, part)
    with pytest.raises(Refused):
        actions.grace(firm.li, part, until=day(3))
    part.refresh_from_db()
    assert not part.delivery_stopped and part.grace_until is None
