"""Notices: into the inbox in the same transaction; onward by apprise, after commit, where configured."""
import logging

from django.conf import settings
from django.db import transaction

from .models import Notice

log = logging.getLogger(__name__)


def notify(person, text, *, url="", clause=""):
    """One line for `person` (nothing for None), linking to `url`, naming the clause that caused it."""
    if person is None or not person.pk:
        return None
    notice = Notice.objects.create(to=person, text=str(text)[:300], url=url, clause=clause)
    if settings.SQUAREDEAL_NOTICE_URLS:
        transaction.on_commit(lambda: _onward(f"{person}: {notice.text}"))
    return notice


def _onward(text):
    import apprise
    channel = apprise.Apprise()
    for url in settings.SQUAREDEAL_NOTICE_URLS:
        channel.add(url)
    try:
        channel.notify(body=text)
    except Exception:
        log.exception("a notice could not be sent onward; it is still in the inbox")
