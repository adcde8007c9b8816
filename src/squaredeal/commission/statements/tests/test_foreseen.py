"""What a quote or an amount would pay: beside the price and on one's statement, equal to a run, within reach, without a word of the floor."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from squaredeal.commission.conftest import HUACHEN
from squaredeal.commission.plans import actions as plans
from squaredeal.commission.runs import foreseeing
from squaredeal.commission.statements import queries
from squaredeal.process.customers.models import Customer
from squaredeal.process.negotiation.models import Deal, Quote

PART = {"HX-Request": "true"}


@pytest.fixture
def quote(firm, plan):
    """陈's quote of 226,000 with tax (list 250,000, floor 230,000, cost 150,000) to a customer who has not bought yet."""
    today = timezone.localdate()
    customer = Customer.objects.create(name="客户甲有限公司", short_name="客户甲", owner=firm.chen)
    deal = Deal.objects.create(customer=customer, name="一条线", stage="negotiation", stage_since=today, opened_on=today, amount=Decimal(226000))
    return Quote.objects.create(deal=deal, number="Q-1", made_on=today, made_by=firm.chen, total=Decimal(226000), list_total=Decimal(250000),
                                floor_total=Decimal(230000), cost_total=Decimal(150000))


@pytest.fixture
def earlier(firm, book):
    """250,000 without tax arrived for 陈 this month already, on another customer's contract."""
    return book.receive(book.contract(firm.chen, 282500), 282500, timezone.localdate().replace(day=1))


def fee(client, quote, **more):
    return client.get(reverse("statements:what_if", args=[quote.pk]), more, headers=PART).content.decode()


def test_the_rep_sees_their_commission_beside_the_price_and_why(client, firm, quote, earlier):
    """5 万 of the 20 万 lie below 30 万 and pay 1%, 15 万 pay 1.5%, and a first order half a point more."""
    client.force_login(firm.chen)
    page = fee(client, quote)
    assert "3,750.00" in page and "why=1" in page and "<html" not in page
    why = fee(client, quote, why=1)
    for shown in ("(300,000.00 − 250,000.00) × 1%", "(450,000.00 − 300,000.00) × 1.5%", "200,000.00 × 0.5%", "3,750.00"):
        assert shown in why, shown


def test_a_typed_price_is_told_without_being_kept(client, firm, quote):
    client.force_login(firm.chen)
    assert "1,500.00" in fee(client, quote, total="113000.00")
    for wrong in ("much", "-5", "1e400", "NaN"):
        assert "3,000.00" in fee(client, quote, total=wrong), wrong
    quote.refresh_from_db()
    assert quote.total == 226000


def test_more_pieces_typed_are_laid_beside_their_own_list_price(client, firm, quote):
    """Two of what is quoted: 400,000 without tax earn 3,000 + 1,500 + 2,000, at list 500,000 ÷ 1.13 = 442,477.88 earn 3,000 + 2,137.17 + 2,212.39."""
    client.force_login(firm.chen)
    typed = fee(client, quote, total="452000.00", list="500000.00")
    assert "6,500.00" in typed and "7,349.56" in typed and "list=500000.00" in typed
    kept = fee(client, quote, total="452000.00")
    assert "7,349.56" not in kept and "list=250000" in kept
    for wrong in ("much", "-5", "1e400", "NaN"):
        assert "list=250000" in fee(client, quote, list=wrong), wrong


def test_the_floor_of_lines_typed_and_not_kept_is_not_guessed(client, firm, quote, plan):
    """What is kept lies below its floor of 230,000 and pays 40%; twice as much is told as if it did not, and says so."""
    text = HUACHEN.read_text(encoding="utf-8").split("examples:")[0].replace("    factor:\n", "    factor:\n      - {when: below_floor, times: 40%}\n")
    plans.publish(firm.zhou, plans.draft(firm.gu, plan, text=text), starts_on=timezone.localdate().replace(day=1))
    client.force_login(firm.zhou)
    assert "1,200.00" in fee(client, quote, why=1) and "按不低于底价算的" not in fee(client, quote, why=1)
    twice = fee(client, quote, why=1, total="229000.00", list="500000.00")
    assert "40%" not in twice and "按不低于底价算的" in twice


def test_it_equals_what_a_run_pays_for_the_receipt(client, firm, quote, earlier, book, office):
    told = foreseeing.foresee(firm.chen, firm.chen, [{"amount": Decimal("113000"), "vat_rate": Decimal("0.13"), "overdue_days": 97, "first_order": True}], timezone.localdate())
    before = queries.estimate(firm.chen, firm.chen).earned
    book.receive(book.contract(firm.chen, 113000, first_order=True), 113000, timezone.localdate(), days_overdue=97)
    assert told[0].complete and queries.estimate(firm.chen, firm.chen).earned - before == told[0].earned == Decimal("875.00")


def test_a_new_receipt_is_counted_at_once(client, firm, quote, book):
    client.force_login(firm.chen)
    assert "3,000.00" in fee(client, quote)
    book.receive(book.contract(firm.chen, 339000), 339000, timezone.localdate().replace(day=1))
    assert "4,000.00" in fee(client, quote)


