"""What can be asked of contracts: the register, one contract with its money and papers, what was signed, what needs the viewer.

Floors are shown only to those who may know them (clause 2.3.7).
"""
from datetime import datetime, time
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from squaredeal.kernel.errors import OutOfReach
from squaredeal.kernel.money import sum_of
from squaredeal.organisation.approvals import queries as approvals
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.scope import departed, people_under, sees_all
from squaredeal.process.customers.models import Customer
from squaredeal.process.negotiation import policy as negotiation
from squaredeal.process.negotiation.models import Product, Quote

from . import policy
from .models import MONEY_READERS, Attachment, Contract, ContractLine, Event, Instalment

ZERO = Decimal(0)
SORTS = {"number", "signed_on", "amount"}
USUAL = ("place", "quality", "delivery", "acceptance", "warranty", "liability")


def url(viewer, contract):
    return reverse("contracts:contract", args=[contract.pk])


def quote(viewer, pk):
    """A quote within reach to draft a contract from, or OutOfReach."""
    found = Quote.objects.seen_by(viewer).select_related("deal__customer").filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This quote is not here, or not within your reach."))
    return found


def drafted_from(viewer, quote):
    """The contract drafted from a quote within reach, or None."""
    return Contract.objects.seen_by(viewer).filter(quote=quote).first()


def contract(viewer, pk):
    """One contract with customer, signer, lines, instalments and papers, or OutOfReach."""
    rows = Contract.objects.seen_by(viewer).select_related("customer__owner", "signed_by", "deal", "quote").prefetch_related(
        "instalments", Prefetch("lines", ContractLine.objects.select_related("product")),
        Prefetch("attachments", Attachment.objects.select_related("by")))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This contract is not here, or not within your reach."))
    return found


def paper(viewer, pk):
    """One filed paper within reach, or OutOfReach."""
    found = Attachment.objects.seen_by(viewer).filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This paper is not here, or not within your reach."))
    return found


def instalments(viewer, **narrowed):
    """Instalments within reach, by day due, for programs."""
    return Instalment.objects.seen_by(viewer).select_related("contract__customer").filter(**narrowed).order_by("due_on", "pk")


def face(viewer, contract):
    """What a page shows of a contract: {"lines", "off" (list minus price of all lines), "collected", "open", "knows", "margin"}."""
    knows = negotiation.may_know_floor(viewer)
    lines = [{"product": x.product, "quantity": x.quantity, "price": x.price, "total": x.quantity * x.price} for x in contract.lines.all()]
    collected = sum((x.collected for x in contract.instalments.all()), ZERO)
    net = contract.amount / (1 + contract.vat_rate)
    return {"lines": lines, "off": sum((x["total"] for x in lines), ZERO) - contract.amount if lines else ZERO, "collected": collected,
            "open": contract.amount - collected, "knows": knows,
            "margin": (net - contract.cost_total) / net if knows and net and contract.cost_total else None,
            "below_floor": contract.below_floor if knows else False}


FACTS = [gettext_noop("Customer"), gettext_noop("Contract amount"), gettext_noop("Instalments"), gettext_noop("Non-standard terms"),
         gettext_noop("Delivery"), gettext_noop("Floor"), gettext_noop("Warranty")]


def facts(viewer, contract):
    """What a reviewer must know of a contract; the floor only for the roles of clause 2.3.7."""
    parts = "\n".join(f"{x.get_kind_display()} {x.amount:,.2f} · {x.due_on}" for x in contract.instalments.all())
    found = [{"label": "Customer", "kind": "text", "value": contract.customer.name},
             {"label": "Contract amount", "kind": "money", "value": str(contract.amount)},
             {"label": "Instalments", "kind": "text", "value": parts},
             {"label": "Delivery", "kind": "text", "value": contract.delivery},
             {"label": "Warranty", "kind": "text", "value": contract.warranty}]
    if contract.special_terms:
        found.append({"label": "Non-standard terms", "kind": "text", "value": contract.special_terms})
    if contract.floor_total:
        found.append({"label": "Floor", "kind": "money", "value": str(contract.floor_total), "roles": sorted(negotiation.KNOW_FLOOR)})
    return found


def reviews(viewer, contract):
    """Every review of a contract within reach, newest first."""
    return approvals.of_subject(viewer, "contract", contract.pk)


