"""Customers are registered once, corrected, graded with a reason, planned and shared; what is refused changes nothing."""
from datetime import timedelta

import pytest
from django.utils import translation

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import ClauseValue, Entry, Notice, PolicyVersion
from squaredeal.process.customers import actions, naming
from squaredeal.process.customers.models import NO_STEP, NOBODYS, Contact, Customer, GradeChange, Ownership, View

pytestmark = pytest.mark.django_db


def rule(today, number, **parameters):
    version = PolicyVersion.objects.create(number=f"t{number}", state="published", starts_on=today)
    ClauseValue.objects.create(version=version, clause=number, parameters=parameters)


def test_a_rep_registers_a_customer_with_a_contact(firm, today):
    made = actions.create(firm.chen, None, name="重庆凌云新材料有限公司", phone="139 0512 6612", contact="沈国栋", contact_title="采购总监", channel="fair")
    assert (made.owner, made.short_name, made.initials, made.grade) == (firm.chen, "重庆凌云新材料", "cqlyxcl", "C")
    assert made.due_on == NO_STEP or Customer.objects.get(pk=made.pk).due_on == NO_STEP
    assert Ownership.objects.get(customer=made).owner == firm.chen
    contact = Contact.objects.get(customer=made)
    assert (contact.name, contact.phone_key) == ("沈国栋", naming.phone_key("13905126612"))
    assert Entry.objects.filter(verb="customers.create", subject=f"customers.customer:{made.pk}").exists()


def test_finance_and_administrators_do_not_register(firm):
    for person in (firm.gu, firm.xu):
        with pytest.raises(Refused):
            actions.create(person, None, name="重庆凌云新材料有限公司")
    assert not Customer.objects.exists()


@pytest.mark.parametrize(("given", "field"), [
    ({"name": "苏州凌云新材料（股份）有限公司"}, "name"),
    ({"name": "另一家", "tax_number": "91320500ma1qwert12"}, "tax_number"),
    ({"name": "另一家", "phone": "+86 13905126612"}, "phone")])
def test_a_clash_is_refused_with_its_clause_and_says_no_more_than_region_and_surname(firm, lingyun, given, field):
    with pytest.raises(Refused) as no:
        actions.create(firm.lin, None, **given)
    assert (no.value.field, no.value.clause) == (field, "2.1.2")
    assert "华东 陈*" in no.value.message and "陈静" not in no.value.message and "凌云" not in no.value.message
    assert Customer.objects.count() == 1


def test_a_clash_with_a_customer_within_reach_says_to_open_it(firm, lingyun):
    with translation.override("en"), pytest.raises(Refused, match="within your own reach. Open it"):
        actions.create(firm.chen, None, name=lingyun.name)


def test_a_phone_in_common_passes_once_the_difference_is_written(firm, lingyun):
    made = actions.create(firm.lin, None, name="另一家", phone="13905126612", note="同一栋楼的总机")
    assert Ownership.objects.get(customer=made).reason == "同一栋楼的总机"


def test_a_contacts_phone_clashes_too(firm, lingyun):
    actions.add_contact(firm.chen, lingyun, name="葛敏", phone="138 0000 1111")
    with pytest.raises(Refused):
        actions.create(firm.lin, None, name="另一家", phone="13800001111")


def test_the_holding_limit_stops_registering(firm, lingyun, today):
    rule(today, "2.1.3", limit=1)
    with pytest.raises(Refused) as no:
        actions.create(firm.chen, None, name="新的一家")
    assert no.value.clause == "2.1.3" and "1" in no.value.message
    assert Customer.objects.count() == 1
    actions.create(firm.wang, None, name="新的一家")
    assert Customer.objects.count() == 2


