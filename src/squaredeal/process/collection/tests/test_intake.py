"""Receipts in bulk: found by contract or name, oldest due first, never twice, taken back by reversal, finance only."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from squaredeal.kernel import importing
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry, Journal
from squaredeal.process.collection import actions, intake
from squaredeal.process.collection.imports import SHEET
from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.customers.models import Customer
from squaredeal.process.customers.naming import name_key

from .conftest import day

pytestmark = pytest.mark.django_db
D = Decimal
HEAD = ["付款单位", "合同编号", "到账日期", "到账金额（元）", "收款方式", "银行流水号", "摘要"]


@pytest.fixture
def till(till):
    Customer.objects.update(name_key=name_key(till.customer.name))
    return till


def read(*lines):
    return importing.read(SHEET, [list(line) + [""] * (7 - len(line)) for line in lines], importing.recognise(SHEET, HEAD))


def bring_in(actor, rows):
    return SHEET.bring_in(actor, importing.Batch("到账.xlsx", rows))


def state():
    return Receipt.objects.count(), Allocation.objects.count(), Journal.objects.count(), Entry.objects.count()


def ago(days):
    return day(-days).isoformat()


def test_every_head_of_a_bank_statement_is_known():
    assert list(importing.recognise(SHEET, HEAD).values()) == ["customer", "contract", "on", "amount", "kind", "bank_reference", "note"]


def test_the_named_contract_else_the_oldest_due_and_the_rest_is_prepayment(till):
    old, new = till.contract((-40, "1000"), (20, "2000")), till.contract((-5, "500"))
    rows, wrong = read(["苏州凌云新材料有限公司", "", ago(3), "1,200.50", "电汇", "A1", "货款"], ["", new.number, ago(2), "700", "承兑汇票", "A2"],
                       ["苏州凌云新材料（股份）有限公司", "", ago(1), "0.3万", "", "A3"])
    assert wrong == [] and SHEET.check(till.firm.gu, rows) == {}
    assert [what[0] for what in SHEET.effect(till.firm.gu, rows)]
    journal = bring_in(till.firm.gu, rows)
    a, b, c = Receipt.objects.order_by("pk")
    paid = {r.pk: [(x.instalment.contract_id, x.instalment.order, x.amount, x.days_overdue) for x in r.allocations.all()] for r in (a, b, c)}
    assert paid[a.pk] == [(old.pk, 1, D("1000"), 37), (new.pk, 1, D("200.50"), 2)]
    assert paid[b.pk] == [(new.pk, 1, D("299.50"), 3)] and b.unmatched == D("400.50") and b.kind == "bill"
    assert paid[c.pk] == [(old.pk, 2, D("2000"), 0)] and c.unmatched == D("1000")
    assert [x.collected for x in till.parts(old)] == [D("1000"), D("2000")]
    assert (journal.count, journal.moves) == (3, {"file": "到账.xlsx", "ids": [a.pk, b.pk, c.pk], "digest": ""})
    assert len({r.number for r in (a, b, c)}) == 3 and Entry.objects.filter(verb="receipts.import").count() >= 3
    assert till.receive("10").number > c.number


def test_a_wrong_row_says_why_and_the_right_ones_do_not_wait(till):
    draft, theirs = till.contract((10, "100"), state="draft"), till.contract((10, "100"), customer=till.customer_of(till.firm.lin))
    till.receive("88", bank_reference="Z9")
    rows, wrong = read(["没有这家", "", ago(1), "5"], ["", "", ago(1), "5"], ["", "HC-X", ago(1), "5"], ["", draft.number, ago(1), "5"],
                       [till.customer.name, theirs.number, ago(1), "5"], [till.customer.name, "", day(2).isoformat(), "5"],
                       [till.customer.name, "", ago(1), "-5"], [till.customer.name, "", ago(0), "88", "", "Z9"], [till.customer.name, "", ago(0), "88"],
                       [till.customer.name, "", ago(1), "7", "", "B1"], [till.customer.name, "", ago(1), "7", "", "B1"], [till.customer.name, "", ago(1), "9"])
    assert wrong == []
    refused = SHEET.check(till.firm.gu, rows)
    assert sorted(refused) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
    assert [refused[n].field for n in (2, 3, 4, 5, 6)] == ["customer", "customer", "contract", "contract", "customer"]
    journal = bring_in(till.firm.gu, rows)
    assert journal.count == 2 and sorted(journal.left_out) == sorted(refused)
    assert sorted(Receipt.objects.exclude(bank_reference="Z9").values_list("amount", flat=True)) == [D("7"), D("9")]
    before = state()
    with pytest.raises(Refused):
        bring_in(till.firm.gu, rows)
    assert state() == before


def test_cells_that_are_no_day_or_amount_are_named():
    _rows, wrong = read(["甲", "", "11/03", "5"], ["甲", "", "2026-11-03", "=1+1"], ["甲", "", "", "5"], ["甲", "", "2026-11-03", "5", "微信"],
                        ["甲", "", "11/03", "5"], ["甲", "", "", "5"])
    assert [(w.line, w.column) for w in wrong] == [(2, "on"), (3, "amount"), (4, "on"), (5, "kind"), (6, "on"), (7, "on")]
    assert (wrong[4].why, wrong[5].why) == (wrong[0].why, wrong[2].why)


def test_a_name_that_is_another_ones_key_too_is_not_guessed_at(till):
    """甲公司's key is the whole name of another customer: whoever writes it means one of the two, and is asked which."""
    short = name_key(till.customer.name)
    other = Customer.objects.create(name=short, name_key=short, owner=till.firm.lin)
    rows, _wrong = read([till.customer.name, "", ago(1), "5"], [short, "", ago(1), "6"])
    assert list(SHEET.check(till.firm.gu, rows)) == [3]
    Customer.objects.filter(pk=other.pk).update(name="别家", name_key="别家")
    assert SHEET.check(till.firm.gu, rows) == {}


