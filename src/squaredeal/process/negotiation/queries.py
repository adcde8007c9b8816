"""What can be asked of negotiation: products and prices, deals, quotes and what they come to, what needs the viewer, and the pipeline.

Floors, costs and walk-aways leave this file only for viewers who may know them (clause 2.3.7).
"""
from datetime import timedelta
from decimal import Decimal

from django.db.models import DecimalField, ExpressionWrapper, F, OuterRef, Prefetch, Q, Subquery, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from squaredeal.kernel import rows as table
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.organisation.approvals import queries as approvals
from squaredeal.process.customers.models import Customer

from . import policy, pricing
from .models import Card, Concession, Deal, Price, Product, Quote, QuoteLine, Round

ZERO, MOST = Decimal(0), Decimal(10) ** 12
WEIGHTED = ExpressionWrapper(F("amount") * F("probability"), output_field=DecimalField(max_digits=24, decimal_places=5))


def catalogue(viewer, on=None, *, sold=False):
    """[Product] with `.list_price`, `.starts_on` and, for those who may know, `.floor_price` and `.cost` as of a day (default today);
    the prices are None where there is none. `sold`: only what is still sold and has a price."""
    on = on or timezone.localdate()
    latest = Price.objects.filter(product=OuterRef("pk"), starts_on__lte=on).order_by("-starts_on")
    shown = ["list_price", "starts_on"] + (["floor_price", "cost"] if policy.may_know_floor(viewer) else [])
    rows = Product.objects.annotate(**{name: Subquery(latest.values(name)[:1]) for name in shown})
    found = list(rows.filter(active=True, list_price__isnull=False) if sold else rows)
    for product in found:
        product.room = pricing.percent_below(product.floor_price, product.list_price) if getattr(product, "floor_price", None) else None
    return found


def product(viewer, pk):
    """One product, or OutOfReach. Everybody in the firm may look up what is sold."""
    found = Product.objects.filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This product is not here."))
    return found


def prices(viewer, product):
    """Every price of a product, latest first; floors and costs blanked for those who may not know."""
    rows = list(product.prices.order_by("-starts_on"))
    if not policy.may_know_floor(viewer):
        rows = [Price(pk=p.pk, product=product, starts_on=p.starts_on, list_price=p.list_price) for p in rows]
    return rows


def priced(viewer, on, lines):
    """Lines with the prices of a day: [{"product", "quantity", "list_price", "floor_price", "cost", "offer"}], for those who write
    a quote. A line without an offer gets the list price. Refused for a product that is not sold or has no price on that day."""
    known = {}
    for price in Price.objects.filter(product__in=[line["product"] for line in lines], starts_on__lte=on).order_by("starts_on"):
        known[price.product_id] = price
    full = []
    for line in lines:
        sold, price = line["product"], known.get(line["product"].pk)
        if price is None or not sold.active:
            raise Refused(_("%(product)s is not sold or has no price on %(day)s. Take it out, or ask the director for a price.")
                          % {"product": sold, "day": on}, field="lines", clause=policy.PriceList.number)
        offer = line.get("offer")
        if offer is not None and not 0 <= offer <= MOST:
            raise Refused(_("The offer for %(product)s is out of range. Correct it.") % {"product": sold}, field="lines")
        full.append({"product": sold, "quantity": line["quantity"], "list_price": price.list_price, "floor_price": price.floor_price,
                     "cost": price.cost, "offer": price.list_price if offer is None else offer})
    return full


def sums(viewer, quote):
    """pricing.Sums of a quote as it is stored, for those who compute with it."""
    lines = [pricing.Line(x.quantity, x.list_price, x.floor_price, x.cost, x.offer) for x in quote.lines.all()]
    return pricing.sums(lines, [pricing.Give(c.price_cut, c.added_cost) for c in quote.concessions.all() if c.on])


def prepared(viewer, deal, card=None):
    """{name of policy.NEEDED: what is there} of a deal, for its gates."""
    card = card or Card.objects.filter(deal=deal).first() or Card(deal=deal)
    states = set(Quote.objects.filter(deal=deal, state__in=["sent", "won"]).values_list("state", flat=True)) if deal.pk else set()
    return {"needs": card.needs.strip(), "budget": card.budget_low or card.budget_high, "objective": card.objective.strip(),
            "walk_away": card.walk_away, "sent_quote": states, "accepted_quote": "won" in states}


FACTS = [gettext_noop("Customer"), gettext_noop("Offer"), gettext_noop("List"), gettext_noop("Concedes"), gettext_noop("Margin"),
         gettext_noop("Margin at the floor"), gettext_noop("Margin at the list price"),
         gettext_noop("Prepayment"), gettext_noop("Floor"), gettext_noop("Below the floor by"), gettext_noop("Our walk-away")]


