"""The pages of 二.2: record a contact, what is due, excuses, and the parts the customer's page shows. The map is in `mapviews`."""
from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.page import is_part, page
from squaredeal.kernel.span import picked
from squaredeal.organisation.team import queries as team
from squaredeal.process.customers.models import ContactKind

from . import actions, forms, policy, queries
from .mapviews import cell, compliance, talk

__all__ = ["ask_leave", "ask_quiet", "cell", "compliance", "decline", "due", "excuses", "grant", "log", "new", "next_step", "obligations",
           "reschedule", "talk"]
KINDS = [ContactKind.CALL, ContactKind.VISIT, ContactKind.MESSAGE, ContactKind.MAIL, ContactKind.PROPOSAL, ContactKind.TRIAL]


def log(request, pk):
    """Record a contact: a page of its own on the phone, a part on the customer's page; ?kind= chooses the kind beforehand."""
    customer = queries.customer(request.user, pk)
    if request.method != "POST":
        given, _result = forms.Kind(request.GET).said()
        return _compose(request, customer, forms.Contacted(initial={"kind": given, "result": policy.Result.MOVED}), given, policy.Result.MOVED)
    form = forms.Contacted(request.POST)
    if not form.is_valid():
        return _compose(request, customer, form, *forms.Kind(request.POST).said(), status=422)
    try:
        actions.record(request.user, customer, contact=queries.contact(request.user, customer, form.cleaned_data["contact"]), **form.given())
    except OutOfReach:
        raise
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _compose(request, customer, form, *forms.Kind(request.POST).said(), status=422, clause=refusal.clause)
    return _onward(request, reverse("customers:record", args=[pk]))


def _compose(request, customer, form, kind, result, *, status=200, clause=""):
    strategy, today = policy.Strategies.on(timezone.localdate()), timezone.localdate()
    step = queries.proposal(request.user, customer, kind, result)
    return page(request, "followup/log.html", "followup/_compose.html", {
        "customer": customer, "form": form, "kind": kind, "result": result, "kinds": KINDS, "all_kinds": ContactKind, "results": policy.Result,
        "contacts": queries.contacts(request.user, customer), "step": step, "today": today, "clause": clause or policy.Recording.number,
        "next": _typed(form, step) if form.is_bound else step._asdict(), "earliest": timezone.localdate() - _days(strategy.recording.days)},
        status=status)


def _days(n):
    return timedelta(days=n)


def _typed(form, step):
    """The next step as it was typed, where a field could be read; else as proposed."""
    said = getattr(form, "cleaned_data", {})
    return {"kind": said.get("next_kind") or step.kind, "on": said.get("next_on") or step.on, "at": said.get("next_at"),
            "text": form.data.get("next_text", step.text), "clause": step.clause, "every": step.every}


def next_step(request, pk):
    """Only the next-step block, proposed for another kind or result."""
    customer = queries.customer(request.user, pk)
    kind, result = forms.Kind(request.GET).said()
    step = queries.proposal(request.user, customer, kind, result)
    shape = "followup/_next_bar.html" if request.GET.get("shape") == "bar" else "followup/_next_block.html"
    return page(request, shape, shape, {"customer": customer, "next": step._asdict(), "step": step, "all_kinds": ContactKind,
                                        "today": timezone.localdate()})


def new(request):
    """Choose the customer to record a contact with."""
    text = request.GET.get("q", "").strip()[:60]
    return page(request, "followup/new.html", "followup/_found.html", {"text": text, "found": queries.to_log(request.user, text)})


def reschedule(request, pk):
    """Another day for the next step: the small form, or the move."""
    customer = queries.customer(request.user, pk)
    form, refusal = forms.AnotherDay(request.POST or None, initial={"on": customer.next_step_on, "at": customer.next_step_at}), None
    if request.method == "POST" and form.is_valid():
        try:
            actions.reschedule(request.user, customer, **form.cleaned_data)
            return _onward(request, reverse("customers:record", args=[pk]))
        except OutOfReach:
            raise
        except Refused as said:
            refusal = said
    return page(request, "followup/reschedule.html", "followup/_reschedule.html", {"customer": customer, "form": form, "refusal": refusal},
                status=422 if request.method == "POST" else 200)


