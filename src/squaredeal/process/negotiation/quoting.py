"""What can be done with a quote, from draft to accepted. With actions.py the only writer of the section; a verb of its own file
because a quote is a long story."""
from datetime import timedelta
from uuid import uuid4

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from squaredeal.kernel import figures
from squaredeal.kernel.action import action, record
from squaredeal.kernel.clause import version_on
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.approvals import actions as approvals
from squaredeal.organisation.approvals import queries as approval_queries
from squaredeal.organisation.team.models import Role
from squaredeal.process.customers import policy as customers

from . import policy, queries
from .models import Concession, Deal, Quote, QuoteLine


@action("quote.draft", may=policy.may_sell)
def draft(actor, deal, *, lines=(), prepayment=None, condition=None):
    """A first version for the deal: `lines` are [{"product": Product, "quantity", "offer" (None = list price)}]."""
    policy.still_open(deal)
    quote = Quote(deal=deal, number=uuid4().hex[:20], made_by=actor, condition=(condition or "").strip()[:300])
    if prepayment is not None:
        quote.prepayment = prepayment
    _date(quote)
    quote.save()
    quote.number = f"Q-{quote.made_on:%y}-{quote.pk}"
    _rewrite(quote, lines)
    return quote


@action("quote.revise", may=policy.may_edit)
def revise(actor, quote, *, lines, on=(), prepayment=None, condition=None, concession=None):
    """Change a draft: its lines, which concessions count (`on`: their keys), prepayment and condition; `concession` is one more to give:
    {"give", "get", "price_cut", "added_cost"}, which counts only once it is switched on."""
    _change(quote, lines, on, prepayment, condition, concession)
    return quote


@action("quote.concession", may=policy.may_edit)
def add_concession(actor, quote, *, give, get, price_cut=0, added_cost=0, prepayment=None):
    """Something to give for something to get; it counts only once it is switched on."""
    return Concession.objects.create(quote=quote, give=give, get=get, price_cut=price_cut, added_cost=added_cost, prepayment=prepayment)


@action("quote.drop_concession", may=policy.may_edit)
def drop_concession(actor, quote, *, pk, typed=None):
    """Take a concession off the list; what else was typed into the draft (`typed`, as `revise` takes it) is kept with it."""
    found = quote.concessions.filter(pk=pk).first()
    if found is None:
        raise Refused(_("This concession is gone already. Reload the page."))
    if typed is not None:
        _change(quote, **typed)
    found.delete()
    _total(quote)
    return quote


@action("quote.submit", may=policy.may_edit)
def submit(actor, quote, *, lines=None, on=(), prepayment=None, condition=None, concession=None):
    """Ask for what this price needs: nobody within one's own limit and above the floor, else the chain of clauses 2.3.2 and 2.3.3.

    With `lines` the draft is changed first, in the same transaction.
    """
    if lines is not None:
        _change(quote, lines, on, prepayment, condition, concession)
    elif condition is not None:
        quote.condition = condition
        quote.save(update_fields=["condition"])
    today = timezone.localdate()
    sums = queries.sums(actor, quote)
    if not quote.lines.exists() or sums.total <= 0:
        raise Refused(_("This quote has no price yet. Add a line."), field="lines")
    gaps = policy.missing("proposal", queries.prepared(actor, quote.deal))
    if gaps:
        raise Refused(_("The negotiation card still lacks: %(missing)s. Fill it in before the quote goes out.")
                      % {"missing": pgettext("names", ", ").join(str(policy.NAMES[name]) for name in gaps)}, field="card", clause=policy.Preparation.number)
    if sums.cut > 0 and not quote.condition:
        raise Refused(_("A concession is given for a condition. Write what we get for it and for which scope."), field="condition",
                      clause=policy.Exchange.number)
    whose = customers.answering(actor, quote.deal.customer)
    roles = policy.route(actor.role if whose == actor else Role.REP, sums.cut, sums.below_floor, policy.Authority.on(today))
    quote.policy_version = version_on(today)
    if not roles:
        policy.QUOTE.move(quote, "allow")
        quote.save(update_fields=["state", "policy_version"])
        return quote
    chain = approval_queries.chain(actor, roles, whose, today, asker=actor)
    policy.QUOTE.move(quote, "submit")
    quote.save(update_fields=["state", "policy_version"])
    approvals.ask(actor, quote, kind="quote", chain=chain, title=_wanted(quote, sums), amount=quote.total,
                  percent=round(sums.cut, 4), condition=quote.condition, clause=policy.Authority.number, facts=queries.facts(actor, quote, sums))
    return quote


def _wanted(quote, sums):
    """What an approver reads first: who wants how much off."""
    if sums.cut <= 0:
        return f"{quote.deal.customer} · {quote}"
    return _("%(customer)s wants %(percent)s%% off") % {"customer": quote.deal.customer, "percent": figures.grouped(sums.cut, 1)}


def settle(actor, quote, verdict, request):
    """What a decided request does to its quote, in the deciding transaction; the approver's reach is the request, not the quote."""
    policy.QUOTE.move(quote, {"approved": "approve", "returned": "return", "withdrawn": "withdraw"}[verdict])
    quote.save(update_fields=["state"])
    record(actor, f"quote.{verdict}", quote, {"state": ["submitted", quote.state]})