def narrowed(viewer, scope, *, state="", q="", signed=None, customer=None, unit=None):
    """Contracts in scope as the register's filters say; `signed` is a Span, `unit` the id of a region."""
    rows = Contract.objects.in_scope(viewer, scope)
    if state:
        rows = rows.filter(state=state)
    if signed:
        rows = rows.filter(signed_on__range=(signed.starts_on, signed.ends_on))
    if customer:
        rows = rows.filter(customer=customer)
    if unit:
        rows = rows.filter(customer__owner__in=[pk for pk, region in team.region_of(viewer).items() if region.pk == unit])
    return rows.filter(_like(viewer, q)) if q.strip() else rows


def _like(viewer, q):
    q = q.strip()[:60]
    near = Customer.objects.seen_by(viewer).filter(Q(name__contains=q) | Q(initials__startswith=q.lower())).order_by().values_list("pk", flat=True)
    return Q(number__icontains=q) | Q(title__contains=q) | Q(customer__in=list(near[:200]))


def ordered(viewer, rows, sort):
    """The register's order: a field of SORTS, "-" for downwards; the newest signed first otherwise."""
    if sort.removeprefix("-") not in SORTS:
        sort = "-signed_on"
    back = "-" if sort.startswith("-") else ""
    return rows.order_by(sort, f"{back}pk").select_related("customer__owner", "signed_by")


def with_collected(viewer, contracts):
    """The contracts of one page, each with `.collected`, in one query more."""
    contracts = list(contracts)
    sums = dict(Instalment.objects.filter(contract__in=[c.pk for c in contracts]).order_by().values_list("contract").annotate(s=Sum("collected")))
    for c in contracts:
        c.collected = sums.get(c.pk) or ZERO
        c.rate = c.collected / c.amount if c.amount else ZERO
        c.percent = c.rate * 100
    return contracts


def by_state(viewer, rows):
    """{state: how many} of what the other filters leave."""
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def credited(viewer, scope, rows, to=""):
    """[(path, rows)] of rows in scope that hang on contracts (`to` leads there), by whom they count for: the signer (clause 3.6.1), whoever
    owns the customer since; once the signer has left, the owner. `path` leads to that person; the two lots share no row."""
    signer, owner, left = f"{to}signed_by", f"{to}customer__owner", departed(timezone.localdate())
    theirs, who = Q(**{f"{signer}__in": left}), _counting(viewer, scope)
    if who is None:
        return [(signer, rows.exclude(theirs)), (owner, rows.filter(theirs))]
    return [(signer, rows.filter(**{f"{signer}__in": who - left})), (owner, rows.filter(theirs, **{f"{owner}__in": who}))]


def counted(viewer, scope, rows, to):
    """The rows of `credited` together, for a sum by whomever they count; read in one walk."""
    left, who = departed(timezone.localdate()), _counting(viewer, scope)
    if who is None:
        return rows
    inherited = Contract.objects.filter(signed_by__in=left, customer__owner__in=who).order_by().values("pk")
    return rows.filter(Q(**{f"{to}signed_by__in": who - left}) | Q(**{f"{to}pk__in": inherited}))


def _counting(viewer, scope):
    """Ids of the people a scope counts for; None: everybody, to somebody who reads all the company's money."""
    if scope not in {"me", "team"} and sees_all(viewer, MONEY_READERS):
        return None
    return frozenset({viewer.pk}) if scope == "me" else people_under(viewer)


def signed_by(viewer, scope, starts_on, ends_on):
    """{person id: (count, yuan)} of contracts in force signed in the span, by whom they count for."""
    rows, found = Contract.objects.filter(state=Contract.State.APPROVED, signed_on__range=(starts_on, ends_on)).order_by(), {}
    for path, lot in credited(viewer, scope, rows):
        for person, count, total in lot.values_list(path).annotate(n=Count("pk"), s=Sum("amount")):
            before = found.get(person, (0, ZERO))
            found[person] = (before[0] + count, before[1] + sum_of(total))
    return found


def signed(viewer, scope, starts_on, ends_on):
    """(how many, yuan) of contracts in force signed in the span, counted as `signed_by` counts."""
    found = signed_by(viewer, scope, starts_on, ends_on).values()
    return sum(n for n, _yuan in found), sum((yuan for _n, yuan in found), ZERO)


def unwritten(viewer):
    """Accepted quotes of the viewer's own that have no contract yet, oldest first."""
    written = Contract.objects.filter(quote=OuterRef("pk"))   # asked quote by quote: as a join PostgreSQL walks all contracts
    return Quote.objects.filter(~Exists(written), made_by=viewer, state=Quote.State.WON).select_related("deal__customer").order_by("pk")


