"""The pages and parts: whole or part, 422 keeps what was typed, a refusal changes nothing, queries do not grow, nobody else's is there."""
import pytest
from django.utils import timezone

from squaredeal.process.customers.models import Customer

from .. import actions
from ..models import Excuse, FollowUp
from .conftest import days, register

PART = {"HX-Request": "true"}


def typed(today, **other):
    return {"kind": "call", "result": "moved", "body": "愿意把预付提到 50%", "next_kind": "visit", "next_on": str(today + days(7)),
            "next_text": "上门见沈国栋"} | other


@pytest.fixture
def as_chen(client, firm):
    client.force_login(firm.chen)
    return client


def test_the_phone_page_proposes_the_next_step_of_the_grade(as_chen, book, today):
    page = as_chen.get(f"/followup/{book.a.pk}/log").content.decode()
    assert "<html" in page and "苏州凌云新材料" in page
    assert 'name="next_text"' in page and 'value="visit" selected' in page
    part = as_chen.get(f"/followup/{book.a.pk}/log?kind=visit", headers=PART).content.decode()
    assert "<html" not in part and "sd-compose" in part


def test_another_kind_or_result_swaps_only_the_next_step(as_chen, book, today):
    part = as_chen.get(f"/followup/{book.c.pk}/next?kind=call&result=unreached", headers=PART).content.decode()
    assert part.count("<section") == 1 and "textarea" not in part and 'value="call" selected' in part
    bar = as_chen.get(f"/followup/{book.c.pk}/next?shape=bar&kind=fax&result=<x>", headers=PART).content.decode()
    assert "fu-bar" in bar and 'value="mail" selected' in bar


def test_three_touches_and_it_is_on_record(as_chen, book, today):
    answer = as_chen.post(f"/followup/{book.a.pk}/log", typed(today, body="", result="same"))
    assert (answer.status_code, answer["Location"]) == (303, f"/customers/{book.a.pk}/")
    made = FollowUp.objects.get()
    assert made.body and made.effective and made.by.login == "chen"
    assert Customer.objects.get(pk=book.a.pk).next_step == "上门见沈国栋"
    part = as_chen.post(f"/followup/{book.a.pk}/log", typed(today), headers=PART)
    assert (part.status_code, part["HX-Refresh"]) == (204, "true")


def test_nobody_reached_does_not_count(as_chen, book, today):
    as_chen.post(f"/followup/{book.a.pk}/log", typed(today, result="unreached"))
    assert not FollowUp.objects.get().effective


def test_yesterday_is_noon_of_yesterday(as_chen, book, today):
    as_chen.post(f"/followup/{book.a.pk}/log", typed(today, on=str(today - days(1))))
    assert timezone.localtime(FollowUp.objects.get().at).strftime("%d %H:%M") == (today - days(1)).strftime("%d 12:00")


@pytest.mark.parametrize("wrong", [{"next_text": " "}, {"next_on": ""}, {"next_on": "2020-01-01"}, {"next_on": "soon"}, {"kind": "fax"}, {"contact": "999"},
                                   {"contact": "x"}, {"on": "2020-01-01"}, {"next_at": "25:99"}, {"body": "太长" * 3000}])
@pytest.mark.parametrize("part", [True, False])
def test_what_is_wrong_comes_back_with_what_was_typed(as_chen, book, today, wrong, part):
    answer = as_chen.post(f"/followup/{book.a.pk}/log", typed(today) | wrong, headers=PART if part else None)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("愿意把预付提到" in page or "太长" in page) and 'aria-invalid="true"' in page or "invalid-feedback" in page
    assert ("<html" in page) is not part
    assert not FollowUp.objects.exists() and Customer.objects.get(pk=book.a.pk).next_step == ""


def test_outside_reach_is_not_there(client, firm, book, today):
    for person in (firm.lin, firm.li, firm.xu):
        client.force_login(person)
        for address in ("log", "next", "reschedule", "obligations"):
            assert client.get(f"/followup/{book.a.pk}/{address}").status_code == 404, (person, address)
        for address in ("log", "reschedule", "quiet"):
            assert client.post(f"/followup/{book.a.pk}/{address}", typed(today)).status_code == 404, (person, address)
    assert not FollowUp.objects.exists()
    client.force_login(firm.gu)
    assert client.post(f"/followup/{book.a.pk}/log", typed(today)).status_code == 422
    assert not FollowUp.objects.exists()


