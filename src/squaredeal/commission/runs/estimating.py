"""The running estimate of one person's month: what has arrived so far, and what promised money would add. Nothing is written."""
import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.cache import caches

from squaredeal.commission.credits import queries as credits
from squaredeal.commission.plans import queries as plans
from squaredeal.commission.plans import reading, wording
from squaredeal.kernel.calendar import exceptions, month_of
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.money import fen
from squaredeal.organisation.team.scope import FIRM

from . import computing, entered, inputs, performed, settling, signings

ZERO, SOME = Decimal(0), Decimal(100_000)
SHORT = frozenset({"fact", "deal", "month", "period"})


@dataclass
class Estimate:
    """Lines not in the ledger, newest last, each with its allocation; sums, of the payout also what closed months release now; promised money with what it would add."""
    starts_on: date
    plan: object = None
    lines: list = field(default_factory=list)
    promised: list = field(default_factory=list)
    earned: Decimal = ZERO
    reserved: Decimal = ZERO
    payout: Decimal = ZERO
    advance: Decimal = ZERO
    released: Decimal = ZERO
    base: Decimal = ZERO
    curve: object = None
    next_100k: Decimal | None = None
    refused: str = ""


def estimate(viewer, person, day):
    """The Estimate of `person` for the month of `day`, from that person's and their reports' receipts alone; plan None without a plan.

    The viewer's reach over the person is the door's to ask; the figures are read for the whole firm, as the run will.
    """
    first, last = month_of(day)
    found = Estimate(first)
    version = plans.in_force(FIRM, first)
    if version is None:
        return found
    plan = found.plan = reading.loaded(version.text)
    posted = inputs.posted(FIRM, person).get(version.pk, []) if any(c.release or _returns(plan, c.reserve, last) for c in plan.components) else []
    begin = first if not posted and all(m.window in SHORT for m in plan.measures.values()) else version.starts_on
    people = entered.with_wages(FIRM, plan, inputs.people(FIRM), last)
    team = {person.pk} | {p["payee"] for p in people if p["manager"] == person.pk}
    receipts = inputs.receipts_of(FIRM, team, begin, last)
    promised = inputs.promised(FIRM, person, day, last)
    try:
        mine, seat, found.released = _mine(version.text, receipts, people, begin, last, person.pk, team, posted)
        found.lines = mine
        with computing.refusing():
            _settle(found, plan, seat, person, (first, last))
    except Refused as refusal:
        return Estimate(first, plan, refused=f"{refusal}")
    by_pk = {a.pk: a for a in receipts}
    signed = signings.contracts(FIRM, {line.contract_id for line in mine})
    for line in mine:
        line.allocation, line.contract = by_pk.get(line.allocation_id), signed.get(line.contract_id)
    found.base = sum((x.base or ZERO for x in mine if not x.detail["rolled"]), ZERO)
    _draw(found, promised)
    if found.curve and person.pk in {p["payee"] for p in people if p["position"] == "rep" and p["to"] is None}:
        more = SOME / Decimal("1.13")
        found.next_100k = _gained(found.curve, found.base, more)
    return found


def _returns(plan, reserve, last):
    """Whether a reserve may be paid back in the month that ends on `last`."""
    from squaredeal.engine.plan.calendar import end_of
    if reserve is None or reserve.refund == "never":
        return False
    at = "year end" if reserve.refund == "year end" else reserve.refund.at
    return at is None or end_of(at.split()[0], last, plan.year_starts) == last


def _settle(found, plan, seat, person, days):
    """The sums of the lines as a statement would have them; what a draw or a limit on all pay makes of them too, with what stands from before."""
    from squaredeal.engine.ledger.rounding import NONE, rounded
    sums = tuple(sum((getattr(x, name) for x in found.lines), ZERO) for name in ("earned", "reserved", "payout"))
    found.earned, found.reserved, found.payout = rounded(plan, NONE, sums)
    found.payout += found.released
    if plan.settlement.reads_people:
        paid = settling.account(plan, inputs.standing(FIRM, person).get(person.pk)).pay(found.payout, (), seat, days)
        found.payout, found.advance = paid.payout, paid.advance


def _mine(text, receipts, people, first, last, person, team, posted):
    """(the person's lines of the month, what is known of them then, what of `posted` is released in it); the engine is asked once for the same inputs and remembered for an hour."""
    from squaredeal.engine import Tables, run
    plan, code = reading.loaded(text), f"{last:%Y-%m}"
    facts = [*(inputs.fact_of(a) for a in receipts), *signings.of_kinds(FIRM, signings.asked(plan), first, last, people=team)]
    if not facts and not plan.settlement.reads_people:
        return [], {}, ZERO
    splits = credits.shares_by_contract(FIRM, {f["contract"] for f in facts})
    shares = [{"fact": a.pk, "payee": who, "share": share, "role": role} for a in receipts
              for who, share, role, _reason in splits.get(a.instalment.contract_id)
              or [(a.instalment.contract.signed_by_id, Decimal(1), "owner", "")]]
    shares += signings.of_contracts(FIRM, facts)
    beside = signings.beside(FIRM, plan, facts, last)
    quotas, scores = computing.quotas(plan, first, last, FIRM), computing.scores(plan, first, last, FIRM)
    key = "month-so-far-" + hashlib.sha256(repr((text, person, f"{last}", facts, beside, shares, people, quotas, scores, posted, sorted(exceptions().items()))).encode()).hexdigest()
    known = caches["answers"].get(key)
    if known is None:
        plan = computing.between(plan, first, last) if beside else plan
        with computing.refusing(lambda: computing.missed(plan, facts, shares)):
            result = run(plan, Tables(facts=signings.table(plan, facts, beside), credits=shares, people=people, quotas=quotas, scores=scores,
                                      posted=computing.ledger(posted)), period=code)
        lines = computing.unsaved(plan, [x for x in result.lines if x.payee == str(person) and x.fact_period == code])
        lines.sort(key=lambda x: x.detail["day"])
        performed.told(FIRM, lines)
        known = lines, result.seats.get((str(person), code), {}), fen(sum((_released(x) for x in result.lines if x.payee == str(person) and (x.fact_period != code or x.day is None)), ZERO))
        caches["answers"].set(key, known, 3600)
    return known


def _draw(found, promised):
    """The curve of the table that all is counted up in, where there is one; and what each promised instalment would add on it, one after the other."""
    from squaredeal.engine import curve
    tiered = wording.tiered(found.plan)
    bases = [(x.amount - x.collected) / (1 + x.contract.vat_rate) for x in promised]
    found.curve = curve(found.plan, tiered, found.base + sum(bases, ZERO) + SOME) if tiered else None
    total = found.base
    for instalment, base in zip(promised, bases, strict=True) if found.curve else ():
        found.promised.append({"instalment": instalment, "amount": instalment.amount - instalment.collected, "base": base, "more": _gained(found.curve, total, base)})
        total += base


def _gained(curve, total, base):
    """What a table gives more on so much more, to the fen."""
    from squaredeal.engine.formula.wording import exactly
    return fen(exactly(curve.at(total + base) - curve.at(total)))


def _released(x):
    """What a posted line, or the reserve of earlier months, releases now; nothing of a line that is otherwise not as it was posted."""
    if x.earned != x.posted_before:
        return ZERO
    now = x.earned if x.released is None else x.released
    return now - x.posted_released - (x.reserved - x.posted_reserved)
