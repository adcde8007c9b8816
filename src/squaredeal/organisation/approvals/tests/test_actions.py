"""Each verb on a request: it works, it is refused, and when refused nothing changed."""
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import Entry, Notice
from squaredeal.organisation.approvals import actions, queries
from squaredeal.organisation.approvals.models import Request, Step
from squaredeal.organisation.team.models import Deputy, Role
from tests import firm as cast

BOTH = (Role.MANAGER, Role.DIRECTOR)


def face(request):
    """Everything of a request and its steps, to show that nothing changed."""
    return (Request.objects.filter(pk=request.pk).values().get(), list(Step.objects.filter(request=request).order_by("pk").values()))


def states(request):
    return [(s.approver.login, s.state) for s in Step.objects.filter(request=request).order_by("order", "pk")]


def test_asking_calls_the_first_approver_and_tells_them(firm, ask):
    request = ask(firm.chen, BOTH, amount=2_360_000, percent="8.39", condition="预付 50%", clause="2.3.2")
    assert states(request) == [("wang", "waiting"), ("zhou", "ahead")]
    assert request.due_at > timezone.now()
    assert [n.to for n in Notice.objects.all()] == [firm.wang]
    assert Entry.objects.filter(verb="approval.ask", actor=firm.chen).exists()


def test_a_second_request_on_the_same_thing_is_refused(firm, ask):
    request = ask(firm.chen)
    thing = type(request).objects.get(pk=request.pk)
    from squaredeal.process.customers.models import Customer
    with pytest.raises(Refused):
        actions.ask(firm.chen, Customer.objects.get(pk=thing.subject_id), kind="customer", title="again",
                    chain=queries.chain(firm.chen, [Role.MANAGER], firm.chen, timezone.localdate()))
    assert Request.objects.count() == 1


def test_the_last_signature_settles_the_subject(firm, ask):
    request = ask(firm.chen, BOTH)
    actions.approve(firm.wang, request, note="换得值")
    assert ask.settled == []
    assert states(request) == [("wang", "approved"), ("zhou", "waiting")]
    request = actions.approve(firm.zhou, request)
    assert request.state == "approved" and request.settled_at
    assert ask.settled == [(firm.zhou, request.subject_id, "approved")]
    assert Notice.objects.filter(to=firm.chen).count() == 1


def test_a_failing_settlement_leaves_the_request_open(firm, ask, monkeypatch):
    request = ask(firm.chen)
    before = face(request)

    def fail(*given):
        raise Refused("no")
    from squaredeal.organisation.approvals import subjects
    monkeypatch.setitem(subjects.KINDS, "customer", subjects.KINDS["customer"]._replace(settle=fail))
    with pytest.raises(Refused):
        actions.approve(firm.wang, request)
    assert face(request) == before


@pytest.mark.parametrize("who", ["zhou", "chen", "gu"])
def test_only_the_one_whose_turn_it_is_decides(firm, ask, who):
    request = ask(firm.chen, BOTH)
    before = face(request)
    with pytest.raises(Refused):
        actions.approve(getattr(firm, who), request)
    with pytest.raises(Refused):
        actions.send_back(getattr(firm, who), request, note="no")
    assert face(request) == before and ask.settled == []


def test_the_neighbour_region_finds_nothing(firm, ask):
    request = ask(firm.chen, BOTH)
    for verb in (lambda: actions.approve(firm.li, request), lambda: actions.withdraw(firm.lin, request), lambda: queries.request(firm.li, request.pk)):
        with pytest.raises(OutOfReach):
            verb()


def test_a_deputy_decides_for_the_absent_but_never_their_own(firm, ask):
    today = timezone.localdate()
    Deputy.objects.create(absent=firm.wang, deputy=firm.li, starts_on=today, ends_on=today)
    request = ask(firm.chen)
    assert Notice.objects.filter(to=firm.li).count() == 1
    actions.approve(firm.li, request)
    assert Step.objects.get().decided_by == firm.li and Step.objects.get().approver == firm.wang
    Deputy.objects.create(absent=firm.zhou, deputy=firm.wang, starts_on=today, ends_on=today)
    own = ask(firm.wang, [Role.DIRECTOR])
    with pytest.raises(Refused) as no:
        actions.approve(firm.wang, own)
    assert no.value.clause == "1.4.2"
    assert not queries.waiting(firm.wang).exists()


def test_sending_back_needs_a_reason(firm, ask):
    request = ask(firm.chen, BOTH)
    before = face(request)
    with pytest.raises(Refused) as no:
        actions.send_back(firm.wang, request, note="  ")
    assert no.value.field == "note" and face(request) == before
    request = actions.send_back(firm.wang, request, note="先谈驻场 8 个月")
    assert request.state == "returned"
    assert states(request) == [("wang", "returned"), ("zhou", "skipped")]
    assert ask.settled[-1][2] == "returned"


