"""One month computed: the firm's facts through the engine, plan version by plan version, into ledger lines and statements.

Nothing is written here; `actions.compute` keeps what comes back. Every month a published version governs is computed by that version,
for all its facts from its first day, so that what came late is weighed by the plan of its own day.
"""
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from squaredeal.commission.plans import payable, reading, wording
from squaredeal.commission.plans import queries as plans
from squaredeal.kernel import span
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.money import exact, fen
from squaredeal.organisation.appraisal.policy import GIVEN
from squaredeal.organisation.team.models import Person
from squaredeal.organisation.team.scope import FIRM

from . import causes, entered, inputs, performed, settling, signings
from .models import Line, Run

ZERO = Decimal(0)


@dataclass
class Outcome:
    """Unsaved lines in ledger order, {person id: fields of a statement}, warnings in both languages, totals of the run."""
    lines: list = field(default_factory=list)
    statements: dict = field(default_factory=dict)
    warnings: list = field(default_factory=list)
    totals: dict = field(default_factory=dict)


def compute(version, period, as_of=None, *, viewer=FIRM):
    """What `period` adds to the ledger. Refused, naming the problems, when the engine finds the plan or the tables wrong."""
    outcome = Outcome()
    ledger = inputs.posted(viewer)
    people = inputs.people(viewer)
    entered.check(reading.loaded(version.text), period.ends_on)
    found, known, seats = spans(version, period), settling.posted(ledger), {}
    for governed, stretches in found:
        plan = reading.loaded(governed.text)
        posted = ledger.pop(governed.pk, [])
        facts = [fact for first, last in stretches for fact in signings.facts(viewer, plan, first, last, as_of)]
        if not facts and not posted and not (governed.pk == version.pk and plan.settlement.reads_people):
            continue
        beside = signings.beside(viewer, plan, facts, period.ends_on, as_of)
        result, credit = _run(plan, facts, beside, entered.with_wages(viewer, plan, people, period.ends_on, as_of), posted, stretches[0][0], stretches[-1][1], period.code, viewer, as_of)
        outcome.warnings += [w for w in result.warnings if not beside or w["code"] not in ("no_credit", "facts_outside_plan")]
        outcome.lines += _lines(plan, result, credit, period, governed, found)
        seats = result.seats if governed.pk == version.pk else seats
    performed.told(viewer, outcome.lines)
    outcome.warnings = _named(outcome.warnings) + _lacking(version, outcome.lines, period)
    with refusing():
        outcome.statements = settling.statements(reading.loaded(version.text), outcome.lines, period, inputs.standing(viewer), known, seats)
    outcome.totals = {name: sum((s[name] for s in outcome.statements.values()), ZERO) for name in Run.AMOUNTS}
    return outcome


def spans(version, period):
    """[(published version, [(first day, last day)])] up to the end of `period`: each day is governed by the version begun last and not ended,
    as `plans.queries.in_force` has it; after one that ends, the one before goes on."""
    known = [v for v in plans.starts(FIRM) if v.starts_on <= period.ends_on]
    if version.pk not in {v.pk for v in known}:
        known = sorted([*known, version], key=lambda v: v.starts_on)
    ended = {v.ends_on + timedelta(days=1) for v in known if v.ends_on and v.ends_on < period.ends_on}
    edges = sorted({v.starts_on for v in known} | ended)
    held = [(v, []) for v in known]
    for first, following in zip(edges, [*edges[1:], period.ends_on + timedelta(days=1)], strict=True):
        ruling = [stretches for v, stretches in held if v.starts_on <= first and (v.ends_on is None or v.ends_on >= first)]
        if ruling:
            ruling[-1].append((first, following - timedelta(days=1)))
    return [(v, stretches) for v, stretches in held if stretches]


def _run(plan, facts, beside, people, posted, first, last, code, viewer, as_of):
    from squaredeal.engine import Tables, run
    credit = signings.credit(viewer, facts)
    if beside:
        plan = between(plan, first, last)
    tables = Tables(facts=signings.table(plan, facts, beside), credits=credit, people=people, quotas=quotas(plan, first, last, viewer), scores=scores(plan, first, last, viewer, as_of),
                    posted=ledger(posted))
    with refusing(lambda: missed(plan, facts, credit)):
        return run(plan, tables, period=code), {(str(c["fact"]), str(c["payee"])): c for c in credit}


