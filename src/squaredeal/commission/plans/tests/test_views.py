"""Plans through their pages: read in words, edited with every problem named, published by the director."""
import re

import pytest
from django.conf import settings
from django.urls import reverse

from squaredeal.commission.conftest import HUACHEN
from squaredeal.commission.plans import actions, queries
from squaredeal.commission.plans.models import PlanVersion


@pytest.fixture
def text():
    return HUACHEN.read_text(encoding="utf-8")


def test_the_plan_reads_as_sentences_with_its_table_and_curve(client, firm, plan):
    client.force_login(firm.chen)
    page = client.get(reverse("plans:plan", args=[plan.pk])).content.decode()
    for shown in ("超额累进", "30 万", "1.5%", "客户首单", "逾期天数", "年底返还", "polyline", "<h3", "销售代表"):
        assert shown in page, shown
    assert reverse("plans:new") not in page


def test_saving_a_spoilt_text_answers_with_all_problems_and_keeps_what_was_typed(client, firm, text):
    client.force_login(firm.gu)
    spoilt = text.replace("own deals: excluded", "own deals: friend").replace("period: month", "period: moon")
    answer = client.post(reverse("plans:new"), {"text": spoilt, "note": ""})
    page = answer.content.decode()
    assert answer.status_code == 422 and page.count("<li><code>") >= 2 and "moon" in page
    assert not PlanVersion.objects.exists()


def test_a_new_plan_begins_with_one_that_can_be_saved_as_it_stands(client, firm):
    client.force_login(firm.gu)
    begun = client.get(reverse("plans:new")).context["form"].initial["text"]
    assert "from: 2025" not in begun and "examples" not in begun
    assert client.post(reverse("plans:new"), {"text": begun, "note": ""}).status_code == 302
    kept = PlanVersion.objects.get()
    assert [len(queries.needs(person)) for person in (firm.zhou, firm.gu, firm.wang)] == [1, 0, 0]
    assert "销售提成办法" in kept.name and (kept.starts_on.month, kept.starts_on.day) == (1, 1)


def test_draft_edit_publish(client, firm, text):
    client.force_login(firm.gu)
    client.post(reverse("plans:new"), {"text": text, "note": "第一版"})
    draft = PlanVersion.objects.get()
    client.post(reverse("plans:revise", args=[draft.pk]), {"text": text + "\n# x\n", "note": "第一版"})
    assert client.post(reverse("plans:publish", args=[draft.pk]), {"starts_on": "2026-01-01"}).status_code == 422
    client.force_login(firm.zhou)
    assert client.post(reverse("plans:publish", args=[draft.pk]), {"starts_on": "gestern"}).status_code == 422
    draft.refresh_from_db()
    seal = draft.seal
    assert f'name="seal" value="{seal}"' in client.get(reverse("plans:plan", args=[draft.pk])).text
    actions.revise(firm.gu, draft, text=text + "\n# y\n")
    assert client.post(reverse("plans:publish", args=[draft.pk]), {"starts_on": "2026-01-01", "seal": seal}).status_code == 422   # unread
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert client.post(reverse("plans:publish", args=[draft.pk]), {"starts_on": "2026-01-01", "seal": draft.seal}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.published_by) == ("published", firm.zhou)


def test_drafts_and_the_door_to_write_are_shut_to_others(client, firm, text):
    client.force_login(firm.gu)
    client.post(reverse("plans:new"), {"text": text, "note": ""})
    draft = PlanVersion.objects.get()
    for who in (firm.chen, firm.wang, firm.xu):
        client.force_login(who)
        assert client.get(reverse("plans:plan", args=[draft.pk])).status_code == 404
        assert client.get(reverse("plans:new")).status_code == 404
        assert client.post(reverse("plans:revise", args=[draft.pk]), {"text": text}).status_code == 404
        assert client.post(reverse("plans:publish", args=[draft.pk]), {"starts_on": "2026-01-01"}).status_code == 404
    client.force_login(firm.xu)
    assert client.get(reverse("plans:index")).status_code == 404


def english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def test_problems_are_counted_and_placed_in_the_readers_language(client, firm, text):
    client.force_login(firm.gu)
    torn = client.post(reverse("plans:new"), {"text": "components: [ {", "note": ""}).text
    assert "<code>第 1 行</code>" in torn and "line 1" not in torn
    english(client)
    one = client.post(reverse("plans:new"), {"text": text.replace("own deals: excluded", "own deals: friend"), "note": ""}).text
    assert "The plan has a problem and was not saved." in one and "1 problems" not in one
    assert "<code>line 1</code>" in client.post(reverse("plans:new"), {"text": "components: [ {", "note": ""}).text
    assert not PlanVersion.objects.exists()


VISITS = """  - name: 拜访奖
    clause: 三.4
    who: position = "rep"
    each: followup
    base: amount
    rate: 1%
settlement:"""


def test_what_statements_do_not_settle_is_refused_with_place_reason_and_remedy(client, firm, text):
    asks = text.split("examples:")[0].replace("reserve: {keep: 15%, refund: year end}", "release: {once: 月到账 >= 100000}").replace("settlement:", VISITS)
    draft = actions.draft(firm.gu, None, text=asks)
    client.force_login(firm.zhou)
    publish = {"starts_on": "2026-01-01", "seal": draft.seal}
    page = client.get(reverse("plans:plan", args=[draft.pk])).text
    refused = client.post(reverse("plans:publish", args=[draft.pk]), publish)
    for shown in (page, refused.text):
        assert "“拜访奖”：“followup”这类事实，这里的账上没有" in shown and "delivery (发货)，acceptance (验收)" in shown and "得分(跟进合规)" in shown
        assert "“回款提成”按销售结果的条件发放" in shown and "改成按人的条件" in shown
    english(client)
    told = client.post(reverse("plans:publish", args=[draft.pk]), publish)
    assert "“拜访奖”: facts of the kind “followup”" in told.text and "delivery (Delivery), acceptance (Acceptance)" in told.text and "score(compliance)" in told.text
    draft.refresh_from_db()
    assert (refused.status_code, told.status_code, draft.state) == (422, 422, "draft")


def test_a_day_that_is_refused_says_so_under_its_field(client, firm, text):
    draft = actions.draft(firm.gu, None, text=text)
    client.force_login(firm.zhou)
    refused = client.post(reverse("plans:publish", args=[draft.pk]), {"starts_on": "2026-01-15", "seal": draft.seal})
    field = re.search(r'<input[^>]*name="starts_on".*?</div>', refused.text, re.S)[0]
    assert refused.status_code == 422 and 'value="2026-01-15" aria-invalid="true"' in field and "办法从某月 1 日起用" in field
    assert "sd-refusal" not in refused.text
    draft.refresh_from_db()
    assert draft.state == "draft"
