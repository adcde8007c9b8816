"""Work longer than a page: done in a thread of this process and told in a file under SQUAREDEAL_HOME, so that every page load, in whichever
worker, sees how far it is. Work that writes is one transaction: a process that dies leaves nothing of it, and the next look says so.
Work that hears `called_off` can be called off from any page.
"""
import json
import logging
import os
import sys
import threading
import time

from django.conf import settings
from django.db import connections
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from . import progress
from .errors import Refused

LONG = 3000
"""Rows from which on the page does not wait for the work."""
TELL = 0.3
SILENT = 300
"""Seconds after which work that says nothing is taken for dead where processes cannot be asked."""
log = logging.getLogger(__name__)


def look(person, key):
    """None, or what is told of the work: {"done", "of"} while it runs, {"refused"} or {"said"} when it has ended so."""
    place = _place(person, key)
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        silent = time.time() - place.stat().st_mtime
    except (FileNotFoundError, ValueError):
        return None
    if "of" in told and not _alive(told["pid"], silent):
        forget(person, key)
        return {"died": True}
    return told


def heard(person, key):
    """(what is told while it runs, or None; how it ended, told this once: {"said"}, {"refused", "clause"} or {"died"}, or None)."""
    told = look(person, key)
    if told and "of" in told:
        return told, None
    if told:
        forget(person, key)
    return None, told


def running(person, key):
    return "of" in (look(person, key) or {})


def percent(told):
    return min(99, told["done"] * 100 // max(told["of"], 1))


def forget(person, key):
    for place in (_place(person, key), _stop(person, key)):
        place.unlink(missing_ok=True)


def settle(person, key, seconds):
    """Wait so long at most for the work to end."""
    until = time.monotonic() + seconds
    while running(person, key) and time.monotonic() < until:
        time.sleep(0.05)


def call_off(person, key):
    """Ask the work to stop where it next looks up."""
    if running(person, key):
        _stop(person, key).touch()


def called_off(person, key):
    return _stop(person, key).exists()


def tell(person, key, **said):
    """How it ended, for the next look."""
    _write(_place(person, key), said)


def do(person, key, of, work, *, at_once):
    """Do `work()`, which deals with `of` rows in all: here and now, or in a thread. Work that runs already is left to run."""
    if running(person, key):
        return
    forget(person, key)
    _write(_place(person, key), {"done": 0, "of": of, "pid": os.getpid()})
    if at_once:
        try:
            work()
        finally:
            forget(person, key)
        return
    threading.Thread(target=_apart, args=(person, key, of, work, get_language()), daemon=True).start()


def _apart(person, key, of, work, language):
    heard, place = _Heard(_place(person, key), of), _place(person, key)
    try:
        with override(language), progress.heard(heard):
            said = work()
            _write(place, {"said": said}) if said else forget(person, key)
    except Refused as no:
        _write(place, {"refused": str(no.message), "clause": no.clause or ""})
    except Exception:
        log.exception("the work %s broke off", key)
        with override(language):
            _write(place, {"refused": _("It broke off and changed nothing. Try once more; if it breaks again, tell the administrator."), "clause": ""})
    finally:
        connections.close_all()


class _Heard:
    """Counts rows and writes the count down, so many times a second."""

    def __init__(self, place, of):
        self.place, self.of, self.done, self.told = place, of, 0, 0.0

    def __call__(self, count):
        self.done += count
        if time.monotonic() - self.told > TELL:
            self.told = time.monotonic()
            _write(self.place, {"done": self.done, "of": self.of, "pid": os.getpid()})


def _alive(pid, silent):
    if sys.platform == "win32":
        return silent < SILENT
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def folder():
    """Where what waits lies: uploads, and what is told of work on them."""
    place = settings.HOME / "imports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _place(person, key):
    return folder() / f"{person.pk}-{key}.state"


def _stop(person, key):
    return folder() / f"{person.pk}-{key}.stop"


def _write(place, told):
    draft = place.with_suffix(f".{threading.get_ident()}")
    draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    draft.replace(place)
