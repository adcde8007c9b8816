"""What can be done with a contract: draft it from a quote, write its terms and instalments, have it reviewed, file papers, end it."""
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.action import action, record
from squaredeal.kernel.clause import version_on
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.money import share_out
from squaredeal.kernel.notify import notify
from squaredeal.organisation.approvals import actions as approvals
from squaredeal.organisation.approvals import queries as approval_queries
from squaredeal.organisation.team.scope import FIRM
from squaredeal.process.customers import policy as customers
from squaredeal.process.customers.models import Customer
from squaredeal.process.negotiation.models import Quote

from . import numbering, papers, policy, queries
from .models import Attachment, Contract, ContractLine, Event, Instalment

DUE = {"prepayment": 7, "delivery": 45, "acceptance": 75, "retention": 365, "other": 30}
TERMS = ("title", "signed_on", "place", "quality", "delivery", "acceptance", "warranty", "liability", "special_terms")


@action("contract.draft", may=policy.may_sell)
def draft(actor, quote):
    """A draft from a quote that may be sent: its lines, totals and a first plan of instalments. Refused when there is one already."""
    if quote.state not in policy.DRAFTABLE:
        raise Refused(_("The quote is “%(state)s”. A contract is drafted once its price is approved.") % {"state": quote.get_state_display()},
                      clause=policy.Source.number)
    there = Contract.objects.filter(quote=quote).first()
    if there:
        raise Refused(_("Contract %(number)s was drafted from this quote already. Open that one.") % {"number": there},
                      clause=policy.Source.number)
    today, lines = timezone.localdate(), list(quote.lines.select_related("product"))
    number, = numbering.take(Contract, policy.Register.on(today).prefix, today.year)
    made = Contract.objects.create(
        number=number, title=quote.deal.name[:120], customer=quote.deal.customer, deal=quote.deal, quote=quote,
        signed_by=customers.answering(actor, quote.deal.customer),
        signed_on=today, amount=quote.total, vat_rate=quote.vat_rate, list_total=quote.list_total, floor_total=quote.floor_total,
        cost_total=quote.cost_total, below_floor=quote.total < quote.floor_total, policy_version=version_on(today))
    ContractLine.objects.bulk_create([ContractLine(contract=made, product=x.product, quantity=x.quantity, price=x.offer) for x in lines])
    _write_instalments(made, _first_plan(made, quote.prepayment))
    return made


def _first_plan(contract, prepayment):
    """[(kind, due_on, amount)] to begin with: the prepayment of the quote, 5 % retained, the rest on delivery."""
    ahead = round(prepayment * 100)
    held = min(5, 100 - ahead)
    shares = [("prepayment", ahead), ("delivery", 100 - ahead - held), ("retention", held)]
    shares = [(kind, share) for kind, share in shares if share]
    amounts = share_out(contract.amount, [share for _kind, share in shares])
    return [(kind, contract.signed_on + timedelta(days=DUE[kind]), amount) for (kind, _s), amount in zip(shares, amounts, strict=True)]


@action("contract.revise", may=policy.may_edit)
def revise(actor, contract, *, instalments, **terms):
    """Change a draft: its terms, and its instalments [(kind, due_on, amount)], which must be the contract's amount to the fen."""
    _change(contract, instalments, terms)
    return contract


@action("contract.submit", may=policy.may_edit)
def submit(actor, contract, *, instalments=None, **terms):
    """Into review, by clause 2.4.4. With `instalments` the draft is changed first, in the same transaction."""
    if instalments is not None:
        _change(contract, instalments, terms)
    gaps = policy.missing(contract)
    if gaps:
        raise Refused(_("Still missing: %(missing)s. Fill it in before the review.")
                      % {"missing": _(", ").join(str(policy.NAMES[name]) for name in gaps)}, field=gaps[0], clause=policy.Required.number)
    policy.check_instalments(contract.amount, [(x.kind, x.due_on, x.amount) for x in contract.instalments.all()])
    if contract.quote_id and contract.quote.state != Quote.State.WON:
        raise Refused(_("The customer has not accepted quote %(quote)s yet. Mark it accepted first.") % {"quote": contract.quote},
                      clause=policy.Source.number)
    today = timezone.localdate()
    roles = policy.route(contract.amount, bool(contract.special_terms.strip()), policy.Review.on(today))
    chain = approval_queries.chain(actor, roles, customers.answering(actor, contract.customer), today, asker=actor)
    policy.CONTRACT.move(contract, "submit")
    contract.policy_version = version_on(today)
    contract.save(update_fields=["state", "policy_version"])
    approvals.ask(actor, contract, kind="contract", chain=chain, title=f"{contract.number} · {contract.customer}"[:200],
                  amount=contract.amount, condition=contract.special_terms, clause=policy.Review.number, facts=queries.facts(actor, contract))
    return contract


