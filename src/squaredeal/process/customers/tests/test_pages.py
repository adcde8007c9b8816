"""The pages of customers: who sees what, what is filtered, changed in place, refused and kept; and how many queries a page costs."""
from datetime import date

import pytest
from django.urls import reverse

from squaredeal.kernel.models import Entry, Journal
from squaredeal.process.customers import actions, listing
from squaredeal.process.customers.models import Contact, Customer, View
from squaredeal.process.negotiation.models import Deal

pytestmark = pytest.mark.django_db
PART = {"HTTP_HX_REQUEST": "true"}


def get(client, person, url, **more):
    client.force_login(person)
    return client.get(url, **more)


def names(response):
    return {str(c) for c in response.context["page"].object_list}


def test_each_of_the_cast_sees_their_own(client, firm, east_west):
    url = reverse("customers:list")
    seen = {p.login: names(get(client, p, url)) for p in [*firm.sales, firm.gu, firm.xu]}
    east, west = {"苏州凌云新材料", "苏州中锐模具"}, {"成都远景电气"}
    assert seen == {"zhou": east | west | {"宿州正和机电"}, "wang": east, "li": west, "chen": east, "lin": west,
                    "gu": east | west | {"宿州正和机电"}, "xu": set()}


def test_without_next_step_first_then_late_then_ahead_and_nobodys_last(client, firm, east_west):
    page = get(client, firm.zhou, reverse("customers:list")).context["page"]
    assert [str(c) for c in page.object_list] == ["苏州中锐模具", "成都远景电气", "苏州凌云新材料", "宿州正和机电"]


@pytest.mark.parametrize(("query", "found"), [
    ("view=late", {"成都远景电气"}), ("view=none", {"苏州中锐模具"}), ("view=pool", {"宿州正和机电"}),
    ("grade=A&grade=B", {"苏州凌云新材料", "苏州中锐模具"}), ("grade=A&grade=nonsense", {"苏州凌云新材料"}),
    ("q=szly", {"苏州凌云新材料"}), ("q=sz", {"苏州凌云新材料", "苏州中锐模具", "宿州正和机电"}), ("q=6612", {"苏州凌云新材料"}),
    ("q=远景", {"成都远景电气"}), ("q=91320500MA1", {"苏州凌云新材料"}), ("q=没有这家", set()),
    ("q=凌", {"苏州凌云新材料"}), ("q=云新材料", {"苏州凌云新材料"}), ("q=凌云材料", set()), ("q=苏州 凌云", {"苏州凌云新材料"}), ("q=云云", set()),
    ("silent=30", {"苏州凌云新材料", "苏州中锐模具", "成都远景电气", "宿州正和机电"}), ("channel=fair", set()), ("view=x&size=7&page=abc&owner=x",
     {"苏州凌云新材料", "苏州中锐模具", "成都远景电气", "宿州正和机电"})])
def test_conditions_stand_in_the_address(client, firm, east_west, query, found):
    response = get(client, firm.zhou, f"{reverse('customers:list')}?{query}")
    assert response.status_code == 200 and names(response) == found


def test_owner_and_region_narrow(client, firm, east_west):
    url = reverse("customers:list")
    assert names(get(client, firm.zhou, f"{url}?unit={firm.west.pk}")) == {"成都远景电气"}
    assert names(get(client, firm.zhou, f"{url}?owner={firm.chen.pk}")) == {"苏州凌云新材料", "苏州中锐模具"}
    assert names(get(client, firm.wang, f"{url}?owner={firm.lin.pk}")) == set()


def test_letters_are_initials_and_stand_in_names_in_either_case(client, firm, made):
    for name in ("厦门 ABB 机器人", "安博百机电", "苏州凌云新材料"):
        made(name, firm.chen)
    url = reverse("customers:list")
    page = get(client, firm.zhou, f"{url}?q=aBB")
    assert names(page) == {"厦门 ABB 机器人", "安博百机电"} and page.context["heard"].by == "either"
    assert {c.hit for c in page.context["page"].object_list} == {("厦门 ", "ABB", " 机器人"), ("", "安博百", "机电")}
    assert names(get(client, firm.zhou, f"{url}?q=xma")) == {"厦门 ABB 机器人"} and names(get(client, firm.lin, f"{url}?q=abb")) == set()