def test_other_regions_find_nothing_and_colleagues_see_no_pay(client, firm, quote):
    for who in (firm.lin, firm.li, firm.xu):
        client.force_login(who)
        assert client.get(reverse("statements:what_if", args=[quote.pk]), headers=PART).status_code == 404
        assert client.get(reverse("statements:what_if_amount", args=[firm.chen.pk])).status_code == 404
    quote.deal.customer.collaborations.create(person=firm.lin, starts_on=timezone.localdate() - timedelta(days=1))
    client.force_login(firm.lin)
    answer = client.get(reverse("statements:what_if", args=[quote.pk]), headers=PART)
    assert answer.status_code == 200 and answer["HX-Reswap"] == "delete" and not answer.content.strip()
    client.force_login(firm.wang)
    assert "3,000.00" in fee(client, quote) and "陈静" in fee(client, quote)


def test_a_plan_that_looks_at_the_floor_tells_a_rep_nothing_of_it(client, firm, quote, plan):
    """The price is moved from far above to far below the floor: a rep's answer grows with the price alone; a manager is told the reduction."""
    text = HUACHEN.read_text(encoding="utf-8").split("examples:")[0].replace("    factor:\n", "    factor:\n      - {when: below_floor, times: 40%}\n")
    plans.publish(firm.zhou, plans.draft(firm.gu, plan, text=text), starts_on=timezone.localdate().replace(day=1))
    client.force_login(firm.chen)
    for total, paid in (("113000.00", "1,500.00"), ("226000.00", "3,000.00"), ("237300.00", "3,150.00")):
        page = fee(client, quote, total=total)
        assert paid in page, page
        why = fee(client, quote, total=total, why=1)
        assert "40%" not in why and "230,000" not in why and "150,000.00" not in why
    client.force_login(firm.zhou)
    assert "1,200.00" in fee(client, quote)


def test_what_an_advance_takes_of_it_is_told(client, firm, quote, plan):
    """3,000 earned, an advance of 5,000 a month: nothing more is paid out."""
    client.force_login(firm.chen)
    assert "Paid out" not in fee(client, quote, why=1) and "本月多发" not in fee(client, quote, why=1)
    text = HUACHEN.read_text(encoding="utf-8").split("examples:")[0].replace("settlement:\n", "settlement:\n  draw: {amount: 5000, recoverable: true}\n").replace("refund: year end", "refund: never")
    assert "draw" in text
    plans.publish(firm.zhou, plans.draft(firm.gu, plan, text=text), starts_on=timezone.localdate().replace(day=1))
    page = fee(client, quote, why=1)
    assert "3,000.00" in page and "本月多发 0.00" in page


def test_an_amount_on_the_statement_page(client, firm, quote):
    client.force_login(firm.chen)
    url = reverse("statements:what_if_amount", args=[firm.chen.pk])
    assert "<form" in client.get(url, headers=PART).content.decode()
    assert "1,000.00" in client.get(url, {"amount": "113000"}, headers=PART).content.decode()
    assert "1,500.00" in client.get(url, {"amount": "113000", "first_order": "on"}).content.decode()
    for wrong in ("", "x", "-3", "0"):
        assert client.get(url, {"amount": wrong}, headers=PART).status_code == 422
    client.force_login(firm.wang)
    assert client.get(url, headers=PART).status_code == 200


@pytest.mark.django_db
def test_without_a_plan_nothing_is_told(client, firm):
    client.force_login(firm.chen)
    answer = client.get(reverse("statements:what_if_amount", args=[firm.chen.pk]), {"amount": "113000"}, headers=PART)
    assert answer.status_code == 200 and "<b" not in answer.content.decode().split("role=\"status\"")[1]


def test_the_part_asks_the_same_number_of_questions_at_n_and_2n(client, firm, quote, book, django_assert_max_num_queries):
    client.force_login(firm.chen)
    for _again in range(2):
        for _warm in range(2):
            with django_assert_max_num_queries(20):
                fee(client, quote)
        for n in range(4):
            book.receive(book.contract(firm.chen, 11300), 11300, timezone.localdate().replace(day=1))


def test_the_quote_page_leads_here_with_the_price_on_the_screen(client, firm, quote):
    client.force_login(firm.chen)
    assert f"{reverse('statements:what_if', args=[quote.pk])}?total=" in client.get(reverse("negotiation:quote", args=[quote.pk])).content.decode()


def test_the_form_prepares_the_answer_and_reads_amounts_as_people_write_them(client, firm, quote, earlier, monkeypatch):
    client.force_login(firm.chen)
    url = reverse("statements:what_if_amount", args=[firm.chen.pk])
    foreseeing._ready.clear()
    assert client.get(url, headers=PART).status_code == 200
    monkeypatch.setattr("squaredeal.engine.trials.whatif.prepare", None)
    for typed in ("226000", "226,000", "22.6万"):
        assert "2,750.00" in client.get(url, {"amount": typed}, headers=PART).content.decode(), "50,000 at 1 % and 150,000 at 1.5 %"
