"""Contracts as facts of a computation: that they were signed and that they ended, who is credited, and what else came in on them.

Questions of the computation, as those of inputs.py: the viewer first, FIRM when nothing may be missed. A contract's facts stand on their own day and
are credited to whoever shares the contract, else to its signer; a share set anew shows in the open month as a difference.
"""
import re

from django.db.models import Q

from squaredeal.commission.credits import queries as credits
from squaredeal.commission.credits.policy import EARNING, WHOLE
from squaredeal.engine.plan.about import kinds_of, releasing
from squaredeal.process.collection.models import Allocation
from squaredeal.process.contracts.models import Contract

from . import inputs, performed, typed

SIGNING, TERMINATION = "signing", "termination"
KINDS = {SIGNING: ("s", "signed_on"), TERMINATION: ("t", "ended_on")}
"""How the fact of a kind is known from a receipt, whose id is a number: s12, t12; and its day."""
DEAL = "c"
"""What the deal of a contract is called by, before its id: c12, so that it is told from a receipt."""
ABOUT = re.compile(f"(?:[{DEAL}st]|e\\d+c)(\\d+)")
SAID = ("vat_rate", "first_order", "below_floor", "signed_on", "list_total", "floor_total", "cost_total")


def contract_of(fact):
    """The id of the contract that a fact or deal of the engine is, or None."""
    found = ABOUT.fullmatch(fact or "")
    return int(found[1]) if found else None


def facts(viewer, plan, first, last, as_of=None):
    """What a plan is computed from, `first` to `last`: receipts, and of contracts what it speaks of."""
    return [*inputs.facts(viewer, first, last, as_of), *of_kinds(viewer, asked(plan), first, last, as_of)]


def of_kinds(viewer, kinds, first, last, as_of=None, people=None):
    """Facts of contracts in force, of those of `kinds` there are, `first` to `last`; of `people` only what one of them signed or shares."""
    found = []
    for kind in sorted(set(KINDS) & set(kinds)):
        mark, day = KINDS[kind]
        rows = Contract.objects.filter(state__in=EARNING, approved_on__isnull=False, **{f"{day}__range": (first, last)})
        if as_of is not None:
            rows = rows.filter(approved_on__lte=as_of)
        if people is not None:
            rows = rows.filter(Q(signed_by__in=people) | Q(splits__person__in=people)).distinct()
        for pk, on, amount, customer, *said in rows.order_by(day, "pk").values_list("pk", day, "amount", "customer", *SAID):
            found.append({"kind": kind, "id": f"{mark}{pk}", "date": on, "amount": amount, "overdue_days": None, "means": None, "instalment": None, "customer": customer, "contract": pk,
                          "deal": f"{DEAL}{pk}", "contract_amount": amount, **dict(zip(SAID, said, strict=True))})
    return found + performed.facts(viewer, kinds, first, last, SAID, as_of, people)


def credit(viewer, facts):
    """Shares of facts: fact, payee, share, role, reason."""
    return [*inputs.credit(viewer, facts), *of_contracts(viewer, facts)]


def of_contracts(viewer, facts):
    """Shares of the contracts signed among `facts`, and of what happened on one: its sharers' too."""
    signed = [(fact["id"], fact["contract"]) for fact in facts if fact["kind"] == SIGNING or fact["kind"] in performed.KINDS]
    if not signed:
        return []
    contracts = {contract for _fact, contract in signed}
    shares = credits.shares_by_contract(viewer, contracts)
    signers = dict(Contract.objects.filter(pk__in=contracts).values_list("pk", "signed_by"))
    return [{"fact": fact, "payee": who, "share": share, "role": role, "reason": reason} for fact, contract in signed
            for who, share, role, reason in shares.get(contract) or [(signers[contract], WHOLE, "owner", "")]]


def beside(viewer, plan, facts, last, as_of=None):
    """What releases or takes back what `facts` earn, up to `last`, on their contracts: facts that earn nothing themselves, whichever version their day is governed by."""
    kinds = releasing(plan) | {kind for c in plan.components if c.clawback for kind in c.clawback.kinds}
    if not kinds:
        return []
    deals, known = {fact["contract"] for fact in facts}, {fact["id"] for fact in facts}
    rows = [fact for fact in of_kinds(viewer, kinds, min((fact["date"] for fact in facts), default=last), last, as_of) if fact["contract"] in deals]
    if "receipt" in kinds:
        rows += inputs.receipts(viewer, Allocation.objects.filter(instalment__contract__in=deals, on__lte=last), as_of)
    return [fact for fact in rows if fact["id"] not in known]


def table(plan, facts, beside):
    """The facts of a run and what stands beside them; typed where some may be wholly empty in a column."""
    return typed.table([*facts, *beside], goods=performs(plan)) if beside or not facts or asked(plan) else facts


def performs(plan):
    """Whether a plan speaks of what is recorded of contracts."""
    return bool(performed.KINDS & kinds_of(plan))


def contracts(viewer, pks):
    """{id: contract, with its customer} of some ids, None among them left out."""
    pks = {pk for pk in pks if pk}
    return {c.pk: c for c in Contract.objects.filter(pk__in=pks).select_related("customer")} if pks else {}


def asked(plan):
    """The kinds of facts of contracts that a plan speaks of."""
    return (set(KINDS) | performed.KINDS) & kinds_of(plan)