def test_a_contacts_phone_finds_the_customer(client, firm, east_west):
    actions.add_contact(firm.lin, east_west["yuanjing"], name="吴工", phone="028-8765 4321")
    assert names(get(client, firm.zhou, f"{reverse('customers:list')}?q=4321")) == {"成都远景电气"}
    assert names(get(client, firm.chen, f"{reverse('customers:list')}?q=4321")) == set()


def test_the_part_is_the_part(client, firm, east_west):
    part = get(client, firm.chen, f"{reverse('customers:list')}?q=sz", **PART).content.decode()
    assert "<html" not in part and 'id="table"' in part and 'id="say" hx-swap-oob' in part


def test_collaborations_are_a_tab_of_their_own(client, firm, east_west):
    actions.invite(firm.chen, east_west["lingyun"], person=firm.lin)
    response = get(client, firm.lin, f"{reverse('customers:list')}?view=shared")
    assert names(response) == {"苏州凌云新材料"} and response.context["counted"]["shared"] == 1
    assert names(get(client, firm.lin, reverse("customers:list"))) == {"成都远景电气"}


@pytest.mark.parametrize("rows", [20, 40])
def test_the_list_costs_the_same_for_many(client, firm, made, rows, django_assert_max_num_queries):
    for number in range(rows):
        made(f"客户{number}", firm.chen, next_in=number % 5)
    for login in (firm.zhou, firm.wang, firm.chen):
        client.force_login(login)
        with django_assert_max_num_queries(15):
            assert client.get(reverse("customers:list")).status_code == 200
        with django_assert_max_num_queries(15):
            client.get(f"{reverse('customers:list')}?q=kh&grade=C")


def test_the_next_step_is_set_in_the_row(client, firm, east_west, today):
    customer = east_west["zhongrui"]
    url = reverse("customers:step", args=[customer.pk])
    assert b"<form" in get(client, firm.chen, f"{url}?edit", **PART).content
    refused = client.post(url, {"kind": "call", "on": "2020-01-01", "text": "问预算"}, **PART)
    assert refused.status_code == 422 and "问预算" in refused.content.decode() and "aria-invalid" in refused.content.decode()
    done = client.post(url, {"kind": "call", "on": today.isoformat(), "text": "问预算批没批", "at": "10:30"},
                       HTTP_HX_CURRENT_URL="http://testserver/customers/?grade=B", **PART)
    assert done.status_code == 200 and "问预算批没批" in done.content.decode() and 'id="say"' in done.content.decode()
    assert str(Customer.objects.get(pk=customer.pk).next_step_at) == "10:30:00"
    assert get(client, firm.lin, url).status_code == 404
    assert b"<form" not in get(client, firm.gu, f"{url}?edit", **PART).content


def test_registering_checks_masks_and_refuses(client, firm, east_west):
    client.force_login(firm.lin)
    looked = client.post(reverse("customers:check"), {"name": "苏州凌云新材料"}, **PART).content.decode()
    assert "华东 陈*" in looked and "陈静" not in looked and "139" not in looked
    assert Entry.objects.filter(verb="customers.check", actor=firm.lin).count() == 1
    assert client.post(reverse("customers:check"), {"name": "苏"}, **PART).status_code == 200
    assert Entry.objects.filter(verb="customers.check", actor=firm.lin).count() == 1
    refused = client.post(reverse("customers:new"), {"name": "苏州凌云新材料股份有限公司", "channel": "fair"}, **PART)
    assert refused.status_code == 422 and "股份有限公司" in refused.content.decode() and "陈静" not in refused.content.decode()
    made = client.post(reverse("customers:new"), {"name": "绵阳安泰铸造有限公司", "channel": "fair", "contact": "何工", "phone": "13900002222"}, **PART)
    customer = Customer.objects.get(name="绵阳安泰铸造有限公司")
    assert made["HX-Redirect"] == reverse("customers:record", args=[customer.pk]) and customer.owner == firm.lin
    assert client.post(reverse("customers:new"), {"name": "", "channel": "fair"}).status_code == 422
    client.force_login(firm.gu)
    assert client.get(reverse("customers:new")).status_code == 422