def settle(actor, contract, verdict, request):
    """What a decided review does to its contract, in the deciding transaction; the approver's reach is the request."""
    before = contract.state
    policy.CONTRACT.move(contract, {"approved": "approve", "returned": "return", "withdrawn": "withdraw"}[verdict])
    if verdict == "approved":
        Customer.objects.select_for_update(of=("self",)).get(pk=contract.customer_id)
        earlier = Contract.objects.filter(customer=contract.customer_id, approved_on__isnull=False).exclude(pk=contract.pk)
        contract.first_order = not earlier.exists()
        contract.approved_on = timezone.localdate()
    contract.save(update_fields=["state", "first_order", "approved_on"])
    record(actor, f"contract.{verdict}", contract, {"state": [before, contract.state]})


@action("contract.file", may=policy.may_file)
def file(actor, contract, *, upload):
    """File a paper: known by its content, not its name; kept by its digest; the same paper once a contract."""
    kind, digest = papers.examine(upload, policy.Register.on(timezone.localdate()).megabytes)
    there = contract.attachments.filter(digest=digest).first()
    if there:
        raise Refused(_("This very paper is filed already as %(name)s.") % {"name": there.name}, field="upload", clause=policy.Register.number)
    made = Attachment(contract=contract, name=papers.plain_name(upload.name, kind), size=upload.size, digest=digest, by=actor)
    made.file.save(f"{digest}.{kind}", upload, save=False)
    path, storage = made.file.name, made.file.storage
    try:
        with transaction.atomic():
            made.save()
    except Exception:
        storage.delete(path)
        raise
    return made


@action("contract.terminate", may=policy.may_terminate)
def terminate(actor, contract, *, reason):
    """End a contract in force. What was paid and earned stays; what is open is no longer due."""
    if not reason.strip():
        raise Refused(_("Write why the contract ends; it stays on the register with it."), field="reason", clause=policy.Ending.number)
    policy.CONTRACT.move(contract, "terminate")
    contract.ended_on, contract.ended_reason = timezone.localdate(), reason.strip()[:200]
    contract.save(update_fields=["state", "ended_on", "ended_reason"])
    if contract.signed_by != actor:
        notify(contract.signed_by, _("%(person)s ended contract %(number)s: %(reason)s")
               % {"person": actor, "number": contract, "reason": contract.ended_reason}, url=queries.url(actor, contract), clause=policy.Ending.number)
    return contract


@action("contract.record_event", may=policy.may_record)
def record_event(actor, contract, *, kind, on, amount, product=None, quantity=None, note=""):
    """Something happened on a contract in force; a plan that pays on it finds it. The very same twice is refused."""
    policy.check_event(contract, kind, on, amount, timezone.localdate())
    if queries.same_event(FIRM, contract, kind, on, amount, product, note):
        raise Refused(_("This is recorded already. Write a note if it is another one."), field="note", clause=policy.Performing.number)
    return Event.objects.create(contract=contract, kind=kind, on=on, amount=amount, product=product, quantity=quantity, note=note.strip()[:200], recorded_by=actor)


@action("contract.withdraw_event", may=policy.may_record)
def withdraw_event(actor, event, *, reason):
    """It was wrong: it stays on record with the reason and counts no more."""
    if event.withdrawn_at:
        raise Refused(_("This was already taken back."), clause=policy.Performing.number)
    if not reason.strip():
        raise Refused(_("Write why it is taken back; it stays on record with it."), field="reason", clause=policy.Performing.number)
    event.withdrawn_by, event.withdrawn_at, event.withdrawn_reason = actor, timezone.now(), reason.strip()[:200]
    event.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    return event


def _change(contract, instalments, terms):
    for name in TERMS:
        if name in terms:
            value = terms[name]
            setattr(contract, name, value.strip() if isinstance(value, str) else value)
    contract.save(update_fields=list(TERMS))
    policy.check_instalments(contract.amount, instalments)
    _write_instalments(contract, instalments)


def _write_instalments(contract, parts):
    """Replace the instalments of a draft: nothing can have been collected on one."""
    contract.instalments.all().delete()
    Instalment.objects.bulk_create([Instalment(contract=contract, order=order, kind=kind, due_on=due_on, amount=amount)
                                    for order, (kind, due_on, amount) in enumerate(parts, 1)])
    getattr(contract, "_prefetched_objects_cache", {}).pop("instalments", None)
