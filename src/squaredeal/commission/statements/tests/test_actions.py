"""Confirming, objecting, answering, withdrawing: who may, once, and that refusals change nothing."""
from datetime import date

import pytest
from django.utils import timezone

from squaredeal.commission.statements import actions, policy, queries
from squaredeal.commission.statements.models import Objection, Statement
from squaredeal.kernel import calendar
from squaredeal.kernel.errors import OutOfReach, Refused


@pytest.fixture
def run(firm, book, office):
    book.receive(book.contract(firm.chen, 113000), 113000, date(2026, 1, 10))
    book.receive(book.contract(firm.lin, 113000), 113000, date(2026, 1, 12))
    return office.compute("2026-01")


@pytest.fixture
def chens(firm, run):
    return queries.latest(firm.chen, firm.chen)


def test_a_person_confirms_their_own_once(firm, chens):
    actions.confirm(firm.chen, chens)
    chens.refresh_from_db()
    assert chens.confirmed_at
    with pytest.raises(Refused):
        actions.confirm(firm.chen, chens)


def test_nobody_confirms_for_another(firm, chens):
    for who in (firm.wang, firm.gu, firm.zhou):
        with pytest.raises(Refused):
            actions.confirm(who, chens)
    with pytest.raises(OutOfReach):
        actions.confirm(firm.lin, chens)
    assert Statement.objects.get(pk=chens.pk).confirmed_at is None


def test_an_objection_is_to_a_line_of_the_statement_it_names(firm, chens):
    theirs = queries.lines(firm.lin, queries.latest(firm.lin, firm.lin))[0][0]
    with pytest.raises(Refused):
        actions.object_to(firm.chen, chens, text="不是我的", line=theirs)
    assert not Objection.objects.exists()


def test_a_confirmation_stands_when_a_new_run_changes_nothing_and_falls_when_it_does(firm, book, office, run, chens):
    actions.confirm(firm.chen, chens)
    office.compute("2026-01")
    assert queries.latest(firm.chen, firm.chen).confirmed_at
    book.receive(book.contract(firm.chen, 11300), 11300, date(2026, 1, 20))
    office.compute("2026-01")
    again = queries.latest(firm.chen, firm.chen)
    assert again.confirmed_at is None and queries.statement(firm.chen, chens.pk) == again


def test_an_objection_is_due_in_the_clauses_days_and_finance_is_told(firm, run, chens):
    line = queries.lines(firm.chen, chens)[0][0]
    made = actions.object_to(firm.chen, chens, text="少了 100", line=line)
    today = timezone.localdate()
    assert made.due_on == calendar.add_working_days(today, policy.Answering().days) and made.line_key == line.key
    assert firm.gu.notices.filter(text__contains="少了 100").exists()
    with pytest.raises(Refused):
        actions.object_to(firm.chen, chens, text="again", line=line)
    assert Objection.objects.count() == 1


def test_finance_answers_once_and_never_its_own(firm, run, chens):
    made = actions.object_to(firm.chen, chens, text="少了")
    for who in (firm.wang, firm.chen):
        with pytest.raises(Refused):
            actions.answer(who, made, upheld=True, answer="yes")
    with pytest.raises(Refused):
        actions.answer(firm.gu, made, upheld=True, answer=" ")
    actions.answer(firm.gu, made, upheld=False, answer="100,000 × 1 % = 1,000")
    made.refresh_from_db()
    assert (made.state, made.answered_by) == ("declined", firm.gu) and firm.chen.notices.filter(text__contains="1,000").exists()
    with pytest.raises(Refused):
        actions.answer(firm.gu, made, upheld=True, answer="no, yes")


def test_only_who_objected_withdraws(firm, run, chens):
    made = actions.object_to(firm.chen, chens, text="少了")
    with pytest.raises(Refused):
        actions.withdraw(firm.gu, made)
    with pytest.raises(OutOfReach):
        actions.withdraw(firm.lin, made)
    actions.withdraw(firm.chen, made)
    assert Objection.objects.get().state == "withdrawn"
