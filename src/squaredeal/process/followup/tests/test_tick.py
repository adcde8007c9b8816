"""What the clock does: opens, misses, excuses, climbs the ladder and tells; the same however often it is called."""
import random
from datetime import timedelta

from django.db.models import Count

from squaredeal.kernel.models import Entry, Notice
from squaredeal.organisation.team.models import Assignment
from squaredeal.process.customers.models import Customer

from .. import actions, policy
from ..models import ComplianceWeek, Excuse, FollowUp, Obligation
from .conftest import days, monday, register

OPEN = Obligation.State.OPEN


def test_it_opens_what_each_grade_asks_of_owned_customers(firm, book, today):
    Customer.objects.create(name="公海一家有限公司", grade="A")
    assert actions.tick(today)["opened"] == 3 + 2 + 1 + 3
    assert set(Obligation.objects.values_list("customer__short_name", "kind", "owner__login", "clause")) >= {
        ("苏州凌云新材料", "call", "chen", "2.2.1"), ("无锡恒达精密", "trial", "chen", "2.2.2"), ("镇江恒丰机械", "mail", "chen", "2.2.3"),
        ("成都华锐装备", "visit", "lin", "2.2.1")}
    assert not Obligation.objects.filter(customer__owner=None).exists()


def test_a_second_call_on_the_same_day_changes_nothing(firm, book, today):
    actions.tick(today - days(20))
    actions.tick(today)
    before = list(Obligation.objects.order_by("pk").values()), list(ComplianceWeek.objects.order_by("pk").values()), Notice.objects.count()
    entries = Entry.objects.count()
    assert actions.tick(today) == {"closed": 0, "weeks": 0, "opened": 0, "climbed": 0}
    assert (list(Obligation.objects.order_by("pk").values()), list(ComplianceWeek.objects.order_by("pk").values()), Notice.objects.count()) == before
    assert Entry.objects.count() == entries


def test_days_without_a_tick_are_made_up_for(firm, book, today):
    actions.tick(today - days(23))
    actions.tick(today)
    calls = book.a.obligations.filter(kind="call").order_by("due_on")
    assert [(o.due_on, o.state) for o in calls] == [(today - days(16), "missed"), (today - days(9), "missed"), (today - days(2), "missed"),
                                                    (today + days(5), "open")]
    assert calls.last().late_since == today - days(16)
    assert {w.due for w in ComplianceWeek.objects.filter(person=firm.chen, grade="A")} <= {1, 2}
    assert sum(w.due for w in ComplianceWeek.objects.filter(person=firm.chen, grade="A")) == 4, "three calls and the proposal"


def test_daily_ticks_and_records_leave_what_replay_says(firm, today, said):
    """The pure clause and the rows cannot part: a made history and a lived one are the same."""
    dice = random.Random(7)
    for grade in "ABC":
        customer = register(firm.chen, grade, f"客户{grade}")
        first, contacts = today - days(70), []
        for n in range(71):
            day = first + days(n)
            actions.obligations.pass_due(day)
            actions.obligations.open_missing(day)
            if dice.random() < 0.14:
                kind = dice.choice(["call", "visit", "proposal", "trial", "mail"])
                made = FollowUp.objects.create(customer=customer, by=firm.chen, kind=kind, body="x")
                actions.obligations.keep(customer, made, day)
                contacts.append((day, kind))
        made = policy.replay(policy.Strategies.on(today), grade, first, contacts, today)
        lived = Obligation.objects.filter(customer=customer).values_list("kind", "opened_on", "due_on", "state", "settled_on", "late_since")
        assert sorted(map(str, lived)) == sorted(str(tuple(row)) for row in made)


def test_the_ladder_tells_the_owner_then_the_manager_then_of_high_risk(firm, book, today):
    Customer.objects.exclude(pk=book.a.pk).delete()
    actions.tick(today - days(8))
    told = {}
    for n in range(-7, 7):
        before = Notice.objects.count()
        actions.tick(today + days(n))
        for notice in Notice.objects.order_by("pk")[:]:
            told.setdefault(notice.pk, (n, notice.to.login, notice.clause))
        assert Notice.objects.count() - before <= 2
    assert [t for t in told.values() if t[1] == "wang"] == [(2, "wang", "2.2.7"), (6, "wang", "2.2.7")]
    assert [n for n, who, _clause in told.values() if who == "chen"] == [0, 2, 6]
    call = book.a.obligations.get(kind="call", state=OPEN)
    assert (call.rung, call.escalated_on) == (3, today + days(6)), "carried from the missed one to the next"