@action("quote.send", may=policy.may_sell)
def send(actor, quote):
    """The customer has it from today: the version is frozen."""
    policy.still_open(quote.deal)
    policy.still_valid(quote, timezone.localdate())
    policy.QUOTE.move(quote, "send")
    quote.sent_on = timezone.localdate()
    quote.save(update_fields=["state", "sent_on"])
    return quote


@action("quote.accept", may=policy.may_sell)
def accept(actor, quote):
    """The customer accepts: the deal is won at this price, other versions fall away, and a contract can be drafted."""
    policy.still_valid(quote, timezone.localdate())
    policy.QUOTE.move(quote, "accept")
    quote.closed_on = timezone.localdate()
    quote.save(update_fields=["state", "closed_on"])
    deal = Deal.objects.select_for_update(of=("self",)).get(pk=quote.deal_id)
    policy.DEAL.move(deal, "won")
    close_all(deal, _("%(quote)s was accepted") % {"quote": quote}, but=quote)
    deal.stage_since = deal.closed_on = quote.closed_on
    deal.probability, deal.amount = 1, quote.total
    deal.save()
    record(actor, "deal.won", deal, {"stage": [None, "won"], "amount": [None, str(quote.total)]})
    return quote


@action("quote.lose", may=policy.may_sell)
def lose(actor, quote, *, reason):
    """The customer turns this version down; the deal goes on until it is moved."""
    if not reason.strip():
        raise Refused(_("Write why the customer turned it down."), field="reason", clause=policy.StageGate.number)
    policy.QUOTE.move(quote, "lose")
    quote.closed_on, quote.closed_reason = timezone.localdate(), reason.strip()[:200]
    quote.save(update_fields=["state", "closed_on", "closed_reason"])
    return quote


@action("quote.renew", may=policy.may_sell)
def renew(actor, quote):
    """A new version as a draft: the same offers and concessions, list and floor prices of today. The old one is replaced."""
    policy.still_open(quote.deal)
    policy.QUOTE.move(quote, "renew")
    quote.save(update_fields=["state"])
    last = Quote.objects.filter(number=quote.number).aggregate(v=Max("version"))["v"]
    made = Quote(deal=quote.deal, number=quote.number, version=last + 1, made_by=actor, vat_rate=quote.vat_rate,
                 prepayment=quote.prepayment, condition=quote.condition)
    _date(made)
    made.save()
    for old in quote.concessions.all():
        Concession.objects.create(quote=made, give=old.give, get=old.get, price_cut=old.price_cut, added_cost=old.added_cost,
                                  prepayment=old.prepayment, on=old.on, never=old.never)
    _rewrite(made, [{"product": x.product, "quantity": x.quantity, "offer": x.offer} for x in quote.lines.select_related("product")])
    return made


def _date(quote):
    quote.made_on = timezone.localdate()
    quote.valid_until = quote.made_on + timedelta(days=policy.Validity.on(quote.made_on).days)


def _change(quote, lines, on, prepayment, condition, concession=None):
    for given in quote.concessions.all():
        given.on = given.pk in set(on) and not given.never
        given.save(update_fields=["on"])
    if prepayment is not None:
        quote.prepayment = prepayment
    if condition is not None:
        quote.condition = condition.strip()[:300]
    if concession is not None:
        Concession.objects.create(quote=quote, **concession)
    _rewrite(quote, lines)


def _rewrite(quote, lines):
    """Replace the lines; each takes the prices of the day the quote was made."""
    quote.lines.all().delete()
    QuoteLine.objects.bulk_create([QuoteLine(quote=quote, **line) for line in queries.priced(None, quote.made_on, lines)])
    _total(quote)


def _total(quote):
    """Keep the totals of the quote, and the amount of its deal while it is open and this is its latest quote."""
    sums = queries.sums(None, quote)
    if sums.total < 0:
        raise Refused(_("The concessions take off more than the lines add up to. Switch one off."), field="lines")
    if max(sums.total, sums.list_total, sums.cost_total) > queries.MOST:
        raise Refused(_("The quote comes to more than can be kept. Correct quantity or offer."), field="lines")
    quote.list_total, quote.floor_total, quote.cost_total, quote.total = sums.list_total, sums.floor_total, sums.cost_total, sums.total
    quote.save()
    if sums.total and not Quote.objects.filter(deal=quote.deal_id, pk__gt=quote.pk).exists():
        Deal.objects.filter(pk=quote.deal_id, stage__in=policy.OPEN).update(amount=sums.total)


def close_all(deal, reason, but=None):
    """Turn down every quote of the deal that could still be accepted, but one. Refused while one waits for approval."""
    for other in deal.quotes.select_for_update(of=("self",)).exclude(pk=but and but.pk):
        if other.state == Quote.State.SUBMITTED:
            raise Refused(_("%(quote)s still waits for approval. Withdraw that request first.") % {"quote": other})
        if "lose" in policy.QUOTE.open_to(other):
            policy.QUOTE.move(other, "lose")
            other.closed_on, other.closed_reason = timezone.localdate(), reason[:200]
            other.save(update_fields=["state", "closed_on", "closed_reason"])
