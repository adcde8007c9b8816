"""The doors of the import: choosing a file, mapping and preview, bringing in, the wrong rows, taking back."""
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from squaredeal.kernel import importing, waiting
from squaredeal.kernel import sheet as sheets
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import is_part, page

from . import actions, bringing, keeping, preview, queries
from .forms import Upload


def index(request):
    """?kind=customers: choose a file; what was imported before, with its undo."""
    sheet = _sheet(request.GET.get("kind") or _first(request.user))
    sheet.may(request.user)
    form, status = Upload(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        form = Upload(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                return redirect("site:import_file", actions.read(request.user, sheet, form.cleaned_data["file"]))
            except Refused as no:
                form.add_error("file", str(no.message))
    return render(request, "site/import.html", {
        "sheet": sheet, "form": form, "earlier": queries.earlier(request.user, sheet), "others": _others(request.user, sheet),
        "rows_most": actions.MOST_ROWS}, status=status)


@require_GET
def file(request, token):
    """A kept file: mapping and preview; while it is worked on, how far that is; once imported, what came of it."""
    viewer = request.user
    told, kept, refused = bringing.standing(viewer, token)
    if told:
        return _wait(request, told, _("Importing"))
    sheet = _sheet(kept.kind)
    sheet.may(viewer)
    context = {"sheet": sheet, "kept": kept, "token": token, "until": timezone.now() + timedelta(days=importing.UNDO_DAYS),
               "earlier": queries.earlier(viewer, sheet), "refused": refused}
    if kept.done:
        if is_part(request):
            return _away(request.path)
        journal = queries.journal(viewer, kept.done)
        reasons = preview.Preview(sheet, [], [], wrong=[importing.Wrong(line, cells, why) for line, cells, why in kept.rows]).reasons
        return render(request, "site/import_done.html", {**context, "journal": journal, "reasons": reasons, "wrong": len(kept.rows)})
    seen, told = bringing.look_through(viewer, token, sheet, kept, preview.chosen(sheet, kept.head, request.GET))
    if seen is None:
        return _wait(request, told, _("Looking through the rows"))
    return page(request, "site/import_file.html", "site/_import_file.html", {**context, "seen": seen, "same": queries.same(viewer, sheet, kept.digest)})


def _wait(request, told, what):
    """How far it is; the part asks again by itself, and without scripts the page does."""
    context = {"percent": waiting.percent(told), "what": what, "here": request.get_full_path()}
    return page(request, "site/import_wait.html", "site/_import_wait.html", context)


def _away(to):
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = to
    return answer


@require_POST
def bring(request, token):
    """Bring the right rows in; a second press, or one while it runs, changes nothing."""
    viewer = request.user
    if not waiting.running(viewer, bringing.coming(token)):
        kept = keeping.opened(viewer, token)
        if not kept.done:
            sheet = _sheet(kept.kind)
            sheet.may(viewer)
            bringing.begin(viewer, token, sheet, kept, preview.chosen(sheet, kept.head, request.POST))
    return redirect("site:import_file", token)


@require_GET
def wrong(request, token):
    """The wrong rows as XLSX under their own heads, with the reason in a last column."""
    kept = keeping.opened(request.user, token)
    sheet = _sheet(kept.kind)
    sheet.may(request.user)
    if kept.done:
        found = kept.rows
    else:
        seen, _told = bringing.look_through(request.user, token, sheet, kept, preview.chosen(sheet, kept.head, request.GET))
        if seen is None:
            return redirect(f"{reverse('site:import_file', args=[token])}?{request.GET.urlencode()}")
        found = [[w.line, w.cells, w.why] for w in seen.wrong]
    width = len(kept.head)
    rows = [[*cells[:width], *[""] * (width - len(cells)), line, why] for line, cells, why in found]
    return sheets.xlsx(kept.file.rsplit(".", 1)[0] + " " + _("wrong rows"), [*kept.head, _("Row"), _("What is wrong")], rows)


def undo(request, pk):
    """Take an import back; what was worked on since stays. GET shows how far a long one is, and what came of it."""
    journal = queries.journal(request.user, pk)
    sheet, key = next(s for s in importing.sheets().values() if s.verb == journal.verb), bringing.going(pk)
    told, back = waiting.look(request.user, key), f"{reverse('site:import')}?kind={sheet.kind}"
    if told and "of" in told:
        return _wait(request, told, _("Taking back"))
    if request.method == "POST":
        said = bringing.take_back(request.user, sheet, journal)
        if not said:
            return redirect("site:import_undo", pk)
        messages.info(request, said)
        return redirect(back)
    if told:
        waiting.forget(request.user, key)
        messages.info(request, told.get("said") or told.get("refused") or _("The server stopped in the middle: nothing was taken back."))
    return _away(back) if is_part(request) else redirect(back)


def _sheet(kind):
    try:
        return importing.sheets()[kind]
    except KeyError:
        raise Http404(kind) from None


def _open_to(viewer):
    found = []
    for sheet in importing.sheets().values():
        try:
            sheet.may(viewer)
        except Refused:
            continue
        found.append(sheet)
    return found


def _first(viewer):
    return next((sheet.kind for sheet in _open_to(viewer)), "customers")


def _others(viewer, sheet):
    return [other for other in _open_to(viewer) if other != sheet]
