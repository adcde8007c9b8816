"""What was read is what is decided: a draft has a seal, one word for what it says now, and whoever publishes it hands back the one they saw."""
import hashlib

from django.utils.translation import gettext as _

from .errors import Refused


def seal_of(said):
    """One word of 16 letters for a text."""
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def check_read(draft, seal, *, clause, field=None):
    """Refused when the draft is another than the one read as `seal`; without a seal nothing is held against it."""
    if seal and seal != draft.seal:
        raise Refused(_("The draft was changed since you opened it. Read it again, then publish."), field=field, clause=clause)
