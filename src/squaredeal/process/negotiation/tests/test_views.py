"""The pages: they open for those within reach, are 404 for others, refuse with 422, and never tell a representative the floor."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from squaredeal.organisation.approvals.models import Request
from squaredeal.process.customers.models import Customer
from squaredeal.process.negotiation import actions, quoting
from squaredeal.process.negotiation.models import Card, Deal, Price, Quote

from .test_quotes import face

D = Decimal
TODAY = timezone.localdate()


def form_of(talks, offer, quantity=2, **more):
    return {"line-TOTAL_FORMS": "2", "line-INITIAL_FORMS": "0", "line-0-product": str(talks.robot.pk), "line-0-quantity": str(quantity),
            "line-0-offer": str(offer), "line-1-product": "", "line-1-quantity": "", "line-1-offer": "", "unit": "1", "prepayment": "30",
            "condition": "让价换预付 30%，只限这一单", **more}


def test_each_page_opens_within_reach_and_is_404_beyond(talks, client):
    quote = talks.quote(96_500)
    pages = [reverse("negotiation:deal", args=[talks.deal.pk]), reverse("negotiation:quote", args=[quote.pk]),
             reverse("negotiation:of_customer", args=[talks.customer.pk]), reverse("negotiation:lines", args=[quote.pk])]
    for person, expected in ((talks.firm.chen, 200), (talks.firm.wang, 200), (talks.firm.zhou, 200), (talks.firm.lin, 404), (talks.firm.li, 404),
                             (talks.firm.xu, 404)):
        client.force_login(person)
        assert [client.get(url).status_code for url in pages] == [expected] * len(pages), person
    client.force_login(talks.firm.gu)
    assert [client.get(url).status_code for url in pages] == [404, 404, 200, 404]


def test_the_board_holds_what_each_of_the_five_may_see(talks, client):
    other = Customer.objects.create(name="重庆川仪", owner=talks.firm.lin)
    actions.open_deal(talks.firm.lin, other, name="视觉检测", amount=D(1))
    for person, count in zip(talks.firm.sales, (2, 1, 1, 1, 1), strict=True):
        client.force_login(person)
        assert client.get(reverse("negotiation:board")).content.decode().count('<article class="deal') == count, person


@pytest.mark.parametrize("n", [30, 60])
def test_the_board_asks_the_database_the_same_however_many_deals(talks, client, django_assert_max_num_queries, n):
    Deal.objects.bulk_create([Deal(customer=talks.customer, name=f"d{i}", stage=["selection", "proposal", "trial", "negotiation", "decision"][i % 5],
                                   stage_since=TODAY - timedelta(days=i % 40), amount=i, opened_on=TODAY) for i in range(n)])
    client.force_login(talks.firm.wang)
    for query in ("", "?view=table", "?only=stalled"):
        with django_assert_max_num_queries(15):
            assert client.get(reverse("negotiation:board") + query).status_code == 200


@pytest.mark.parametrize("n", [1, 12])
def test_a_quote_and_its_deal_ask_the_same_however_many_lines(talks, client, django_assert_max_num_queries, n):
    quote = talks.quote(96_000)
    quoting.revise(talks.firm.chen, quote, lines=talks.lines(96_000) * n, condition="x")
    for _ in range(n):
        actions.record_round(talks.firm.chen, talks.deal, on=TODAY, channel="call", ours=D(1))
        quoting.draft(talks.firm.chen, talks.deal, lines=talks.lines(99_000))
    pages = [reverse("negotiation:quote", args=[quote.pk]), reverse("negotiation:deal", args=[talks.deal.pk]),
             reverse("negotiation:rounds", args=[quote.pk]), reverse("negotiation:products"), reverse("negotiation:new_line", args=[quote.pk])]
    for person in (talks.firm.chen, talks.firm.wang):
        client.force_login(person)
        for url in pages:
            with django_assert_max_num_queries(15):
                assert client.get(url).status_code == 200
    quoting.submit(talks.firm.chen, quote)
    request = Request.objects.get()
    for url in (pages[0], reverse("approvals:request", args=[request.pk])):
        with django_assert_max_num_queries(15):
            assert client.get(url).status_code == 200


def test_a_drop_moves_the_deal_and_brings_the_board(talks, client):
    talks.prepare()
    client.force_login(talks.firm.chen)
    answer = client.post(reverse("negotiation:move", args=[talks.deal.pk]), {"stage": "proposal", "shown-proposal": "4"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and b'id="board"' in answer.content and b"<html" not in answer.content
    assert Deal.objects.get().stage == "proposal"


def test_a_drop_whose_gate_is_not_met_opens_the_gate_on_the_card(talks, client):
    client.force_login(talks.firm.chen)
    before = face()
    answer = client.post(reverse("negotiation:move", args=[talks.deal.pk]), {"stage": "negotiation", "objective": "245 万"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 422 and face() == before
    gate = page[page.index('<form class="gate"'):page.index("</form>", page.index('<form class="gate"'))]
    assert 'name="needs"' in gate and 'name="walk_away"' in gate
    assert 'value="245 万"' in gate, "what was typed stays, for nothing of it is kept"
    assert gate.count('aria-invalid="true"') == 3, "the needs, the budget and the walk-away are still missing; the objective is not"
    assert 'class="ghost"' in page


def test_the_gate_opens_without_scolding_and_with_what_the_customer_page_knows(talks, client):
    client.force_login(talks.firm.chen)
    talks.deal.customer.needs, talks.deal.customer.budget_high = "节拍 45 秒", D("2000000")
    talks.deal.customer.save()
    page = client.post(reverse("negotiation:move", args=[talks.deal.pk]), {"stage": "proposal"}, headers={"HX-Request": "true"}).content.decode()
    gate = page[page.index('<form class="gate"'):page.index("</form>", page.index('<form class="gate"'))]
    assert 'value="节拍 45 秒"' in gate and 'value="2000000.00"' in gate and "aria-invalid" not in gate
    assert Deal.objects.get(pk=talks.deal.pk).stage == "selection"


def test_the_gate_keeps_a_wrong_field_and_the_right_ones(talks, client):
    client.force_login(talks.firm.chen)
    typed = {"stage": "negotiation", "needs": "三班倒", "budget_low": "240万", "budget_high": "200 万", "objective": "守住 230 万", "walk_away": "2,100,000"}
    before = face()
    answer = client.post(reverse("negotiation:move", args=[talks.deal.pk]), typed, headers={"HX-Request": "true"})
    page = answer.content.decode()
    gate = page[page.index('<form class="gate"'):page.index("</form>", page.index('<form class="gate"'))]
    assert answer.status_code == 422 and face() == before
    assert all(f'value="{text}"' in gate for name, text in typed.items() if name != "stage")
    assert gate.count('aria-invalid="true"') == 1 and gate.index('aria-invalid="true"') < gate.index('name="budget_high"'), "the lower end lies above the upper"
    assert client.post(reverse("negotiation:move", args=[talks.deal.pk]), typed | {"budget_high": "260 万"}, headers={"HX-Request": "true"}).status_code == 200
    card = Card.objects.get(deal=talks.deal)
    assert (card.budget_low, card.budget_high, card.walk_away) == (D("2400000"), D("2600000"), D("2100000"))


def test_without_a_script_the_menu_moves_the_deal(talks, client):
    client.force_login(talks.firm.chen)
    url = reverse("negotiation:move", args=[talks.deal.pk])
    assert client.post(url, {"stage": "proposal"}).status_code == 422
    answer = client.post(url, {"stage": "proposal", "needs": "三班倒", "budget_high": "240000", "next": reverse("negotiation:board")})
    assert answer.status_code == 303 and answer["Location"] == reverse("negotiation:board")
    assert client.post(url, {"stage": "trial", "next": "https://elsewhere.example/"})["Location"] == reverse("negotiation:deal", args=[talks.deal.pk])


@pytest.mark.parametrize("wrong", [{"stage": "nowhere"}, {"stage": "proposal", "budget_high": "lots"}, {"stage": "proposal", "budget_low": "-1"}])
def test_a_bad_move_is_refused_and_changes_nothing(talks, client, wrong):
    client.force_login(talks.firm.chen)
    before = face()
    assert client.post(reverse("negotiation:move", args=[talks.deal.pk]), wrong).status_code == 422
    assert face() == before


def test_more_cards_come_a_column_at_a_time(talks, client):
    Deal.objects.bulk_create([Deal(customer=talks.customer, name=f"d{i}", stage_since=TODAY, amount=i, opened_on=TODAY) for i in range(30)])
    client.force_login(talks.firm.chen)
    assert client.get(reverse("negotiation:board")).content.decode().count('<article class="deal') == 4
    part = client.get(reverse("negotiation:column", args=["selection"]), {"shown-selection": "24"}).content.decode()
    assert part.count('<article class="deal') == 24
    assert client.get(reverse("negotiation:column", args=["won"])).status_code == 404


def test_a_try_computes_and_writes_nothing(talks, client):
    quote = talks.quote(97_000)
    cut = quoting.add_concession(talks.firm.chen, quote, give="x", get="y", price_cut=D(4_000))
    client.force_login(talks.firm.chen)
    before = face()
    answer = client.post(reverse("negotiation:try", args=[quote.pk]), form_of(talks, 97_500, on=[cut.pk]), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200 and face() == before
    assert "19.1" in page and "王敏" in page
    for wrong in ({"line-0-offer": "x"}, {"line-0-quantity": "-1"}, {"line-0-product": "999999"}, {"prepayment": "101"}, {"on": ["999999"]}):
        assert client.post(reverse("negotiation:try", args=[quote.pk]), form_of(talks, 96_500) | wrong).status_code == 422
    assert face() == before


def test_prices_typed_in_ten_thousands_are_kept_in_yuan(talks, client):
    quote = talks.quote(97_000)
    client.force_login(talks.firm.chen)
    client.post(reverse("negotiation:save", args=[quote.pk]), form_of(talks, "9.85", unit="10000"))
    assert Quote.objects.get().total == 197_000


def test_saving_and_submitting_in_one_go(talks, client):
    quote = talks.quote(97_000)
    client.force_login(talks.firm.chen)
    assert client.post(reverse("negotiation:save", args=[quote.pk]), form_of(talks, 96_000, do="submit")).status_code == 303
    assert (Quote.objects.get().state, Quote.objects.get().total) == ("submitted", 192_000)


def test_a_refused_submit_keeps_the_typed_text_and_changes_nothing(talks, client):
    quote = talks.quote(97_000)
    client.force_login(talks.firm.chen)
    before = face()
    answer = client.post(reverse("negotiation:save", args=[quote.pk]), form_of(talks, 96_111, do="submit", condition=""))
    assert answer.status_code == 422 and "96111" in answer.content.decode() and 'aria-invalid="true"' in answer.content.decode()
    assert face() == before


SECRET = ("92345", "9.2345", "184690", "18.469", "18.5", "71234", "7.1234")


def rep_pages(talks, client, quote):
    """Everything a representative can be sent about a deal and its quote."""
    client.force_login(talks.firm.chen)
    request = Request.objects.first()
    pages = [client.get(url) for url in (
        reverse("negotiation:board"), reverse("negotiation:deal", args=[talks.deal.pk]), reverse("negotiation:quote", args=[quote.pk]),
        reverse("negotiation:lines", args=[quote.pk]), reverse("negotiation:products"), reverse("negotiation:product", args=[talks.robot.pk]),
        *([reverse("approvals:request", args=[request.pk])] if request else []))]
    if quote.state in {"draft", "returned"}:
        pages.append(client.post(reverse("negotiation:try", args=[quote.pk]), form_of(talks, 92_000)))
    assert all(page.status_code == 200 for page in pages)
    return [page.content.decode().replace(",", "") for page in pages]


def test_the_floor_is_never_sent_to_a_representative(talks, client):
    Price.objects.filter(product=talks.robot).update(floor_price=D("92345"))
    actions.write_card(talks.firm.wang, talks.deal, needs="x", budget_high=D(200_000), walk_away=D("71234"))
    actions.record_round(talks.firm.chen, talks.deal, on=TODAY, channel="call", ours=D(200_000), theirs=D(150_000))
    quote = talks.quote(92_000, prepared=False)
    for page in rep_pages(talks, client, quote) + rep_pages(talks, client, quoting.submit(talks.firm.chen, quote)):
        assert [secret for secret in SECRET if secret in page] == []
    client.force_login(talks.firm.wang)
    seen = client.get(reverse("negotiation:quote", args=[quote.pk])).content.decode().replace(",", "")
    assert "9.2345" in seen and "7.1" in seen


def test_a_try_says_the_same_above_and_below_the_floor_to_a_representative(talks, client):
    """Within the own limit: were the answer different below the floor, the floor could be found by trying."""
    client.force_login(talks.firm.chen)
    quote = talks.quote(99_000)
    said = set()
    for floor in (50_000, 98_900):
        Price.objects.filter(product=talks.robot, list_price=100_000).update(floor_price=floor)
        said.add(client.post(reverse("negotiation:try", args=[quote.pk]), form_of(talks, 98_000)).content)
        said_page = client.get(reverse("negotiation:quote", args=[quote.pk])).content
        assert b"98" in said_page
    assert len(said) == 1
    client.force_login(talks.firm.wang)
    assert "周衡" in client.post(reverse("negotiation:try", args=[quote.pk]), form_of(talks, 98_000)).content.decode()


def test_the_approver_page_shows_what_is_decided(talks, client):
    quoting.submit(talks.firm.chen, talks.quote(95_000))
    request = Request.objects.get()
    client.force_login(talks.firm.wang)
    page = client.get(reverse("approvals:request", args=[request.pk])).content.decode()
    assert reverse("negotiation:lines", args=[request.subject_id]) in page and reverse("approvals:approve", args=[request.pk]) in page
    client.force_login(talks.firm.chen)
    page = client.get(reverse("approvals:request", args=[request.pk])).content.decode()
    assert reverse("approvals:approve", args=[request.pk]) not in page and reverse("approvals:withdraw", args=[request.pk]) in page


def test_a_deal_is_opened_for_a_customer_within_reach(talks, client):
    client.force_login(talks.firm.chen)
    assert "苏州凌云" in client.get(reverse("negotiation:new"), {"q": "szly"}).content.decode()
    assert client.post(reverse("negotiation:new"), {"customer": "", "name": "x", "amount": "1"}).status_code == 422
    made = client.post(reverse("negotiation:new"), {"customer": talks.customer.pk, "name": "二期", "amount": "50000"})
    assert made.status_code == 303 and Deal.objects.count() == 2
    client.force_login(talks.firm.lin)
    assert "苏州凌云" not in client.get(reverse("negotiation:new"), {"q": "szly"}).content.decode()
    assert client.post(reverse("negotiation:new"), {"customer": talks.customer.pk, "name": "x", "amount": "1"}).status_code == 404
    assert Deal.objects.count() == 2


def test_each_form_of_the_deal_is_kept_or_comes_back(talks, client):
    client.force_login(talks.firm.chen)
    good = {"card": {"needs": "三班倒", "walk_away": "190000"}, "next_step": {"next_step": "上门", "next_step_on": TODAY.isoformat()},
            "round": {"on": TODAY.isoformat(), "channel": "call", "ours": "236000"},
            "revise": {"name": "x", "amount": "1", "probability": "55", "expected_on": TODAY.isoformat(), "committed": "on"}}
    bad = {"card": {"budget_low": "x"}, "next_step": {"next_step": "上门"}, "round": {"on": "soon", "channel": "call"},
           "revise": {"name": "", "amount": "-1", "probability": "155"}}
    for name, said in bad.items():
        assert client.post(reverse(f"negotiation:{name}", args=[talks.deal.pk]), said).status_code == 422, name
    for name, said in good.items():
        assert client.post(reverse(f"negotiation:{name}", args=[talks.deal.pk]), said).status_code == 303, name
    deal = Deal.objects.get()
    assert (deal.next_step, deal.probability, deal.committed, Card.objects.get().walk_away, deal.rounds.count()) == ("上门", D("0.55"), True, 190_000, 1)


def test_the_price_list_is_edited_by_its_keepers(talks, client):
    given = {"starts_on": (TODAY + timedelta(days=1)).isoformat(), "list_price": "110000", "floor_price": "100000", "cost": "60000"}
    client.force_login(talks.firm.chen)
    assert client.post(reverse("negotiation:price", args=[talks.robot.pk]), given).status_code == 422
    assert Price.objects.filter(product=talks.robot).count() == 2
    client.force_login(talks.firm.xu)
    assert client.get(reverse("negotiation:products")).status_code == 200
    assert client.post(reverse("negotiation:price", args=[talks.robot.pk]), given).status_code == 303
    assert client.post(reverse("negotiation:add_product"), {"code": "HA-1400", "name": "x", "line": "y", "measure": "台"}).status_code == 422
    assert client.post(reverse("negotiation:add_product"), {"code": "N1", "name": "x", "line": "y", "measure": "台"}).status_code == 303


def test_a_get_changes_nothing(talks, client):
    quote = talks.quote(97_000)
    client.force_login(talks.firm.chen)
    before = face()
    for name in ("send", "accept", "lose", "renew", "save", "try"):
        assert client.get(reverse(f"negotiation:{name}", args=[quote.pk])).status_code == 405
    assert face() == before


def test_adding_or_dropping_a_concession_keeps_the_lines_that_were_typed(talks, client):
    quote = talks.quote(97_000)
    client.force_login(talks.firm.chen)
    given = {"give": "延保 6 个月", "get": "框架", "added_cost": "3000"}
    assert client.post(reverse("negotiation:add_concession", args=[quote.pk]), form_of(talks, 98_000, 3, **given)).status_code == 303
    made = quote.concessions.get()
    assert (made.give, made.added_cost, Quote.objects.get().total) == ("延保 6 个月", 3_000, 294_000)
    gone = reverse("negotiation:drop_concession", args=[quote.pk, made.pk])
    assert client.post(gone, form_of(talks, 98_500, 2, on=[made.pk])).status_code == 303
    assert not quote.concessions.exists() and Quote.objects.get().total == 197_000


def test_a_concession_begun_is_kept_with_the_draft(talks, client):
    quote = talks.quote(97_000)
    client.force_login(talks.firm.chen)
    client.post(reverse("negotiation:save", args=[quote.pk]), form_of(talks, 98_000, give="送培训", get="样板厂"))
    assert (quote.concessions.get().give, Quote.objects.get().total) == ("送培训", 196_000)


@pytest.mark.parametrize(("door", "wrong"), [("add_concession", {"give": "延保", "get": ""}), ("add_concession", {"give": "延保", "get": "x", "line-0-quantity": "-1"}),
                                             ("save", {"give": "延保", "get": ""})])
def test_refused_nothing_is_kept_and_nothing_typed_is_lost(talks, client, door, wrong):
    quote = talks.quote(97_000)
    client.force_login(talks.firm.chen)
    before = face()
    answer = client.post(reverse(f"negotiation:{door}", args=[quote.pk]), form_of(talks, "98765.43") | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and face() == before
    assert 'value="98765.43"' in page and 'value="延保"' in page
