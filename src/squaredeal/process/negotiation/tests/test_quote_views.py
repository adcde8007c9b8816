"""The page of a quote: a try writes nothing, a save keeps all that was typed, and a representative is never told the floor."""
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from squaredeal.organisation.approvals.models import Request
from squaredeal.process.negotiation import actions, quoting
from squaredeal.process.negotiation.models import Price, Quote

from .test_quotes import face

D = Decimal
TODAY = timezone.localdate()


def form_of(talks, offer, quantity=2, **more):
    return {"line-TOTAL_FORMS": "2", "line-INITIAL_FORMS": "0", "line-0-product": str(talks.robot.pk), "line-0-quantity": str(quantity),
            "line-0-offer": str(offer), "line-1-product": "", "line-1-quantity": "", "line-1-offer": "", "unit": "1", "prepayment": "30",
            "condition": "让价换预付 30%，只限这一单", **more}


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


def test_a_price_nobody_may_sign_says_so_in_one_sentence(talks, client):
    client.force_login(talks.firm.wang)
    said = client.post(reverse("negotiation:try", args=[talks.quote(98_000).pk]), form_of(talks, 80_000)).content.decode()
    assert "谁也不能批。</h1>" in said and "。。" not in said and "其余多" not in said


def test_the_approver_page_shows_what_is_decided(talks, client):
    quoting.submit(talks.firm.chen, talks.quote(95_000))
    request = Request.objects.get()
    client.force_login(talks.firm.wang)
    page = client.get(reverse("approvals:request", args=[request.pk])).content.decode()
    assert reverse("negotiation:lines", args=[request.subject_id]) in page and reverse("approvals:approve", args=[request.pk]) in page
    client.force_login(talks.firm.chen)
    page = client.get(reverse("approvals:request", args=[request.pk])).content.decode()
    assert reverse("approvals:approve", args=[request.pk]) not in page and reverse("approvals:withdraw", args=[request.pk]) in page


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
