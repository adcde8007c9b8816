"""Reading an uploaded file: on record, so many times a minute, kept for its owner until it is imported."""
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel import importing
from squaredeal.kernel import sheet as sheets
from squaredeal.kernel.action import record
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry

from . import keeping

A_MINUTE = 10
MOST_ROWS = 100_000
MOST_COLUMNS = 100


def read(actor, sheet, upload):
    """The token of the kept rows of `upload`; Refused for what is no sheet, is too long, or comes too often."""
    sheet.may(actor)
    since = timezone.now() - timedelta(minutes=1)
    if Entry.objects.filter(at__gte=since, actor=actor, verb="import.read").count() >= A_MINUTE:
        raise Refused(_("You chose %(n)s files within a minute. Wait a moment, then go on.") % {"n": A_MINUTE})
    record(actor, "import.read", upload.name, {"kind": sheet.kind, "bytes": upload.size})
    rows = sheets.read(upload)
    place = importing.head_of(sheet, rows)
    head, below = rows[place] if rows else [], rows[place + 1:]
    while below and not any(below[-1]):
        below.pop()
    if not below:
        raise Refused(_("Below the head there is no row. Choose a sheet with a head row and at least one row below."))
    if len(below) > MOST_ROWS or len(head) > MOST_COLUMNS:
        raise Refused(_("%(rows)s rows and %(columns)s columns; at most %(most)s rows and %(wide)s columns at a time. Split the file.")
                      % {"rows": len(below), "columns": len(head), "most": MOST_ROWS, "wide": MOST_COLUMNS})
    return keeping.keep(actor, keeping.Kept(sheet.kind, upload.name, head, below, first_line=place + 2, digest=importing.digest_of(rows[place:])))
