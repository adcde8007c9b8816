"""The API of every section: what it tells of a wrong request, and the sections that are not a row in a table."""
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone

from squaredeal.kernel.models import PolicyVersion
from squaredeal.kernel.notify import notify
from squaredeal.organisation.approvals import actions as approvals
from squaredeal.organisation.approvals import queries as chains
from squaredeal.organisation.team import actions as team
from squaredeal.organisation.team.models import Deputy, Person, Position, Role
from squaredeal.rulebook import actions as rulebook
from squaredeal.site.api import api

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client):
    """Call with (person, method, path, body): the answer and its JSON."""
    tokens = {}

    def ask(person, method, path, body=None, lang="zh-hans"):
        if person and person.pk not in tokens:
            tokens[person.pk] = team.make_token(person, person, name="试").plain
        headers = {"Accept-Language": lang, **({"Authorization": f"Bearer {tokens[person.pk]}"} if person else {})}
        given = {"data": body, "content_type": "application/json"} if body is not None or method != "get" else {}
        answer = getattr(client, method)(f"/api/{path}", headers=headers, **given)
        return answer.status_code, answer.json()
    return ask


def test_every_section_has_its_part_of_the_description():
    described = api.get_openapi_schema()
    assert described["openapi"].startswith("3.1")
    named = {path.split("/")[2] for path in described["paths"]}
    assert {section.rsplit(".", 1)[-1] for section in settings.SECTIONS} - {"site"} | {"imports"} == named


@pytest.mark.parametrize(("path", "lang", "says"), [
    ("customers/?limit=many", "zh-hans", "limit 不是整数"), ("customers/?limit=0", "zh-hans", "limit 小于 1"),
    ("team/who-can-see", "zh-hans", "kind 没填；pk 没填"), ("targets/?first=2026-13-01&last=2026-12-01", "zh-hans", "first 不是 2026-11-26 这样的日期"),
    ("insight/cash?period=Q4", "en", "period is not written as asked"), ("approvals/?box=mine", "en", "box is none of"),
])
def test_a_wrong_request_is_told_where_and_what_in_the_persons_language(firm, as_, path, lang, says):
    status, said = as_(firm.zhou, "get", path, lang=lang)
    assert status == 422 and says in said["detail"].replace("; ", "；") and said["errors"][0]["where"]


def test_without_a_token_and_outside_reach_it_is_told_in_words(firm, as_):
    assert as_(None, "get", "customers/")[0] == 401 and "令牌" in as_(None, "get", "customers/")[1]["detail"]
    assert as_(firm.chen, "get", "customers/999999")[0] == 404
    assert "没有" in as_(firm.chen, "get", "approvals/999999")[1]["detail"]


def test_notices_are_ones_own(firm, as_):
    mine, theirs = notify(firm.chen, "甲"), notify(firm.lin, "乙")
    status, said = as_(firm.chen, "get", "kernel/notices")
    assert (status, said["count"], said["unread"], [n["text"] for n in said["items"]]) == (200, 1, 1, ["甲"])
    assert as_(firm.chen, "post", f"kernel/notices/{theirs.pk}/read")[0] == 404
    assert as_(firm.chen, "post", f"kernel/notices/{mine.pk}/read")[1]["read_at"]
    assert as_(firm.chen, "post", "kernel/notices/read")[1] == {"read": 0}


def test_the_policy_is_read_drafted_published_and_acknowledged(firm, as_):
    today = timezone.localdate()
    status, clauses = as_(firm.chen, "get", "rulebook/clauses")
    contact = next(c for c in clauses if c["number"] == "2.2.1")
    assert status == 200 and contact["parameters"]["contact"] == 7
    assert as_(firm.chen, "put", "rulebook/clauses/2.2.1", {"parameters": {"contact": 5}})[0] == 422
    assert as_(firm.wang, "put", "rulebook/clauses/2.2.1", {"parameters": {"contact": 999}})[0] == 422
    assert not PolicyVersion.objects.exists()
    _status, draft = as_(firm.wang, "put", "rulebook/clauses/2.2.1", {"parameters": {"contact": 5}})
    assert as_(firm.li, "post", f"rulebook/versions/{draft['id']}/submit", {})[0] == 404
    assert as_(firm.wang, "post", f"rulebook/versions/{draft['id']}/submit", {"note": "人手够"})[1]["state"] == "submitted"
    assert as_(firm.wang, "post", f"rulebook/versions/{draft['id']}/publish", {"starts_on": str(today)})[0] == 422
    assert as_(firm.zhou, "post", f"rulebook/versions/{draft['id']}/publish", {"starts_on": str(today - timedelta(days=1))})[0] == 422
    assert as_(firm.zhou, "post", f"rulebook/versions/{draft['id']}/publish", {"starts_on": str(today)})[1]["clauses"] == ["2.2.1"]
    assert next(c for c in as_(firm.chen, "get", "rulebook/clauses")[1] if c["number"] == "2.2.1")["parameters"]["contact"] == 5
    assert as_(firm.chen, "post", f"rulebook/versions/{draft['id']}/acknowledge")[0] == 200


