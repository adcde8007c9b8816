"""Drafting, revising, publishing and dropping plans: what is checked, who may, and that what is published stays."""
from datetime import date

import pytest

from squaredeal.commission.conftest import HUACHEN
from squaredeal.commission.plans import actions, payable, queries, reading
from squaredeal.commission.plans.models import PlanVersion
from squaredeal.commission.plans.policy import Unsound
from squaredeal.kernel.errors import Refused


@pytest.fixture
def text():
    return HUACHEN.read_text(encoding="utf-8").replace("effective: {from: 2025-01-01}", "effective: {from: 2026-01-01, to: 2026-12-31}")


def test_a_draft_is_kept_with_its_days_and_number(firm, text):
    first = actions.draft(firm.gu, None, text=text)
    second = actions.draft(firm.zhou, None, text=text, note="again")
    assert (first.version, second.version, first.state, first.starts_on, first.ends_on) == (1, 2, "draft", date(2026, 1, 1), date(2026, 12, 31))
    assert first.text == text


@pytest.mark.parametrize("spoil", [lambda t: t.replace("tiers: marginal", "tiers: sideways"), lambda t: t + "\nwhat: is this\n",
                                   lambda t: "]", lambda t: "plan: 只有名字"])
def test_a_text_with_problems_is_refused_with_place_reason_and_remedy_and_nothing_is_kept(firm, text, spoil):
    spoilt = spoil(text)
    assert spoilt != text
    with pytest.raises(Unsound) as refusal:
        actions.draft(firm.gu, None, text=spoilt)
    shown = reading.shown(refusal.value.problems)
    assert shown and all(p["reason"] and p["remedy"] for p in shown)
    assert not PlanVersion.objects.exists()


def test_a_spoilt_revision_leaves_the_draft_as_it_was(firm, text):
    draft = actions.draft(firm.gu, None, text=text)
    with pytest.raises(Unsound):
        actions.revise(firm.gu, draft, text="plan: x")
    draft.refresh_from_db()
    assert draft.text == text
    actions.revise(firm.gu, draft, text=text + "\n# 一行说明\n", note="说明")
    draft.refresh_from_db()
    assert draft.text.endswith("说明\n") and draft.note == "说明"


def test_the_director_publishes_and_nobody_else(firm, text):
    draft = actions.draft(firm.gu, None, text=text)
    for who in (firm.gu, firm.wang, firm.chen, firm.xu):
        with pytest.raises(Refused):
            actions.publish(who, draft)
    actions.publish(firm.zhou, draft)
    assert queries.in_force(firm.chen, date(2026, 6, 1)) == draft
    assert queries.in_force(firm.chen, date(2025, 12, 31)) is None and queries.in_force(firm.chen, date(2027, 1, 1)) is None


def test_publishing_from_a_day_inside_a_month_or_outside_the_plan_is_refused(firm, text):
    draft = actions.draft(firm.gu, None, text=text)
    for day in (date(2026, 3, 2), date(2025, 12, 1), date(2027, 1, 1)):
        with pytest.raises(Refused):
            actions.publish(firm.zhou, draft, starts_on=day)
    draft.refresh_from_db()
    assert draft.state == "draft" and draft.published_at is None


def test_a_newer_version_takes_over_from_its_day_and_two_do_not_begin_together(firm, text):
    old = actions.publish(firm.zhou, actions.draft(firm.gu, None, text=text))
    new = actions.draft(firm.gu, old, text=text)
    with pytest.raises(Refused):
        actions.publish(firm.zhou, new)
    actions.publish(firm.zhou, new, starts_on=date(2026, 7, 1))
    assert queries.in_force(firm.gu, date(2026, 6, 30)) == old and queries.in_force(firm.gu, date(2026, 7, 1)) == new


def test_published_and_dropped_plans_are_not_edited(firm, text):
    published = actions.publish(firm.zhou, actions.draft(firm.gu, None, text=text))
    dropped = actions.drop(firm.gu, actions.draft(firm.gu, None, text=text))
    for plan in (published, dropped):
        with pytest.raises(Refused):
            actions.revise(firm.gu, plan, text=text)
        with pytest.raises(Refused):
            actions.drop(firm.gu, plan)


def test_reps_read_what_is_published_and_no_draft(firm, text):
    actions.publish(firm.zhou, actions.draft(firm.gu, None, text=text))
    actions.draft(firm.gu, None, text=text)
    seen = {who.login: queries.versions(who).count() for who in (*firm.sales, firm.gu, firm.xu)}
    assert seen == {"zhou": 2, "wang": 1, "li": 1, "chen": 1, "lin": 1, "gu": 2, "xu": 0}


@pytest.mark.parametrize(("said", "instead", "why"), [
    ("  negative: carry", "  negative: carry\n  draw: {amount: 1000, who: level = \"A\", recoverable: true}", "level"),
    ("    reserve:", "    release: {once: 月回款 > 100000}\n    reserve:", "发放"),
    ("each: receipt\n    base: 不含税回款\n    rate: 0.3%", "each: visit\n    base: 不含税回款\n    rate: 0.3%", "visit")])
def test_what_statements_do_not_settle_is_not_published_in_silence(firm, text, said, instead, why):
    draft = actions.draft(firm.gu, None, text=text.split("examples:")[0].replace(said, instead))
    with pytest.raises(Refused, match=why):
        actions.publish(firm.zhou, draft)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_what_is_entered_by_hand_is_told_with_its_page_and_may_be_published(firm, text, client):
    asked = text.split("examples:")[0].replace("when: first_order", "when: score(态度) > 80").replace("  negative: carry", "  negative: carry\n  deduction: {cap: 20%}")
    draft = actions.draft(firm.gu, None, text=asked)
    assert payable.entered(reading.loaded(asked)) == [("score", "态度", True), ("wage", "wage", True)] and payable.unsettled(reading.loaded(asked)) == []
    client.force_login(firm.zhou)
    page = client.get(f"/commission/plans/{draft.pk}/").text
    assert "/appraisal/?name=%E6%80%81%E5%BA%A6" in page and "/appraisal/wages/?name=wage" in page
    assert actions.publish(firm.zhou, draft).state == "published"


def test_targets_are_handed_over_for_a_measure_that_only_a_formula_holds_against_its_target(text):
    gate = "    gate: {attainment of: 月到账, at least: 40%, without quota: passes}"
    bare = text.split("examples:")[0].replace(gate, "")
    assert bare != text and payable.measured_against_targets(reading.loaded(bare)) == set()
    asked = bare.replace("when: first_order", "when: attainment(月到账) > 80%")
    assert payable.measured_against_targets(reading.loaded(asked)) == {"月到账"}
