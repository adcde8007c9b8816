"""Every path of the API × own, team and other region: outside reach is 404 and changes nothing, and ids of others named in a body are not found either.

The paths are read from the OpenAPI document, so a new one that says nothing about its subject here fails.
"""
import json

import pytest

from squaredeal.kernel.models import Journal
from squaredeal.organisation.team import actions as team
from tests.test_matrix import SECRET, world  # noqa: F401  # the fixture

SUBJECT = {
    "/api/approvals/{pk}": "request", "/api/approvals/{pk}/approve": "request", "/api/approvals/{pk}/send-back": "request",
    "/api/approvals/{pk}/withdraw": "request", "/api/approvals/{pk}/countersign": "request", "/api/approvals/{pk}/delegate": "request",
    "/api/kernel/notices/{pk}/read": "notice",
    "/api/customers/{pk}": "customer", "/api/customers/{pk}/grade": "customer",
    "/api/customers/{pk}/next-step": "customer", "/api/customers/assign/{journal}/undo": "journal",
    "/api/followup/customers/{pk}/followups": "customer", "/api/followup/excuses/{pk}/grant": "excuse",
    "/api/followup/excuses/{pk}/decline": "excuse", "/api/negotiation/deals/{pk}": "deal", "/api/negotiation/deals/{pk}/stage": "deal",
    "/api/negotiation/deals/{pk}/next-step": "deal", "/api/negotiation/deals/{pk}/rounds": "deal", "/api/negotiation/deals/{pk}/quotes": "deal",
    "/api/negotiation/quotes/{pk}": "quote", "/api/negotiation/quotes/{pk}/{verb}": "quote", "/api/negotiation/quotes/{pk}/turned-down": "quote",
    "/api/contracts/{pk}": "contract", "/api/contracts/{pk}/submit": "contract", "/api/contracts/{pk}/terminate": "contract",
    "/api/contracts/{pk}/events": "contract", "/api/contracts/events/{pk}/withdraw": "event",
    "/api/collection/receipts/{pk}": "receipt", "/api/collection/receipts/{pk}/match": "receipt", "/api/collection/receipts/{pk}/reverse": "receipt",
    "/api/collection/instalments/{pk}/refund": "instalment", "/api/collection/customers/{pk}/money": "customer",
    "/api/credits/contracts/{pk}": "contract", "/api/statements/{pk}": "statement", "/api/statements/{pk}/confirm": "statement",
    "/api/statements/{pk}/objections": "statement", "/api/statements/objections/{pk}/answer": "objection",
    "/api/statements/objections/{pk}/withdraw": "objection", "/api/imports/{pk}/undo": "brought",
}
COMMON = {"/api/negotiation/products/{pk}/prices", "/api/plans/{pk}", "/api/plans/{pk}/publish", "/api/plans/{pk}/drop", "/api/runs/{pk}",
          "/api/runs/{pk}/{step}", "/api/team/people/{pk}/posts", "/api/team/people/{pk}/deputies", "/api/team/people/{pk}/leave",
          "/api/rulebook/clauses/{number}", "/api/rulebook/versions/{pk}/submit", "/api/rulebook/versions/{pk}/publish",
          "/api/rulebook/versions/{pk}/send-back", "/api/rulebook/versions/{pk}/drop", "/api/rulebook/versions/{pk}/acknowledge"}
