"""The cash page and its parts, one instalment with its verbs, and the customer's money box."""
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from squaredeal.kernel import actions as kernel
from squaredeal.kernel import sheet, span
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.page import page

from . import actions, board, matching, policy, queries
from .forms import GraceForm, PromiseForm, RefundForm

MOST_EXPORTED = 50_000
COUNTS = {"all": ("late_n", "week_n"), "week": ("this_n",), "late": ("late_n",), "broken": ("broken_n",), "promised": ("promised_n",)}


def _unit(request):
    text = request.GET.get("unit", "")
    return int(text) if text.isdecimal() and len(text) < 15 else None


def index(request):
    """Cash: the sentence, signed to overdue by region, the money that is due."""
    viewer, today = request.user, timezone.localdate()
    picked, scope = span.picked(request)
    view, unit = request.GET.get("view", "all"), _unit(request)
    view = view if view in board.VIEWS else "all"
    stood = board.standing(viewer, scope, today)
    total = stood["total"]
    total["late_week"] = total["late"] + total["week"]
    total["broken_n"], total["promised_n"] = board.promised(viewer, scope, today)
    regions = board.by_region(viewer, picked, stood, {}) if scope == "firm" and total["late"] else []
    shown = Paginator(board.due(viewer, scope, view, unit, picked), board.ROWS)
    if not unit and view in COUNTS:
        shown.count = sum(total[key] for key in COUNTS[view])
    shown = shown.get_page(request.GET.get("page"))
    decides = policy.holds(viewer, policy.DECIDERS)
    asked = decides and total["waiting_n"] and view in ("all", "late") and shown.number == 1
    waits, rows = board.listed(viewer, shown.object_list, board.waiting(viewer, scope, unit) if asked else None)
    gone, days = picked.elapsed(today)
    return page(request, "collection/index.html", "collection/_due.html", {
        "span": picked, "gone": gone, "days": days, "total": total, "collected": queries.collected(viewer, scope, picked.starts_on, picked.ends_on), "view": view, "unit": unit,
        "worst": max(regions, key=lambda r: r["late"]) if len(regions) > 1 else None,
        "chips": [(key, label, sum(total[n] for n in COUNTS[key]) if key in COUNTS else shown.paginator.count if key == view else None) for key, label in (
            ("all", _("Late and this week")), ("week", pgettext("chip", "Due this week")), ("late", _("Late")), ("broken", _("Promised, not come")), ("promised", _("Promised")),
            ("coming", _("Due or promised by the end of the period")), ("retention", _("Retention"))) if key != "coming" or view == "coming"],
        "shown": shown, "waits": waits, "late": [x for x in rows if x.late], "ahead": [x for x in rows if not x.late], "decides": decides,
        "records": policy.holds(viewer, policy.KEEPERS), "policy": policy, "rule": policy.StopDelivery.on(today), "ageing": policy.Ageing.on(today),
        "today": today, "here": request.get_full_path()})


def flow(request):
    """Signed → collected → overdue by region, as a part."""
    picked, scope = span.picked(request)
    return render(request, "collection/_flow.html", {"flow": board.flow(request.user, scope, picked), "span": picked, "policy": policy})


def side(request):
    """What came in and matches nothing yet, and the latest receipts, as a part."""
    picked, scope = span.picked(request)
    records = policy.holds(request.user, policy.KEEPERS)
    first, count, yuan = board.to_match(request.user, scope)
    match = matching.offer(request.user, first.customer, first.unmatched) if first and records else None
    return render(request, "collection/_side.html", {
        "receipt": first, "match": match, "count": count, "yuan": yuan, "recent": board.recent(request.user, scope, picked), "span": picked,
        "records": records, "policy": policy})


def export(request):
    """The money due of one view, as a sheet."""
    picked, scope = span.picked(request)
    view = request.GET.get("view", "all")
    rows = board.due(request.user, scope, view if view in board.VIEWS else "all", _unit(request), picked)
    head = [_("Customer"), _("Contract"), _("Instalment"), _("Due on"), _("Amount, yuan"), _("Collected, yuan"), _("Lacking, yuan"), _("Days late"),
            _("Promised on"), _("Owner"), _("Delivery stopped"), _("Grace to")]
    lines = [[x.contract.customer.name, x.contract.number, x.get_kind_display(), x.due_on, x.amount, x.collected, x.lacking, x.late, x.promised_on,
              str(x.contract.customer.owner or ""), _("yes") if x.delivery_stopped else "", x.grace_until]
             for x in board.marked(request.user, list(rows[:MOST_EXPORTED]))]
    kernel.export(request.user, _("money due") + f" × {len(lines)}")
    give = sheet.csv_file if request.GET.get("format") == "csv" else sheet.xlsx
    return give(_("money due"), head, lines)


def money(request, pk):
    """The money box of a customer, as a part of the customer's page."""
    customer = queries.customer(request.user, pk)
    return render(request, "collection/_money.html", {"customer": customer, "money": queries.money(request.user, customer)})


def instalment(request, pk):
    """One instalment: what it lacks, what was promised, what was paid, and what to do about it."""
    return _show(request, queries.instalment(request.user, pk))


def _show(request, found, *, status=200, **forms):
    today = timezone.localdate()
    board.marked(request.user, [found])
    is_open = found.lacking > 0 and found.contract.state == "approved"
    return page(request, "collection/instalment.html", "collection/_instalment.html", {
        "instalment": found, "paid": queries.allocations_of(request.user, found), "promises": queries.promises_of(request.user, found),
        "open": is_open, "decides": is_open and found.late and policy.holds(request.user, policy.DECIDERS),
        "notes": is_open and policy.holds(request.user, policy.SELLERS | policy.KEEPERS),
        "records": policy.holds(request.user, policy.KEEPERS), "policy": policy, "today": today, "rule": policy.StopDelivery.on(today),
        "promise_form": PromiseForm(), "grace_form": GraceForm(initial={"until": found.grace_to}), "refund_form": RefundForm(initial={"on": today}),
        **forms}, status=status)


def _written(name, make, act):
    """The door of one form about an instalment: valid → act and back; else its page with the form as typed."""
    @require_POST
    def door(request, pk):
        found, form = queries.instalment(request.user, pk), make(request.POST)
        if form.is_valid():
            try:
                act(request.user, found, **form.cleaned_data)
                return _back(request, reverse("collection:instalment", args=[pk]))
            except OutOfReach:
                raise
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _show(request, queries.instalment(request.user, pk), status=422, **{name: form})
    return door


def _refund(actor, found, **said):
    return actions.refund(actor, found.contract.customer, instalment=found.pk, **said)


promise = _written("promise_form", PromiseForm, actions.promise)
grace = _written("grace_form", GraceForm, actions.grace)
refund = _written("refund_form", RefundForm, _refund)


@require_POST
def stop(request, pk):
    """Stop delivery; the page asked first, naming the effect."""
    actions.stop(request.user, queries.instalment(request.user, pk))
    return _back(request, reverse("collection:instalment", args=[pk]))


def _back(request, otherwise):
    """To the page the verb was pressed on, when it is one of ours."""
    wanted = request.POST.get("next", "")
    return HttpResponseRedirect(wanted if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else otherwise, status=303)