def facts(viewer, quote, sums):
    """What an approver must know of a quote; floor, walk-away and the margin (which with the price gives the cost) only for the roles of
    clause 2.3.7."""
    card, knowing = Card.objects.filter(deal=quote.deal_id).first(), sorted(policy.KNOW_FLOOR)
    margin, at_floor, at_list = sums.margin(quote.vat_rate), sums.floor_margin(quote.vat_rate), sums.list_margin(quote.vat_rate)
    found = [{"label": "Customer", "kind": "text", "value": quote.deal.customer.name},
             {"label": "Offer", "kind": "money", "value": str(sums.total)},
             {"label": "List", "kind": "money", "value": str(sums.list_total)},
             {"label": "Concedes", "kind": "percent", "value": str(round(sums.cut, 2))},
             {"label": "Margin", "kind": "percent", "value": _rounded(margin), "name": "margin", "roles": knowing},
             {"label": "Margin at the floor", "kind": "percent", "value": _rounded(at_floor), "name": "floor margin", "roles": knowing},
             {"label": "Margin at the list price", "kind": "percent", "value": _rounded(at_list), "name": "list margin", "roles": knowing},
             {"label": "Prepayment", "kind": "percent", "value": str(quote.prepayment * 100)},
             {"label": "Floor", "kind": "money", "value": str(sums.floor_total), "roles": knowing}]
    if sums.below_floor:
        found.append({"label": "Below the floor by", "kind": "money", "value": str(sums.floor_total - sums.total), "roles": knowing})
    if card and card.walk_away is not None:
        found.append({"label": "Our walk-away", "kind": "money", "value": str(card.walk_away), "roles": knowing})
    return found


def _rounded(percent):
    return "" if percent is None else str(round(percent, 2))


def deals(viewer):
    """Deals within reach with customer and owner, newest first."""
    return Deal.objects.seen_by(viewer).select_related("customer__owner", "card")


def deal(viewer, pk):
    """One deal, or OutOfReach."""
    found = deals(viewer).filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This deal is not here, or not within your reach."))
    return found


def customer(viewer, pk):
    """A customer within reach to open a deal for, or OutOfReach."""
    found = Customer.objects.seen_by(viewer).filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This customer is not here, or not within your reach."))
    return found


def customers_like(viewer, text, limit=8):
    """Customers within reach whose name holds `text` or whose initials begin with it."""
    if not text.strip():
        return []
    like = Q(name__contains=text.strip()) | Q(initials__startswith=text.strip().lower())
    return list(Customer.objects.seen_by(viewer).filter(like).select_related("owner")[:limit])


def card(viewer, deal):
    """The negotiation card of a deal within reach, or an empty one; the walk-away is None for those who may not know it, and
    `.walk_away_set` says whether there is one."""
    found = getattr(deal, "card", None) or Card(deal=deal)
    found.walk_away_set = found.walk_away is not None
    if not policy.may_know_floor(viewer):
        found.walk_away = None
    return found


def rounds(viewer, deal):
    """The rounds of talks of a deal within reach, oldest first."""
    return list(Round.objects.filter(deal=deal).select_related("by"))


def quotes_of(viewer, deal):
    """The quotes of a deal within reach, newest first, each with `.cut`, the percentage it concedes."""
    rows = list(Quote.objects.filter(deal=deal).select_related("made_by").order_by("-pk"))
    for row in rows:
        row.cut = pricing.percent_below(row.total, row.list_total)
    return rows


def quotes(viewer):
    """Quotes within reach, newest first."""
    return Quote.objects.seen_by(viewer).select_related("deal__customer__owner", "deal__card", "made_by").prefetch_related(
        Prefetch("lines", QuoteLine.objects.select_related("product")), Prefetch("concessions", Concession.objects.order_by("pk")))


def quote(viewer, pk):
    """One quote with its lines and concessions, or OutOfReach. What may be shown of it is face.of(viewer, quote)."""
    found = quotes(viewer).filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This quote is not here, or not within your reach."))
    return found


def of_customer(viewer, customer):
    """A customer's deals, open ones first, for the part on the customer's page."""
    rows = Deal.objects.seen_by(viewer).filter(customer=customer)
    return sorted(rows[:50], key=lambda d: (d.stage not in policy.OPEN, -d.pk))


def pipeline(viewer, scope, starts_on=None, ends_on=None):
    """{"count", "open", "weighted", "committed"} in yuan of the open deals in scope; committed = promised for a day of the span."""
    rows = Deal.objects.in_scope(viewer, scope).filter(stage__in=policy.OPEN)
    promised = Q(committed=True)
    if starts_on and ends_on:
        promised &= Q(expected_on__range=(starts_on, ends_on))
    found = rows.aggregate(open=Sum("amount"), weighted=Sum(WEIGHTED), committed=Sum("amount", filter=promised))
    return {"count": rows.count(), **{name: value or ZERO for name, value in found.items()}}