"""Products, plans, runs, colleagues and the policy are the firm's; what each role may do with them is proved in their sections."""
FILES = {"/api/imports/files/{token}", "/api/imports/files/{token}/bring", "/api/imports/files/{token}/wrong"}
"""A file on its way in is its sender's alone; that nobody else finds it is proved in site/tests/test_imports_api.py."""
DAY = "2026-03-02"
LINE = {"kind": "transfer", "on": DAY, "amount": "1.00"}
FULL = {
    "/api/approvals/{pk}/countersign": {"person_id": 1}, "/api/approvals/{pk}/delegate": {"person_id": 1}, "/api/approvals/{pk}/approve": {},
    "/api/approvals/{pk}/send-back": {"note": "退回"}, "/api/customers/{pk}": {"city": "上海"},
    "/api/customers/{pk}/grade": {"grade": "B", "reason": "另有打算"}, "/api/customers/{pk}/next-step": {"kind": "call", "on": "2099-01-01", "text": "打电话"},
    "/api/followup/customers/{pk}/followups": {"kind": "call", "body": "谈过", "next_kind": "call", "next_on": "2099-01-01", "next_text": "再谈"},
    "/api/followup/excuses/{pk}/grant": {}, "/api/followup/excuses/{pk}/decline": {"note": "不行"},
    "/api/negotiation/deals/{pk}/stage": {"stage": "lost", "lost_reason": "价格"},
    "/api/negotiation/deals/{pk}/next-step": {"next_step": "报价", "next_step_on": "2099-01-01"}, "/api/negotiation/deals/{pk}/rounds": {"on": DAY},
    "/api/negotiation/deals/{pk}/quotes": {"lines": []}, "/api/negotiation/quotes/{pk}": {"lines": []},
    "/api/negotiation/quotes/{pk}/turned-down": {"reason": "价格"},
    "/api/contracts/{pk}": {"title": "改", "signed_on": DAY, "instalments": [{"due_on": DAY, "share": "100"}]},
    "/api/contracts/{pk}/submit": {"title": "改", "signed_on": DAY, "instalments": [{"due_on": DAY, "share": "100"}]},
    "/api/contracts/{pk}/terminate": {"reason": "不做了"}, "/api/contracts/{pk}/events": {"kind": "delivery", "on": DAY, "amount": "1.00"},
    "/api/contracts/events/{pk}/withdraw": {"reason": "记错"}, "/api/collection/receipts/{pk}/match": {"matches": [{"instalment": 1, "amount": "1.00"}]},
    "/api/collection/receipts/{pk}/reverse": {"reason": "记错"},
    "/api/collection/instalments/{pk}/refund": {"on": DAY, "amount": "1.00", "note": "退"},
    "/api/credits/contracts/{pk}": {"shares": [{"person": 1, "percent": "100"}], "reason": "改"},
    "/api/statements/{pk}/objections": {"text": "不对"}, "/api/statements/objections/{pk}/answer": {"upheld": True, "answer": "对"},
}
"""A body that is whole, so that it is reach that says no and not the shape."""


@pytest.fixture
def ask(client):
    """ask(person, method, path, body) → response, with a token of the person's own."""
    tokens = {}

    def asked(person, method, path, body=None):
        if person.pk not in tokens:
            tokens[person.pk] = team.make_token(person, person, name="t").plain
        return client.generic(method, path, b"" if body is None else json.dumps(body), content_type="application/json",
                              headers={"Authorization": f"Bearer {tokens[person.pk]}"})
    return asked


def operations():
    """[(METHOD, path)] of the document."""
    from squaredeal.site.api import api
    return [(method.upper(), path) for path, verbs in api.get_openapi_schema()["paths"].items() for method in verbs]


def filled(path, subject):
    return path.replace("{pk}", str(subject.pk)).replace("{journal}", str(subject.pk)).replace("{verb}", "submit")


def test_every_path_of_the_api_says_whose_its_subject_is():
    paths = {path for _method, path in operations()}
    assert [path for path in sorted(paths) if "{" in path and path not in SUBJECT and path not in COMMON | FILES] == []
    assert [path for path in (*SUBJECT, *COMMON, *FILES) if path not in paths] == []


@pytest.mark.django_db
def test_outside_reach_every_path_of_the_api_is_not_found(firm, world, ask):  # noqa: F811
    """The west's representative and manager, and the administrator, on everything of the east."""
    leaks = []
    for person in (firm.lin, firm.li, firm.xu):
        for method, path in operations():
            if path in SUBJECT:
                answer = ask(person, method, filled(path, world["east"][SUBJECT[path]]), FULL.get(path))
                if answer.status_code != 404 or SECRET["east"].encode() in answer.content:
                    leaks.append((person.login, method, path, answer.status_code, answer.content[:80]))
    assert leaks == []


