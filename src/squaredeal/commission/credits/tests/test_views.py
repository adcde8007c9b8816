"""The shares of a contract through the page: decided in per cents, refused in words, not there for the neighbour."""
from decimal import Decimal

from django.urls import reverse

from squaredeal.commission.credits.models import Split


def test_a_manager_decides_in_per_cents(client, firm, book):
    contract = book.contract(firm.chen, 2000)
    url = reverse("credits:contract", args=[contract.pk])
    client.force_login(firm.wang)
    assert "陈静" in client.get(url).content.decode()
    given = {"person_1": firm.chen.pk, "percent_1": "70", "person_2": firm.lin.pk, "percent_2": "20", "reason": "撞单裁定"}
    refused = client.post(url, given)
    assert refused.status_code == 422 and "90%" in refused.content.decode() and not Split.objects.exists()
    assert client.post(url, given | {"percent_2": "30"}).status_code == 302
    assert {(s.person, s.share) for s in contract.splits.all()} == {(firm.chen, Decimal("0.7")), (firm.lin, Decimal("0.3"))}


def test_the_neighbour_and_the_administrator_find_nothing_and_a_rep_only_reads(client, firm, book):
    url = reverse("credits:contract", args=[book.contract(firm.chen, 2000).pk])
    for who, status in ((firm.li, 404), (firm.lin, 404), (firm.xu, 404), (firm.chen, 200), (firm.gu, 200)):
        client.force_login(who)
        assert client.get(url).status_code == status, who
    client.force_login(firm.chen)
    assert client.post(url, {"person_1": firm.lin.pk, "percent_1": "100", "reason": "x"}).status_code == 422
    assert not Split.objects.exists()
