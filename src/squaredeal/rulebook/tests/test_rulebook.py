"""The policy as a living document: drafted, published, dated, acknowledged; earlier decisions keep their version."""
from datetime import timedelta

import pytest
from django.utils import timezone

from squaredeal.kernel.clause import version_on
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry, PolicyVersion
from squaredeal.process.followup.policy import GradeA
from squaredeal.rulebook import actions, queries


def test_every_clause_stands_under_a_heading(firm):
    from squaredeal.rulebook import policy
    numbers = queries.register(firm.zhou)
    assert len(numbers) > 50
    assert {".".join(number.split(".")[:2]) for number in numbers} <= set(policy.SECTIONS)


@pytest.fixture
def today():
    return timezone.localdate()


def test_a_change_binds_from_its_day_and_not_before(firm, today):
    draft = actions.draft(firm.wang, "2.2.1", parameters={"contact": "5"})
    assert GradeA.on(today).contact == 7
    draft = actions.submit(firm.wang, draft, note="西部人手够了")
    actions.publish(firm.zhou, draft, starts_on=today + timedelta(days=3))
    assert GradeA.on(today + timedelta(days=2)).contact == 7 and GradeA.on(today + timedelta(days=3)).contact == 5
    assert version_on(today) == "" and version_on(today + timedelta(days=3)) == draft.number
    assert "5 天" in GradeA.on(today + timedelta(days=3)).text("zh")


def test_clauses_a_version_does_not_name_keep_their_earlier_values(firm, today):
    actions.publish(firm.zhou, actions.draft(firm.zhou, "2.2.1", parameters={"contact": "5"}), starts_on=today)
    actions.publish(firm.zhou, actions.draft(firm.zhou, "2.2.2", parameters={"contact": "12"}), starts_on=today + timedelta(days=1))
    assert GradeA.on(today + timedelta(days=9)).contact == 5


def test_a_draft_is_numbered_after_the_highest_of_the_year(firm, today):
    PolicyVersion.objects.create(number=f"{today.year}.9", state="published", starts_on=today)
    PolicyVersion.objects.create(number=f"{today.year}.11", state="published", starts_on=today)
    assert actions.draft(firm.wang, "2.2.1", parameters={"contact": "5"}).number == f"{today.year}.12"


@pytest.mark.parametrize("value", ["0", "61", "viele", "", "1e9", "-3"])
def test_a_value_out_of_bounds_is_refused_and_nothing_changes(firm, value):
    with pytest.raises(Refused) as no:
        actions.draft(firm.zhou, "2.2.1", parameters={"contact": value})
    assert no.value.field == "contact"
    with pytest.raises(Refused, match="A.*Z"):
        actions.draft(firm.zhou, "2.4.6", parameters={"prefix": f"合{value}"})
    assert not PolicyVersion.objects.exists()


def test_representatives_and_finance_do_not_draft_and_only_the_director_publishes(firm, today):
    for person in (firm.chen, firm.gu):
        with pytest.raises(Refused):
            actions.draft(person, "2.2.1", parameters={"contact": "5"})
    draft = actions.draft(firm.wang, "2.2.1", parameters={"contact": "5"})
    with pytest.raises(Refused):
        actions.publish(firm.wang, draft, starts_on=today)
    with pytest.raises(Refused):
        actions.drop(firm.li, draft)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_version_cannot_reach_back(firm, today):
    draft = actions.draft(firm.zhou, "2.2.1", parameters={"contact": "5"})
    with pytest.raises(Refused, match="before today|早于今天"):
        actions.publish(firm.zhou, draft, starts_on=today - timedelta(days=1))
    draft.refresh_from_db()
    assert draft.state == "draft" and draft.starts_on is None


def test_everybody_acknowledges_once_and_the_desk_asks_until_they_do(firm, today):
    version = actions.publish(firm.zhou, actions.draft(firm.zhou, "2.2.1", parameters={"contact": "5"}), starts_on=today)
    assert any(need["clause"] == "5.1.2" for need in queries.needs(firm.chen))
    actions.acknowledge(firm.chen, version)
    actions.acknowledge(firm.chen, version)
    assert not any(need["clause"] == "5.1.2" for need in queries.needs(firm.chen))
    done, waiting = queries.acknowledged(firm.zhou, version)
    assert done == [firm.chen] and firm.lin in waiting


