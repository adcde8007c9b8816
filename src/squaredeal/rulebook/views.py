"""The doors to the rulebook: read it, change a number in a sentence, submit, publish, acknowledge."""
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from squaredeal.kernel.clause import REGISTER
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import is_part, page

from . import actions, forms, policy, queries


@require_GET
def index(request):
    """The document, chapter by chapter, and the clause picked with ?c=."""
    return _document(request)


def _document(request, *, status=200, **more):
    viewer, today = request.user, timezone.localdate()
    total, enforced = queries.coverage(viewer)
    latest = queries.latest(viewer)
    done, open_ = queries.acknowledged(viewer, latest) if latest else ([], [])
    drafts = queries.drafts(viewer)
    own = {clause.number for version in drafts if version.drafted_by_id == viewer.pk for clause, _old, _new in version.changes}
    context = {"chapters": queries.document(viewer), "total": total, "enforced": enforced, "in_force": queries.in_force(viewer),
               "latest": latest, "versions": queries.versions(viewer), "drafts": drafts, "drafted_numbers": own, "done": done, "open": open_,
               "signed": viewer in done, "everybody": len(done) + len(open_), "ack_percent": round(100 * len(done) / max(len(done) + len(open_), 1)),
               "ack_said": f"{len(done)} / {len(done) + len(open_)}", "may_draft": viewer.role in {"director", "manager", "admin"}, "publish": forms.Publish(),
               "note": forms.Note(), "today": today, "opened": _opened(request.GET.get("c")), **_picked(viewer, request.GET.get("c")), **more}
    return page(request, "rulebook/index.html", "rulebook/index.html", context, status=status)


def _opened(number):
    """The sections unfolded at first: the picked clause's, else the three of the document's own text."""
    return {".".join(number.split(".")[:2])} if number else {"2.1", "2.2", "2.3"}


def _picked(viewer, number, *, refusal=None, typed=None):
    """The clause shown at the side: in force, and as the viewer's draft would have it."""
    clause = queries.register(viewer).get(number)
    if clause is None:
        return {}
    today = timezone.localdate()
    draft = queries.draft_of(viewer)
    value = next((v for v in draft.values_set.all() if v.clause == number), None) if draft else None
    now = clause.on(today)
    wanted = typed or (value.parameters if value else {})
    fields = [{"name": name, "now": getattr(now, name), "value": wanted.get(name, getattr(now, name)), "letters": isinstance(getattr(now, name), str),
               "error": refusal if refusal and refusal.field == name else None, **_bounds(field)}
              for name, field in clause.model_fields.items()]
    bounds = list(dict.fromkeys((f["low"], f["high"]) for f in fields if "low" in f))
    history = [(v, old, new) for v in queries.versions(viewer) for c, old, new in v.changes if c is clause]
    return {"picked": now, "fields": {f["name"]: f for f in fields}, "bounds": bounds, "drafted": value is not None, "draft": draft, "refusal": refusal,
            "history": history}


def _bounds(field):
    limits = {}
    for rule in field.metadata:
        for name, key in (("ge", "low"), ("le", "high")):
            if getattr(rule, name, None) is not None:
                limits[key] = getattr(rule, name)
    return limits


def clause(request, number):
    """One clause at the side; POST puts its numbers into the viewer's draft."""
    viewer = request.user
    if number not in queries.register(viewer):
        raise Http404(number)
    if request.method == "POST":
        names = set(REGISTER[number].model_fields)
        typed = {k: v.strip() for k, v in request.POST.items() if k in names}
        try:
            actions.draft(viewer, number, parameters=typed)
        except Refused as refusal:
            context = {**_picked(viewer, number, refusal=refusal, typed=typed), "may_draft": True}
            if not is_part(request):
                return _document(request, status=422, **{**context, "opened": _opened(number)})
            return render(request, "rulebook/_clause.html", context, status=422)
        if not is_part(request):
            return redirect(f"{reverse('rulebook:index')}?c={number}")
        return render(request, "rulebook/_drafted.html", {**_picked(viewer, number), "may_draft": True, "publish": forms.Publish(), "note": forms.Note(),
                                                          "drafts": queries.drafts(viewer), "today": timezone.localdate()})
    context = {**_picked(viewer, number), "may_draft": viewer.role in {"director", "manager", "admin"}, "publish": forms.Publish(),
               "note": forms.Note()}
    if not is_part(request):
        return redirect(f"{reverse('rulebook:index')}?c={number}")
    return render(request, "rulebook/_clause.html", context)


@require_GET
def versions(request):
    """Every published version with what it changed."""
    return page(request, "rulebook/versions.html", "rulebook/versions.html", {"versions": queries.versions(request.user)})


@require_GET
def printed(request):
    """The whole document for the printer, as in force today."""
    return render(request, "rulebook/print.html", {"chapters": queries.document(request.user), "in_force": queries.in_force(request.user),
                                                   "today": timezone.localdate(), "versions": queries.versions(request.user)})


@require_POST
def decide(request, pk, verb):
    """submit, publish, send_back or drop one draft; a refusal comes back beside what was typed."""
    version = queries.version(request.user, pk)
    if version is None or verb not in policy.VERSION.steps:
        raise Http404(pk)
    form = forms.Publish(request.POST) if verb == "publish" else forms.Note(request.POST)
    if form.is_valid():
        try:
            getattr(actions, verb)(request.user, version, **({} if verb == "drop" else form.cleaned_data))
            return redirect("rulebook:index")
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    return _document(request, status=422, refused=version.pk, **{"publish" if verb == "publish" else "note": form})


@require_POST
def acknowledge(request, pk):
    version = queries.version(request.user, pk)
    if version is None:
        raise Http404(pk)
    actions.acknowledge(request.user, version)
    return redirect("rulebook:index")
