"""Excuses: asked by the person, decided by somebody above, counted back; nobody excuses themselves."""
import pytest

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import Entry, Notice
from squaredeal.organisation.team.models import Deputy

from .. import actions, queries
from ..models import ComplianceWeek, Excuse
from .conftest import days


def leave(firm, today, first=0, last=4, **other):
    return actions.ask_leave(firm.chen, firm.chen, **({"starts_on": today + days(first), "ends_on": today + days(last), "reason": "年假"} | other))


def test_asked_granted_and_told(firm, book, today):
    asked = leave(firm, today)
    assert Notice.objects.get().to == firm.wang
    assert [e.pk for e in queries.waiting_excuses(firm.wang)] == [asked.pk]
    assert queries.waiting_excuses(firm.zhou) == queries.waiting_excuses(firm.li) == queries.waiting_excuses(firm.chen) == []
    granted = actions.grant(firm.wang, asked)
    assert (granted.state, granted.decided_by) == ("granted", firm.wang)
    told = Notice.objects.get(to=firm.chen)
    assert asked.starts_on.isoformat() in told.text and asked.ends_on.isoformat() in told.text, "a notice is read later: “tomorrow” in it would lie"
    assert Entry.objects.filter(verb="followup.grant", actor=firm.wang).exists()


def test_granting_counts_back_what_was_missed(firm, book, today):
    actions.tick(today - days(9))
    actions.tick(today)
    assert ComplianceWeek.objects.get(person=firm.chen, grade="A").excused == 0
    actions.grant(firm.wang, leave(firm, today, -4, 1))
    week = ComplianceWeek.objects.get(person=firm.chen, grade="A")
    assert (week.due, week.met, week.excused) == (1, 0, 1)
    assert book.a.obligations.get(kind="call", state="open").late_since is None
    assert queries.compliance(firm.wang, today - days(30), today)[firm.chen.pk]["rate"] is None


def test_quiet_covers_one_customer_and_is_asked_by_its_owner(firm, book, today):
    actions.tick(today - days(20))
    actions.tick(today)
    asked = actions.ask_quiet(firm.chen, book.b, starts_on=today - days(6), ends_on=today, reason="月底前勿扰")
    actions.grant(firm.wang, asked)
    assert set(book.b.obligations.filter(kind="call").values_list("state", flat=True)) == {"excused", "open"}
    assert book.a.obligations.filter(state="missed").exists()
    for other in (firm.wang, firm.zhou):
        with pytest.raises(Refused):
            actions.ask_quiet(other, book.b, starts_on=today, ends_on=today, reason="x")
    with pytest.raises(OutOfReach):
        actions.ask_quiet(firm.lin, book.b, starts_on=today, ends_on=today, reason="x")
    assert Excuse.objects.count() == 1


def test_nobody_excuses_themselves_not_even_as_a_deputy(firm, today):
    asked = leave(firm, today)
    Deputy.objects.create(absent=firm.wang, deputy=firm.chen, starts_on=today, ends_on=today)
    for verb in (lambda: actions.grant(firm.chen, asked), lambda: actions.decline(firm.chen, asked, note="x")):
        with pytest.raises(Refused):
            verb()
    own = actions.ask_leave(firm.wang, firm.wang, starts_on=today, ends_on=today, reason="病假")
    with pytest.raises(Refused):
        actions.grant(firm.wang, own)
    assert set(Excuse.objects.values_list("state", flat=True)) == {"asked"}
    assert actions.grant(firm.zhou, own).state == "granted"
    with pytest.raises(Refused):
        actions.ask_leave(firm.zhou, firm.zhou, starts_on=today, ends_on=today, reason="没有上级")
    with pytest.raises(Refused):
        actions.ask_leave(firm.wang, firm.chen, starts_on=today, ends_on=today, reason="替别人")


def test_a_deputy_of_the_manager_decides_and_another_rep_does_not(firm, today):
    asked = leave(firm, today)
    with pytest.raises(OutOfReach):
        actions.grant(firm.lin, asked)
    with pytest.raises(OutOfReach):
        actions.grant(firm.li, asked)
    Deputy.objects.create(absent=firm.wang, deputy=firm.lin, starts_on=today, ends_on=today)
    assert actions.grant(firm.lin, asked).decided_by == firm.lin


def test_declining_needs_a_reason_and_a_decision_stands(firm, today):
    asked = leave(firm, today)
    with pytest.raises(Refused):
        actions.decline(firm.wang, asked, note=" ")
    assert Excuse.objects.get().state == "asked"
    assert actions.decline(firm.wang, asked, note="旺季").note == "旺季"
    with pytest.raises(Refused):
        actions.grant(firm.wang, asked)
    assert Excuse.objects.get().state == "declined"


@pytest.mark.parametrize(("wrong", "field"), [
    ({"first": 3, "last": 1}, "ends_on"), ({"first": 0, "last": 30}, "ends_on"), ({"first": -31, "last": -30}, "starts_on"), ({"reason": " "}, "reason")])
def test_bounds(firm, today, wrong, field):
    with pytest.raises(Refused) as no:
        leave(firm, today, **wrong)
    assert (no.value.field, no.value.clause) == (field, "2.2.6")
    assert not Excuse.objects.exists() and not Notice.objects.exists()


def test_the_longest_is_allowed_and_the_same_days_are_not_asked_twice(firm, book, today):
    leave(firm, today, 0, 29)
    with pytest.raises(Refused):
        leave(firm, today, 29, 40)
    leave(firm, today, 30, 40)
    actions.ask_quiet(firm.chen, book.a, starts_on=today, ends_on=today, reason="同日勿扰")
    assert Excuse.objects.count() == 3