def missed(plan, facts, credit):
    """What nobody entered of those who are credited, in a sentence with the page; "" where nothing lacks."""
    return entered.missed(plan, facts, credit, _names({share["payee"] for share in credit}))


@contextmanager
def refusing(lacking=lambda: ""):
    """Refused, where the engine finds the plan or the tables wrong: with what nobody entered, where `lacking` tells that, else with its own problems."""
    from squaredeal.engine import PlanProblems
    try:
        yield
    except PlanProblems as wrong:
        said = lacking() or "; ".join(f"{p.place}: {p.reason[wording.language()]} {p.remedy[wording.language()]}".strip() for p in wrong.problems[:5])
        raise Refused(_("The month cannot be computed: %(problems)s") % {"problems": said}, clause="3.3.1") from wrong


def ledger(posted):
    """What is posted, as the engine's table of it."""
    return [{"released": row["earned"] - row["held"], **{k: row[k] for k in ("key", "earned", "reserved", "fact_period")}} for row in posted]


def between(plan, first, last):
    """The plan as in force from day to day: what comes on its deals at other times earns nothing by it, and only releases. What takes back
    does so whenever it comes, so that a plan with a claw-back has no last day."""
    from squaredeal.engine.plan.plan import Effective
    last = None if any(c.clawback for c in plan.components) else last
    return plan.model_copy(update={"effective": Effective(first=first, last=last)})


def quotas(plan, first, last, viewer):
    """Targets of receipts for every measure the plan holds against a target."""
    return [row for name in sorted(payable.measured_against_targets(plan)) for row in inputs.quotas(viewer, first, last, name)]


def scores(plan, first, last, viewer, as_of=None):
    """The scores that the plan asks for: of follow-ups as the books have them, others as entered."""
    return entered.with_spans(plan, [*inputs.scores(viewer, first, last, sorted(payable.scored(plan) & {*GIVEN})), *entered.scores(viewer, plan, first, last, as_of)])


def _lacking(version, lines, period):
    """Warnings about those with a line of the month for whom something that is entered is missing."""
    plan, payees = reading.loaded(version.text), {x.person_id for x in lines if x.fact_period == period.code}
    return entered.warnings(plan, {(pk, period.starts_on) for pk in payees}, _names(payees)) if payable.entered(plan) else []


def _names(pks):
    return dict(Person.objects.filter(pk__in=pks).values_list("pk", "name"))


def unsaved(plan, lines):
    """Lines of an estimate: nothing posted, nothing closed."""
    unit = fen if plan.settlement.per_line else exact
    return [Line(person_id=int(x.payee), key=x.id, component=x.component, clause=x.clause, allocation_id=int(x.fact) if _of_receipt(x) else None, contract_id=signings.contract_of(x.fact),
                 fact_period=x.fact_period, base=fen(x.base), earned=unit(x.earned), reserved=unit(x.reserved),
                 held=unit(x.earned - _released(x)), payout=unit(_released(x) - x.reserved), difference=unit(x.earned),
                 detail={**_detail(plan, x), "day": f"{x.day}"}) for x in lines if x.day]


def _lines(plan, result, credit, period, governed, spanned):
    """Ledger lines of one engine result, by person, component, month and day; `spanned` is which version governs which days."""
    late = [x.id for x in result.lines if x.fact_period != period.code]
    last = inputs.last_lines(FIRM, late)
    reversals = inputs.reversals(FIRM, {int(x.fact) for x in result.lines if _of_receipt(x) and x.day is None})
    made, unit = [], fen if plan.settlement.per_line else exact
    for x in sorted(result.lines, key=lambda x: (int(x.payee), x.component, x.fact_period, x.day or date.min, x.id)):
        earned, before, kept = unit(x.earned), unit(x.posted_before), unit(x.posted_reserved)
        reserved, share = unit(x.reserved) - kept, credit.get((x.fact, x.payee))
        held = unit(x.earned - _released(x)) - unit(x.posted_before - x.posted_released)
        detail = _detail(plan, x)
        if x.fact_period != period.code:
            detail["cause"] = causes.of(x, last.get(x.id), share, reversals.get(x.fact), _ruling(x, last.get(x.id), governed, spanned))
        made.append(Line(
            person_id=int(x.payee), plan=governed, key=x.id, component=x.component, clause=x.clause, allocation_id=int(x.fact) if _of_receipt(x) else None,
            contract_id=signings.contract_of(x.fact), fact_period=x.fact_period, base=fen(x.base) if x.day else None, earned=earned, held=held, reserved=reserved,
            payout=earned - before - held - reserved, posted_before=before, difference=earned - before, corrects=x.corrects,
            reason=(share["reason"] if share else "")[:200], detail=detail))
    return made