def to_draft(viewer, limit=50):
    """Quotes within reach from which a contract may be drafted, accepted ones first."""
    rows = Quote.objects.seen_by(viewer).filter(state__in=policy.DRAFTABLE, contract__isnull=True).select_related("deal__customer")
    return sorted(rows.order_by("-pk")[:limit], key=lambda q: (q.state != Quote.State.WON, -q.pk))


def usual(viewer, contract):
    """The contract whose terms a new draft begins with: the signer's last one within reach, the same customer's first; None when the draft
    says something already."""
    if any(getattr(contract, name) for name in USUAL):
        return None
    rows = Contract.objects.seen_by(viewer).filter(signed_by=contract.signed_by_id).exclude(pk=contract.pk).exclude(place="")
    return rows.annotate(same=Q(customer=contract.customer_id)).only(*USUAL, "number").order_by("-same", "-pk").first()


def needs(viewer):
    """What needs this person now: contracts sent back, and accepted quotes without a contract."""
    found = []
    for c in Contract.objects.filter(signed_by=viewer, state=Contract.State.RETURNED).select_related("customer").order_by("pk")[:20]:
        found.append({"clause": policy.Review.number, "due": None, "late": False, "title": _("Contract %(number)s was sent back") % {"number": c},
                      "text": f"{c.customer} · {c.title}", "url": url(viewer, c), "amount": c.amount, "weight": 75,
                      "verbs": [{"label": _("Open"), "url": url(viewer, c), "primary": True, "method": "get"}]})
    for q in unwritten(viewer)[:20]:
        found.append({"clause": policy.Source.number, "due": q.closed_on, "late": False,
                      "title": _("%(customer)s accepted; the contract is not drafted") % {"customer": q.deal.customer},
                      "text": f"{q} · {q.deal}", "url": reverse("negotiation:quote", args=[q.pk]), "amount": q.total, "weight": 72,
                      "verbs": [{"label": _("Draft contract"), "url": reverse("contracts:draft", args=[q.pk]), "primary": True}]})
    return found


def timeline(viewer, customer):
    """Contracts of a customer within reach and their reviews, for its one timeline."""
    found, own = [], list(Contract.objects.seen_by(viewer).filter(customer=customer).select_related("signed_by")[:100])

    def noon(day):
        return timezone.make_aware(datetime.combine(day, time(12)))

    for c in own:
        found.append({"at": noon(c.signed_on), "kind": "contract", "icon": "contract", "who": c.signed_by, "amount": c.amount,
                      "title": c.number, "text": f"{c.title} · {c.get_state_display()}", "url": url(viewer, c)})
        if c.ended_on:
            found.append({"at": noon(c.ended_on), "kind": "contract", "icon": "ban", "who": None, "amount": None,
                          "title": _("%(number)s ended") % {"number": c}, "text": c.ended_reason, "url": url(viewer, c)})
    for r in approvals.of_subjects(viewer, "contract", [c.pk for c in own]):
        last = max((s for s in r.steps.all() if s.decided_at), key=lambda s: s.decided_at, default=None)
        found.append({"at": r.settled_at or r.asked_at, "kind": "approval", "icon": "checkbox", "who": last.decided_by if last else r.asked_by,
                      "amount": r.amount, "title": f"{r.title} · {r.get_state_display()}", "text": (last and last.note) or r.condition,
                      "url": reverse("approvals:request", args=[r.pk])})
    return found


def search(viewer, text, limit=6):
    """[(label, hint, url)] of contracts by number or title."""
    rows = Contract.objects.seen_by(viewer).filter(Q(number__istartswith=text) | Q(title__contains=text)).select_related("customer")
    return [(c.number, f"{c.customer} · {c.title}", url(viewer, c)) for c in rows.order_by("-pk")[:limit]]


def events(viewer, contract):
    """What happened on a contract, the latest first, what was taken back too."""
    return list(Event.objects.seen_by(viewer).filter(contract=contract).select_related("product", "recorded_by", "withdrawn_by"))


def event(viewer, pk):
    """One event within reach, or OutOfReach."""
    found = Event.objects.seen_by(viewer).select_related("contract__customer").filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This is not here, or not within your reach."))
    return found


def same_event(viewer, contract, kind, on, amount, product, note):
    """Whether the very same is recorded already and stands."""
    return Event.objects.filter(contract=contract, kind=kind, on=on, amount=amount, product=product, note=note.strip()[:200], withdrawn_at__isnull=True).exists()


def goods(viewer, contract):
    """Products of the lines of a contract."""
    return Product.objects.filter(pk__in=contract.lines.values("product"))
