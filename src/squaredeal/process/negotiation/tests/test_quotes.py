"""A quote from draft to accepted: each verb works, is refused, and when refused nothing has changed."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.organisation.approvals import actions as approvals
from squaredeal.organisation.approvals.models import Request
from squaredeal.process.customers.models import Collaboration
from squaredeal.process.negotiation import actions, queries, quoting
from squaredeal.process.negotiation import face as faces
from squaredeal.process.negotiation.models import Concession, Deal, Price, Quote, QuoteLine

D = Decimal


def face():
    """Every row of the section, to show that nothing changed."""
    return [list(m.objects.order_by("pk").values()) for m in (Deal, Quote, QuoteLine, Concession, Request)]


def state(quote):
    return Quote.objects.get(pk=quote.pk).state


def test_a_draft_takes_the_prices_of_its_day_and_keeps_the_deals_amount(talks):
    quote = talks.quote(97_000)
    assert (quote.list_total, quote.floor_total, quote.cost_total, quote.total) == (200_000, 192_000, 120_000, 194_000)
    assert quote.number.startswith("Q-") and quote.version == 1
    assert quote.valid_until == timezone.localdate() + timedelta(days=30)
    assert Deal.objects.get().amount == 194_000


def test_a_product_without_a_price_that_day_is_refused(talks):
    Price.objects.filter(product=talks.robot).delete()
    before = face()
    with pytest.raises(Refused) as no:
        quoting.draft(talks.firm.chen, talks.deal, lines=talks.lines(97_000))
    assert no.value.clause == "2.3.10" and face() == before


@pytest.mark.parametrize(("offer", "who", "after", "signers"), [
    (97_000, "chen", "approved", []), ("96999.99", "chen", "submitted", ["wang"]), (96_000, "chen", "submitted", ["wang"]),
    ("95999.99", "chen", "submitted", ["wang", "zhou"]), (95_000, "wang", "submitted", ["zhou"]), (96_000, "wang", "approved", [])])
def test_a_price_goes_to_whom_the_clauses_say(talks, offer, who, after, signers):
    actor = getattr(talks.firm, who)
    quote = quoting.submit(actor, talks.quote(offer, actor=actor))
    assert quote.state == after
    request = Request.objects.first()
    assert [s.approver.login for s in request.steps.all()] == signers if signers else request is None


def test_below_the_floor_goes_to_the_director_however_small_the_concession(talks):
    today = timezone.localdate()
    Price.objects.filter(product=talks.robot, starts_on=today - timedelta(days=30)).update(floor_price=99_500)
    quote = quoting.submit(talks.firm.chen, talks.quote(99_000))
    assert [s.approver.login for s in Request.objects.get().steps.all()] == ["wang", "zhou"]
    with pytest.raises(Refused):
        quoting.send(talks.firm.chen, quote)
    assert state(quote) == "submitted"


def test_the_directors_own_price_below_the_floor_needs_another_director(talks):
    quote = talks.quote(95_000, actor=talks.firm.zhou)
    before = face()
    with pytest.raises(Refused):
        quoting.submit(talks.firm.zhou, quote)
    assert face() == before


def test_beyond_the_directors_limit_is_refused(talks):
    quote = talks.quote(89_999)
    before = face()
    with pytest.raises(Refused) as no:
        quoting.submit(talks.firm.chen, quote)
    assert no.value.clause == "2.3.2" and face() == before


def test_a_concession_without_a_condition_is_refused_above_and_below_the_floor_alike(talks):
    said = set()
    for offer in (99_000, 95_000):
        quote = talks.quote(offer, condition="")
        before = face()
        with pytest.raises(Refused) as no:
            quoting.submit(talks.firm.chen, quote)
        said.add((no.value.message, no.value.field, no.value.clause))
        assert face() == before
    assert len(said) == 1 and said.pop()[1:] == ("condition", "2.3.8")


def test_a_quote_without_a_card_or_a_line_is_refused(talks):
    quote = talks.quote(99_000, prepared=False)
    with pytest.raises(Refused) as no:
        quoting.submit(talks.firm.chen, quote)
    assert no.value.clause == "2.3.1"
    talks.prepare()
    with pytest.raises(Refused) as no:
        quoting.submit(talks.firm.chen, quote, lines=[])
    assert no.value.field == "lines" and quote.lines.count() == 1


def test_approved_sent_accepted_wins_the_deal(talks):
    quote = quoting.submit(talks.firm.chen, talks.quote(96_000))
    other = quoting.draft(talks.firm.chen, talks.deal, lines=talks.lines(99_000))
    approvals.approve(talks.firm.wang, Request.objects.get())
    assert state(quote) == "approved"
    with pytest.raises(Refused):
        quoting.accept(talks.firm.chen, quote)
    quoting.send(talks.firm.chen, quote)
    quoting.accept(talks.firm.chen, quote)
    deal = Deal.objects.get()
    assert (state(quote), deal.stage, deal.amount, deal.probability, deal.closed_on) == ("won", "won", 192_000, 1, timezone.localdate())
    assert state(other) == "lost"
    with pytest.raises(Refused):
        quoting.draft(talks.firm.chen, deal, lines=talks.lines(99_000))


def test_a_quote_sent_back_is_mended_and_submitted_again(talks):
    quote = quoting.submit(talks.firm.chen, talks.quote(96_000))
    approvals.send_back(talks.firm.wang, Request.objects.get(), note="换来的不够")
    assert state(quote) == "returned"
    assert quoting.submit(talks.firm.chen, quote, lines=talks.lines(97_000), condition="预付 30%").state == "approved"


def test_withdrawing_the_request_makes_it_a_draft_again(talks):
    quote = quoting.submit(talks.firm.chen, talks.quote(96_000))
    with pytest.raises(Refused):
        quoting.revise(talks.firm.chen, quote, lines=talks.lines(99_000))
    approvals.withdraw(talks.firm.chen, Request.objects.get())
    assert state(quote) == "draft"


@pytest.mark.parametrize("verb", ["revise", "submit", "accept", "add_concession"])
def test_a_sent_version_stays_as_it_is(talks, verb):
    quote = quoting.send(talks.firm.chen, quoting.submit(talks.firm.chen, talks.quote(100_000)))
    if verb == "accept":
        Quote.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    before = face()
    given = {"revise": {"lines": talks.lines(1)}, "submit": {}, "accept": {}, "add_concession": {"give": "延保", "get": "样板厂"}}[verb]
    with pytest.raises(Refused):
        getattr(quoting, verb)(talks.firm.chen, quote, **given)
    assert face() == before


def test_a_new_version_replaces_the_old_with_todays_prices(talks):
    quote = quoting.send(talks.firm.chen, quoting.submit(talks.firm.chen, talks.quote(97_500)))
    quoting_on = timezone.localdate()
    Price.objects.filter(product=talks.robot, starts_on=quoting_on - timedelta(days=30)).update(list_price=101_000)
    made = quoting.renew(talks.firm.chen, quote)
    assert (made.number, made.version, made.state, made.list_total, made.total) == (quote.number, 2, "draft", 202_000, 195_000)
    assert state(quote) == "replaced"


def test_concessions_count_only_when_on(talks):
    quote = talks.quote(99_000)
    cut = quoting.add_concession(talks.firm.chen, quote, give="再让 4000", get="预付 50%", price_cut=D(4_000), prepayment=D("0.5"))
    costly = quoting.add_concession(talks.firm.chen, quote, give="延保 6 个月", get="框架", added_cost=D(3_000))
    assert Quote.objects.get(pk=quote.pk).total == 198_000
    quote = quoting.revise(talks.firm.chen, quote, lines=talks.lines(99_000), on=[cut.pk, costly.pk])
    assert (quote.total, quote.cost_total) == (194_000, 123_000)
    quote = quoting.drop_concession(talks.firm.chen, quote, pk=cut.pk)
    assert quote.total == 198_000


def test_concessions_cannot_take_off_more_than_there_is(talks):
    quote = talks.quote(99_000)
    cut = quoting.add_concession(talks.firm.chen, quote, give="x", get="y", price_cut=D(500_000))
    before = face()
    with pytest.raises(Refused):
        quoting.revise(talks.firm.chen, quote, lines=talks.lines(99_000), on=[cut.pk])
    assert face() == before


def test_turning_down_needs_a_reason(talks):
    quote = quoting.send(talks.firm.chen, quoting.submit(talks.firm.chen, talks.quote(100_000)))
    with pytest.raises(Refused):
        quoting.lose(talks.firm.chen, quote, reason=" ")
    assert quoting.lose(talks.firm.chen, quote, reason="选了博达").closed_reason == "选了博达"
    assert Deal.objects.get().stage == "selection"


def test_the_neighbour_region_and_finance_write_nothing(talks):
    quote = talks.quote(97_000)
    before = face()
    for person in (talks.firm.lin, talks.firm.li, talks.firm.gu, talks.firm.xu):
        for verb, given in ((quoting.submit, {}), (quoting.send, {}), (quoting.renew, {}), (quoting.lose, {"reason": "x"})):
            with pytest.raises(OutOfReach):
                verb(person, quote, **given)
        with pytest.raises(OutOfReach):
            actions.move(person, talks.deal, stage="proposal")
        with pytest.raises(Refused):
            actions.open_deal(person, talks.customer, name="x", amount=D(1))
    assert face() == before


def test_what_a_collaborator_concedes_is_the_owners_and_signed_by_the_owners_superiors(firm, talks):
    """A manager of the west who works along in the east has a representative's limit there, and his own signature counts for nothing."""
    Collaboration.objects.create(customer=talks.customer, person=firm.li, starts_on=timezone.localdate())
    quote = quoting.submit(firm.li, talks.quote("96000", actor=firm.li))   # 4 %: a manager's own, more than a representative's
    asked = Request.objects.get(kind="quote", subject_id=quote.pk)
    assert quote.state == "submitted" and asked.waiting.approver == firm.wang


def test_an_owner_who_leads_signs_for_the_rep_who_works_along(firm, talks):
    talks.customer.owner = firm.wang
    talks.customer.save()
    talks.prepare = lambda: actions.write_card(firm.wang, talks.deal, needs="焊工", budget_low=D(180_000), budget_high=D(200_000))
    Collaboration.objects.create(customer=talks.customer, person=firm.chen, starts_on=timezone.localdate())
    quote = talks.quote("96000", actor=firm.chen)
    assert faces.of(firm.chen, queries.quote(firm.chen, quote.pk)).signer == firm.wang
    quoting.submit(firm.chen, quote)
    assert Request.objects.get(kind="quote", subject_id=quote.pk).waiting.approver == firm.wang