def test_the_desk_and_the_leaderboard_keep_to_reach(firm, as_):
    assert [row["person"] for row in as_(firm.wang, "get", "insight/leaderboard?period=2026Q4")[1]] == ["陈静"]
    assert {row["person"] for row in as_(firm.zhou, "get", "insight/leaderboard")[1]} == {"陈静", "林涛"}
    assert as_(firm.chen, "get", "insight/cash?period=2026&scope=firm")[1]["scope"] == "me"
    assert as_(firm.zhou, "get", "insight/needs")[0] == 200


def test_the_organisation_is_changed_only_by_those_who_arrange(firm, as_):
    rep = Position.objects.get(role=Role.REP)
    new = {"name": "吴越", "login": "wuyue", "unit_id": firm.east.pk, "position_id": rep.pk, "starts_on": "2026-01-01"}
    assert as_(firm.wang, "post", "team/people", new)[0] == 422 and not Person.objects.filter(login="wuyue").exists()
    status, made = as_(firm.xu, "post", "team/people", new)
    assert status == 200 and Person.objects.get(pk=made["id"]).role == Role.REP
    assert as_(firm.xu, "post", "team/people", new)[0] == 422
    today = timezone.localdate()
    span = {"deputy_id": firm.li.pk, "starts_on": str(today), "ends_on": str(today + timedelta(days=5))}
    assert as_(firm.chen, "post", f"team/people/{firm.wang.pk}/deputies", span)[0] == 422 and not Deputy.objects.exists()
    assert as_(firm.wang, "post", f"team/people/{firm.wang.pk}/deputies", span)[0] == 200
    assert as_(firm.xu, "post", f"team/people/{made['id']}/posts", {"unit_id": firm.west.pk, "position_id": rep.pk, "starts_on": str(today)})[0] == 200
    assert str(Person.objects.get(pk=made["id"]).seat.unit) == "西部"
    assert as_(firm.xu, "post", f"team/people/{made['id']}/leave", {"left_on": str(today)})[0] == 200


def test_a_signature_is_countersigned_and_passed_on_through_the_api(firm, as_):
    chain = chains.chain(firm.chen, [Role.MANAGER, Role.DIRECTOR], firm.chen, timezone.localdate())
    asked = approvals.ask(firm.chen, rulebook.draft(firm.zhou, "2.2.1", parameters={"contact": "5"}), kind="quote", title="让价", chain=chain)
    assert as_(firm.wang, "post", f"approvals/{asked.pk}/countersign", {"person_id": firm.gu.pk})[1]["state"] == "open"
    assert as_(firm.wang, "post", f"approvals/{asked.pk}/approve", {})[0] == 422
    assert as_(firm.gu, "post", f"approvals/{asked.pk}/approve", {})[0] == 200
    assert as_(firm.wang, "post", f"approvals/{asked.pk}/delegate", {"person_id": firm.chen.pk})[0] == 422
    assert as_(firm.wang, "post", f"approvals/{asked.pk}/delegate", {"person_id": firm.li.pk})[0] == 200
    assert as_(firm.li, "post", f"approvals/{asked.pk}/approve", {})[0] == 200


def test_a_name_in_the_description_means_one_thing():
    """The description keeps the shapes of all sections under their names: two shapes of one name would describe one of them wrongly."""
    from importlib import import_module
    from inspect import getmembers, isclass

    from ninja import Schema
    shapes, twice = {}, set()
    for section in settings.SECTIONS:
        try:
            module = import_module(f"{section}.api")
        except ModuleNotFoundError:
            continue
        for name, shape in getmembers(module, isclass):
            if issubclass(shape, Schema) and shape.__module__ == module.__name__:
                said = {k: v for k, v in shape.model_json_schema().items() if k != "description"}
                if shapes.setdefault(name, said) != said:
                    twice.add(name)
    assert twice == set()


def test_the_page_of_the_description_comes_from_here_alone(client):
    """The policy of the pages lets no script in from elsewhere: a page that asks for one stays white."""
    page = client.get("/api/docs")
    assert page.status_code == 200
    sources = re.findall(r"""(?:src|href)=["']([^"']+)""", page.text)
    assert any(source.endswith("swagger-ui-bundle.js") for source in sources) and all(source.startswith("/static/") for source in sources)
    assert all(finders.find(source.removeprefix("/static/")) for source in sources)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page.text)
