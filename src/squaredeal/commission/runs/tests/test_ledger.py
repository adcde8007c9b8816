"""The database itself refuses to change what is posted."""
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from squaredeal.commission.plans.models import PlanVersion
from squaredeal.commission.runs.models import Line, Payment, Period, Run


@pytest.fixture
def posted(firm, book, office):
    book.receive(book.contract(firm.chen, 113000), 113000, date(2026, 1, 10))
    return office.close("2026-01")


def refuses(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_posted_lines_are_neither_changed_nor_deleted_nor_joined(posted):
    lines = Line.objects.filter(run=posted)
    before = list(lines.values())
    refuses(lambda: lines.update(difference=0))
    refuses(lambda: lines.update(reason="x"))
    refuses(lambda: lines._raw_delete(lines.db))
    refuses(lambda: Line.objects.create(run=posted, person=posted.computed_by, key="x", component="x", fact_period="2026-01"))
    assert list(lines.values()) == before


def test_a_posted_run_its_statements_and_its_month_stay(posted):
    runs, months = Run.objects.filter(pk=posted.pk), Period.objects.filter(pk=posted.period_id)
    before = list(runs.values()), list(months.values()), list(posted.statements.values())
    refuses(lambda: runs.update(payout=0))
    refuses(lambda: runs.update(state="computed"))
    refuses(lambda: runs.update(fingerprint="0"))
    refuses(lambda: months.update(closed_at=None))
    refuses(lambda: months.update(ends_on=date(2026, 2, 28)))
    refuses(lambda: posted.statements.update(payout=0))
    refuses(lambda: posted.statements.all()._raw_delete("default"))
    assert (list(runs.values()), list(months.values()), list(posted.statements.values())) == before


def test_paid_is_still_noted_and_a_statement_still_confirmed(posted):
    assert Run.objects.filter(pk=posted.pk).update(state="paid", paid_on=date(2026, 3, 13)) == 1
    assert posted.statements.update(confirmed_at=posted.posted_at) >= 1
    run, payments = Run.objects.filter(pk=posted.pk), Payment.objects.filter(run=posted)
    refuses(lambda: run.update(state="posted"))
    Payment.objects.create(run=posted, paid_on=date(2026, 3, 13))
    refuses(lambda: run.update(state="posted"))                                       # it is paid back only where the payment is withdrawn
    refuses(lambda: payments.update(paid_on=date(2026, 3, 14)))
    assert payments.update(withdrawn_at=posted.posted_at, reason="x") == 1
    refuses(lambda: payments.update(reason="y"))
    refuses(lambda: payments._raw_delete(payments.db))
    refuses(lambda: run.update(state="posted", payout=0))
    assert run.update(state="posted", paid_on=None) == 1


def test_a_published_plan_stays(plan):
    rows = PlanVersion.objects.filter(pk=plan.pk)
    refuses(lambda: rows.update(text="plan: x"))
    refuses(lambda: rows.update(starts_on=date(2025, 1, 1)))
    refuses(lambda: rows.delete())
    assert rows.get().text == plan.text
