"""What can be done with notices, open one or clear the bell; and that a sheet leaves the product is on record."""
from django.utils import timezone
from django.utils.translation import gettext as _

from .action import action, anyone
from .errors import Refused


def _own(actor, notice, **given):
    if notice.to_id != actor.pk:
        raise Refused(_("This notice is somebody else's."))


@action("notice.open", may=_own)
def open_one(actor, notice):
    """The notice, read now unless it was before."""
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


@action("notice.clear", may=anyone)
def clear(actor, subject=None):
    """All of the actor's unread notices are read; returns how many there were."""
    return actor.notices.filter(read_at=None).update(read_at=timezone.now())


@action("sheet.export", may=anyone)
def export(actor, what):
    """A sheet leaves the product; `what` says which, with how many rows."""