def test_asking_to_work_together(client, firm, east_west):
    client.force_login(firm.lin)
    asked = client.post(reverse("customers:ask"), {"name": "苏州凌云新材料"}, **PART)
    assert asked.status_code == 200 and "陈静" not in asked.content.decode()
    notice = firm.chen.notices.get()
    record = get(client, firm.chen, notice.url).content.decode()
    together = f"{reverse('customers:together', args=[east_west['lingyun'].pk])}?join={firm.lin.pk}"
    assert together in record and "selected" in get(client, firm.chen, together, **PART).content.decode()


def test_handing_over_counts_first_and_can_be_undone(client, firm, east_west):
    client.force_login(firm.zhou)
    picked = {"pk": [east_west["lingyun"].pk, east_west["yuanjing"].pk], "owner": firm.lin.pk}
    before = client.get(reverse("customers:give"), picked, **PART)
    assert before.status_code == 200 and [len(before.context["plan"].moves), len(before.context["plan"].stays)] == [1, 1]
    assert Customer.objects.get(pk=east_west["lingyun"].pk).owner == firm.chen
    done = client.post(reverse("customers:assign"), {**picked, "reason": "转区"}, **PART)
    assert done["HX-Refresh"] == "true" and Customer.objects.get(pk=east_west["lingyun"].pk).owner == firm.lin
    journal = Journal.objects.get()
    undo = reverse("customers:undo", args=[journal.pk])
    assert undo in client.get(reverse("customers:list")).content.decode()
    assert get(client, firm.chen, undo).status_code == 405 and client.post(undo).status_code == 404
    client.force_login(firm.zhou)
    assert client.post(undo, **PART).status_code == 204 and Customer.objects.get(pk=east_west["lingyun"].pk).owner == firm.chen


def test_handing_over_all_that_the_conditions_hold(client, firm, east_west):
    client.force_login(firm.zhou)
    client.post(reverse("customers:assign"), {"all": "on", "owner": firm.lin.pk}, HTTP_HX_CURRENT_URL="http://testserver/customers/?grade=B", **PART)
    assert {str(c) for c in Customer.objects.filter(owner=firm.lin)} == {"成都远景电气", "苏州中锐模具"}


def test_reps_do_not_hand_over_and_nobody_reaches_the_neighbour(client, firm, east_west):
    client.force_login(firm.chen)
    assert client.get(reverse("customers:give"), {"pk": east_west["lingyun"].pk}, **PART).status_code == 422
    assert client.post(reverse("customers:assign"), {"pk": east_west["lingyun"].pk, "owner": firm.wang.pk}, **PART).status_code == 422
    client.force_login(firm.li)
    assert client.post(reverse("customers:assign"), {"pk": east_west["lingyun"].pk, "owner": firm.lin.pk}, **PART).status_code == 404
    assert Customer.objects.get(pk=east_west["lingyun"].pk).owner == firm.chen


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_has_the_same_reach_and_is_neutral_and_on_record(client, firm, east_west, made, kind):
    made("=cmd()", firm.chen, name="=cmd()")
    response = get(client, firm.wang, f"{reverse('customers:export')}?format={kind}&scope=team")
    assert response.status_code == 200
    if kind == "csv":
        text = response.content.decode("utf-8-sig")
        assert "'=cmd()" in text and "苏州凌云" in text and "成都" not in text
    entry = Entry.objects.get(verb="customers.export")
    assert entry.subject.startswith("3 · ") and entry.actor == firm.wang
    assert get(client, firm.xu, reverse("customers:export")).status_code == 422


