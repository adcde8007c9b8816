"""Many scores or wages at once: rows checked against the people in reach and each other, brought in with a journal, taken back."""
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel import importing
from squaredeal.kernel.action import action
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Journal
from squaredeal.organisation.team.models import Person
from squaredeal.organisation.team.scope import FIRM, people_under

from . import keeping, policy, queries
from .models import OF, Kind

VERBS = {Kind.SCORE: "scores.import", Kind.WAGE: "wages.import"}


def check(kind, viewer, rows):
    """{line: Refused} of rows that would not be entered."""
    return _read(kind, viewer, rows)[0]


def may(kind, viewer):
    """Refused for who enters no figures of a kind."""
    if kind == Kind.WAGE:
        policy.may_pay(viewer)
    else:
        policy.may_give(viewer)


@action("scores.import", may=lambda actor, batch, **given: may(Kind.SCORE, actor))
def bring_in_scores(actor, batch):
    """The rows become scores; see `_bring_in`."""
    return _bring_in(Kind.SCORE, actor, batch)


@action("wages.import", may=lambda actor, batch, **given: may(Kind.WAGE, actor))
def bring_in_wages(actor, batch):
    """The rows become wages; see `_bring_in`."""
    return _bring_in(Kind.WAGE, actor, batch)


@action("scores.undo_import", may=lambda actor, journal, **given: importing.check_undo(actor, journal, VERBS[Kind.SCORE]))
def undo_scores(actor, journal):
    """What the import entered is taken back. Returns (how many went, how many stay)."""
    return _undo(Kind.SCORE, actor, journal)


@action("wages.undo_import", may=lambda actor, journal, **given: importing.check_undo(actor, journal, VERBS[Kind.WAGE]))
def undo_wages(actor, journal):
    """What the import entered is taken back. Returns (how many went, how many stay)."""
    return _undo(Kind.WAGE, actor, journal)


def _bring_in(kind, actor, batch):
    """What differs from what stands is entered; rows that became wrong meanwhile are left out: the Journal's `left_out` names them.
    Its `moves` are {"file", "ids", "digest", "old": {new id: what it replaced}}. Refused when nothing is left."""
    refused, whose = _read(kind, actor, batch.rows)
    model, now = OF[kind], timezone.now()
    list(Person.objects.select_for_update().filter(pk__in={p.pk for p in whose.values()}).order_by("pk").values_list("pk"))
    keys = {(whose[r.line].pk, policy.named(kind, r["name"]), r["month"]): r["value"] for r in batch.rows if r.line in whose}
    there = {(x.person_id, x.name, x.month): x for x in model.objects.filter(person__in={pk for pk, _n, _m in keys}, superseded_at__isnull=True)}
    fresh = {key: value for key, value in keys.items() if key not in there or there[key].value != value}
    if not fresh:
        raise Refused(_("Everything in the file stands here already. Nothing was changed."))
    replaced = [there[key].pk for key in fresh if key in there]
    model.objects.filter(pk__in=replaced).update(superseded_at=now)
    made = [model.objects.create(person_id=pk, name=name, month=month, value=value, note=batch.file[:200], made_by=actor, made_at=now)
            for (pk, name, month), value in fresh.items()]
    old = {row.pk: there[key].pk for row, key in zip(made, fresh, strict=True) if key in there}
    journal = Journal.objects.create(actor=actor, verb=VERBS[kind], count=len(made), moves={
        "file": batch.file, "ids": [row.pk for row in made], "digest": batch.digest, "old": old})
    journal.left_out = refused
    return journal


def _undo(kind, actor, journal):
    gone = sum(keeping.put_back(actor, kind, pk, journal.moves["old"].get(str(pk))) for pk in journal.moves["ids"])
    journal.undone_at = timezone.now()
    journal.save(update_fields=["undone_at"])
    return gone, journal.count - gone


def _read(kind, viewer, rows):
    """({line: Refused}, {line: Person}) of rows: whose they are; the second only of those not refused."""
    known = queries.called(viewer, kind, sorted({r["person"] for r in rows}))
    today, settled, below = timezone.localdate(), queries.settled_until(FIRM), people_under(viewer)
    refused, whose, seen = {}, {}, {}
    for row in rows:
        try:
            found = known.get(row["person"], [])
            if len(found) != 1:
                raise Refused((_("Several people are called %(name)s. Write the login.") if found else _("Nobody in your reach is called %(name)s. Write the name or the login."))
                              % {"name": row["person"]}, field="person")
            name = policy.named(kind, row["name"])
            policy.check_month(row["month"], today)
            policy.check_value(kind, row["value"])
            if kind == Kind.SCORE:
                policy.may_score(viewer, found[0], below=found[0].pk in below)
            if settled and row["month"] <= settled:
                raise Refused(_("%(month)s is settled. Correct it on its page, with a reason.") % {"month": f"{row['month']:%Y-%m}"}, field="month")
            earlier = seen.setdefault((found[0].pk, name, row["month"]), row.line)
            if earlier != row.line:
                raise Refused(_("Row %(line)s says the same person, name and month. Keep one of them.") % {"line": earlier}, field="person")
            whose[row.line] = found[0]
        except Refused as no:
            refused[row.line] = no
    return refused, whose