def test_a_draft_of_somebody_else_is_not_seen(firm):
    draft = actions.draft(firm.wang, "2.2.1", parameters={"contact": "5"})
    assert queries.version(firm.li, draft.pk) is None and queries.version(firm.wang, draft.pk) == draft
    assert queries.drafts(firm.li) == []


def test_the_page_shows_the_value_in_its_sentence_and_a_refusal_under_it(firm, client, django_assert_max_num_queries):
    client.force_login(firm.zhou)
    with django_assert_max_num_queries(15):
        assert client.get("/rulebook/?c=2.2.1").status_code == 200
    answer = client.post("/rulebook/clause/2.2.1/", {"contact": "99"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422 and 'value="99"' in answer.content.decode()
    client.force_login(firm.chen)
    assert client.post("/rulebook/clause/2.2.1/", {"contact": "5"}, headers={"HX-Request": "true"}).status_code == 422
    assert client.get("/rulebook/clause/9.9.9/").status_code == 404
    assert not PolicyVersion.objects.exists()


def test_a_number_put_into_the_draft_shows_in_the_draft_and_in_the_text_and_only_it_is_struck_out(firm, client):
    client.force_login(firm.zhou)
    part = client.post("/rulebook/clause/2.2.1/", {"contact": "5", "visit": "30"}, headers={"HX-Request": "true"}).text
    assert 'id="drafts" hx-swap-oob' in part and 'id="d-2.2.1" hx-swap-oob' in part and "<b>7</b>" in part and "<b>5</b>" in part
    assert "<b>30</b>" not in part
    assert client.get("/rulebook/").text.count("你的草稿") == 1
    client.force_login(firm.wang)
    assert "你的草稿" not in client.get("/rulebook/").text


def test_what_was_typed_stays_when_publishing_is_refused(firm, client, today):
    draft = actions.draft(firm.zhou, "2.2.1", parameters={"contact": "5"})
    client.force_login(firm.zhou)
    for day, why in ((str(today - timedelta(days=1)), "早于今天"), ("", "这里要填"), ("32/13", "日子写成")):
        page = client.post(f"/rulebook/version/{draft.pk}/publish/", {"starts_on": day, "note": "西部人手够了"})
        assert page.status_code == 422 and "西部人手够了" in page.text and why in page.text and "<html" in page.text
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_what_its_author_changed_meanwhile_is_not_published_unread(firm, client, today):
    draft = actions.submit(firm.wang, actions.draft(firm.wang, "2.2.1", parameters={"contact": "5"}), note="人手够了")
    client.force_login(firm.zhou)
    seal = draft.seal
    assert f'name="seal" value="{seal}"' in client.get("/rulebook/").text
    actions.send_back(firm.wang, draft, note="")
    actions.submit(firm.wang, actions.draft(firm.wang, "2.2.1", parameters={"contact": "30"}), note="人手够了")
    page = client.post(f"/rulebook/version/{draft.pk}/publish/", {"starts_on": today, "seal": seal})
    draft.refresh_from_db()
    assert (page.status_code, draft.state) == (422, "submitted") and "又改过" in page.text
    client.post(f"/rulebook/version/{draft.pk}/publish/", {"starts_on": today, "seal": draft.seal})
    draft.refresh_from_db()
    assert draft.state == "published"


def test_without_scripts_a_number_out_of_bounds_comes_back_in_the_whole_page(firm, client):
    client.force_login(firm.zhou)
    page = client.post("/rulebook/clause/2.2.1/", {"contact": "99"})
    assert page.status_code == 422 and "<html" in page.text and 'value="99"' in page.text


def test_the_director_sends_a_draft_back_with_a_sentence_its_author_reads(firm, client):
    draft = actions.submit(firm.wang, actions.draft(firm.wang, "2.2.1", parameters={"contact": "5"}), note="人手够了")
    client.force_login(firm.zhou)
    client.post(f"/rulebook/version/{draft.pk}/send_back/", {"note": "先看上季的数"})
    draft.refresh_from_db()
    assert draft.state == "draft" and "先看上季的数" in firm.wang.notices.latest("pk").text


def test_publishing_leaves_an_audit_entry_that_cannot_be_edited(firm, today):
    from django.db import DatabaseError, transaction
    actions.publish(firm.zhou, actions.draft(firm.zhou, "2.2.1", parameters={"contact": "5"}), starts_on=today)
    entry = Entry.objects.filter(verb="rulebook.publish").latest("pk")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(actor_name="somebody else")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()
    entry.refresh_from_db()
    assert entry.actor_name == "周衡"
