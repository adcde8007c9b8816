"""What can be done in negotiation with the price list, deals, their cards and rounds of talks; quotes are in quoting.py."""
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.action import action
from squaredeal.kernel.errors import Refused

from . import policy, queries, quoting
from .models import Card, Deal, Price, Product, Round


@action("product.add", may=policy.may_price)
def add_product(actor, catalogue, *, code, name, line, spec="", measure="台"):
    """A product without a price yet. `catalogue` is None: there is one."""
    if Product.objects.filter(code=code).exists():
        raise Refused(_("The code %(code)s is taken. Choose another.") % {"code": code}, field="code", clause=policy.PriceList.number)
    return Product.objects.create(code=code, name=name, line=line, spec=spec, measure=measure)


@action("product.change", may=policy.may_price)
def change_product(actor, product, *, name, line, spec, measure, active):
    """Its words, and whether it is still sold."""
    product.name, product.line, product.spec, product.measure, product.active = name, line, spec, measure, active
    product.save()
    return product


@action("product.price", may=policy.may_price)
def set_price(actor, product, *, starts_on, list_price, floor_price, cost):
    """Prices from a day on. The past is not changed; a price that has not begun yet is replaced."""
    today = timezone.localdate()
    if starts_on < today:
        raise Refused(_("Prices of past days are not changed. Choose today or later."), field="starts_on", clause=policy.PriceList.number)
    if floor_price > list_price:
        raise Refused(_("The floor lies above the list price. Lower the floor or raise the list price."), field="floor_price",
                      clause=policy.PriceList.number)
    there = Price.objects.filter(product=product, starts_on=starts_on).first()
    if there and starts_on == today:
        raise Refused(_("A price holds from today already, and quotes may use it. Choose tomorrow or later."), field="starts_on",
                      clause=policy.PriceList.number)
    price = there or Price(product=product, starts_on=starts_on)
    price.list_price, price.floor_price, price.cost = list_price, floor_price, cost
    price.save()
    return price


@action("deal.open", may=policy.may_sell)
def open_deal(actor, customer, *, name, amount, expected_on=None, next_step="", next_step_kind="", next_step_on=None):
    """A new deal of the customer, in the first stage, its card begun from what is known of the customer."""
    today = timezone.localdate()
    deal = Deal.objects.create(
        customer=customer, name=name, amount=amount, expected_on=expected_on, next_step=next_step, next_step_kind=next_step_kind,
        next_step_on=next_step_on, stage_since=today, opened_on=today, probability=policy.odds("selection", policy.Odds.on(today)))
    Card.objects.create(deal=deal, needs=customer.needs, budget_low=customer.budget_low, budget_high=customer.budget_high)
    return deal


@action("deal.revise", may=policy.may_sell)
def revise_deal(actor, deal, *, name, amount, expected_on, probability, committed, competitor=""):
    """What we expect of an open deal: amount, day, likelihood, and whether it is promised for that day."""
    policy.still_open(deal)
    if committed and expected_on is None:
        raise Refused(_("A commitment needs its day. Write when it is signed."), field="expected_on")
    deal.name, deal.amount, deal.expected_on, deal.competitor = name, amount, expected_on, competitor
    deal.probability, deal.committed = probability, committed
    deal.save()
    return deal


@action("deal.next_step", may=policy.may_sell)
def set_next_step(actor, deal, *, next_step, next_step_kind, next_step_on):
    """What happens next with the deal, and when."""
    policy.still_open(deal)
    deal.next_step, deal.next_step_kind, deal.next_step_on = next_step, next_step_kind, next_step_on
    deal.save(update_fields=["next_step", "next_step_kind", "next_step_on"])
    return deal


@action("deal.card", may=policy.may_sell)
def write_card(actor, deal, **said):
    """Fill in the negotiation card; only what is said is changed. A walk-away already set is changed by those who may know it."""
    card = _card(deal)
    _write(actor, card, said)
    card.save()
    return card


@action("deal.move", may=policy.may_sell)
def move(actor, deal, *, stage, lost_reason="", competitor="", **said):
    """Into another stage. What the stage asks and the card lacks may be said at once (`needs`, `budget_high`, `objective`, …).

    policy.Missing names what is still lacking; the deal then stays where it is and nothing said is kept.
    """
    if deal.stage == stage:
        return deal
    card = _card(deal)
    _write(actor, card, said)
    gaps = policy.missing(stage, queries.prepared(actor, deal, card) | {"lost_reason": lost_reason})
    if gaps:
        raise policy.Missing(stage, gaps)
    policy.DEAL.move(deal, stage)
    card.save()
    today = timezone.localdate()
    deal.stage_since, deal.probability = today, policy.odds(stage, policy.Odds.on(today))
    deal.closed_on = None if stage in policy.OPEN else today
    deal.lost_reason, deal.competitor = lost_reason, competitor or deal.competitor
    if stage == "lost":
        deal.committed = False
        quoting.close_all(deal, lost_reason)
    deal.save()
    return deal


@action("deal.round", may=policy.may_sell)
def record_round(actor, deal, *, on, channel, who="", ours=None, theirs=None, outcome=""):
    """A round of talks: what we asked, what they offered, what was said."""
    if on > timezone.localdate():
        raise Refused(_("A round is recorded after it took place. Choose today or earlier."), field="on")
    if ours is None and theirs is None and not outcome:
        raise Refused(_("Nothing to record. Write a price or what was said."), field="outcome")
    return Round.objects.create(deal=deal, on=on, channel=channel, who=who, ours=ours, theirs=theirs, outcome=outcome, by=actor)


def _card(deal):
    return Card.objects.filter(deal=deal).first() or Card(deal=deal)


def _write(actor, card, said):
    if card.walk_away is not None and not policy.may_know_floor(actor) and said.pop("walk_away", None) is not None:
        raise Refused(_("The walk-away is set already, and those who may know it change it. Ask your manager."), field="walk_away",
                      clause=policy.Secrecy.number)
    for name, value in said.items():
        setattr(card, name, value)
    if card.budget_low and card.budget_high and card.budget_low > card.budget_high:
        raise Refused(_("The budget's lower end lies above its upper end. Swap them."), field="budget_low")