def _ruling(x, last, governed, spanned):
    """The version a closed month is computed by now, when what is posted of this line was computed by another; else ""."""
    whole = span.read(x.fact_period, None)
    now = next((v for v, stretches in spanned for starts, ends in stretches
                if whole and starts <= whole.ends_on and whole.starts_on <= ends), governed)
    return str(now) if last is not None and (now != governed or last.plan_id not in (None, governed.pk)) else ""


def _released(x):
    """What of a line is payable so far."""
    return x.earned if x.released is None else x.released


def _of_receipt(x):
    """Whether a line is about a receipt, and not about a contract, a period or a reserve returned."""
    return bool(x.fact) and x.fact.isdigit()


def _detail(plan, x):
    """All that explains a line, as text figures: share, the slices of its rates, uplift, factor, gate, what formulas were given."""
    component = next(c for c in plan.components if c.name == x.component)
    found = {"present": x.day is not None, "share": text(x.share), "before": text(x.before), "after": text(x.after), "uplift": text(x.uplift),
             "factor": text(x.factor), "measured": text(x.measured), "quota": text(x.quota), "attainment": text(x.attainment),
             "full": text(x.full_amount), "passed": x.passed, "rolled": hasattr(component.credit, "roll_up"),
             "gate": ("open" if x.passed else "closed") if component.gate else "",
             "returned": not _of_receipt(x) and not signings.contract_of(x.fact) and x.day is None, "given": x.given}
    if event := performed.event_of(x.fact):
        found["event"] = event
    if component.release:
        found["released"] = text(x.released)
    if not plan.settlement.per_line:
        found["base"] = text(x.base)
    if getattr(component.rate, "tiers", "") == "marginal" and not component.rate.attainment:
        found["slices"] = slices(component.rate.table, x.before, x.after)
    elif getattr(component.rate, "tiers", "") == "whole":
        reached = [rate for edge, rate in component.rate.table if x.measured is not None and x.measured >= edge]
        found["rate"] = text(wording.rate_of(reached[-1])) if reached and not component.rate.attainment else ""
    else:
        found["rate"] = text(wording.rate_of(getattr(component.rate, "flat", "")))
    return found


def slices(table, before, after):
    """[dict(from, upto, part, rate)] of what lies between two running totals, row by row; a rate that is a formula ends it."""
    found = []
    for (start, rate), following in zip(table, [*table[1:], None], strict=True):
        upto = following[0] if following else None
        low, high = (max(x, start) if start else x for x in (before, after))
        part = (min(high, upto) if upto is not None else high) - (min(low, upto) if upto is not None else low)
        number = wording.rate_of(rate)
        if part and number is not None:
            found.append({"from": text(start), "upto": text(upto), "part": text(fen(part)), "rate": text(number)})
    return found


def text(number):
    """A figure as JSON keeps it: plain text without trailing zeros, None for none."""
    if number is None:
        return None
    shown = f"{Decimal(number):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _named(warnings):
    """The engine's warnings with people's names for their ids."""
    ids = {int(payee) for w in warnings for payee in w.get("payees", {})}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    found = []
    for w in warnings:
        kept = {"code": w["code"], "count": w["count"], "zh": w["zh"], "en": w["en"]}
        for payee, count in w.get("payees", {}).items():
            name = names.get(int(payee), payee)
            kept["zh"] = kept["zh"].replace(f"{payee}（{count}）", f"{name}（{count}）")
            kept["en"] = kept["en"].replace(f"{payee} ({count})", f"{name} ({count})")
        found.append(kept)
    return found