def test_withdrawing_is_for_the_asker_and_only_before_the_end(firm, ask):
    request = ask(firm.chen)
    with pytest.raises(Refused):
        actions.withdraw(firm.wang, request)
    assert Request.objects.get(pk=request.pk).state == "open"
    request = actions.withdraw(firm.chen, request)
    assert request.state == "withdrawn" and ask.settled[-1][2] == "withdrawn"
    with pytest.raises(Refused):
        actions.approve(firm.wang, request)


def test_a_countersign_comes_before_the_own_signature(firm, ask):
    request = ask(firm.chen, BOTH)
    actions.countersign(firm.wang, request, person=firm.gu, note="看一下账期")
    assert states(request) == [("gu", "waiting"), ("wang", "ahead"), ("zhou", "ahead")]
    assert queries.request(firm.gu, request.pk) == request
    actions.approve(firm.gu, request)
    assert states(request) == [("gu", "approved"), ("wang", "waiting"), ("zhou", "ahead")]
    with pytest.raises(Refused):
        actions.countersign(firm.wang, request, person=firm.zhou)
    for nobody in (firm.chen, firm.xu):
        with pytest.raises(Refused) as no:
            actions.countersign(firm.wang, request, person=nobody)
        assert no.value.field == "person"


def test_a_signature_passes_to_the_same_post_or_the_director(firm, ask):
    request = ask(firm.chen)
    for nobody in (firm.gu, firm.lin, firm.chen, firm.wang):
        with pytest.raises(Refused):
            actions.delegate(firm.wang, request, person=nobody)
    actions.delegate(firm.wang, request, person=firm.li)
    assert [s.login for s in [Step.objects.get().approver, Step.objects.get().handed_by]] == ["li", "wang"]
    with pytest.raises(Refused):
        actions.approve(firm.wang, request)
    assert actions.approve(firm.li, request).state == "approved"


def test_whoever_signed_by_delegation_does_not_sign_again(firm, ask):
    request = ask(firm.chen, BOTH)
    actions.delegate(firm.wang, request, person=firm.zhou)
    request = actions.approve(firm.zhou, request)
    assert request.state == "approved"
    assert states(request) == [("zhou", "approved"), ("zhou", "skipped")]


def test_a_decision_for_a_step_that_has_passed_is_refused(firm, ask):
    request = ask(firm.chen, BOTH)
    seen = request.waiting.pk
    actions.delegate(firm.wang, request, person=firm.zhou)
    actions.countersign(firm.zhou, request, person=firm.gu, step=seen)
    actions.approve(firm.gu, request)
    with pytest.raises(Refused):
        actions.approve(firm.zhou, request, step=Step.objects.get(approver=firm.gu).pk)


def test_the_clock_reminds_once_and_says_whom(firm, ask):
    request = ask(firm.chen)
    Notice.objects.all().delete()
    assert actions.tick_reminders(request.due_at - timedelta(minutes=1)) == 0
    assert actions.tick_reminders(request.due_at) == 1
    assert {n.to.login for n in Notice.objects.all()} == {"wang", "zhou"}
    assert actions.tick_reminders(request.due_at + timedelta(days=1)) == 0


def test_the_signature_of_somebody_who_left_goes_to_whoever_signs_now(firm, ask):
    request = ask(firm.chen)
    seat = firm.wang.assignments.get()
    seat.ends_on = timezone.localdate() - timedelta(days=1)
    seat.save()
    assert actions.tick_reminders(timezone.now()) == 1
    assert Step.objects.get().approver == firm.zhou and Step.objects.get().handed_by == firm.wang
    assert actions.approve(firm.zhou, request).state == "approved"


def test_the_time_to_answer_counts_working_days(firm, ask, monkeypatch):
    friday = datetime(2026, 11, 20, 16, 20, tzinfo=timezone.get_current_timezone())
    monkeypatch.setattr(timezone, "localdate", lambda *given: friday.date())
    request = ask(firm.chen)
    assert timezone.localtime(request.due_at).strftime("%m-%d %H:%M") == "11-23 18:00"


def test_facts_show_only_what_the_role_may_know(firm, ask):
    request = ask(firm.chen, facts=[{"label": "Offer", "kind": "money", "value": "2360000"},
                                    {"label": "Floor", "kind": "money", "value": "2403000", "roles": ["manager", "director"]}])
    assert [f["value"] for f in queries.facts(firm.chen, request)] == ["2360000"]
    assert [f["value"] for f in queries.facts(firm.wang, request)] == ["2360000", "2403000"]


def test_needs_are_for_whose_turn_it_is(firm, ask):
    request = ask(firm.chen, BOTH)
    assert [len(queries.needs(p)) for p in (firm.wang, firm.zhou, firm.li, firm.chen)] == [1, 0, 0, 0]
    actions.approve(firm.wang, request)
    assert [len(queries.needs(p)) for p in (firm.wang, firm.zhou)] == [0, 1]


def test_two_directors_are_two_people(firm, ask):
    second = cast.person("fang", "方启年", firm.company, firm.zhou.assignments.get().position)
    request = ask(firm.zhou, [Role.DIRECTOR])
    assert request.waiting.approver == second
