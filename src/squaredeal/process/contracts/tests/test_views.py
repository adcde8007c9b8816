"""The pages of contracts: who sees what, refusals with the text as typed, exports without formulas, queries that do not grow."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from squaredeal.process.contracts.models import Attachment, Contract, Instalment
from squaredeal.process.customers.models import Customer

from .conftest import TERMS

D = Decimal


def page(client, person, name, *args, **given):
    client.force_login(person)
    return client.get(reverse(name, args=args), given)


def posted(contract, parts, **terms):
    """What the draft's form sends."""
    sent = {"title": contract.title, "signed_on": contract.signed_on.isoformat(), **TERMS, **terms, "part-TOTAL_FORMS": len(parts), "part-INITIAL_FORMS": 0}
    for n, part in enumerate(parts):
        sent |= {f"part-{n}-{name}": value for name, value in part.items()}
    return sent


def part(amount="", share="", kind="other", days=30, **more):
    return {"kind": kind, "due_on": (timezone.localdate() + timedelta(days=days)).isoformat(), "amount": amount, "share": share, **more}


@pytest.mark.parametrize(("who", "count"), [("zhou", 2), ("gu", 2), ("wang", 1), ("chen", 1), ("li", 1), ("lin", 1), ("xu", 0)])
def test_the_register_shows_what_is_within_reach(desk, client, who, count):
    desk.approved()
    west = Customer.objects.create(name="成都远景电气有限公司", owner=desk.firm.lin)
    Contract.objects.create(number="HC-W1", title="焊机", customer=west, signed_by=desk.firm.lin, signed_on=timezone.localdate(), amount=D(1000))
    got = page(client, getattr(desk.firm, who), "contracts:register")
    assert got.status_code == 200 and got.context["all"] == count


def test_filters_narrow_and_are_kept(desk, client):
    desk.approved("480000")
    draft = desk.draft("300000")
    for given, numbers in [({"state": "draft"}, {draft.number}), ({"q": draft.number}, {draft.number}), ({"q": "szly"}, None), ({"q": "凌云"}, None),
                           ({"q": "没有"}, set()), ({"signed": "2001"}, set()), ({"customer": desk.customer.pk}, None),
                           ({"state": "nonsense", "signed": "x", "customer": "-1", "unit": "9" * 30}, None)]:
        got = page(client, desk.firm.chen, "contracts:register", **given)
        shown = {c.number for c in got.context["shown"]}
        assert shown == numbers if numbers is not None else len(shown) == 2, given
    by_amount = page(client, desk.firm.chen, "contracts:register", sort="amount").context["shown"]
    assert [c.amount for c in by_amount] == [D(300_000), D(480_000)]


def test_queries_do_not_grow_with_rows(desk, client, django_assert_max_num_queries):
    for n in range(3):
        desk.approved()
    client.force_login(desk.firm.wang)
    address = reverse("contracts:register")
    client.get(address)
    with django_assert_max_num_queries(15) as few:
        client.get(address)
    for n in range(3):
        desk.approved()
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_one_contract_within_queries(desk, client, django_assert_max_num_queries):
    made = desk.approved()
    client.force_login(desk.firm.chen)
    with django_assert_max_num_queries(15):
        assert client.get(reverse("contracts:contract", args=[made.pk])).status_code == 200


@pytest.mark.parametrize("who", ["lin", "li", "xu"])
def test_outside_reach_every_door_is_404(desk, client, who):
    made = desk.draft()
    client.force_login(getattr(desk.firm, who))
    for name in ("contract", "paper"):
        assert client.get(reverse(f"contracts:{name}", args=[made.pk])).status_code == 404
    for name in ("save", "submit", "file", "terminate"):
        assert client.post(reverse(f"contracts:{name}", args=[made.pk]), {"reason": "x"}).status_code == 404
    assert client.post(reverse("contracts:draft", args=[made.quote_id])).status_code == 404
    made.refresh_from_db()
    assert made.state == "draft"


def test_a_draft_is_made_once_by_post_only(desk, client):
    quote = desk.quote("480000")
    address = reverse("contracts:draft", args=[quote.pk])
    client.force_login(desk.firm.chen)
    assert client.get(address).status_code == 200 and not Contract.objects.exists()
    first = client.post(address)
    again = client.post(address)
    assert first.status_code == again.status_code == 303 and first["Location"] == again["Location"]
    assert Contract.objects.count() == 1


def test_shares_are_shared_out_to_the_fen(desk, client):
    made = desk.draft("100000.01")
    client.force_login(desk.firm.chen)
    got = client.post(reverse("contracts:save", args=[made.pk]), posted(made, [part(share="30"), part(share="65"), part(share="5")]))
    assert got.status_code == 303
    assert [x.amount for x in made.instalments.all()] == [D("30000.00"), D("65000.01"), D("5000.00")]


