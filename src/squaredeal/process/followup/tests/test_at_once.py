"""Two at once: two superiors decide one excuse, two people record the same customer while the clock ticks."""
import threading

import pytest
from django.db import connection

from squaredeal.kernel.errors import Refused

from .. import actions
from ..models import Excuse, FollowUp, Obligation
from .conftest import days

pytestmark = pytest.mark.django_db(transaction=True)


def together(*verbs):
    """Run each verb in a thread of its own, all released at the same moment; what each gave or raised."""
    gate, given = threading.Barrier(len(verbs)), [None] * len(verbs)

    def go(place, verb):
        try:
            gate.wait(60)
            given[place] = verb()
        except Exception as error:
            given[place] = error
        finally:
            connection.close()
    threads = [threading.Thread(target=go, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given


def test_one_decides_and_the_other_is_told(firm, today):
    asked = actions.ask_leave(firm.chen, firm.chen, starts_on=today, ends_on=today, reason="年假")
    given = together(lambda: actions.grant(firm.wang, asked), lambda: actions.decline(firm.zhou, asked, note="旺季"))
    assert sum(isinstance(one, Refused) for one in given) == 1 and sum(isinstance(one, Excuse) for one in given) == 1
    assert Excuse.objects.get().state == next(one.state for one in given if isinstance(one, Excuse))


def test_recording_while_the_clock_ticks_leaves_one_open_obligation_a_kind(firm, book, today, said):
    actions.tick(today - days(9))
    given = together(lambda: actions.record(firm.chen, book.a, **said()), lambda: actions.tick(today), lambda: actions.record(firm.wang, book.a, **said()))
    assert not [one for one in given if isinstance(one, Exception)]
    assert FollowUp.objects.count() == 2
    kinds = list(book.a.obligations.filter(state=Obligation.State.OPEN).values_list("kind", flat=True))
    assert sorted(kinds) == ["call", "proposal", "visit"]
    actions.tick(today)
    assert book.a.obligations.get(state=Obligation.State.OPEN, kind="call").late_since is None
