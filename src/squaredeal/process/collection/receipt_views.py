"""The pages of receipts: the list, recording one with its matcher, one receipt, matching what it has left, reversing it."""
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from squaredeal.kernel import actions as kernel
from squaredeal.kernel import sheet, span
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.page import is_part, page
from squaredeal.organisation.team import queries as team

from . import actions, matching, policy, queries
from .forms import MatchForm, ReceiptFilter, ReceiptForm, ReverseForm
from .models import Receipt

MOST_EXPORTED = 50_000


def _narrowed(request):
    picked, scope = span.picked(request)
    said = ReceiptFilter(request.GET).said()
    return queries.narrowed(request.user, scope, picked, **said), said, picked


def index(request):
    """Receipts of the period: filters, order, pages."""
    rows, said, picked = _narrowed(request)
    count, yuan, unmatched = queries.summed(request.user, rows)
    pages = Paginator(queries.ordered(request.user, rows, request.GET.get("sort", "")), 50)
    pages.count = count
    return page(request, "collection/receipts.html", "collection/_receipts.html", {
        "shown": pages.get_page(request.GET.get("page")), "said": said, "count": count, "yuan": yuan, "unmatched": unmatched, "span": picked,
        "kinds": Receipt.Kind.choices, "units": team.regions(request.user), "records": policy.holds(request.user, policy.KEEPERS), "policy": policy})


def export(request):
    """The receipts as narrowed, as a sheet."""
    rows, _said, _picked = _narrowed(request)
    rows = queries.ordered(request.user, rows, request.GET.get("sort", ""))[:MOST_EXPORTED]
    head = [_("Number"), _("Came in on"), _("Customer"), _("Owner"), _("Amount, yuan"), _("Unmatched, yuan"), _("Kind"), _("Bank reference"), _("What it pays"), _("Note")]
    lines = [[r.number, r.on, r.customer.name, str(r.customer.owner or ""), r.amount, r.unmatched, r.get_kind_display(), r.bank_reference,
              "; ".join(f"{a.instalment} {a.amount}" for a in r.allocations.all()), r.note] for r in rows]
    kernel.export(request.user, _("receipts") + f" × {len(lines)}")
    give = sheet.csv_file if request.GET.get("format") == "csv" else sheet.xlsx
    return give(_("receipts"), head, lines)


def _customer(request, source):
    text = source.get("customer", "")
    return queries.customer(request.user, int(text)) if text.isdecimal() and len(text) < 19 else None


def receive(request):
    """Record a receipt: the customer first, then the money, matched as the policy says or as typed."""
    policy.may_record(request.user, None)
    if request.method == "POST":
        return _record(request)
    customer, today = _customer(request, request.GET), timezone.localdate()
    text = request.GET.get("q", "")
    return page(request, "collection/receive.html", "collection/_found.html", {
        "customer": customer, "q": text, "found": queries.customers_like(request.user, text) if not customer else [], "policy": policy,
        "form": ReceiptForm(initial={"customer": customer and customer.pk, "on": today}),
        "match": matching.offer(request.user, customer, None) if customer else None})


def _record(request):
    form, customer = ReceiptForm(request.POST), _customer(request, request.POST)
    if customer is None:
        return page(request, "collection/receive.html", "collection/_found.html", {"customer": None, "form": form, "q": "", "found": [], "policy": policy},
                    status=422)
    lines = MatchForm(request.POST, instalments=queries.open_of(request.user, customer))
    if form.is_valid() & lines.is_valid():
        said = form.cleaned_data
        said.pop("customer")
        try:
            made = actions.record(request.user, customer, matches=lines.matches(), **said)
            address = reverse("collection:receipt", args=[made.pk])
            return HttpResponse(status=204, headers={"HX-Redirect": address}) if is_part(request) else HttpResponseRedirect(address, status=303)
        except OutOfReach:
            raise
        except Refused as refusal:
            _tell(refusal, form, lines)
    amount = form.cleaned_data.get("amount") if hasattr(form, "cleaned_data") else None
    match = matching.offer(request.user, customer, amount, request.POST, on=form.cleaned_data.get("on"))
    _merge(match["form"], lines)
    return page(request, "collection/receive.html", "collection/_receive.html", {
        "customer": customer, "form": form, "match": match, "policy": policy}, status=422)


def _tell(refusal, form, lines):
    """A refusal under the field it names."""
    if form is not None and refusal.field in form.fields:
        form.add_error(refusal.field, refusal.message)
    else:
        lines.add_error(refusal.field if refusal.field in lines.fields else None, refusal.message)


def _merge(shown, told):
    for field, errors in told.errors.items():
        for error in errors:
            name = None if field == "__all__" else field
            if error not in shown.errors.get(field, []) and (name is None or name in shown.fields):
                shown.add_error(name, error)


@require_POST
def attempt(request):
    """The matcher while it is typed: the whole of it, spread by the policy (`?spread`), or only its sums. Writes nothing."""
    policy.may_record(request.user, None)
    text = request.POST.get("receipt", "")
    found = queries.receipt(request.user, int(text)) if text.isdecimal() and len(text) < 19 else None
    form = ReceiptForm(request.POST)
    form.is_valid()
    customer = found.customer if found else _customer(request, request.POST)
    if customer is None:
        raise OutOfReach(_("This customer is not here, or not within your reach."))
    total = found.unmatched if found else form.cleaned_data.get("amount")
    match = matching.offer(request.user, customer, total, None if "spread" in request.GET else request.POST, on=form.cleaned_data.get("on"))
    return render(request, "collection/_match.html" if "spread" in request.GET else "collection/_sums.html", {
        "match": match, "receipt": found, "policy": policy, "live": True})


def receipt(request, pk):
    """One receipt: what it paid, what is left, what it reverses or was reversed by."""
    return _show(request, queries.receipt(request.user, pk))


def _show(request, found, *, status=200, typed=None, told=None, reverse_form=None):
    records = policy.holds(request.user, policy.KEEPERS)
    reversal = queries.reversal(request.user, found)
    match = None
    if records and found.unmatched:
        match = matching.offer(request.user, found.customer, found.unmatched, typed)
        if told is not None:
            _merge(match["form"], told)
    return page(request, "collection/receipt.html", "collection/_receipt.html", {
        "receipt": found, "reversal": reversal, "match": match, "records": records, "policy": policy,
        "reversible": records and not reversal and not found.reverses_id, "reverse_form": reverse_form or ReverseForm(),
        "matched": sum(a.amount for a in found.allocations.all())}, status=status)


@require_POST
def match(request, pk):
    """Match what the receipt has left."""
    found = queries.receipt(request.user, pk)
    lines = MatchForm(request.POST, instalments=queries.open_of(request.user, found.customer))
    if lines.is_valid():
        try:
            actions.match(request.user, found, matches=lines.matches() or {})
            return HttpResponseRedirect(reverse("collection:receipt", args=[pk]), status=303)
        except OutOfReach:
            raise
        except Refused as refusal:
            _tell(refusal, None, lines)
    return _show(request, queries.receipt(request.user, pk), status=422, typed=request.POST, told=lines)


@require_POST
def reverse_one(request, pk):
    """Reverse the receipt whole."""
    found, form = queries.receipt(request.user, pk), ReverseForm(request.POST)
    if form.is_valid():
        try:
            made = actions.reverse_receipt(request.user, found, **form.cleaned_data)
            return HttpResponseRedirect(reverse("collection:receipt", args=[made.pk]), status=303)
        except OutOfReach:
            raise
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return _show(request, queries.receipt(request.user, pk), status=422, reverse_form=form)
