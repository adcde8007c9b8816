"""Figures beyond all bounds are refused, and the draft stays as it was."""
from decimal import Decimal

import pytest
from django.urls import reverse

from squaredeal.kernel.errors import Refused
from squaredeal.process.negotiation import quoting
from squaredeal.process.negotiation.models import Quote


@pytest.mark.parametrize(("offer", "quantity"), [("10000000000000", "1"), ("1000000000000", "999999"), ("-1", "1")])
def test_a_quote_that_cannot_be_kept_is_refused(talks, offer, quantity):
    made = talks.quote(98_000)
    with pytest.raises(Refused):
        quoting.revise(talks.firm.chen, made, lines=talks.lines(offer, quantity))
    assert Quote.objects.get(pk=made.pk).total == made.total and made.lines.count() == 1


def test_the_page_says_so(talks, client):
    made = talks.quote(98_000)
    client.force_login(talks.firm.chen)
    typed = {"unit": "10000", "prepayment": "30", "line-TOTAL_FORMS": "1", "line-INITIAL_FORMS": "0", "line-0-product": talks.robot.pk,
             "line-0-quantity": "999999", "line-0-offer": "1000000000000"}
    for name in ("negotiation:try", "negotiation:save"):
        assert client.post(reverse(name, args=[made.pk]), typed).status_code == 422, name
    assert Decimal(Quote.objects.get(pk=made.pk).total) == made.total
