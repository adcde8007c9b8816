"""Taking credits and deciding shares: what happens, what is refused, and that a hand-over rewrites nothing."""
from datetime import date
from decimal import Decimal

import pytest

from squaredeal.commission.credits import actions, queries
from squaredeal.commission.credits.models import Credit, Split
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import Entry
from squaredeal.organisation.team.models import Assignment

JANUARY = date(2026, 1, 31)


def live():
    return {(c.allocation_id, c.person.login): c.share for c in Credit.objects.filter(superseded_at__isnull=True).select_related("person")}


def test_a_receipt_is_credited_to_the_signer_in_the_unit_of_its_day(firm, book):
    paid = book.receive(book.contract(firm.chen, 113000), 113000, date(2026, 1, 20))
    assert actions.take(firm.gu, JANUARY) == 1
    credit = Credit.objects.get()
    assert (credit.allocation, credit.person, credit.unit, credit.share, credit.role) == (paid, firm.chen, firm.east, 1, "owner")


def test_taking_twice_takes_nothing_more(firm, book):
    book.receive(book.contract(firm.chen, 1000), 1000, date(2026, 1, 20))
    actions.take(firm.gu, JANUARY)
    assert actions.take(firm.gu, JANUARY) == 0
    assert Credit.objects.count() == 1


def test_a_receipt_after_the_day_or_on_a_contract_not_approved_waits(firm, book):
    book.receive(book.contract(firm.chen, 1000), 1000, date(2026, 2, 1))
    book.receive(book.contract(firm.chen, 1000, state="submitted"), 1000, date(2026, 1, 20))
    assert actions.take(firm.gu, JANUARY) == 0
    assert actions.take(firm.gu, date(2026, 2, 28)) == 1


def test_handing_the_customer_over_never_rewrites_credit(firm, book):
    contract = book.contract(firm.chen, 2000)
    book.receive(contract, 1000, date(2026, 1, 20))
    actions.take(firm.gu, JANUARY)
    before = list(Credit.objects.values())
    contract.customer.owner = firm.lin
    contract.customer.save()
    Assignment.objects.filter(person=firm.chen).update(unit=firm.west)
    assert actions.take(firm.gu, date(2026, 3, 31)) == 0
    assert list(Credit.objects.values()) == before
    book.receive(contract, 1000, date(2026, 2, 20))
    actions.take(firm.gu, date(2026, 3, 31))
    assert {c.person for c in Credit.objects.all()} == {firm.chen}, "the signer earns the rest as well (A29)"


def test_a_split_takes_the_credits_of_its_contract_again_and_keeps_the_old(firm, book):
    contract = book.contract(firm.chen, 2000)
    paid = book.receive(contract, 1000, date(2026, 1, 20))
    actions.take(firm.gu, JANUARY)
    actions.split(firm.zhou, contract, shares=[(firm.chen, Decimal("0.7"), "split"), (firm.lin, Decimal("0.3"), "split")],
                  reason="撞单裁定")
    assert live() == {(paid.pk, "chen"): Decimal("0.7"), (paid.pk, "lin"): Decimal("0.3")}
    assert Credit.objects.filter(superseded_at__isnull=False).count() == 1
    later = book.receive(contract, 1000, date(2026, 1, 25))
    actions.take(firm.gu, JANUARY)
    assert live()[later.pk, "lin"] == Decimal("0.3")
    assert Entry.objects.filter(verb="credit.split", subject=f"contracts.contract:{contract.pk}").exists()


@pytest.mark.parametrize("shares, says", [
    ([("chen", "0.7"), ("lin", "0.2")], "90"), ([("chen", "0.7"), ("lin", "0.4")], "110"), ([("chen", "1"), ("chen", "0.1")], ""),
    ([], ""), ([("chen", "1.2"), ("lin", "-0.2")], "")])
def test_shares_that_do_not_make_a_whole_are_refused_and_nothing_changes(firm, book, shares, says):
    contract = book.contract(firm.chen, 2000)
    book.receive(contract, 1000, date(2026, 1, 20))
    actions.take(firm.gu, JANUARY)
    before = list(Credit.objects.values())
    with pytest.raises(Refused) as refusal:
        actions.split(firm.zhou, contract, shares=[(getattr(firm, who), Decimal(share), "split") for who, share in shares], reason="x")
    assert says in str(refusal.value)
    assert list(Credit.objects.values()) == before and not Split.objects.exists()


def test_an_overlay_stands_beside_the_whole(firm, book):
    contract = book.contract(firm.chen, 2000)
    actions.split(firm.zhou, contract, reason="支持", shares=[(firm.chen, Decimal(1), "owner"), (firm.lin, Decimal("0.1"), "overlay")])
    assert contract.splits.count() == 2


def test_a_rep_does_not_decide_nor_anybody_for_themselves_nor_without_a_reason(firm, book):
    contract = book.contract(firm.chen, 2000)
    whole = [(firm.chen, Decimal(1), "owner")]
    for who, shares, reason in [(firm.chen, whole, "mine"), (firm.gu, whole, "x"), (firm.wang, whole, " "),
                                (firm.wang, [(firm.wang, Decimal(1), "owner")], "mine")]:
        with pytest.raises(Refused):
            actions.split(who, contract, shares=shares, reason=reason)
    with pytest.raises(OutOfReach):
        actions.split(firm.li, contract, shares=whole, reason="not my region")
    assert not Split.objects.exists()


def test_only_finance_and_the_director_take_credits(firm, book):
    book.receive(book.contract(firm.chen, 1000), 1000, date(2026, 1, 20))
    for who in (firm.chen, firm.wang, firm.xu):
        with pytest.raises(Refused):
            actions.take(who, JANUARY)
    assert not Credit.objects.exists()


def test_the_neighbour_sees_no_credit(firm, book):
    contract = book.contract(firm.chen, 1000)
    book.receive(contract, 1000, date(2026, 1, 20))
    actions.take(firm.gu, JANUARY)
    seen = {who.login: len(queries.history(who, contract)) for who in (*firm.sales, firm.gu, firm.xu)}
    assert seen == {"zhou": 1, "wang": 1, "li": 0, "chen": 1, "lin": 0, "gu": 1, "xu": 0}


def test_a_share_on_top_that_the_plan_does_not_pay_is_refused(firm, book, plan):
    contract = book.contract(firm.chen, 113000)
    with pytest.raises(Refused, match="林涛"):
        actions.split(firm.zhou, contract, reason="支持", shares=[(firm.chen, Decimal(1), "owner"), (firm.lin, Decimal("0.1"), "overlay")])
    assert not contract.splits.exists()


def test_a_manager_who_only_got_the_customer_takes_nothing_from_whoever_signed(firm, book):
    """The customer goes to the west, and with it the contract within the west's reach; what 陈 signed in the east stays hers."""
    contract = book.contract(firm.chen, 2000)
    book.receive(contract, 1000, date(2026, 1, 20))
    actions.take(firm.gu, JANUARY)
    contract.customer.owner = firm.lin
    contract.customer.save()
    before = list(Credit.objects.values())
    with pytest.raises(Refused, match="总监"):
        actions.split(firm.li, contract, shares=[(firm.lin, Decimal(1), "split")], reason="客户现在归我们")
    assert list(Credit.objects.values()) == before and not Split.objects.exists()
    actions.split(firm.zhou, contract, shares=[(firm.lin, Decimal(1), "split")], reason="总监裁定")
    actions.split(firm.li, contract, shares=[(firm.lin, Decimal(1), "split")], reason="现在都是西部的人")
