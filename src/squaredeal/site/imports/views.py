"""The doors of the import: choosing a file, mapping and preview, bringing in, the wrong rows, taking back."""
from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from squaredeal.kernel import importing
from squaredeal.kernel import sheet as sheets
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import page

from . import actions, keeping, preview, queries
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
    """A kept file: mapping and preview; once imported, what came of it."""
    kept = keeping.opened(request.user, token)
    sheet = _sheet(kept.kind)
    sheet.may(request.user)
    context = {"sheet": sheet, "kept": kept, "token": token, "until": timezone.now() + timedelta(days=importing.UNDO_DAYS),
               "earlier": queries.earlier(request.user, sheet)}
    if kept.done:
        journal = queries.journal(request.user, kept.done)
        reasons = preview.Preview(sheet, [], [], wrong=[importing.Wrong(line, cells, why) for line, cells, why in kept.rows]).reasons
        return render(request, "site/import_done.html", {**context, "journal": journal, "reasons": reasons, "wrong": len(kept.rows)})
    seen = preview.make(request.user, sheet, kept, preview.chosen(sheet, kept.head, request.GET))
    return page(request, "site/import_file.html", "site/_import_file.html", {**context, "seen": seen})


@require_POST
def bring(request, token):
    """Bring the right rows in; the wrong ones stay to be downloaded."""
    viewer = request.user
    kept = keeping.opened(viewer, token)
    if not kept.done:
        with keeping.taken(viewer, token) as kept:
            sheet = _sheet(kept.kind)
            mapping = preview.chosen(sheet, kept.head, request.POST)
            lacking = importing.missing(sheet, mapping)
            if lacking:
                raise Refused(_("No column is mapped to “%(column)s”. Go back and choose one.") % {"column": lacking[0].label})
            good, wrong = preview.sifted(viewer, sheet, kept, mapping)
            if not good:
                raise Refused(_("No row can be imported as it is. Download the wrong rows, mend them, and choose the file again."))
            journal = sheet.bring_in(viewer, importing.Batch(kept.file, good))
            left = [importing.Wrong(row.line, row.cells, str(no.message)) for row in good
                    if (no := getattr(journal, "left_out", {}).get(row.line))]
        kept.done, kept.brought = journal.pk, journal.count
        kept.rows = [[w.line, w.cells, w.why] for w in sorted(wrong + left, key=lambda w: w.line)]
        keeping.keep(viewer, kept)
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
        mapping = preview.chosen(sheet, kept.head, request.GET)
        found = [[w.line, w.cells, w.why] for w in preview.sifted(request.user, sheet, kept, mapping)[1]]
    width = len(kept.head)
    rows = [[*cells[:width], *[""] * (width - len(cells)), line, why] for line, cells, why in found]
    return sheets.xlsx(f"{kept.file.rsplit('.', 1)[0]} {_('wrong rows')}", [*kept.head, _("Row"), _("What is wrong")], rows)


@require_POST
def undo(request, pk):
    """Take an import back; what was worked on since stays."""
    journal = queries.journal(request.user, pk)
    sheet = next(s for s in importing.sheets().values() if s.verb == journal.verb)
    gone, stays = sheet.undo(request.user, journal)
    said = ngettext("%(n)s row was taken back.", "%(n)s rows were taken back.", gone) % {"n": gone}
    if stays:
        said += ngettext("%(n)s was worked on since and stays.", "%(n)s were worked on since and stay.", stays) % {"n": stays}
    messages.info(request, said)
    return redirect(f"{reverse('site:import')}?kind={sheet.kind}")


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