def test_only_finance_brings_receipts_in_or_takes_them_back(till):
    till.contract((-40, "1000"))
    rows, _wrong = read([till.customer.name, "", ago(1), "5"])
    before = state()
    for nobody in (till.firm.chen, till.firm.wang, till.firm.zhou, till.firm.xu):
        with pytest.raises(Refused):
            SHEET.may(nobody)
        with pytest.raises(Refused):
            bring_in(nobody, rows)
    assert state() == before
    journal = bring_in(till.firm.gu, rows)
    before = state()
    with pytest.raises(Refused):
        SHEET.undo(till.firm.zhou, journal)
    assert state() == before


def test_taken_back_by_reversal_save_what_was_reversed_or_refunded_since(till):
    one, two, three = till.contract((-40, "1000")), till.contract((-40, "1000")), till.contract((-40, "1000"))
    rows, _wrong = read(*[["", c.number, ago(2), "600", "", f"N{c.pk}"] for c in (one, two, three)], [till.customer.name, "", ago(1), "9000"])
    journal = bring_in(till.firm.gu, rows)
    first, second, _third, prepaid = Receipt.objects.order_by("pk")
    actions.reverse_receipt(till.firm.gu, first, reason="登错了")
    actions.refund(till.firm.gu, till.customer, instalment=till.parts(two)[0].pk, on=day(0), amount=D("100"))
    assert intake.undo(till.firm.gu, journal) == (1, 3)
    assert [till.parts(c)[0].collected for c in (one, two, three)] == [D("400"), D("900"), D("400")]
    assert Receipt.objects.get(pk=prepaid.pk).unmatched == D("7800")
    assert Receipt.objects.filter(reverses=second.pk).count() == 0
    with pytest.raises(Refused):
        intake.undo(till.firm.gu, journal)


def test_a_whole_import_goes_and_leaves_sums_as_they_were(till):
    contract = till.contract((-40, "1000"), (-10, "1000"))
    rows, _wrong = read([till.customer.name, "", ago(3), "1500", "", "X"], [till.customer.name, "", ago(2), "5000", "", "Y"])
    journal = bring_in(till.firm.gu, rows)
    assert [x.collected for x in till.parts(contract)] == [D("1000"), D("1000")]
    assert intake.undo(till.firm.gu, journal) == (2, 0)
    assert [x.collected for x in till.parts(contract)] == [D("0"), D("0")]
    assert sum(Receipt.objects.values_list("amount", flat=True)) == 0 == sum(Receipt.objects.values_list("unmatched", flat=True))
    assert sum(Allocation.objects.values_list("amount", flat=True)) == 0


def test_undo_ends_after_seven_days(till):
    rows, _wrong = read([till.customer.name, "", ago(3), "1500"])
    journal = bring_in(till.firm.gu, rows)
    Journal.objects.filter(pk=journal.pk).update(at=timezone.now() - timedelta(days=8))
    before = state()
    with pytest.raises(Refused):
        SHEET.undo(till.firm.gu, journal)
    assert state() == before


def test_many_rows_cost_few_queries(till, django_assert_max_num_queries):
    till.contract(*[(-n, "100") for n in range(1, 301)])
    rows, _wrong = read(*[[till.customer.name, "", ago(1), "100", "", f"Q{n}"] for n in range(600)])
    with django_assert_max_num_queries(60):
        journal = bring_in(till.firm.gu, rows)
    assert (journal.count, Allocation.objects.count()) == (600, 300)
