"""Two people approving one request at the same moment: one wins, the other is told, and it is settled once."""
import threading

import pytest
from django.db import connection
from django.utils import timezone

from squaredeal.kernel.errors import Refused
from squaredeal.organisation.approvals import actions
from squaredeal.organisation.approvals.models import Request, Step
from squaredeal.organisation.team.models import Deputy


@pytest.mark.django_db(transaction=True)
def test_two_at_once_one_wins_and_the_other_is_told(asking):
    from tests.firm import found
    firm, today = found(), timezone.localdate()
    Deputy.objects.create(absent=firm.wang, deputy=firm.li, starts_on=today, ends_on=today)
    for _ in range(5):
        asking.settled.clear()
        request = asking(firm.chen)
        told, start = [], threading.Barrier(2)

        def decide(person, request=request, told=told, start=start):
            start.wait()
            try:
                actions.approve(person, request)
                told.append("approved")
            except Refused as no:
                told.append(str(no.message))
            finally:
                connection.close()
        both = [threading.Thread(target=decide, args=[person]) for person in (firm.wang, firm.li)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(60)
        assert sorted(told, key=lambda said: said != "approved")[0] == "approved" and told.count("approved") == 1 and len(told) == 2
        assert Request.objects.get(pk=request.pk).state == "approved"
        assert Step.objects.filter(request=request, decided_by__isnull=False).count() == 1
        assert len(asking.settled) == 1
