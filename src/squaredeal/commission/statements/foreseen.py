"""What a quote or an amount would pay, put into words: the sum, each component, each step of its why. Floors and costs are told to nobody who may not know them."""
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.commission.plans import wording
from squaredeal.commission.plans.templatetags.ledger import signed, yuan
from squaredeal.commission.runs import foreseeing
from squaredeal.process.negotiation.policy import may_know_floor

from . import queries

SECRET = {"below_floor": False, "floor_total": None, "cost_total": None, "floor_price": None, "cost": None}
"""What is known of a price only by those who may know the floor; the others are told what the plan pays at the floor or above."""


def of_quote(viewer, quote, total, list_total):
    """dict for the part beside the price and its why: what the customer's owner would earn on `total`, and at list price, as they stand on the screen.

    None where the viewer may not see that person's commission, or nothing is known. Taken as received whole, today. Of lines that are typed
    and not kept the floor is not known here.
    """
    person = quote.deal.customer.owner
    if person is None or queries.payee(viewer, person.pk) is None:
        return None
    knows = may_know_floor(viewer) and list_total == quote.list_total
    offered = _receipt(viewer, quote, total, list_total, knows)
    listed = _receipt(viewer, quote, list_total, list_total, knows) if list_total and list_total != total else None
    found = foreseeing.foresee(viewer, person, [offered, *([listed] if listed else [])], timezone.localdate())
    if found is None or found[0].outside:
        return None
    shown = _shown(found[0], knows)
    at_list = found[1].earned if listed else None
    return {**shown, "person": person, "mine": person.pk == viewer.pk, "total": total, "list_total": list_total, "quote": quote, "at_list": at_list,
            "less": None if at_list is None else shown["earned"] - at_list}


def of_amount(viewer, person, amount, first_order):
    """dict as of_quote for any amount including tax that a person within reach would receive today; None without a plan."""
    receipt = {"amount": amount, "vat_rate": Decimal("0.13"), "overdue_days": 0, "first_order": first_order, "means": "transfer", "signed_on": timezone.localdate(),
               "contract_amount": amount, **SECRET}
    found = foreseeing.foresee(viewer, person, [receipt], timezone.localdate())
    return None if found is None or found[0].outside else {**_shown(found[0], False), "person": person, "mine": person.pk == viewer.pk, "total": amount}


def get_ready(viewer, person):
    """Prepare the answers of `of_amount` while the form is read."""
    foreseeing.get_ready(viewer, person, timezone.localdate())


def _receipt(viewer, quote, total, list_total, knows):
    """A total of the quote as a receipt of today."""
    secret = {"below_floor": total < quote.floor_total, "floor_total": quote.floor_total, "cost_total": quote.cost_total} if knows else {}
    return {"amount": total, "vat_rate": quote.vat_rate, "overdue_days": 0, "first_order": queries.first_order(viewer, quote.deal.customer_id), "means": "transfer",
            "customer": quote.deal.customer_id, "signed_on": timezone.localdate(), "contract_amount": total, "list_total": list_total, **SECRET, **secret}


def _shown(answer, knows):
    parts = [_part(p, knows) for p in answer.parts if p.unknown or p.earned or p.line]
    floors = not knows and any(_secret(p.plan, p.plan.component(p.component)) for p in answer.parts)
    paid = answer.payout if answer.payout not in (None, answer.earned - answer.reserved) else None
    return {"earned": answer.earned, "reserved": answer.reserved, "paid": paid, "complete": answer.complete, "parts": parts, "floors": floors}


def _secret(plan, component):
    """Whether what a component pays depends on floors or costs."""
    from squaredeal.engine.plan.saying import texts
    names = {node.args[0] for text in [*texts(component), component.who, component.where or "true"] for node in plan.expand(text).walk() if node.op == "name"}
    return bool(names & SECRET.keys())


def _part(part, knows):
    """One component: its sum, and rows label · words · amount that compute to it."""
    if part.unknown:
        hidden = not knows and _secret(part.plan, part.plan.component(part.component))
        reason = _("depends on the floor price; it is told once the contract is approved") if hidden else part.unknown[wording.language() == "en"]
        return {"component": part.component, "clause": part.clause, "unknown": reason, "steps": []}
    why = part.explanation(wording.language())
    steps = [] if why is None else [
        {"label": s.label, "text": wording.spoken(s.sentence), "arithmetic": s.arithmetic, "amount": "" if s.amount is None else yuan(s.amount), "clause": s.clause,
         "result": s.name in ("earned", "gate", "cap")} for s in why.steps if s.name not in ("fact", "posted", "payout", "reserve")]
    if part.others:
        steps.append({"label": _("Others"), "text": _("%(count)s earlier receipts of the month are paid by it too") % {"count": part.moved}, "arithmetic": "",
                      "amount": signed(part.others), "clause": "", "result": False})
    return {"component": part.component, "clause": part.clause, "unknown": "", "earned": part.earned, "steps": steps}