@pytest.mark.once
@pytest.mark.django_db
def test_within_reach_every_path_of_the_api_answers(firm, world, ask):  # noqa: F811
    deaf = []
    for person in (firm.chen, firm.wang, firm.zhou):
        for method, path in operations():
            if method == "GET" and path in SUBJECT and ask(person, method, filled(path, world["east"][SUBJECT[path]])).status_code != 200:
                deaf.append((person.login, path))
    assert deaf == []


@pytest.mark.once
@pytest.mark.django_db
def test_no_list_of_the_api_shows_the_neighbour(firm, world, ask):  # noqa: F811
    shown = []
    for person, side in ((firm.chen, "west"), (firm.wang, "west"), (firm.lin, "east"), (firm.li, "east"), (firm.xu, "east")):
        theirs = world[side]
        query = (f"?first=2026-01-01&last=2026-12-01&starts_on=2026-01-01&ends_on=2026-12-31&kind=customers.customer&pk={theirs['customer'].pk}"
                 f"&q={SECRET[side][:2]}&scope=firm&customer={theirs['customer'].pk}&owner={theirs['rep'].pk}&owner_id={theirs['rep'].pk}"
                 f"&deal={theirs['deal'].pk}&contract={theirs['contract'].pk}")
        for method, path in operations():
            if method == "GET" and "{" not in path:
                for asked in ("?first=2026-01-01&last=2026-12-01&starts_on=2026-01-01&ends_on=2026-12-31", query):
                    answer = ask(person, method, path + asked)
                    if answer.status_code >= 500 or SECRET[side].encode() in answer.content:
                        shown.append((person.login, path, asked, answer.status_code))
    assert shown == []


def named_in_bodies(theirs, mine):
    """[(METHOD, path, body)]: one's own subject in the address, somebody else's in the body; and what is made of somebody else's."""
    customer, instalment = theirs["customer"].pk, theirs["instalment"].pk
    return [
        ("POST", "/api/customers/assign", {"customers": [customer], "owner": mine["rep"].pk, "reason": "我来"}),
        ("POST", "/api/followup/excuses", {"customer_id": customer, "starts_on": DAY, "ends_on": DAY, "reason": "勿扰"}),
        ("POST", f"/api/followup/customers/{mine['customer'].pk}/followups", {**FULL["/api/followup/customers/{pk}/followups"], "contact_id": theirs["contact"].pk}),
        ("POST", "/api/negotiation/deals", {"customer_id": customer, "name": "抢", "amount": "1"}),
        ("POST", "/api/contracts/", {"quote": theirs["quote"].pk}),
        ("POST", "/api/collection/receipts", {**LINE, "customer": customer}),
        ("POST", "/api/collection/receipts", {**LINE, "customer": mine["customer"].pk, "matches": [{"instalment": instalment, "amount": "1.00"}]}),
        ("POST", f"/api/collection/receipts/{mine['receipt'].pk}/match", {"matches": [{"instalment": instalment, "amount": "1.00"}]}),
        ("POST", f"/api/statements/{mine['statement'].pk}/objections", {"text": "不对", "line": theirs["line"].pk}),
        ("PUT", "/api/targets/", {"kind": "person", "id": theirs["rep"].pk, "measure": "receipts", "month": DAY, "amount": "1"}),
        ("PUT", "/api/appraisal/", {"kind": "score", "person": theirs["rep"].pk, "name": "KPI", "month": DAY, "value": "1"}),
        ("PUT", "/api/appraisal/", {"kind": "wage", "person": theirs["rep"].pk, "name": "wage", "month": DAY, "value": "1"}),
    ]


@pytest.mark.django_db
def test_ids_of_others_in_a_body_reach_nothing(firm, world, ask):  # noqa: F811
    done = []
    for person in (firm.lin, firm.li, firm.xu):
        for method, path, body in named_in_bodies(world["east"], world["west"]):
            answer = ask(person, method, path, body)
            if answer.status_code not in {404, 422} or SECRET["east"].encode() in answer.content:
                done.append((person.login, path, answer.status_code, answer.content[:120]))
    assert done == []
    assert Journal.objects.filter(verb="customers.assign", count__gt=0).count() == 2  # only those the world began with
