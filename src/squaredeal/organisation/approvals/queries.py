"""What can be asked of approvals: who would sign, what waits for the viewer, what they asked and decided, one request with its chain."""
from decimal import Decimal

from django.db.models import Count, Prefetch, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from squaredeal.kernel import figures
from squaredeal.kernel.errors import OutOfReach
from squaredeal.kernel.memory import remember
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Assignment, Role
from squaredeal.organisation.team.scope import FIRM, reaches, stands_for

from . import policy, subjects
from .models import Request, Step


def chain(viewer, roles, person, on, asker=None):
    """[policy.Signature]: who signs for `person` on a day, one for each of `roles` in order, resolved by the dated assignments.

    A manager's signature comes from the person's own manager or the nearest above; of a region without one, from the acting
    deputy, else the director. The person, or who asks in their stead (`asker`), is passed over; nobody signs twice. Refused when nobody could sign.
    """
    line, held = {}, team.people(viewer, on)
    holding = {role: [a.person for a in held if a.position.role == role and a.person.is_active] for role in Role}
    for role in roles:
        if role == Role.MANAGER:
            line[role] = [*_managers_above(viewer, person, on), *holding[Role.DIRECTOR]]
        else:
            line[role] = holding[role] if role == Role.DIRECTOR else [*holding[role], *holding[Role.DIRECTOR]]
    return policy.chain(roles, asker or person, line)


def role_of(viewer, person, on):
    """The role of a person on a day, from the same reading; "" without a post."""
    return next((a.position.role for a in team.people(viewer, on) if a.person_id == person.pk), "")


def _managers_above(viewer, person, on):
    """The managers of the person's unit and the units above it, nearest first; an empty post gives its acting deputy."""
    own = next((a for a in team.people(viewer, on) if a.person_id == person.pk), None)
    if own is None:
        return []
    held, found = {a.unit_id: a.person for a in team.people(viewer, on) if a.position.role == Role.MANAGER and a.person.is_active}, []
    for unit in reversed(own.unit.line):
        if unit in held:
            found.append(held[unit])
        elif unit != own.unit.line[0]:
            last = Assignment.objects.filter(unit=unit, position__role=Role.MANAGER, ends_on__lt=on).order_by("-ends_on").select_related("person").first()
            found += team.deputies_of(viewer, last.person, on) if last else []
    return found


def request(viewer, pk):
    """One request with its steps within the viewer's reach, or OutOfReach."""
    found = _whole(Request.objects.seen_by(viewer)).filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This is not here, or not within your reach."))
    return found


def waiting(viewer):
    """Open requests whose turn is the viewer's or of somebody they act for, soonest due first."""
    mine = Step.objects.filter(state=Step.State.WAITING, approver__in=[eyes.pk for eyes in stands_for(viewer)])
    return _whole(Request.objects.filter(state=Request.State.OPEN, pk__in=mine.values("request")).exclude(asked_by=viewer)) \
        .order_by("due_at", "pk")


def beside(viewer):
    """What waits for the viewer's signature on pages of its own, the soonest due first."""
    found = remember(("approvals.beside", viewer.pk), lambda: [row for ask in subjects.BESIDE for row in ask(viewer)])
    return sorted(found, key=lambda row: (row.due is None, row.due))


def count_waiting(viewer):
    """How many requests wait for the viewer: the number beside the rail's entry, which costs every page no more than this."""
    return remember(("approvals.waiting", viewer.pk), waiting(viewer).count)


def count_all(viewer, requests=None):
    """How many matters wait for the viewer, those on pages of their own too; where it is asked first, the rail's entry says the same."""
    return remember(("approvals.waiting", viewer.pk), lambda: (waiting(viewer).count() if requests is None else requests) + len(beside(viewer)))


def asked(viewer):
    """What the viewer asked for, newest first."""
    return _whole(Request.objects.filter(asked_by=viewer))


def decided(viewer):
    """What the viewer has decided, latest first."""
    mine = Step.objects.filter(decided_by=viewer)
    return _whole(Request.objects.filter(pk__in=mine.values("request"))).order_by("-asked_at", "-pk")


def within_reach(viewer):
    """Every request the viewer may see, newest first, for the API."""
    return _whole(Request.objects.seen_by(viewer))


def of_subject(viewer, kind, pk):
    """Every request ever made on a subject, newest first. The caller has reached the subject already; facts stay by role."""
    return list(_whole(Request.objects.filter(kind=kind, subject_id=pk)))


def of_subjects(viewer, kind, pks):
    """The same for several subjects: [Request], newest first, for a timeline."""
    return list(_whole(Request.objects.filter(kind=kind, subject_id__in=pks)))