def test_looking_for_duplicates_is_on_record_and_limited(firm, lingyun, today):
    rule(today, "2.1.2", times=5)
    for _ in range(5):
        found = actions.check(firm.lin, "苏州凌云新材料", name="苏州凌云新材料")
    assert [(m.same, m.region, m.owner, m.customer) for m in found] == [(("name",), "华东", "陈*", None)]
    with pytest.raises(Refused) as no:
        actions.check(firm.lin, "苏州凌云新材料", name="苏州凌云新材料")
    assert no.value.clause == "2.1.2"
    assert Entry.objects.filter(verb="customers.check", actor=firm.lin).count() == 5
    assert actions.check(firm.wang, "x", name="苏州凌云新材料")[0].customer == lingyun


def test_the_owner_is_asked_to_work_together(firm, lingyun):
    assert actions.ask_to_join(firm.lin, "x", name="苏州凌云新材料") == 1
    notice = Notice.objects.get()
    assert notice.to == firm.chen and f"join={firm.lin.pk}" in notice.url and notice.clause == "2.1.6"
    with pytest.raises(Refused):
        actions.ask_to_join(firm.lin, "x", name="没有这家")
    assert Notice.objects.count() == 1


def test_correcting_keeps_keys_in_step_and_refuses_anothers_name(firm, east_west):
    lingyun = actions.correct(firm.chen, east_west["lingyun"], name="苏州凌霄新材料有限公司", phone="0512-62881234", industry="新材料")
    assert (lingyun.short_name, lingyun.initials, lingyun.name_key, lingyun.phone_key) == (
        "苏州凌霄新材料", "szlxxcl", "苏州凌霄新材料", "432188262150")
    with pytest.raises(Refused) as no:
        actions.correct(firm.chen, lingyun, name="成都远景电气")
    assert no.value.field == "name"
    with pytest.raises(Refused) as no:
        actions.correct(firm.chen, lingyun, budget_low=20, budget_high=10)
    assert no.value.field == "budget_high"
    with pytest.raises(Refused):
        actions.correct(firm.chen, lingyun, owner=firm.lin)
    again = Customer.objects.get(pk=lingyun.pk)
    assert (again.name, again.budget_low, again.owner) == ("苏州凌霄新材料有限公司", None, firm.chen)


def test_outside_reach_is_not_there(firm, lingyun, today):
    for act in (lambda: actions.correct(firm.lin, lingyun, city="成都"),
                lambda: actions.grade(firm.lin, lingyun, grade="C", reason="抢不过来了"),
                lambda: actions.set_next_step(firm.lin, lingyun, kind="call", on=today, text="电话"),
                lambda: actions.add_contact(firm.lin, lingyun, name="某某"),
                lambda: actions.invite(firm.lin, lingyun, person=firm.lin)):
        with pytest.raises(OutOfReach):
            act()
    assert not Contact.objects.exists() and not GradeChange.objects.exists()


def test_finance_reads_and_does_not_change(firm, lingyun, today):
    with pytest.raises(Refused):
        actions.set_next_step(firm.gu, lingyun, kind="call", on=today, text="电话")
    with pytest.raises(Refused):
        actions.grade(firm.gu, lingyun, grade="C", reason="应收太久")
    assert Customer.objects.get(pk=lingyun.pk).grade == "A"


def test_grades_keep_their_history_and_value_is_apart(firm, lingyun):
    actions.grade(firm.chen, lingyun, grade="B", reason="预算推到明年")
    actions.grade(firm.wang, lingyun, which="value", grade="D", reason="一年没有下单")
    again = Customer.objects.get(pk=lingyun.pk)
    assert (again.grade, again.value_grade) == ("B", "D")
    assert [(c.which, c.before, c.after, c.by) for c in GradeChange.objects.order_by("pk")] == [
        ("intention", "A", "B", firm.chen), ("value", "", "D", firm.wang)]
    for wrong in ({"grade": "A", "reason": "好"}, {"grade": "B", "reason": "理由充分"}, {"grade": "D", "reason": "理由充分"}):
        with pytest.raises(Refused):
            actions.grade(firm.chen, lingyun, **wrong)
    assert GradeChange.objects.count() == 2