def test_without_signing_in_and_without_the_token_nothing_happens(client, firm, book, today):
    assert client.get("/followup/due").status_code == 302
    client = type(client)(enforce_csrf_checks=True)
    client.force_login(firm.chen)
    assert client.post(f"/followup/{book.a.pk}/log", typed(today)).status_code == 403
    assert not FollowUp.objects.exists()


def test_put_off(as_chen, book, today, firm, said):
    actions.record(firm.chen, book.a, **said())
    assert as_chen.get(f"/followup/{book.a.pk}/reschedule", headers=PART).status_code == 200
    assert as_chen.post(f"/followup/{book.a.pk}/reschedule", {"on": str(today - days(1))}).status_code == 422
    assert as_chen.post(f"/followup/{book.a.pk}/reschedule", {"on": "x"}, headers=PART).status_code == 422
    assert as_chen.post(f"/followup/{book.a.pk}/reschedule", {"on": str(today + days(2)), "at": "10:30"}).status_code == 303
    assert Customer.objects.get(pk=book.a.pk).next_step_at.hour == 10


def test_the_box_and_asking_for_quiet(as_chen, book, today):
    box = as_chen.get(f"/followup/{book.a.pk}/obligations", headers=PART).content.decode()
    assert box.count("sd-tick ") == 3 and "name=\"reason\"" in box
    wrong = as_chen.post(f"/followup/{book.a.pk}/quiet", {"starts_on": str(today), "ends_on": str(today + days(90)), "reason": "勿扰"}, headers=PART)
    assert wrong.status_code == 422 and "勿扰" in wrong.content.decode() and not Excuse.objects.exists()
    assert as_chen.post(f"/followup/{book.a.pk}/quiet", {"starts_on": "x"}, headers=PART).status_code == 422
    right = as_chen.post(f"/followup/{book.a.pk}/quiet", {"starts_on": str(today), "ends_on": str(today + days(9)), "reason": "勿扰"}, headers=PART)
    assert right.status_code == 200 and "name=\"reason\"" not in right.content.decode()


def test_excuses_are_asked_and_decided_on_their_page(client, firm, today):
    client.force_login(firm.chen)
    asked = {"starts_on": str(today), "ends_on": str(today + days(2)), "reason": "年假"}
    assert client.post("/followup/excuses/leave", asked | {"reason": ""}).status_code == 422
    assert client.post("/followup/excuses/leave", asked).status_code == 303
    excuse = Excuse.objects.get()
    assert client.post(f"/followup/excuses/{excuse.pk}/grant").status_code == 422
    client.force_login(firm.lin)
    assert client.post(f"/followup/excuses/{excuse.pk}/grant").status_code == 404
    client.force_login(firm.wang)
    assert "年假" in client.get("/followup/excuses").content.decode()
    assert client.post(f"/followup/excuses/{excuse.pk}/decline", {"note": ""}).status_code == 422
    assert Excuse.objects.get().state == "asked"
    assert client.post(f"/followup/excuses/{excuse.pk}/grant").status_code == 303
    assert Excuse.objects.get().state == "granted"


def test_the_lists_keep_to_their_viewer(client, firm, book, today):
    actions.tick(today - days(9))
    actions.tick(today)
    for person, here, not_here in ((firm.chen, ["苏州凌云"], ["成都华锐"]), (firm.wang, ["苏州凌云"], ["成都华锐"]), (firm.lin, ["成都华锐"], ["苏州凌云"]),
                                   (firm.zhou, ["苏州凌云", "成都华锐"], [])):
        client.force_login(person)
        pages = [client.get("/followup/due").content.decode(), client.get(f"/followup/due?state=missed&week={today - days(2)}").content.decode()]
        for page in pages:
            assert all(name in page for name in here) and not any(name in page for name in not_here), person
    client.force_login(firm.chen)
    assert "成都华锐" not in client.get(f"/followup/due?person={firm.lin.pk}").content.decode()
    for nonsense in ("?state=all", "?grade=Z", "?person=x", "?week=2026-99-99", "?page=x", "?person=99999999999999999999"):
        assert client.get(f"/followup/due{nonsense}").status_code in (200, 404)


