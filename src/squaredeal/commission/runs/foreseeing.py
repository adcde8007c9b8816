"""What one more receipt would pay somebody this month, for who stands before a customer. Nothing is written.

The engine's plain reading is prepared once for what is known (plan, receipts, shares, seats, targets) and kept in this process under a
digest of exactly that: when any of it changes another one is prepared and the old one falls out. So an answer is never older than its facts.
"""
import hashlib
from collections import OrderedDict
from threading import Lock

from squaredeal.commission.credits import queries as credits
from squaredeal.commission.credits.policy import WHOLE
from squaredeal.commission.plans import queries as plans
from squaredeal.commission.plans import reading
from squaredeal.kernel.calendar import exceptions, month_of
from squaredeal.organisation.team.scope import FIRM

from . import computing, entered, inputs, settling, signings, typed
from .estimating import SHORT

MOST = 64
_ready, _door = OrderedDict(), Lock()


def foresee(viewer, person, receipts, day):
    """[WhatIf of each of `receipts` by itself] for `person`, in the month of `day`; None without a plan.

    A receipt is a dict of the attributes facts have; unsaid ones are empty. The viewer's reach over the person is the door's to ask.
    """
    first, last = month_of(day)
    version = plans.in_force(FIRM, first)
    if version is None:
        return None
    prepared, turn = _prepared(version, person, first, last)
    with turn:
        return [prepared.what_if({"kind": "receipt", "date": day, **receipt}) for receipt in receipts]


def get_ready(viewer, person, day):
    """Prepare what `foresee` asks first, so that an answer that is likely to be asked for comes at once."""
    first, last = month_of(day)
    version = plans.in_force(FIRM, first)
    if version is not None:
        _prepared(version, person, first, last)


def plan_of(viewer, day):
    """The plan in force in the month of `day`, or None."""
    version = plans.in_force(FIRM, month_of(day)[0])
    return None if version is None else reading.loaded(version.text)


def _prepared(version, person, first, last):
    """(Prepared, the lock of whoever asks it) for what is known now."""
    plan = reading.loaded(version.text)
    begin = first if _short(plan) else max(version.starts_on, first.replace(month=1, day=1)) if not _life(plan) else version.starts_on
    people = entered.with_wages(FIRM, plan, inputs.people(FIRM), last)
    facts, shares = _facts(plan, person, people, begin, last)
    signed = signings.of_kinds(FIRM, signings.asked(plan), begin, last)
    facts, shares = [*facts, *signed], [*shares, *({k: row[k] for k in ("fact", "payee", "share", "role")} for row in signings.of_contracts(FIRM, signed))]
    quotas, scores = computing.quotas(plan, begin, last, FIRM), computing.scores(plan, begin, last, FIRM)
    stands = inputs.standing(FIRM, person).get(person.pk)
    key = hashlib.sha256(repr((version.text, person.pk, f"{last}", facts, shares, people, quotas, scores, stands, sorted(exceptions().items()))).encode()).digest()
    with _door:
        found = _ready.get(key)
        if found is not None:
            _ready.move_to_end(key)
            return found
    from squaredeal.engine import Tables
    from squaredeal.engine.trials.whatif import prepare
    tables = Tables(facts=typed.table(facts, signings.performs(plan)), credits=shares, people=people, quotas=quotas, scores=scores)
    made = prepare(plan, tables, person.pk, until=last, opened=lambda: settling.account(plan, stands)), Lock()
    with _door:
        _ready[key] = made
        while len(_ready) > MOST:
            _ready.popitem(last=False)
    return made


def _facts(plan, person, people, begin, last):
    """(facts, shares) that what the person earns may depend on: their own and their reports', or everybody's where a measure is of more people."""
    if any(m.of != "payee" for m in plan.measures.values()):
        facts = inputs.facts(FIRM, begin, last)
        signers = {pk: signer for pk, _on, _contract, signer in credits.untaken(FIRM, last)}
        splits = credits.shares_by_contract(FIRM, {f["contract"] for f in facts if f["id"] in signers})
        late = [{"fact": f["id"], "payee": who, "share": share, "role": role} for f in facts if f["id"] in signers
                for who, share, role, _reason in splits.get(f["contract"]) or [(signers[f["id"]], WHOLE, "owner", "")]]
        return facts, [{name: row[name] for name in ("fact", "payee", "share", "role")} for row in inputs.credit(FIRM, facts)] + late
    team, edge = {person.pk}, {person.pk}
    while edge and any(hasattr(c.credit, "roll_up") for c in plan.components):
        edge = {p["payee"] for p in people if p["manager"] in edge} - team
        team |= edge
    receipts = inputs.receipts_of(FIRM, team, begin, last)
    splits = credits.shares_by_contract(FIRM, {a.instalment.contract_id for a in receipts})
    shares = [{"fact": a.pk, "payee": who, "share": share, "role": role} for a in receipts
              for who, share, role, _reason in splits.get(a.instalment.contract_id) or [(a.instalment.contract.signed_by_id, WHOLE, "owner", "")]]
    return [inputs.fact_of(a) for a in receipts], shares


def _windows(plan):
    found = [m.window for m in plan.measures.values()] + [limit.window for c in plan.components for limit in c.all_limits]
    return found + [getattr(c.rate, "window", "fact") for c in plan.components]


def _short(plan):
    """Whether nothing before this month can change what a receipt of this month pays."""
    return set(_windows(plan)) <= SHORT and not any(n.op == "previous" for c in plan.components for text in _texts(c) for n in plan.expand(text).walk())


def _life(plan):
    return bool({"life", "deal"} & set(_windows(plan)))


def _texts(component):
    from squaredeal.engine.plan.saying import texts
    return texts(component)