def test_one_notice_names_many_customers_and_the_rest_as_a_number(firm, today):
    for n in range(8):
        register(firm.chen, "A", f"客户{n}")
    actions.tick(today - days(8))
    actions.tick(today)
    notice = Notice.objects.get(to=firm.chen)
    assert "8" in notice.text and "客户0" in notice.text and "客户5" not in notice.text and "3" in notice.text
    assert notice.url == "/followup/due"


def test_a_region_without_a_manager_goes_to_the_director(firm, book, today):
    Assignment.objects.filter(person=firm.wang).update(ends_on=today - days(1))
    actions.tick(today - days(11))
    actions.tick(today)
    assert Notice.objects.filter(to=firm.zhou, clause="2.2.7").exists()
    assert not Notice.objects.filter(to=firm.wang).exists()
    assert Notice.objects.filter(to=firm.li, clause="2.2.7").count() == 1, "the west still has its manager"


def test_leave_is_excused_for_every_customer_and_quiet_for_one(firm, book, today):
    Excuse.objects.create(person=firm.chen, starts_on=today - days(3), ends_on=today - days(1), reason="休假", state="granted")
    Excuse.objects.create(person=firm.lin, customer=book.west, starts_on=today - days(3), ends_on=today, reason="勿扰", state="granted")
    Excuse.objects.create(person=firm.lin, starts_on=today - days(3), ends_on=today, reason="没批", state="asked")
    other = register(firm.lin, "A", "重庆金达")
    actions.tick(today - days(9))
    actions.tick(today)
    state = dict(Obligation.objects.exclude(state=OPEN).filter(kind="call").values_list("customer", "state"))
    assert state == {book.a.pk: "excused", book.west.pk: "excused", other.pk: "missed"}
    week = monday(today - days(2))
    figures = {w.person.login: (w.due, w.met, w.excused) for w in ComplianceWeek.objects.filter(week=week, grade="A")}
    assert figures == {"chen": (1, 0, 1), "lin": (2, 0, 1)}
    assert book.a.obligations.get(kind="call", state=OPEN).late_since is None
    assert [n.to for n in Notice.objects.all()] == [firm.lin]


def test_the_ladder_waits_while_the_owner_is_excused(firm, book, today):
    actions.tick(today - days(9))
    Excuse.objects.create(person=firm.chen, starts_on=today, ends_on=today, reason="休假", state="granted")
    actions.tick(today)
    assert not Notice.objects.filter(to=firm.chen).exists()
    actions.tick(today + days(1))
    assert Notice.objects.filter(to=firm.chen).exists()


def test_regrade_hand_over_and_release_close_and_reopen(firm, book, today):
    actions.tick(today - days(2))
    Customer.objects.filter(pk=book.a.pk).update(grade="C")
    Customer.objects.filter(pk=book.b.pk).update(owner=firm.lin)
    Customer.objects.filter(pk=book.c.pk).update(owner=None)
    assert actions.tick(today)["closed"] == 3 + 2 + 1
    assert {(o.kind, o.owner.login, o.opened_on) for o in book.a.obligations.all()} == {("mail", "chen", today)}
    assert {(o.kind, o.owner.login) for o in book.b.obligations.all()} == {("call", "lin"), ("trial", "lin")}
    assert not book.c.obligations.exists()


def test_the_number_of_statements_does_not_grow_with_customers(firm, today, django_assert_max_num_queries):
    def grown(n):
        Customer.objects.bulk_create([Customer(name=f"客户{n}-{i}", owner=firm.chen, grade="ABC"[i % 3]) for i in range(60)])
    grown(1)
    actions.tick(today - days(31))
    grown(2)
    with django_assert_max_num_queries(90):
        actions.tick(today - days(15))
    grown(3)
    grown(4)
    with django_assert_max_num_queries(90):
        actions.tick(today)
    assert Obligation.objects.filter(state=OPEN).values("customer", "kind").annotate(n=Count("pk")).filter(n__gt=1).count() == 0
    assert timedelta(0) < max(Obligation.objects.filter(state=OPEN).values_list("due_on", flat=True)) - today
