"""What was imported before: one's own journals of a kind, with what can still be taken back."""
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from squaredeal.kernel.errors import OutOfReach
from squaredeal.kernel.importing import UNDO_DAYS
from squaredeal.kernel.importing import sheets as every
from squaredeal.kernel.models import Journal


def earlier(viewer, sheet, limit=10):
    """[{"pk", "at", "file", "count", "undone", "open"}] of the viewer's imports of this kind, latest first."""
    rows = Journal.objects.filter(actor=viewer, verb=sheet.verb).order_by("-pk").values("pk", "at", "count", "moves__file", "undone_at")[:limit]
    since = timezone.now() - timedelta(days=UNDO_DAYS)
    return [{"pk": r["pk"], "at": r["at"], "file": r["moves__file"], "count": r["count"], "undone": r["undone_at"],
             "open": r["undone_at"] is None and r["at"] >= since} for r in rows]


def same(viewer, sheet, digest):
    """The last import that said the very same and still stands, whatever its file was called and whoever brought it; or None."""
    rows = Journal.objects.filter(verb=sheet.verb, moves__digest=digest, undone_at__isnull=True).select_related("actor")
    return rows.order_by("-pk").first() if digest else None


def since(viewer, sheet, digest, moment):
    """The viewer's import of what a file says after a moment (seconds), or None."""
    rows = Journal.objects.filter(actor=viewer, verb=sheet.verb, moves__digest=digest, at__gte=datetime.fromtimestamp(moment, UTC))
    return rows.order_by("-pk").first()


def journal(viewer, pk):
    """One of the viewer's own imports, or OutOfReach."""
    verbs = [sheet.verb for sheet in every().values()]
    found = Journal.objects.filter(actor=viewer, pk=pk, verb__in=verbs).first()
    if found is None:
        raise OutOfReach(pk)
    return found
