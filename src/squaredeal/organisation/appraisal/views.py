"""The doors to scores and wages: the table of a month, one cell, a correction, and how a person's figures came to be."""
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from squaredeal.kernel import span
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import is_part, page

from . import actions, forms, policy, queries, table
from .models import Kind
from .templatetags.appraisal import told

ROWS = 60
PAGE = {Kind.SCORE: "appraisal:scores", Kind.WAGE: "appraisal:wages"}
VERBS = {Kind.SCORE: actions.score, Kind.WAGE: actions.wage}


@require_GET
def scores(request):
    """Who was scored how in a month."""
    return page(request, "appraisal/index.html", "appraisal/_table.html", _context(request, Kind.SCORE))


@require_GET
def wages(request):
    """Whose wage is what in a month: of everybody for finance and the director, else one's own."""
    return page(request, "appraisal/index.html", "appraisal/_table.html", _context(request, Kind.WAGE))


def _context(request, kind, **more):
    viewer, today = request.user, timezone.localdate()
    picked, _scope = span.picked(request, otherwise=span.month(today))
    this = today.replace(day=1)
    month = min(picked.last_month, this) if picked.first_month <= this else picked.first_month
    asked = " ".join(request.GET.get("name", "").split())[:40]
    if kind == Kind.SCORE and asked in policy.GIVEN:
        asked = ""
    names, rows, settled = table.build(viewer, kind, month, asked if policy.sets(viewer, kind) else "")
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    lacking = [row for row in rows if any(found is None for _name, found in row["cells"])]
    return {"kind": kind, "page": shown, "month": month, "names": names, "settled": settled, "people": len(rows), "entered": len(rows) - len(lacking),
            "mine": [row for row in lacking if row["open"]], "name": asked,
            "scores": kind == Kind.SCORE, "sets": policy.sets(viewer, kind), "corrects": settled and policy.corrects(viewer, kind), "wage": policy.WAGE,
            "everybody": [row["person"] for row in rows if row["person"] != viewer or kind == Kind.WAGE], "back": reverse(PAGE[kind]),
            "query": urlencode({"period": f"{month:%Y-%m}", "name": asked, "page": shown.number}), **more}


@require_POST
def cell(request):
    """Enter one figure; the answer is the table, and an undo. What is refused stands in the cell with what was typed."""
    form = forms.Cell(request.POST)
    kind = Kind(request.POST["kind"]) if request.POST.get("kind") in Kind.values else Kind.SCORE
    if not form.is_valid():
        return _wrong(request, kind, form, " ".join(error for errors in form.errors.values() for error in errors))
    said = form.cleaned_data
    whose = queries.person(request.user, kind, said["pk"])
    if whose is None:
        raise Http404(said["pk"])
    before = queries.last_change(request.user)
    try:
        VERBS[kind](request.user, whose, **{name: said[name] for name in ("name", "month", "value", "note")})
    except Refused as refusal:
        return _wrong(request, kind, form, refusal.message, refusal.clause)
    if not is_part(request):
        back = urlencode({"period": f"{said['month']:%Y-%m}", "name": said["name"]})
        return redirect(f"{reverse(PAGE[kind])}?{back}")
    response = render(request, "appraisal/_part.html", _context(request, kind))
    journal = queries.last_change(request.user)
    if journal != before and not said["note"]:
        response["HX-Trigger"] = JsonResponse({"undo": {"text": _("%(name)s of %(who)s changed") % {"who": whose, "name": told(said["name"])},
                                                        "url": reverse("appraisal:undo", args=[journal.pk])}}).content.decode()
    return response


def _wrong(request, kind, form, said, clause=""):
    pk, name = form.cleaned_data.get("pk"), request.POST.get("name", "")
    context = _context(request, kind, wrong=said, wrong_clause=clause, typed=request.POST.get("value", ""), at=(pk, name), note=request.POST.get("note"))
    return render(request, "appraisal/_part.html" if is_part(request) else "appraisal/index.html", context, status=422)


@require_GET
def history(request, pk):
    """Every figure entered of one person: what, for when, by whom, why. ?kind=wage for wages."""
    kind = Kind.WAGE if request.GET.get("kind") == Kind.WAGE else Kind.SCORE
    whose = queries.person(request.user, kind, pk)
    if whose is None:
        raise Http404(pk)
    return page(request, "appraisal/history.html", "appraisal/_history.html",
                {"whose": whose, "kind": kind, "scores": kind == Kind.SCORE, "rows": queries.history(request.user, kind, whose), "wage": policy.WAGE, "back": reverse(PAGE[kind])})


@require_POST
def undo(request, pk):
    journal = queries.journal(request.user, pk)
    if journal is None:
        raise Http404(pk)
    actions.undo(request.user, journal)
    return redirect(PAGE[Kind(journal.moves[0]["kind"])])
