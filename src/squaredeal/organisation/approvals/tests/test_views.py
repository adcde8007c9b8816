"""The doors of approvals: inbox, request page and verbs, within reach and 404 beyond; a refusal shows its reason and changes nothing."""
import pytest
from django.urls import reverse

from squaredeal.organisation.approvals import subjects
from squaredeal.organisation.approvals.models import Request, Step
from squaredeal.organisation.team.models import Role

BOTH = (Role.MANAGER, Role.DIRECTOR)


def face():
    return list(Request.objects.order_by("pk").values()), list(Step.objects.order_by("pk").values())


@pytest.fixture
def asked(ask, firm):
    return ask(firm.chen, BOTH, amount=2_360_000, percent="8.39", condition="预付 50%", clause="1.4.1",
               facts=[{"label": "Floor", "kind": "money", "value": "2403000", "roles": ["manager", "director"]}])


def test_the_inbox_holds_what_waits_for_each(asked, firm, client):
    for person, boxes in ((firm.wang, {"waiting"}), (firm.chen, {"asked"}), (firm.zhou, set()), (firm.li, set())):
        client.force_login(person)
        for box in ("waiting", "asked", "decided", "nonsense"):
            page = client.get(reverse("approvals:inbox"), {"box": box})
            assert page.status_code == 200
            assert (reverse("approvals:request", args=[asked.pk]) in page.content.decode()) == (box in boxes or (box == "nonsense" and "waiting" in boxes))


def test_the_request_is_open_to_the_chain_and_the_asker_only(asked, firm, client):
    for person, status in ((firm.chen, 200), (firm.wang, 200), (firm.zhou, 200), (firm.li, 404), (firm.lin, 404), (firm.gu, 404), (firm.xu, 404)):
        client.force_login(person)
        for name in ("request", "chain"):
            assert client.get(reverse(f"approvals:{name}", args=[asked.pk])).status_code == status, person
        if status == 404:
            for verb in ("approve", "send_back", "withdraw", "countersign", "delegate"):
                assert client.post(reverse(f"approvals:{verb}", args=[asked.pk]), {"note": "x", "person": firm.gu.pk}).status_code == 404


def test_floor_facts_are_for_the_roles_they_name(asked, firm, client):
    client.force_login(firm.wang)
    assert "240.3" in client.get(reverse("approvals:request", args=[asked.pk])).content.decode()
    client.force_login(firm.chen)
    assert "240.3" not in client.get(reverse("approvals:request", args=[asked.pk])).content.decode()


def test_approving_goes_on_and_an_outside_address_is_not_followed(asked, firm, client):
    client.force_login(firm.wang)
    answer = client.post(reverse("approvals:approve", args=[asked.pk]), {"step": asked.waiting.pk, "next": "https://elsewhere.example/"})
    assert answer.status_code == 303 and answer["Location"] == reverse("approvals:request", args=[asked.pk])
    assert Step.objects.get(approver=firm.wang).state == "approved"


def test_a_second_press_is_told_and_changes_nothing(asked, firm, client):
    client.force_login(firm.wang)
    url, said = reverse("approvals:approve", args=[asked.pk]), {"step": asked.waiting.pk}
    client.post(url, said)
    before = face()
    answer = client.post(url, said)
    assert answer.status_code == 422 and "周衡" in answer.content.decode() and face() == before


def test_sending_back_without_a_reason_comes_back_to_the_field(asked, firm, client):
    client.force_login(firm.wang)
    before = face()
    answer = client.post(reverse("approvals:send_back", args=[asked.pk]), {"note": "", "next": "/approvals/?box=waiting"})
    assert answer.text.count('name="next" value="/approvals/?box=waiting"') == 2, "where the verb was to lead, it leads after the second try"
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.content.decode() and face() == before
    assert client.post(reverse("approvals:send_back", args=[asked.pk]), {"note": "x" * 501}).status_code == 422 and face() == before
    assert client.post(reverse("approvals:send_back", args=[asked.pk]), {"note": "先谈驻场"}).status_code == 303


@pytest.mark.parametrize("verb", ["approve", "send_back", "withdraw", "countersign", "delegate"])
def test_a_get_decides_nothing(asked, firm, client, verb):
    client.force_login(firm.wang)
    before = face()
    assert client.get(reverse(f"approvals:{verb}", args=[asked.pk])).status_code == 405 and face() == before


def test_somebody_else_first_or_instead(asked, firm, client, monkeypatch):
    client.force_login(firm.wang)
    before = face()
    for wrong in ("", "x", "999999", firm.chen.pk):
        assert client.post(reverse("approvals:countersign", args=[asked.pk]), {"person": wrong}).status_code in {404, 422} and face() == before
    monkeypatch.setitem(subjects.KINDS, "customer", subjects.KINDS["customer"]._replace(part="approvals:chain"))
    shown, part = reverse("approvals:request", args=[asked.pk]), f'hx-get="{reverse("approvals:chain", args=[asked.subject_id])}"'
    assert part in client.get(shown).text
    assert client.post(reverse("approvals:countersign", args=[asked.pk]), {"person": firm.lin.pk}).status_code == 303
    client.force_login(firm.lin)
    page = client.get(shown)
    assert page.status_code == 200 and part not in page.text, "of a subject beyond reach the facts of the request are all there is"
    assert client.post(reverse("approvals:approve", args=[asked.pk])).status_code == 303
    client.force_login(firm.wang)
    assert client.post(reverse("approvals:delegate", args=[asked.pk]), {"person": firm.li.pk}).status_code == 303
    assert Step.objects.get(handed_by=firm.wang, countersign=False).approver == firm.li


@pytest.mark.parametrize("n", [5, 10])
def test_the_inbox_asks_the_same_however_many_wait(ask, firm, client, django_assert_max_num_queries, n):
    for _ in range(n):
        ask(firm.chen, BOTH)
    client.force_login(firm.wang)
    client.get(reverse("approvals:inbox"))
    with django_assert_max_num_queries(15):
        client.get(reverse("approvals:inbox"))


def test_the_api_says_and_does_the_same(asked, firm, client):
    from squaredeal.organisation.team import actions as team
    keys = {p.login: team.make_token(p, p, name="t").plain for p in (firm.wang, firm.chen, firm.lin)}

    def call(who, method, path, **given):
        return getattr(client, method)(f"/api/approvals/{path}", headers={"Authorization": f"Bearer {keys.get(who, 'none')}"},
                                       content_type="application/json", **given)
    assert call("nobody", "get", "").status_code == 401
    assert call("wang", "get", "?box=waiting").json()["count"] == 1 and call("lin", "get", "").json()["count"] == 0
    assert call("wang", "get", "?limit=201").status_code == 422
    assert call("lin", "get", f"{asked.pk}").status_code == 404
    assert [f["value"] for f in call("wang", "get", f"{asked.pk}").json()["facts"]] == ["2403000"]
    assert call("chen", "get", f"{asked.pk}").json()["facts"] == []
    before = face()
    assert call("chen", "post", f"{asked.pk}/approve", data={}).status_code == 422
    assert call("wang", "post", f"{asked.pk}/send-back", data={"note": ""}).status_code == 422 and face() == before
    assert call("wang", "post", f"{asked.pk}/approve", data={"note": "ok"}).json()["steps"][0]["state"] == "approved"
    assert call("chen", "post", f"{asked.pk}/withdraw").json()["state"] == "withdrawn"
