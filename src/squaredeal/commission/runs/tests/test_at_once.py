"""A month computed again while somebody posts it: one comes first, the other is told, and what is posted is whole."""
from datetime import date

from squaredeal.commission.runs import actions
from squaredeal.commission.runs.models import Run
from tests.at_once import at_once


def test_computing_while_posting(transactional_db, firm, book, office):
    book.receive(book.contract(firm.chen, 56500), 56500, date(2026, 1, 15))
    month = office.month("2026-01")
    for _ in range(3):
        run = actions.approve(firm.zhou, actions.review(firm.gu, actions.compute(firm.gu, month)))
        told = at_once(lambda run=run: actions.post(firm.gu, run), lambda month=month: actions.compute(firm.gu, month))
        assert len(told) == 2 and "done" in told and not any("Error" in said for said in told), told
        month.refresh_from_db()
        states = list(Run.objects.filter(period=month).exclude(state="replaced").values_list("state", flat=True))
        assert states == (["posted"] if month.closed_at else ["computed"])
        if month.closed_at:
            break
