"""Two at the same moment: two matches on one instalment, the same receipt entered twice, a match against a reversal."""
from decimal import Decimal
from itertools import count

import pytest
from django.db.models import Sum

from squaredeal.process.collection import actions
from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.contracts.models import Instalment
from squaredeal.process.customers.models import Customer
from tests.at_once import at_once

from .conftest import Till, day

D = Decimal


@pytest.fixture
def shop(transactional_db):
    """A till whose rows other threads can see."""
    from tests.firm import found
    firm = found()
    return Till(firm, Customer.objects.create(name="苏州凌云新材料有限公司", owner=firm.chen), count(1))


def in_balance(part):
    part.refresh_from_db()
    return part.collected == (Allocation.objects.filter(instalment=part).aggregate(s=Sum("amount"))["s"] or 0)


def test_two_matches_on_one_instalment(shop):
    """One wins, the other is told what is lacking, and the instalment holds exactly what was allocated."""
    for _ in range(4):
        part = shop.parts(shop.contract((0, "100")))[0]
        one, two = shop.receive("80", matches={}), shop.receive("80", matches={})
        told = at_once(*(lambda r=r, part=part: actions.match(shop.firm.gu, r, matches={part.pk: D(80)}) for r in (one, two)))
        assert told.count("done") == 1 and len(told) == 2
        assert any("20.00" in said for said in told)
        assert in_balance(part) and part.collected == D(80)
        assert sorted(Receipt.objects.filter(pk__in=[one.pk, two.pk]).values_list("unmatched", flat=True)) == [0, D(80)]
        Instalment.objects.filter(pk=part.pk).update(due_on=day(500))


def test_the_same_receipt_entered_twice(shop):
    part = shop.parts(shop.contract((0, "1000")))[0]
    told = at_once(*(lambda: actions.record(shop.firm.gu, shop.customer, on=day(0), amount=D(100), bank_reference="CMB-1") for _ in range(2)))
    assert told.count("done") == 1 and len(told) == 2
    assert Receipt.objects.count() == 1 and in_balance(part) and part.collected == D(100)


def test_different_receipts_at_once_all_count(shop):
    """Numbers are not used twice and nothing is lost, whoever comes first."""
    part = shop.parts(shop.contract((0, "1000")))[0]
    told = at_once(*(lambda n=n: actions.record(shop.firm.gu, shop.customer, on=day(0), amount=D(10 + n), bank_reference=f"R{n}") for n in range(4)))
    assert told == ["done"] * 4
    assert len(set(Receipt.objects.values_list("number", flat=True))) == 4
    assert in_balance(part) and part.collected == D(46)


def test_a_match_against_the_reversal_of_its_receipt(shop):
    for _ in range(3):
        part = shop.parts(shop.contract((0, "100")))[0]
        made = shop.receive("100", matches={})
        told = at_once(lambda made=made, part=part: actions.match(shop.firm.gu, made, matches={part.pk: D(100)}),
                       lambda made=made: actions.reverse_receipt(shop.firm.gu, made, reason="登错"))
        assert len(told) == 2 and "done" in told
        assert in_balance(part) and part.collected == 0
        made.refresh_from_db()
        assert made.unmatched == 0


def test_a_refund_against_a_receipt_on_the_same_instalment(shop):
    """They take their locks in one order, so neither is thrown out as a deadlock."""
    part = shop.parts(shop.contract((0, "1000")))[0]
    shop.receive("500")
    told = at_once(lambda: actions.refund(shop.firm.gu, shop.customer, instalment=part.pk, on=day(0), amount=D(100), note="退货"),
                   lambda: actions.record(shop.firm.gu, shop.customer, on=day(0), amount=D(50), bank_reference="R"),
                   lambda: actions.refund(shop.firm.gu, shop.customer, instalment=part.pk, on=day(0), amount=D(200), note="退货"))
    assert told == ["done"] * 3
    assert in_balance(part) and part.collected == D(250)


def test_a_reversal_against_a_receipt_on_the_same_instalment(shop):
    part = shop.parts(shop.contract((0, "1000")))[0]
    for n in range(3):
        wrong = shop.receive("100")
        told = at_once(lambda w=wrong: actions.reverse_receipt(shop.firm.gu, w, reason="登错"),
                       lambda n=n: actions.record(shop.firm.gu, shop.customer, on=day(0), amount=D(50), bank_reference=f"R{n}"))
        assert told == ["done"] * 2
    assert in_balance(part) and part.collected == D(150)
