"""How people come to plans: the versions, one of them in words, its text, and the verbs on it."""
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import page
from squaredeal.kernel.reading import whole
from squaredeal.organisation.appraisal.policy import WAGE
from squaredeal.organisation.team import queries as team

from . import actions, curves, measures, payable, paying, policy, queries, rates, reading, sentences
from .forms import PlanForm, PublishForm


@require_GET
def index(request):
    """The plan in force, or the list when there is none."""
    if policy.role(request.user) not in policy.READERS:
        raise Http404
    now = queries.in_force(request.user, timezone.localdate())
    return page(request, "plans/index.html", "plans/_index.html", {
        "versions": list(queries.versions(request.user)[:100]), "now": now, "may_draft": policy.role(request.user) in policy.DRAFTERS,
        "principle": policy.Principle.on(timezone.localdate())})


def _found(request, pk):
    found = queries.plan(request.user, pk)
    if found is None:
        raise Http404
    return found


@require_GET
def plan(request, pk):
    """One version in words, with its tables and their curves."""
    return page(request, "plans/plan.html", "plans/_plan.html", _whole(request, _found(request, pk)))


def _whole(request, found, refusal=None, publish=None):
    read, problems = reading.read(found.text)
    role = policy.role(request.user)
    return {
        "plan": found, "problems": reading.shown(problems), "warnings": reading.warnings(read) if read else [],
        "unsettled": payable.unsettled(read) if read and found.state == "draft" else [], "entered": _entered(read) if read else [],
        "components": sentences.components(read) if read else [], "definitions": measures.definitions(read) if read else [],
        "tables": rates.tables(read) if read else [],
        "settlement": paying.settlement(read) if read else [], "general": paying.general(read) if read else [], "rule": read.rule.strip() if read else "", "examples": read.examples if read else [],
        "curves": curves.curves(read) if read else [], "versions": list(queries.versions(request.user).filter(name=found.name)[:8]),
        "now": queries.in_force(request.user, timezone.localdate()), "draft": found.state == "draft",
        "may_revise": found.state == "draft" and role in policy.DRAFTERS, "may_renew": role in policy.DRAFTERS,
        "may_publish": found.state == "draft" and role == "director" and not problems, "refusal": refusal,
        "publish": publish or PublishForm(initial={"starts_on": found.starts_on}), "base": policy.Base.on(timezone.localdate())}


def _entered(read):
    """[(name, address of the page)] of what the plan asks for that is entered by hand."""
    pages = {"score": reverse("appraisal:scores"), "wage": reverse("appraisal:wages")}
    return [(_("Wage") if name == WAGE else _("Score “%(name)s”") % {"name": name} if kind == "score" else name, f"{pages[kind]}?{urlencode({'name': name})}")
            for kind, name, needed in payable.entered(read) if needed]


@require_http_methods(["GET", "POST"])
def draft(request):
    """A new version: from an old one (?from=pk), or from a sound one to be changed."""
    if policy.role(request.user) not in policy.DRAFTERS:
        raise Http404
    origin = whole(request.GET.get("from", ""))
    old = None if origin is None else queries.plan(request.user, origin)
    return _edit(request, None, old, lambda text, note: actions.draft(request.user, None, text=text, note=note))


@require_http_methods(["GET", "POST"])
def revise(request, pk):
    """The text of a draft, checked whole on save: 422 names every problem with its place, reason and remedy."""
    found = _found(request, pk)
    if policy.role(request.user) not in policy.DRAFTERS:
        raise Http404
    return _edit(request, found, found, lambda text, note: actions.revise(request.user, found, text=text, note=note))


def _edit(request, found, origin, save):
    text = origin.text if origin else ""
    if request.method == "GET" and not origin:
        company = next((unit.name for unit in team.units(request.user) if unit.parent_id is None), "")
        text = reading.starter(company, timezone.localdate().replace(month=1, day=1))
    form = PlanForm(request.POST or None, initial={"text": text, "note": found.note if found else ""})
    context = {"form": form, "plan": found, "origin": origin, "problems": []}
    if request.method == "GET":
        return page(request, "plans/edit.html", "plans/_edit.html", context)
    if form.is_valid():
        try:
            kept = save(form.cleaned_data["text"], form.cleaned_data["note"])
        except policy.Unsound as unsound:
            context["problems"] = reading.shown(unsound.problems)
            form.add_error("text", unsound.message)
        except Refused as refusal:
            form.add_error("text", refusal.message)
        else:
            return HttpResponseRedirect(reverse("plans:plan", args=[kept.pk]))
    return page(request, "plans/edit.html", "plans/_edit.html", context, status=422)


@require_GET
def text(request, pk):
    """The YAML as a file, for the command."""
    found = _found(request, pk)
    response = HttpResponse(found.text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="plan-{found.pk}-v{found.version}.yaml"'
    return response


@require_POST
def publish(request, pk):
    """The director decides from which month people are paid by it."""
    found, form = _found(request, pk), PublishForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Choose the first of a month from which it applies."), field="starts_on")
        actions.publish(request.user, found, starts_on=form.cleaned_data["starts_on"], seal=form.cleaned_data["seal"])
    except Refused as refusal:
        return page(request, "plans/plan.html", "plans/_plan.html", _whole(request, _found(request, pk), refusal, form), status=422)
    return HttpResponseRedirect(reverse("plans:plan", args=[pk]))


@require_POST
def drop(request, pk):
    """Set a draft aside."""
    try:
        actions.drop(request.user, _found(request, pk))
    except Refused as refusal:
        return page(request, "plans/plan.html", "plans/_plan.html", _whole(request, _found(request, pk), refusal), status=422)
    return HttpResponseRedirect(reverse("plans:index"))