def test_the_map_and_its_cell(client, firm, book, today):
    actions.tick(today - days(16))
    actions.tick(today)
    week = today - days(9)
    client.force_login(firm.zhou)
    page = client.get("/followup/compliance").content.decode()
    assert "陈静" in page and "林涛" in page and 'class="hm' in page
    for query in ("?grade=all", "?grade=B", "?grade=Z", "?person=x&week=y", "?person=999999&week=2026-01-05", "?period=2024Q1", "?scope=me", "?scope=team"):
        assert client.get(f"/followup/compliance{query}").status_code == 200, query
    cell = f"/followup/compliance/cell?person={firm.chen.pk}&week={week}&grade=A"
    assert "苏州凌云" in client.get(cell).content.decode()
    for person, status in ((firm.wang, 200), (firm.li, 404), (firm.lin, 404), (firm.chen, 200), (firm.xu, 404)):
        client.force_login(person)
        assert client.get(cell).status_code == status, person
    assert client.get("/followup/compliance/cell?person=x").status_code == 404


def test_a_rep_sees_only_their_own_row(client, firm, book, today):
    client.force_login(firm.chen)
    page = client.get("/followup/compliance?scope=firm").content.decode()
    assert "林涛" not in page and "李强" not in page


def test_calling_in_is_for_the_superior(client, firm, book, today):
    actions.tick(today - days(9))
    actions.tick(today)
    place = {"person": firm.chen.pk, "week": str(today - days(2)), "grade": "A"}
    client.force_login(firm.chen)
    assert client.post("/followup/compliance/talk", place).status_code == 422
    client.force_login(firm.li)
    assert client.post("/followup/compliance/talk", place).status_code == 404
    before = firm.chen.notices.count()
    client.force_login(firm.wang)
    assert client.post("/followup/compliance/talk", place).status_code == 200
    assert firm.chen.notices.count() == before + 1
    assert "week=" in firm.chen.notices.first().url


def test_choosing_a_customer_to_log(as_chen, book, firm, today, said):
    actions.record(firm.chen, book.a, **said())
    assert "苏州凌云" in as_chen.get("/followup/new").content.decode()
    assert "无锡恒达" in as_chen.get("/followup/new?q=恒达", headers=PART).content.decode()
    assert "成都华锐" not in as_chen.get("/followup/new?q=华锐").content.decode()


def test_words_typed_are_shown_as_words(as_chen, book, today, firm, said):
    Customer.objects.filter(pk=book.a.pk).update(short_name="<script>alert(1)</script>", next_step="<b>x</b>", next_step_on=today)
    for address in (f"{book.a.pk}/log", f"{book.a.pk}/obligations", "new", f"{book.a.pk}/reschedule"):
        page = as_chen.get(f"/followup/{address}").content.decode()
        assert "<script>alert" not in page and "<b>x</b>" not in page


@pytest.mark.parametrize("address", ["due", "due?state=soon", "excuses", "compliance", "compliance?grade=all", "new"])
def test_queries_do_not_grow_with_rows(client, firm, today, address, django_assert_max_num_queries):
    client.force_login(firm.zhou)

    def grown(n):
        for i in range(12):
            customer = register(firm.chen, "ABC"[i % 3], f"客户{n}{i}")
            Customer.objects.filter(pk=customer.pk).update(next_step="打电话", next_step_on=today)
            Excuse.objects.create(person=firm.chen, customer=customer, starts_on=today + days(i), ends_on=today + days(i), reason="勿扰")
    grown(1)
    actions.tick(today - days(40))
    grown(0)
    actions.tick(today)
    client.get(f"/followup/{address}")
    with django_assert_max_num_queries(15) as few:
        client.get(f"/followup/{address}")
    grown(2)
    actions.tick(today)
    with django_assert_max_num_queries(len(few)):
        client.get(f"/followup/{address}")


def test_after_a_hand_over_the_former_owner_reads_nothing_of_it(client, firm, book, today):
    actions.tick(today - days(9))
    actions.tick(today)
    Customer.objects.filter(pk=book.a.pk).update(owner=firm.lin)
    client.force_login(firm.chen)
    assert "苏州凌云" not in client.get("/followup/due").content.decode(), "not even before the next tick"
    actions.tick(today)
    client.force_login(firm.lin)
    assert "苏州凌云" in client.get("/followup/due?state=soon").content.decode()


def test_refusals_speak_to_the_person(as_chen, book, today):
    page = as_chen.post(f"/followup/{book.a.pk}/log", typed(today, next_text="", next_on="soon"), headers=PART).content.decode()
    assert "没有下一步的不能保存" in page and "写成 2026-03-31" in page
