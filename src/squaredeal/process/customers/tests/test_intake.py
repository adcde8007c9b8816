"""Customers in bulk: columns found by their titles, rows checked, brought in whole, taken back unless touched."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from squaredeal.kernel import importing
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import ClauseValue, Entry, Journal, PolicyVersion
from squaredeal.process.customers import actions, intake
from squaredeal.process.customers.imports import SHEET
from squaredeal.process.customers.models import Contact, Customer, GradeChange, Ownership

pytestmark = pytest.mark.django_db
HEAD = ["公司名称", "统一社会信用代码", "联系电话", "联系人", "业务员", "来源", "意向等级", "预算（元）", "下次跟进日期", "下一步"]


def read(*lines, head=HEAD):
    return importing.read(SHEET, lines, importing.recognise(SHEET, head))


def bring_in(actor, rows):
    return SHEET.bring_in(actor, importing.Batch("客户.xlsx", rows))


def test_columns_are_found_by_what_people_call_them():
    assert importing.recognise(SHEET, HEAD) == dict(enumerate(
        ["name", "tax_number", "phone", "contact", "owner", "channel", "grade", "budget_low", "next_step_on", "next_step"]))
    assert importing.recognise(SHEET, ["Company", "Account owner", "Rating", "Mobile"]) == dict(enumerate(["name", "owner", "grade", "phone"]))


def test_cells_are_read_or_say_what_is_expected():
    rows, wrong = read(["苏州凌云", "9132 0500-ma1qwert12", "", "", "", "展会", "A级", "220万", "2026年12月1日", "电话"],
                       ["", "", "", "", "", "", "", "", "", ""], ["", "", "139", "", "", "", "", "", "", ""],
                       ["苏州中锐", "", "", "", "", "", "Z", "", "", ""], ["苏州中锐", "", "", "", "", "街上", "", "", "", ""])
    values = rows[0].values
    assert len(rows) == 1 and (values["tax_number"], values["channel"], values["grade"], values["budget_low"], values["next_step_on"]) == (
        "91320500MA1QWERT12", "fair", "A", Decimal("2200000.00"), date(2026, 12, 1))
    assert [(w.line, w.column) for w in wrong] == [(4, "name"), (5, "grade"), (6, "channel")]


def test_rows_come_in_with_contact_owner_and_history(firm, today):
    rows, wrong = read(["重庆凌云新材料有限公司", "", "139 0512 6612", "沈国栋", "陈静", "网络", "B", "", "2026-12-01", "电话"],
                          ["宿州正和机电", "", "", "", "", "", "", "", "", ""])
    assert wrong == [] and SHEET.check(firm.zhou, rows) == {}
    journal = bring_in(firm.zhou, rows)
    one, two = Customer.objects.order_by("pk")
    assert (one.owner, one.initials, one.channel, one.grade, one.next_step, one.due_on) == (firm.chen, "cqlyxcl", "web", "B", "电话", date(2026, 12, 1))
    assert (two.owner, two.channel, two.grade, two.made_at.date()) == (None, "import", "C", timezone.now().date())
    assert Contact.objects.get().phone_key == "21662150931" and Ownership.objects.count() == 2
    assert GradeChange.objects.get().after == "B"
    assert (journal.count, journal.moves, journal.left_out) == (2, {"file": "客户.xlsx", "ids": [one.pk, two.pk], "digest": ""}, {})
    assert Customer.objects.create(name="再来一家").pk > two.pk
    assert Entry.objects.filter(verb__in=["customers.check_rows", "customers.import"]).count() >= 2


def test_clashes_within_the_file_and_with_the_company_are_found_and_masked(firm, lingyun):
    rows, _wrong = read(["苏州凌云新材料股份有限公司"], ["新的一家"], ["新的一家有限公司"], ["又一家", "", "13905126612"], ["同一栋楼", "", "13905126612"],
                           ["税号相同", "91320500MA1QWERT12"])
    rows[4].values["note"] = "同一栋楼的总机"
    refused = SHEET.check(firm.lin, rows)
    assert {line: no.field for line, no in refused.items()} == {2: "name", 4: "name", 5: "phone", 7: "tax_number"}
    assert "华东 陈*" in refused[2].message and "陈静" not in refused[2].message and "3" in refused[4].message
    with pytest.raises(Refused):
        bring_in(firm.lin, [rows[0], rows[3]])
    assert Customer.objects.count() == 1 and not Journal.objects.exists()
    journal = bring_in(firm.lin, rows)
    assert journal.count == 2 and set(journal.left_out) == {2, 4, 5, 7}
    assert {str(c) for c in Customer.objects.filter(owner=firm.lin)} == {"新的一家", "同一栋楼"}


def test_whom_one_may_import_for(firm):
    rows, _wrong = read(["甲公司一", "", "", "", "林涛"], ["乙公司二", "", "", "", "顾青"], ["丙公司三", "", "", "", "没有这人"], ["丁公司四"])
    assert set(SHEET.check(firm.wang, rows)) == {2, 3, 4}
    assert set(SHEET.check(firm.zhou, rows)) == {3, 4}
    assert set(SHEET.check(firm.chen, rows)) == {2, 3, 4}
    bring_in(firm.chen, [rows[3]])
    assert Customer.objects.get().owner == firm.chen
    for nobody in (firm.gu, firm.xu):
        with pytest.raises(Refused):
            SHEET.may(nobody)
        with pytest.raises(Refused):
            bring_in(nobody, [rows[3]])
    assert importing.sheets()["customers"] is SHEET


def test_a_reps_import_stops_at_the_holding_limit(firm, lingyun, today):
    version = PolicyVersion.objects.create(number="t1", state="published", starts_on=today)
    ClauseValue.objects.create(version=version, clause="2.1.3", parameters={"limit": 2})
    rows, _wrong = read(["甲公司一"], ["乙公司二"])
    assert set(SHEET.check(firm.chen, rows)) == {3}
    rows, _wrong = read(["甲公司一", "", "", "", "陈静"], ["乙公司二", "", "", "", "陈静"])
    assert SHEET.check(firm.wang, rows) == {}


def test_undo_takes_away_what_nobody_touched(firm, today):
    rows, _wrong = read(["甲公司一", "", "", "某某"], ["乙公司二"], ["丙公司三"])
    journal = bring_in(firm.wang, rows)
    one, two, three = Customer.objects.order_by("pk")
    actions.set_next_step(firm.wang, two, kind="call", on=today, text="电话")
    from squaredeal.process.followup.models import FollowUp
    FollowUp.objects.create(customer=three, by=firm.wang, kind="call", body="聊过")
    with pytest.raises(Refused):
        SHEET.undo(firm.chen, journal)
    assert SHEET.undo(firm.wang, journal) == (1, 2)
    assert set(Customer.objects.values_list("name", flat=True)) == {"乙公司二", "丙公司三"}
    with pytest.raises(Refused):
        SHEET.undo(firm.wang, journal)


def test_undo_ends(firm):
    rows, _wrong = read(["甲公司一"])
    journal = bring_in(firm.wang, rows)
    Journal.objects.filter(pk=journal.pk).update(at=timezone.now() - timedelta(days=8))
    with pytest.raises(Refused) as no:
        SHEET.undo(firm.wang, journal)
    assert no.value.clause == "2.1.8" and Customer.objects.exists()


def test_the_many_cost_few_queries(firm, django_assert_max_num_queries):
    rows, _wrong = read(*[[f"客户{n}有限公司", f"9132{n:014d}", f"1390000{n:04d}", "某某", "陈静"] for n in range(700)])
    with django_assert_max_num_queries(40):
        intake.bring_in(firm.zhou, importing.Batch("客户.csv", rows))
    assert Customer.objects.count() == Ownership.objects.count() == Contact.objects.count() == 700


def test_a_reps_file_asks_after_no_more_customers_than_one_may_hold(firm, lingyun, today):
    """A list of names is not a way to learn whose customers they are: beyond the limit nothing is compared."""
    version = PolicyVersion.objects.create(number="t1", state="published", starts_on=today)
    ClauseValue.objects.create(version=version, clause="2.1.3", parameters={"limit": 2})
    rows, _wrong = read(["新的甲"], ["新的乙"], ["苏州凌云新材料股份有限公司"])
    assert [(line, no.clause) for line, no in SHEET.check(firm.lin, rows).items()] == [(4, "2.1.3")]
    assert SHEET.check(firm.li, rows)[4].clause == "2.1.2"   # a manager brings in what the company had before
