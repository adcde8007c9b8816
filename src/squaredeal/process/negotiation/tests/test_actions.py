"""Deals, cards, rounds and the price list: each verb works, is refused, and when refused nothing has changed."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry
from squaredeal.process.negotiation import actions, policy, queries, quoting
from squaredeal.process.negotiation.models import Card, Deal, Price, Product, Round

from .test_quotes import face

D = Decimal
TODAY = timezone.localdate()


def test_a_deal_opens_in_the_first_stage_with_what_is_known(talks):
    talks.customer.needs, talks.customer.budget_high = "换线停产不超过 5 天", D(240_000)
    talks.customer.save()
    deal = actions.open_deal(talks.firm.chen, talks.customer, name="二期", amount=D(50_000), expected_on=TODAY)
    assert (deal.stage, deal.probability, deal.stage_since) == ("selection", D("0.25"), TODAY)
    assert (deal.card.needs, deal.card.budget_high) == ("换线停产不超过 5 天", D(240_000))
    assert Entry.objects.filter(verb="deal.open", actor=talks.firm.chen, subject=f"negotiation.deal:{deal.pk}").exists()


def test_a_stage_asks_for_what_is_missing_and_keeps_nothing(talks):
    before = face()
    with pytest.raises(policy.Missing) as no:
        actions.move(talks.firm.chen, talks.deal, stage="negotiation", needs="三班倒")
    assert no.value.missing == ["budget", "objective", "walk_away"] and no.value.clause == "2.3.4"
    assert face() == before and Card.objects.get().needs == ""


def test_what_is_missing_can_be_said_with_the_move(talks):
    Deal.objects.update(stage_since=TODAY - timedelta(days=40))
    deal = actions.move(talks.firm.chen, talks.deal, stage="negotiation", needs="三班倒", budget_high=D(240_000), objective="245 万", walk_away=D(190_000))
    assert (deal.stage, deal.stage_since, deal.probability) == ("negotiation", TODAY, D("0.65"))
    assert Card.objects.get().walk_away == D(190_000)


def test_decision_needs_a_quote_sent_and_won_a_quote_accepted(talks):
    actions.write_card(talks.firm.chen, talks.deal, needs="x", budget_high=D(1), objective="y", walk_away=D(1))
    with pytest.raises(policy.Missing) as no:
        actions.move(talks.firm.chen, talks.deal, stage="decision")
    assert no.value.missing == ["sent_quote"]
    quoting.send(talks.firm.chen, quoting.submit(talks.firm.chen, talks.quote(100_000)))
    assert actions.move(talks.firm.chen, talks.deal, stage="decision").stage == "decision"
    with pytest.raises(policy.Missing) as no:
        actions.move(talks.firm.chen, talks.deal, stage="won")
    assert no.value.missing == ["accepted_quote"]


def test_back_is_free_and_the_same_stage_changes_nothing(talks):
    actions.move(talks.firm.chen, talks.deal, stage="proposal", needs="x", budget_low=D(1))
    Deal.objects.update(stage_since=TODAY - timedelta(days=9), probability=D("0.7"))
    same = actions.move(talks.firm.chen, talks.deal, stage="proposal")
    assert (same.stage_since, same.probability) == (TODAY - timedelta(days=9), D("0.7"))
    assert actions.move(talks.firm.chen, talks.deal, stage="selection").stage == "selection"


def test_losing_needs_a_reason_and_turns_quotes_down(talks):
    quote = quoting.submit(talks.firm.chen, talks.quote(97_000))
    with pytest.raises(policy.Missing):
        actions.move(talks.firm.chen, talks.deal, stage="lost")
    deal = actions.move(talks.firm.chen, talks.deal, stage="lost", lost_reason="选了竞品", competitor="博达")
    quote.refresh_from_db()
    assert (deal.closed_on, deal.probability, deal.competitor, quote.state) == (TODAY, 0, "博达", "lost")
    assert actions.move(talks.firm.chen, deal, stage="proposal").closed_on is None


def test_a_deal_with_a_price_waiting_for_approval_is_not_lost(talks):
    quoting.submit(talks.firm.chen, talks.quote(96_000))
    before = face()
    with pytest.raises(Refused):
        actions.move(talks.firm.chen, talks.deal, stage="lost", lost_reason="x")
    assert face() == before


def test_a_commitment_needs_its_day(talks):
    given = {"name": "x", "amount": D(1), "probability": D("0.5")}
    with pytest.raises(Refused) as no:
        actions.revise_deal(talks.firm.chen, talks.deal, expected_on=None, committed=True, **given)
    assert no.value.field == "expected_on" and not Deal.objects.get().committed
    actions.revise_deal(talks.firm.chen, talks.deal, expected_on=TODAY, committed=True, **given)
    assert queries.pipeline(talks.firm.chen, "me", TODAY, TODAY)["committed"] == 1


def test_a_walk_away_once_set_is_changed_only_by_those_who_may_know_it(talks):
    actions.write_card(talks.firm.chen, talks.deal, walk_away=D(190_000))
    said = set()
    for guess in (190_000, 180_000):
        with pytest.raises(Refused) as no:
            actions.write_card(talks.firm.chen, talks.deal, walk_away=D(guess))
        said.add(no.value.message)
    assert len(said) == 1 and Card.objects.get().walk_away == D(190_000)
    actions.write_card(talks.firm.chen, talks.deal, walk_away=None, objective="245 万")
    assert Card.objects.get().walk_away == D(190_000)
    actions.write_card(talks.firm.wang, talks.deal, walk_away=D(191_000))
    assert Card.objects.get().walk_away == D(191_000)


def test_a_budget_the_wrong_way_round_is_refused(talks):
    with pytest.raises(Refused) as no:
        actions.write_card(talks.firm.chen, talks.deal, budget_low=D(2), budget_high=D(1))
    assert no.value.field == "budget_low" and Card.objects.get().budget_low is None


def test_a_round_is_recorded_after_it_took_place(talks):
    actions.record_round(talks.firm.chen, talks.deal, on=TODAY, channel="call", who="沈国栋", ours=D(236), theirs=D(232))
    with pytest.raises(Refused):
        actions.record_round(talks.firm.chen, talks.deal, on=TODAY + timedelta(days=1), channel="call", ours=D(1))
    with pytest.raises(Refused):
        actions.record_round(talks.firm.chen, talks.deal, on=TODAY, channel="call")
    assert Round.objects.count() == 1


def test_the_price_list_is_kept_by_the_director_and_the_administrator(talks):
    given = {"starts_on": TODAY + timedelta(days=1), "list_price": D(110_000), "floor_price": D(100_000), "cost": D(60_000)}
    for person in (talks.firm.wang, talks.firm.chen, talks.firm.gu):
        with pytest.raises(Refused):
            actions.set_price(person, talks.robot, **given)
    assert Price.objects.filter(product=talks.robot).count() == 2
    actions.set_price(talks.firm.xu, talks.robot, **given)
    actions.set_price(talks.firm.zhou, talks.robot, **{**given, "list_price": D(111_000)})
    assert Price.objects.filter(product=talks.robot, starts_on=given["starts_on"]).get().list_price == 111_000


@pytest.mark.parametrize("wrong", [{"starts_on": TODAY - timedelta(days=1)}, {"floor_price": D(110_001)}])
def test_the_past_and_a_floor_above_the_list_are_refused(talks, wrong):
    given = {"starts_on": TODAY + timedelta(days=1), "list_price": D(110_000), "floor_price": D(100_000), "cost": D(60_000)} | wrong
    with pytest.raises(Refused) as no:
        actions.set_price(talks.firm.zhou, talks.robot, **given)
    assert no.value.field in wrong and Price.objects.filter(product=talks.robot).count() == 2


def test_products_are_added_once(talks):
    actions.add_product(talks.firm.xu, None, code="N-1", name="新品", line="焊接")
    with pytest.raises(Refused):
        actions.add_product(talks.firm.xu, None, code="N-1", name="又一个", line="焊接")
    assert Product.objects.filter(code="N-1").count() == 1
    assert "新品" not in [p.name for p in queries.catalogue(talks.firm.zhou, sold=True)]