def committed_by_owner(viewer, starts_on, ends_on):
    """{owner id: yuan} of open deals within reach promised for a day of the span."""
    rows = Deal.objects.seen_by(viewer).filter(stage__in=policy.OPEN, committed=True, expected_on__range=(starts_on, ends_on))
    return dict(rows.order_by().values_list("customer__owner").annotate(total=Sum("amount")))


def timeline(viewer, customer):
    """Quotes, their approvals and rounds of talks of a customer within reach, for its one timeline."""
    found, own = [], list(Quote.objects.seen_by(viewer).filter(deal__customer=customer).select_related("deal", "made_by")[:100])
    noon = timezone.datetime.min.time().replace(hour=12)

    def at(day):
        return timezone.make_aware(timezone.datetime.combine(day, noon))

    for q in own:
        url = reverse("negotiation:quote", args=[q.pk])
        found.append({"at": at(q.sent_on or q.made_on), "kind": "quote", "icon": "file-text", "who": q.made_by, "amount": q.total,
                      "title": f"{q}", "text": f"{q.deal} · {q.get_state_display()}", "url": url})
    names = {q.pk: str(q) for q in own}
    for r in approvals.of_subjects(viewer, "quote", list(names)):
        last = max((s for s in r.steps.all() if s.decided_at), key=lambda s: s.decided_at, default=None)
        found.append({"at": r.settled_at or r.asked_at, "kind": "approval", "icon": "checkbox", "who": last.decided_by if last else r.asked_by,
                      "title": _("Concession asked"), "text": (last and last.note) or r.condition, "clause": policy.Authority.number,
                      "asked": r, "about": names[r.subject_id], "margins": approvals.margins(viewer, r),
                      "url": reverse("approvals:request", args=[r.pk])})
    for x in Round.objects.seen_by(viewer).filter(deal__customer=customer).select_related("by", "deal")[:100]:
        found.append({"at": at(x.on), "kind": "round", "icon": "message", "who": x.by, "amount": x.theirs or x.ours,
                      "title": _("Round of talks"), "text": x.outcome or str(x.deal), "url": reverse("negotiation:deal", args=[x.deal_id])})
    return found


def needs(viewer):
    """What needs this person now: quotes sent back, approved ones not sent, and own deals that have stalled."""
    today, found = timezone.localdate(), []
    for q in Quote.objects.filter(made_by=viewer, state__in=["returned", "approved"]).select_related("deal__customer").order_by("pk")[:20]:
        url, back = reverse("negotiation:quote", args=[q.pk]), q.state == Quote.State.RETURNED
        found.append({
            "clause": policy.Authority.number if back else policy.Validity.number, "due": q.valid_until, "late": bool(q.valid_until and q.valid_until < today),
            "title": (_("%(quote)s was sent back") if back else _("%(quote)s is approved and not sent")) % {"quote": q},
            "text": f"{q.deal.customer} · {q.deal}", "url": url, "amount": q.total, "weight": 70 if back else 60,
            "verbs": [{"label": _("Open"), "url": url, "primary": True, "method": "get"}] if back else
                     [{"label": _("Sent to the customer"), "url": reverse("negotiation:send", args=[q.pk]), "primary": True}]})
    rule = policy.Stalled.on(today)
    stuck = Deal.objects.filter(stage__in=policy.OPEN, stage_since__lte=today - timedelta(days=rule.days))
    stuck = stuck.alias(whose=table.numbered("customer__owner")).filter(whose=viewer.pk)
    for d in stuck.select_related("customer").order_by("stage_since")[:20]:
        url = reverse("negotiation:deal", args=[d.pk])
        found.append({
            "clause": rule.number, "due": d.stage_since + timedelta(days=rule.days), "late": True,
            "title": _("%(customer)s has been in %(stage)s for %(days)s days")
            % {"customer": d.customer, "stage": d.get_stage_display(), "days": (today - d.stage_since).days},
            "text": d.name, "url": url, "amount": d.amount, "weight": 40,
            "verbs": [{"label": _("Set next step"), "url": url, "primary": False, "method": "get"}]})
    return found


def search(viewer, text, limit=6):
    """[(label, hint, url)] of quotes by number and deals by name or customer."""
    found = [(str(q), str(q.deal.customer), reverse("negotiation:quote", args=[q.pk]))
             for q in Quote.objects.seen_by(viewer).filter(number__istartswith=text).select_related("deal__customer")[:limit]]
    if len(text) >= 2:
        near = Customer.objects.seen_by(viewer).filter(Q(name__contains=text) | Q(initials__startswith=text.lower())).order_by().values("pk")[:50]
        rows = Deal.objects.seen_by(viewer).filter(stage__in=policy.OPEN, customer__in=list(near.values_list("pk", flat=True)))
        found += [(d.name, str(d.customer), reverse("negotiation:deal", args=[d.pk])) for d in rows.select_related("customer")[:limit]]
    return found[:limit]