def test_the_next_step_is_planned_ahead(firm, lingyun, today):
    done = actions.set_next_step(firm.chen, lingyun, kind="visit", on=today + timedelta(days=1), text="上门见沈国栋")
    assert (done.next_step, done.next_step_kind, done.next_step_on) == ("上门见沈国栋", "visit", today + timedelta(days=1))
    for wrong in ({"on": today - timedelta(days=1), "text": "x"}, {"on": today, "text": " "}, {"on": today + timedelta(days=400), "text": "x"}):
        with pytest.raises(Refused):
            actions.set_next_step(firm.chen, lingyun, kind="call", **wrong)
    again = Customer.objects.get(pk=lingyun.pk)
    assert again.next_step == "上门见沈国栋" and again.due_on == today + timedelta(days=1)


def test_a_contact_moves_last_contact_forward_only(firm, lingyun, today):
    step = {"kind": "call", "on": today, "text": "电话"}
    assert actions.set_next_step(firm.chen, lingyun, **step, contacted_on=today).last_contact_on == today
    assert actions.set_next_step(firm.chen, lingyun, **step, contacted_on=today - timedelta(days=9)).last_contact_on == today
    assert actions.set_next_step(firm.chen, lingyun, **step).last_contact_on == today


def test_contacts_are_added_and_changed(firm, lingyun):
    made = actions.add_contact(firm.chen, lingyun, name="沈国栋", title="采购总监", part="decides")
    actions.change_contact(firm.wang, made, stance="for", phone="13900001111")
    again = Contact.objects.get(pk=made.pk)
    assert (again.stance, again.phone_key, again.title) == ("for", "11110000931", "采购总监")
    with pytest.raises(OutOfReach):
        actions.change_contact(firm.lin, made, stance="against")


def test_a_collaborator_works_along_but_does_not_lead(firm, lingyun, today):
    actions.invite(firm.chen, lingyun, person=firm.lin)
    assert Notice.objects.get(to=firm.lin).clause == "2.1.6"
    actions.set_next_step(firm.lin, lingyun, kind="call", on=today, text="电话")
    with pytest.raises(Refused):
        actions.grade(firm.lin, lingyun, grade="C", reason="不想做了")
    with pytest.raises(Refused):
        actions.invite(firm.lin, lingyun, person=firm.li)
    for wrong in (firm.lin, firm.chen, firm.gu):
        with pytest.raises(Refused):
            actions.invite(firm.chen, lingyun, person=wrong)
    actions.dismiss(firm.chen, lingyun, person=firm.lin)
    with pytest.raises(OutOfReach):
        actions.set_next_step(firm.lin, lingyun, kind="call", on=today, text="电话", contacted_on=today)
    assert Customer.objects.get(pk=lingyun.pk).grade == "A"


def test_views_are_ones_own_and_few(firm):
    for number in range(actions.MOST_VIEWS):
        actions.keep_view(firm.chen, None, name=f"视图 {number}", query="grade=A")
    actions.keep_view(firm.chen, None, name="视图 0", query="grade=B")
    with pytest.raises(Refused):
        actions.keep_view(firm.chen, None, name="再一个", query="grade=A")
    with pytest.raises(Refused):
        actions.keep_view(firm.lin, None, name="空的", query="")
    first = View.objects.get(person=firm.chen, name="视图 0")
    assert first.query == "grade=B"
    with pytest.raises(OutOfReach):
        actions.drop_view(firm.lin, None, pk=first.pk)
    assert View.objects.count() == actions.MOST_VIEWS
    actions.drop_view(firm.chen, None, pk=first.pk)
    assert View.objects.count() == actions.MOST_VIEWS - 1


def test_the_database_keeps_the_place_in_the_list(firm, east_west, today):
    assert Customer.objects.get(pk=east_west["pool"].pk).due_on == NOBODYS
    assert Customer.objects.get(pk=east_west["zhongrui"].pk).due_on == NO_STEP
    assert Customer.objects.get(pk=east_west["yuanjing"].pk).due_on == today - timedelta(days=3)