def obligations(request, pk):
    """The box of what the grade asks, a part of the customer's page."""
    return _box(request, queries.customer(request.user, pk))


def _box(request, customer, form=None, refusal=None, status=200):
    return page(request, "followup/_box.html", "followup/_box.html", {
        "customer": customer, "box": queries.box(request.user, customer), "form": form, "refusal": refusal, "today": timezone.localdate(),
        "quiet": queries.quiet(request.user, customer), "mine": customer.owner_id == request.user.pk}, status=status)


@require_POST
def ask_quiet(request, pk):
    """The owner asks for quiet for this customer."""
    customer = queries.customer(request.user, pk)
    form = forms.Excuse(request.POST)
    if not form.is_valid():
        return _box(request, customer, form, status=422)
    try:
        actions.ask_quiet(request.user, customer, **form.cleaned_data)
    except OutOfReach:
        raise
    except Refused as refusal:
        return _box(request, customer, form, refusal, 422)
    return _box(request, customer) if is_part(request) else HttpResponseRedirect(reverse("customers:record", args=[pk]), status=303)


def due(request):
    """Obligations that are late, due soon, or of a week of the map."""
    _span, scope = picked(request)
    said = forms.Narrowed(request.GET).said()
    person = team.person(request.user, said["person"]) if said["person"] else None
    rows = queries.narrowed(request.user, scope, grade=said["grade"], person=person)
    counts = queries.counts(request.user, rows)
    if said["state"] in counts:
        shown = getattr(queries, said["state"])(request.user, rows)
    else:
        shown = queries.settled(request.user, said["state"], queries.monday_of(said["week"]), rows)
    return page(request, "followup/due.html", "followup/_due.html", {
        **said, "who": person, "scope": scope, "grades": policy.Grade.values, "states": [
            ("due", _("All")), ("missed", pgettext("obligation", "Missed")), ("met", pgettext("obligation", "Kept")),
            ("excused", pgettext("obligation", "Excused"))],
        "counts": counts, "rows": queries.shown(request.user, page_of(request, queries.with_customer(request.user, shown), counts.get(said["state"])))})


def page_of(request, rows, count=None):
    """The page asked for; `count` spares counting what has been counted."""
    paginator = Paginator(rows, 50)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("page"))


def excuses(request, form=None, refusal=None, refused=None, status=200):
    """Excuses: what waits for a word, what was agreed, and asking for leave."""
    rows = page_of(request, queries.excuses(request.user))
    return page(request, "followup/excuses.html", "followup/_excuses.html", {
        "rows": rows, "form": form, "refusal": refusal, "refused": refused, "today": timezone.localdate(),
        "decide": {row.pk for row in rows if queries.may_decide(request.user, row)}, "waiting": len(queries.waiting_excuses(request.user))},
        status=status)


@require_POST
def ask_leave(request):
    form = forms.Excuse(request.POST)
    if not form.is_valid():
        return excuses(request, form, status=422)
    try:
        actions.ask_leave(request.user, team.person(request.user, request.user.pk), **form.cleaned_data)
    except Refused as refusal:
        return excuses(request, form, refusal, status=422)
    return _onward(request, reverse("followup:excuses"))


def _decide(verb):
    """The door of a word on an excuse."""
    @require_POST
    def door(request, pk):
        asked, form = queries.excuse(request.user, pk), forms.Word(request.POST)
        if not form.is_valid():
            return excuses(request, refusal=Refused(_("The note is longer than 200 characters. Shorten it."), field="note"), refused=pk, status=422)
        try:
            verb(request.user, asked, note=form.cleaned_data["note"])
        except OutOfReach:
            raise
        except Refused as refusal:
            return excuses(request, refusal=refusal, refused=pk, status=422)
        return _onward(request, reverse("followup:excuses"))
    return door


grant, decline = _decide(actions.grant), _decide(actions.decline)


def _onward(request, address):
    """After a verb: htmx reads the page again where it is; a plain form goes on to `next` or to the address."""
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    wanted = request.POST.get("next", "")
    ours = wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(wanted if ours else address, status=303)
