"""What can be asked of the rulebook: the document of a day, versions and their changes, drafts, who acknowledged."""
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.clause import ENFORCED, REGISTER, words
from squaredeal.kernel.memory import lasting
from squaredeal.kernel.models import PolicyVersion
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Role

from . import policy
from .models import Acknowledgement


def register(viewer):
    """{number: clause class} of every clause of the product, in document order."""
    for section in settings.SECTIONS:
        if find_spec(f"{section}.policy"):
            import_module(f"{section}.policy")
    return dict(sorted(REGISTER.items(), key=lambda item: [int(n) for n in item[0].split(".")]))


def document(viewer, on=None):
    """[(chapter number, title, clauses of the chapter, [(section number, title, [Clause in force])])] on a day."""
    on = on or timezone.localdate()
    clauses = [clause.on(on) for clause in register(viewer).values()]
    chapters = []
    for chapter, in_chapter in groupby(clauses, key=lambda c: int(c.number.split(".")[0])):
        sections = [(number, words(policy.SECTIONS[number]), list(group))
                    for number, group in groupby(in_chapter, key=lambda c: ".".join(c.number.split(".")[:2]))]
        chapters.append((chapter, words(policy.CHAPTERS[chapter]), [c for s in sections for c in s[2]], sections))
    return chapters


def coverage(viewer):
    """(clauses in all, enforced by the system)."""
    clauses = register(viewer).values()
    return len(clauses), sum(1 for c in clauses if c.mode == ENFORCED)


def versions(viewer):
    """Published versions, latest effective first, each with `.changes`: [(clause, before, after)]."""
    found = list(PolicyVersion.objects.filter(state=PolicyVersion.State.PUBLISHED).order_by("-starts_on", "-pk")
                 .select_related("published_by").prefetch_related("values_set"))
    known = register(viewer)
    for place, version in enumerate(found):
        earlier = found[place + 1:]
        version.changes = [change for value in version.values_set.all() if value.clause in known
                           for change in [_change(known[value.clause], value.parameters, earlier)] if change]
    return found


def _change(clause, parameters, earlier):
    """(clause, before, after) as clause objects; None when the value is the clause's first or the same as before."""
    before = next((v.parameters for version in earlier for v in version.values_set.all() if v.clause == clause.number), None)
    if before is None and earlier == []:
        return None
    old, new = clause(**_known(clause, before or {})), clause(**_known(clause, parameters))
    return (clause, old, new) if old != new else None


def _known(clause, parameters):
    return {k: v for k, v in parameters.items() if k in clause.model_fields}


def drafts(viewer):
    """Open drafts the viewer may see: their own, and what was submitted when they may publish; each with `.changes`."""
    rows = PolicyVersion.objects.filter(state__in=["draft", "submitted"]).select_related("drafted_by").prefetch_related("values_set")
    rows = [v for v in rows if v.drafted_by_id == viewer.pk or (viewer.role == Role.DIRECTOR and v.state == "submitted")]
    known, today = register(viewer), timezone.localdate()
    for version in rows:
        version.changes = [(known[v.clause], known[v.clause].on(today), known[v.clause](**_known(known[v.clause], v.parameters)))
                           for v in version.values_set.all() if v.clause in known]
    return rows


def draft_of(viewer):
    """The viewer's own open draft, or None."""
    return PolicyVersion.objects.filter(state="draft", drafted_by=viewer).prefetch_related("values_set").first()


def version(viewer, pk):
    """One version the viewer may act on, or None."""
    found = PolicyVersion.objects.filter(pk=pk).first()
    mine = found and (found.state == "published" or found.drafted_by_id == viewer.pk or viewer.role == Role.DIRECTOR)
    return found if mine else None


def in_force(viewer, on=None):
    """The version in force on a day, or None."""
    return PolicyVersion.objects.filter(state="published", starts_on__lte=on or timezone.localdate()).order_by("-starts_on", "-pk").first()


def latest(viewer):
    """The version published last, in force or still to come: the one to acknowledge."""
    return lasting("rulebook.latest", lambda: PolicyVersion.objects.filter(state="published").order_by("-starts_on", "-pk").first())


def acknowledged(viewer, version):
    """(people who acknowledged, people who have not), both in the order of the organisation."""
    done = set(Acknowledgement.objects.filter(version=version).values_list("person", flat=True))
    everybody = list(dict.fromkeys(seat.person for seat in team.people(viewer)))
    return [p for p in everybody if p.pk in done], [p for p in everybody if p.pk not in done]


def needs(viewer):
    """The version to acknowledge; for the director, drafts submitted."""
    found, last = [], latest(viewer)
    today = timezone.localdate()
    if last and not Acknowledgement.objects.filter(version=last, person=viewer).exists():
        late = last.published_at is not None and (today - timezone.localdate(last.published_at)).days > policy.Acknowledging.on(today).days
        found.append({"clause": policy.Acknowledging.number, "due": None, "late": late, "weight": 1,
                      "title": _("Read and acknowledge policy %(version)s") % {"version": last}, "text": last.note,
                      "url": reverse("rulebook:index"),
                      "verbs": [{"label": _("Acknowledge"), "url": reverse("rulebook:acknowledge", args=[last.pk]), "primary": True}]})
    if viewer.role == Role.DIRECTOR:
        for draft in lasting("rulebook.submitted", lambda: list(PolicyVersion.objects.filter(state="submitted").select_related("drafted_by"))):
            found.append({"clause": policy.Publication.number, "due": None, "late": False, "weight": 5,
                          "title": _("%(person)s proposes policy %(version)s") % {"person": draft.drafted_by, "version": draft},
                          "text": draft.note, "url": reverse("rulebook:index"), "verbs": []})
    return found
