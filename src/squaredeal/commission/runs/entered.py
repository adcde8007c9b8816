"""What is entered of people, as the engine's tables hold it: scores by month, and wages as a column of the people, each from its month on."""
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from squaredeal.commission.plans import payable, wording
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.appraisal import queries as appraisal
from squaredeal.organisation.appraisal.models import Kind
from squaredeal.organisation.appraisal.policy import GIVEN, WAGE
from squaredeal.organisation.team.scope import FIRM

from . import inputs

LAST = {"quarter": (3, 6, 9, 12), "half": (6, 12), "year": (12,)}


def scores(viewer, plan, first, last, as_of=None):
    """Scores the plan asks for, `first` to `last`, by month: payee, name, period, value."""
    asked = payable.scored(plan) - {*GIVEN}
    return [{"payee": who, "name": name, "period": f"{month:%Y-%m}", "value": value} for who, name, month, value in appraisal.figures(viewer, Kind.SCORE, asked, last, _known(as_of))
            if month >= first.replace(day=1)]


def with_spans(plan, rows):
    """Scores by month, and those of the quarters, halves and years that the plan pays by a score: the score of the last month is theirs."""
    from squaredeal.engine.plan.calendar import name_of
    spans, found = sorted(payable.spans_scored(plan)), list(rows)
    for row in rows:
        month = date.fromisoformat(f"{row['period']}-01")
        found += [{**row, "period": name_of(kind, month, plan.year_starts)} for kind in spans if (month.month - plan.year_starts) % 12 + 1 in LAST[kind]]
    return found


def with_wages(viewer, plan, people, last, as_of=None):
    """The assignments of `people` with the sums the plan asks for, cut where one of them changes; as they are where it asks for none."""
    asked = payable.figures(plan) - {*inputs.ATTRIBUTES}
    changes = {}
    for who, name, month, value in appraisal.figures(viewer, Kind.WAGE, asked, last, _known(as_of)):
        changes.setdefault(who, {}).setdefault(month, {})[name] = value
    if not changes:
        return people
    names = sorted({name for months in changes.values() for said in months.values() for name in said})
    return [{**row, **dict.fromkeys(names), **said, "from": starts, "to": ends} for row in people for starts, ends, said in _cut(row, changes.get(row["payee"], {}))]


def _cut(row, months):
    """[(first day, last day, sums)] of one assignment."""
    inside = [m for m in sorted(months) if row["from"] < m and (row["to"] is None or m <= row["to"])]
    edges = [row["from"], *inside]
    for starts, following in zip(edges, [*inside, None], strict=True):
        said: dict = {}
        for month in sorted(m for m in months if m <= starts):
            said.update(months[month])
        yield starts, following - timedelta(days=1) if following else row["to"], said


def _known(as_of):
    return None if as_of is None else inputs.end_of(as_of)


def check(plan, last):
    """Refused, with the page where it is entered, when the plan asks for something of which nothing at all is entered by the end of a month."""
    for kind, name, needed in payable.entered(plan):
        if needed and not appraisal.figures(FIRM, Kind(kind), {name}, last):
            raise Refused(MISSING[kind]() % {"name": _("Wage") if name == WAGE else name, "page": page(kind, name, last)}, clause=CLAUSES[kind])


def page(kind, name, day):
    """The address where a score or a sum is entered for the month of a day."""
    return f"{reverse('appraisal:wages' if kind == Kind.WAGE else 'appraisal:scores')}?period={day:%Y-%m}&name={name}"


MISSING = {Kind.SCORE: lambda: _("The plan asks for the score “%(name)s”, and nobody has one. Enter it under Scores (%(page)s), then compute again."),
           Kind.WAGE: lambda: _("The plan asks for “%(name)s” of each person, and nobody has one. Enter it under Wages (%(page)s), then compute again.")}
CLAUSES = {Kind.SCORE: "4.4.1", Kind.WAGE: "4.4.2"}


def gaps(plan, there):
    """[(kind, name, [(person id, first day of the month)])] of what the plan asks for and nobody entered, the earliest first; `there` are the
    (person id, month) that were paid by it."""
    found = []
    for kind, name, needed in payable.entered(plan):
        rows = appraisal.figures(FIRM, Kind(kind), {name}, max(there)[1]) if needed and there else ()
        if kind == Kind.SCORE:
            known = {(who, month) for who, _name, month, _value in rows}
        else:
            known = {(who, month) for who, month in there if any(other == who and since <= month for other, _name, since, _value in rows)}
        missing = sorted(set(there) - known, key=lambda pair: (pair[1], pair[0]))
        if needed and missing:
            found.append((kind, name, missing))
    return found


def told(gap, names, lang):
    """One gap in a sentence; `names` is {person id: name}."""
    _kind, name, missing = gap
    some = [f"{names.get(who, who)} {month:%Y-%m}" for who, month in missing[:5]]
    if lang == "zh":
        return f"“{'工资' if name == WAGE else name}”有 {len(missing)} 处没填：{'、'.join(some)}{'等' if len(missing) > 5 else ''}"
    return f"“{name}” is not entered {len(missing)} {'time' if len(missing) == 1 else 'times'}: {', '.join(some)}{' …' if len(missing) > 5 else ''}"


def warnings(plan, there, names):
    """The gaps as the run tells them."""
    return [{"code": "not_entered", "count": len(gap[2]), "zh": f"{told(gap, names, 'zh')}，按空算", "en": f"{told(gap, names, 'en')}; it counts as empty"} for gap in gaps(plan, there)]


def missed(plan, facts, credit, names):
    """What may be missing where a month cannot be computed: a sentence with the page, "" where nothing is."""
    months = {str(fact["id"]): fact["date"].replace(day=1) for fact in facts}
    found = gaps(plan, {(share["payee"], months[str(share["fact"])]) for share in credit if str(share["fact"]) in months})
    return " ".join(f"{told(gap, names, wording.language())} ({page(gap[0], gap[1], gap[2][0][1])})" for gap in found)