def test_the_record_and_its_parts_are_within_reach_only(client, firm, east_west):
    pk = east_west["lingyun"].pk
    contact = actions.add_contact(firm.chen, east_west["lingyun"], name="沈国栋")
    urls = [reverse("customers:record", args=[pk]), reverse("customers:fact", args=[pk, "industry"]), reverse("customers:contact", args=[pk]),
            reverse("customers:change_contact", args=[contact.pk]), reverse("customers:grade", args=[pk, "intention"])]
    for person in (firm.zhou, firm.wang, firm.chen):
        assert [get(client, person, url).status_code for url in urls] == [200] * len(urls)
    for person in (firm.li, firm.lin, firm.xu):
        assert [get(client, person, url).status_code for url in urls] == [404] * len(urls)
    assert get(client, firm.gu, urls[0]).status_code == 200
    assert get(client, firm.chen, reverse("customers:fact", args=[pk, "owner"])).status_code == 404
    assert get(client, firm.chen, reverse("customers:grade", args=[pk, "luck"])).status_code == 404


def test_the_record_costs_the_same_for_many(client, firm, lingyun, django_assert_max_num_queries):
    for number in range(12):
        actions.add_contact(firm.chen, lingyun, name=f"联系人 {number}")
    client.force_login(firm.wang)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("customers:record", args=[lingyun.pk])).content.decode()
    assert "苏州凌云新材料有限公司" in page and "联系人 11" in page


def test_facts_are_changed_in_place(client, firm, lingyun):
    client.force_login(firm.chen)
    url = reverse("customers:fact", args=[lingyun.pk, "budget"])
    assert "form" in client.get(f"{url}?edit", **PART).content.decode()
    refused = client.post(url, {"budget_low": "三百", "budget_high": ""}, **PART)
    assert refused.status_code == 422 and "三百" in refused.content.decode()
    refused = client.post(url, {"budget_low": "300万", "budget_high": "2,400,000"}, **PART)
    assert refused.status_code == 422 and "300万" in refused.content.decode()
    assert Customer.objects.get(pk=lingyun.pk).budget_low is None
    assert client.post(url, {"budget_low": "220万", "budget_high": "2,400,000"}, **PART).status_code == 200
    again = Customer.objects.get(pk=lingyun.pk)
    assert (again.budget_low, again.budget_high) == (2_200_000, 2_400_000)


def test_contacts_grades_and_colleagues_through_the_page(client, firm, lingyun):
    client.force_login(firm.chen)
    added = client.post(reverse("customers:contact", args=[lingyun.pk]), {"name": "葛敏", "stance": "for", "part": "uses"}, **PART)
    assert added.status_code == 200 and "葛敏" in added.content.decode()
    assert client.post(reverse("customers:contact", args=[lingyun.pk]), {"name": "", "stance": "for"}, **PART).status_code == 422
    contact = Contact.objects.get()
    client.post(reverse("customers:change_contact", args=[contact.pk]), {"name": "葛敏", "stance": "against", "phone": "13811112222"}, **PART)
    assert Contact.objects.get().stance == "against"
    grade = reverse("customers:grade", args=[lingyun.pk, "intention"])
    assert client.post(grade, {"which": "intention", "grade": "B", "reason": "x"}, **PART).status_code == 422
    assert client.post(grade, {"which": "intention", "grade": "B", "reason": "预算推到明年"}, **PART).status_code == 204
    assert client.post(reverse("customers:together", args=[lingyun.pk]), {"person": firm.gu.pk}, **PART).status_code == 422
    assert client.post(reverse("customers:together", args=[lingyun.pk]), {"person": firm.lin.pk}, **PART).status_code == 200
    assert "林涛" in client.get(reverse("customers:record", args=[lingyun.pk])).content.decode()
    client.force_login(firm.lin)
    assert client.post(grade, {"which": "intention", "grade": "C", "reason": "不想做了"}, **PART).status_code == 422
    client.force_login(firm.chen)
    assert client.post(reverse("customers:dismiss", args=[lingyun.pk, firm.lin.pk]), **PART).status_code == 200
    assert not lingyun.collaborations.exists() and Customer.objects.get(pk=lingyun.pk).grade == "B"