def test_a_row_taken_out_does_not_count_and_amounts_may_have_commas(desk, client):
    made = desk.draft("480000")
    client.force_login(desk.firm.chen)
    got = client.post(reverse("contracts:save", args=[made.pk]), posted(made, [part("４８０,000.00"), part("x", DELETE="on")]))
    assert got.status_code == 303
    assert [x.amount for x in made.instalments.all()] == [D(480_000)]


def test_a_wrong_sum_comes_back_as_typed_and_changes_nothing(desk, client):
    made = desk.draft("480000")
    before = list(made.instalments.values_list("amount", flat=True))
    client.force_login(desk.firm.chen)
    got = client.post(reverse("contracts:save", args=[made.pk]), posted(made, [part("479999.99")], delivery="九十天"))
    assert got.status_code == 422
    assert "0.01" in got.content.decode() and "九十天" in got.content.decode() and "479999.99" in got.content.decode()
    assert list(made.instalments.values_list("amount", flat=True)) == before


@pytest.mark.parametrize("sent", [{}, {"part-TOTAL_FORMS": "9" * 12}, {"part-TOTAL_FORMS": "2", "part-INITIAL_FORMS": "0", "part-0-amount": "abc"},
                                  {"part-TOTAL_FORMS": "500", "part-INITIAL_FORMS": "0"}])
def test_nonsense_is_answered_and_changes_nothing(desk, client, sent):
    made = desk.draft("480000")
    client.force_login(desk.firm.chen)
    assert client.post(reverse("contracts:save", args=[made.pk]), sent).status_code == 422
    assert made.instalments.count() == 3


def test_into_review_from_the_page(desk, client):
    made = desk.draft("480000")
    client.force_login(desk.firm.chen)
    got = client.post(reverse("contracts:submit", args=[made.pk]), posted(made, [part("480000")], place=""))
    assert got.status_code == 422 and "place" in got.context["terms"].errors
    assert client.post(reverse("contracts:submit", args=[made.pk]), posted(made, [part("480000")])).status_code == 303
    made.refresh_from_db()
    assert made.state == "submitted"
    wang = page(client, desk.firm.wang, "approvals:request", desk.request(made).pk)
    assert wang.status_code == 200


def test_papers_come_in_by_the_page(desk, client):
    made = desk.draft()
    client.force_login(desk.firm.chen)
    bad = client.post(reverse("contracts:file", args=[made.pk]), {"upload": SimpleUploadedFile("合同.pdf", b"<script>")})
    none = client.post(reverse("contracts:file", args=[made.pk]), {})
    assert bad.status_code == none.status_code == 422 and not Attachment.objects.exists()
    assert client.post(reverse("contracts:file", args=[made.pk]), {"upload": SimpleUploadedFile("合同.pdf", b"%PDF-1.4")}).status_code == 303
    assert "合同.pdf" in client.get(reverse("contracts:contract", args=[made.pk])).content.decode()


def test_exports_hold_what_is_within_reach_and_no_formula(desk, client):
    made = desk.approved()
    Contract.objects.filter(pk=made.pk).update(title="=HYPERLINK(1)")
    client.force_login(desk.firm.wang)
    text = client.get(reverse("contracts:export"), {"format": "csv"}).content.decode("utf-8-sig")
    assert made.number in text and "'=HYPERLINK(1)" in text
    assert client.get(reverse("contracts:export"))["Content-Type"].startswith("application/vnd")
    client.force_login(desk.firm.lin)
    assert made.number not in client.get(reverse("contracts:export"), {"format": "csv"}).content.decode("utf-8-sig")


def test_the_floor_is_not_sent_to_a_rep(desk, client):
    made = desk.draft("480000", floor="251234")
    assert "502,468" not in page(client, desk.firm.chen, "contracts:contract", made.pk).content.decode()
    assert "2.3.3" not in page(client, desk.firm.chen, "contracts:contract", made.pk).content.decode()


def test_collected_shows_on_the_register(desk, client):
    made = desk.approved()
    Instalment.objects.filter(contract=made, order=1).update(collected=D(144_000))
    shown = page(client, desk.firm.chen, "contracts:register").context["shown"]
    assert shown[0].collected == D(144_000)


def test_a_new_draft_begins_with_the_terms_of_the_last_contract(desk, client):
    first = desk.approved()
    made = desk.draft("300000")
    got = page(client, desk.firm.chen, "contracts:contract", made.pk)
    assert got.context["terms"]["quality"].value() == "GB/T 20867" and first.number in got.content.decode()
    made.refresh_from_db()
    assert made.quality == "", "nothing is kept before it is said"
    west = Customer.objects.create(name="成都远景电气有限公司", owner=desk.firm.lin)
    other = Contract.objects.create(number="HC-W1", title="焊机", customer=west, signed_by=desk.firm.lin, signed_on=timezone.localdate(), amount=D(1000))
    assert page(client, desk.firm.lin, "contracts:contract", other.pk).context["terms"]["quality"].value() == ""
