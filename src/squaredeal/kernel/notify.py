"""Notices: into the inbox in the same transaction; onward by apprise, after commit and apart from the page, where configured."""
import logging
import queue
import threading

from django.conf import settings
from django.db import transaction

from .models import Notice

log = logging.getLogger(__name__)
_waiting: "queue.Queue[str]" = queue.Queue(maxsize=10_000)
_starting = threading.Lock()
_sender: list[threading.Thread] = []


def notify(person, text, *, url="", clause=""):
    """One line for `person` (nothing for None), linking to `url`, naming the clause that caused it."""
    if person is None or not person.pk:
        return None
    notice = Notice.objects.create(to=person, text=str(text)[:300], url=url, clause=clause)
    if settings.SQUAREDEAL_NOTICE_URLS:
        transaction.on_commit(lambda: _onward(f"{person}: {notice.text}"))
    return notice


def _onward(text):
    """Into the queue of this process: a chat server that is slow or away delays nobody's page."""
    try:
        _waiting.put_nowait(text)
    except queue.Full:
        log.error("a notice was not sent onward, too many wait; it is still in the inbox")
    with _starting:
        if not any(thread.is_alive() for thread in _sender):
            _sender[:] = [threading.Thread(target=_send, daemon=True, name="notices")]
            _sender[0].start()


def _send():
    while True:
        text = _waiting.get()
        try:
            if not channel().notify(body=text):
                log.error("a notice could not be sent onward; it is still in the inbox")
        except Exception:
            log.exception("a notice could not be sent onward; it is still in the inbox")
        finally:
            _waiting.task_done()


def channel():
    """The addresses of SQUAREDEAL_NOTICE_URLS as apprise sends to them."""
    import apprise
    made = apprise.Apprise()
    for url in settings.SQUAREDEAL_NOTICE_URLS:
        made.add(url)
    return made


def sent(seconds=10.0):
    """Wait until nothing is left to send; whether that came to pass."""
    done = threading.Event()
    threading.Thread(target=lambda: (_waiting.join(), done.set()), daemon=True).start()
    return done.wait(seconds)