def test_views_are_kept_and_dropped(client, firm, east_west):
    client.force_login(firm.zhou)
    url = reverse("customers:keep_view")
    assert client.post(url, {"name": "我盯着的", "query": "?grade=A&page=3&evil=1"}, **PART).status_code == 204
    view = View.objects.get()
    assert view.query == "grade=A"
    tabs = client.get(f"{reverse('customers:list')}?grade=A").context["tabs"]
    assert [(t["text"], t["count"], t["now"]) for t in tabs if t.get("pk")] == [("我盯着的", "1", True)]
    assert client.post(url, {"name": "", "query": "?grade=A"}, **PART).status_code == 422
    client.force_login(firm.chen)
    assert client.post(reverse("customers:drop_view", args=[view.pk])).status_code == 404
    assert View.objects.count() == 1
    client.force_login(firm.zhou)
    client.post(reverse("customers:drop_view", args=[view.pk]))
    assert not View.objects.exists()


def test_posts_need_the_token(firm, lingyun):
    from django.test import Client
    client = Client(enforce_csrf_checks=True)
    client.force_login(firm.chen)
    assert client.post(reverse("customers:step", args=[lingyun.pk]), {"kind": "call", "on": "2030-01-01", "text": "x"}).status_code == 403


def test_money_columns_sort_and_total_over_all_pages_within_reach(client, firm, east_west):
    """Who has open deals comes first, most of it first; the total counts what the conditions hold and what the viewer reaches."""
    customers = {str(c): c for c in Customer.objects.all()}
    for name, amount in [("苏州中锐模具", 30_000), ("成都远景电气", 500_000), ("苏州中锐模具", 40_000)]:
        Deal.objects.create(customer=customers[name], name="x", amount=amount, stage="proposal", stage_since=date(2026, 1, 1), opened_on=date(2026, 1, 1))
    url, figures = reverse("customers:list"), reverse("site:customer_figures")
    order = [str(c) for c in get(client, firm.zhou, f"{url}?sort=-deal").context["page"].object_list]
    assert order == ["成都远景电气", "苏州中锐模具", "苏州凌云新材料", "宿州正和机电"]
    assert [str(c) for c in get(client, firm.zhou, f"{url}?sort=deal").context["page"].object_list][:2] == ["苏州中锐模具", "成都远景电气"]
    assert [str(c) for c in get(client, firm.chen, f"{url}?sort=-deal").context["page"].object_list] == ["苏州中锐模具", "苏州凌云新材料"]
    for person, query, amount in [(firm.zhou, "", 570_000), (firm.zhou, f"unit={firm.east.pk}&", 70_000), (firm.wang, "", 70_000),
                                  (firm.lin, "", 500_000), (firm.zhou, "q=中锐&", 70_000), (firm.zhou, "view=pool&", 0)]:
        told = get(client, person, f"{figures}?{query}total=1&ids=").context["total"]
        assert (person.login, query, told["deal"], told["cash"]) == (person.login, query, amount, 0)


def test_pages_in_the_order_of_a_sum_hold_each_customer_once(firm, made):
    """The seam between who has money and who has none may lie anywhere in a page."""
    rows = [made(f"厂 {n:02}", firm.chen) for n in range(9)]
    for n in (3, 7, 5):
        Deal.objects.create(customer=rows[n], name="x", amount=n * 1000, stage="proposal", stage_since=date(2026, 1, 1), opened_on=date(2026, 1, 1))
    for size in (2, 3, 4):
        ranked, count, _found = listing.matching(firm.chen, "me", {"sort": "-deal"})
        seen = [str(c) for start in range(0, count, size) for c in ranked[start:start + size]]
        assert seen[:3] == ["厂 07", "厂 05", "厂 03"] and sorted(seen) == sorted(str(r) for r in rows)