def facts(viewer, request):
    """The facts the viewer's role may know: [{"label" (translated), "kind", "value"}]."""
    in_words = gettext   # under another name: the labels are collected where they are written
    return [{"label": in_words(fact["label"]), "kind": fact.get("kind", "text"), "value": fact["value"]}
            for fact in request.facts if known_to(viewer, fact)]


def known_to(viewer, fact):
    """Whether the viewer, or somebody they stand for, has a role that may know this fact."""
    roles = {eyes.role for eyes in stands_for(viewer)} if viewer is not FIRM else {Role.DIRECTOR}
    return not fact.get("roles") or bool(roles & set(fact["roles"]))


def margins(viewer, request):
    """{"now", "floor", "list"} as rates, for a bar; None where the request has none or the viewer may not know them."""
    told = {fact["name"]: fact["value"] for fact in request.facts if "name" in fact and known_to(viewer, fact)}
    rates = [told.get(name) for name in ("margin", "floor margin", "list margin")]
    return dict(zip(("now", "floor", "list"), (Decimal(rate) / 100 for rate in rates), strict=True)) if all(rates) else None


def may_decide(viewer, request):
    """Whether the viewer may decide the request now, for its verbs."""
    here = request.waiting
    return bool(here) and viewer != request.asked_by and here.approver in stands_for(viewer)


def candidates(viewer, request):
    """(people a signature may pass to, people who may countersign) for the two lists of the request's page."""
    here = request.waiting
    if here is None:
        return [], []
    signing = {s.approver_id for s in request.steps.all() if s.state in {"ahead", "waiting"}} | {request.asked_by_id}
    known = [a for a in team.people(viewer, timezone.localdate()) if a.person.is_active and a.position.role != Role.ADMIN]
    pass_to = [a.person for a in known if policy.may_stand_in(here.role, a.position.role)
               and a.person_id not in {here.approver_id, request.asked_by_id}]
    return list(dict.fromkeys(pass_to)), list(dict.fromkeys(a.person for a in known if a.person_id not in signing))


def shown_at(viewer, request):
    """(page of the subject, address of the HTMX part that shows it on the request's page, that part's static css), each "" when there is
    none: who was called on to countersign decides on the facts of the request and does not reach the subject by it."""
    subject = subjects.KINDS.get(request.kind)
    if subject is None or not reaches(viewer, subject.model, request.subject_id):
        return "", "", ""
    return (reverse(subject.url, args=[request.subject_id]), *((reverse(subject.part, args=[request.subject_id]), subject.css) if subject.part else ("", "")))


def needs(viewer):
    """What waits for the viewer's signature, for the desk."""
    now, found = timezone.now(), []
    rows = list(waiting(viewer).prefetch_related(None).annotate(all=Window(Count("pk")))[:20])
    remember(("approvals.waiting", viewer.pk), lambda: (rows[0].all if rows else 0) + len(beside(viewer)))
    for request in rows:
        url, bar = reverse("approvals:request", args=[request.pk]), margins(viewer, request)
        short = bar and bar["floor"] - bar["now"]
        found.append({
            "clause": request.clause or policy.Deadline.number, "due": request.due_at, "late": bool(request.due_at and request.due_at < now),
            "text": _waiting_text(request), "url": url, "margins": bar,
            "title": _("%(title)s, %(points)s points below the floor") % {"title": request.title, "points": figures.grouped(short * 100, 1)}
            if short and short > 0 else request.title, "amount": request.amount, "weight": 90,
            "verbs": [{"label": _("Approve"), "url": reverse("approvals:approve", args=[request.pk]), "primary": True},
                      {"label": _("Send back"), "url": url, "primary": False, "method": "get"}]})
    return found


def _waiting_text(request):
    said = [str(request.asked_by), *([figures.wan_text(request.amount)] if request.amount else [])]
    if request.condition:
        said.append(request.condition)
    return " · ".join(said)


def _whole(rows):
    return rows.select_related("asked_by").prefetch_related(
        Prefetch("steps", Step.objects.select_related("approver", "decided_by", "handed_by").order_by("order", "pk")))


def place(viewer, request):
    """(which, of how many) among what waits for the viewer, or None when the request does not."""
    order = list(waiting(viewer).prefetch_related(None).values_list("pk", flat=True)[:100])
    return (order.index(request.pk) + 1, len(order)) if request.pk in order else None


def following(viewer, request):
    """The next request that waits for the viewer, or None."""
    return waiting(viewer).prefetch_related(None).select_related(None).exclude(pk=request.pk).first()
