"""The doors to targets: the grid by month, and one cell."""
from datetime import timedelta

from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import is_part, page
from squaredeal.kernel.span import picked, quarter

from . import actions, forms, grid, policy, queries
from .models import Measure


def _context(request, measure, **more):
    span, _scope = picked(request, otherwise=quarter(timezone.localdate()))
    months, month = [], span.first_month
    while month <= span.last_month:
        months.append(month)
        month = (month.replace(day=28) + timedelta(days=5)).replace(day=1)
    rows = grid.build(request.user, measure, months)
    gaps = [row for row in rows if row["kind"] == "unit" and row["gap"] and abs(row["gap"]) > policy.Cascade.on(timezone.localdate()).tolerance]
    this_month = timezone.localdate().replace(day=1)
    return {"rows": rows, "months": months, "measure": measure, "unit": forms.unit(), "measures": Measure.choices, "gaps": gaps, "span": span,
            "this_month": this_month, "cells": [forms.place(row["kind"], row["thing"].pk, m) for row in rows if row["open"] for m in months if m >= this_month],
            "top": rows[0] if rows else None, **more}


@require_GET
def index(request):
    """Company → region → person by month, with the cascade check."""
    measure = request.GET.get("measure")
    return page(request, "targets/index.html", "targets/_grid.html", _context(request, measure if measure in Measure.values else "receipts"))


@require_POST
def cell(request):
    """Set one cell; the answer is the grid with its sums, and an undo. What is refused stands in the cell with what was typed."""
    form = forms.Cell(request.POST)
    said, measure = form.cleaned_data if form.is_valid() else {}, request.POST.get("measure")
    measure = measure if measure in Measure.values else "receipts"
    if not said:
        return _wrong(request, measure, form, " ".join(error for errors in form.errors.values() for error in errors))
    thing = queries.thing(request.user, said["kind"], said["pk"])
    if thing is None:
        raise Http404(said["pk"])
    before = queries.last_change(request.user)
    try:
        actions.set_one(request.user, thing, measure=measure, month=said["month"], amount=said["amount"])
    except Refused as refusal:
        return _wrong(request, measure, form, refusal.message, refusal.clause)
    if not is_part(request):
        return redirect(f"{reverse('targets:index')}?measure={measure}")
    response = render(request, "targets/_part.html", _context(request, measure))
    journal = queries.last_change(request.user)
    if journal != before:
        response["HX-Trigger"] = JsonResponse({"undo": {"text": _("Target of %(who)s changed") % {"who": thing},
                                                        "url": reverse("targets:undo", args=[journal.pk])}}).content.decode()
    return response


def _wrong(request, measure, form, said, clause=""):
    kind, pk, month = (form.cleaned_data.get(name) for name in ("kind", "pk", "month"))
    context = _context(request, measure, wrong=said, wrong_clause=clause, typed=request.POST.get("amount"),
                       at=forms.place(kind, pk, month) if kind and pk and month else "")
    return render(request, "targets/_part.html" if is_part(request) else "targets/index.html", context, status=422)


@require_POST
def undo(request, pk):
    journal = queries.journal(request.user, pk)
    if journal is None:
        raise Http404(pk)
    actions.undo(request.user, journal)
    return redirect("targets:index")
