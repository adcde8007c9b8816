"""Clause 2.3.7: a representative meets neither floor nor cost, nor a margin from which the cost is one division away."""
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from squaredeal.insight import queries as insight
from squaredeal.kernel import span
from squaredeal.organisation.approvals import queries as approvals
from squaredeal.process.contracts.models import Contract
from squaredeal.process.negotiation import face, policy, queries, quoting

D = Decimal


@pytest.fixture
def quote(talks):
    made = talks.quote(98_000)
    quoting.add_concession(talks.firm.chen, made, give="送培训", get="预付", added_cost=D(1_000))
    return queries.quote(talks.firm.chen, made.pk)


def figures(viewer, quote):
    made = face.of(viewer, queries.quote(viewer, quote.pk))
    return [made.margin, made.list_margin, made.cost_total, made.floor_total, *(x.margin for x in made.lines), *(g.effect for g in made.gives)]


def test_no_figure_of_a_representative_holds_the_cost_and_the_manager_has_them_all(talks, quote):
    assert set(figures(talks.firm.chen, quote)) == {None}
    assert None not in figures(talks.firm.wang, quote)
    assert not policy.may_know_floor(talks.firm.chen) and policy.may_know_floor(talks.firm.wang)


def test_neither_page_nor_try_shows_a_representative_a_margin(talks, quote, client):
    typed = {"unit": "1", "prepayment": "30", "line-TOTAL_FORMS": "1", "line-INITIAL_FORMS": "0", "line-0-product": talks.robot.pk,
             "line-0-quantity": "1", "line-0-offer": "98000"}
    for person, shown in ((talks.firm.chen, False), (talks.firm.wang, True)):
        client.force_login(person)
        for page in (client.get(reverse("negotiation:quote", args=[quote.pk])), client.post(reverse("negotiation:try", args=[quote.pk]), typed)):
            text = page.content.decode()
            assert page.status_code == 200 and ("s-margin" in text) is shown and ('id="t-margin"' in text) is shown and ("lmv" in text) is shown


def test_the_facts_of_a_request_keep_the_margin_from_who_asked(talks):
    asked = quoting.submit(talks.firm.chen, talks.quote(95_500))
    request = approvals.of_subject(talks.firm.chen, "quote", asked.pk)[0]
    assert not {"Margin", "Floor"} & {f["label"] for f in request.facts if not f.get("roles")}
    assert len(approvals.facts(talks.firm.chen, request)) < len(approvals.facts(talks.firm.wang, request))


def test_the_leaderboard_of_a_representative_has_no_margin(talks):
    today = timezone.localdate()
    Contract.objects.create(number="HC-1", title="x", customer=talks.customer, signed_by=talks.firm.chen, signed_on=today, amount=D(113),
                            vat_rate=D("0.13"), cost_total=D(60), state="approved", approved_on=today)
    rows = {viewer: insight.people(viewer, span.quarter(today)) for viewer in (talks.firm.chen, talks.firm.wang)}
    assert [(r["margin"], r["profit"]) for r in rows[talks.firm.chen]] == [(None, 0)]
    assert round(next(r["margin"] for r in rows[talks.firm.wang] if r["person"] == talks.firm.chen), 2) == D("0.40")
