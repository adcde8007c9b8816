"""The rows of an uploaded file between its upload and its import: on disk under SQUAREDEAL_HOME, for who uploaded it, for hours.

The database never holds them. Whoever imports first takes the file; a second press finds it taken.
"""
import json
import os
import re
import secrets
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

from squaredeal.kernel.errors import OutOfReach
from squaredeal.kernel.waiting import folder

HOURS = 12
AT_ONCE = 3
"""Files kept for one person; an older one goes when another comes."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass
class Kept:
    """A file on its way in. After the import `done` is the journal's key and `rows` are only the wrong ones, [line, cells, why]."""
    kind: str
    file: str
    head: list
    rows: list
    first_line: int = 2
    done: int = 0
    brought: int = 0
    mapping: dict = field(default_factory=dict)
    token: str = ""
    digest: str = ""
    kept_at: float = field(default_factory=time.time)


def keep(person, kept):
    """Keep it under a new token (or its own); returns the token."""
    kept.token = kept.token or secrets.token_urlsafe(16)
    sweep()
    _make_room(person, kept.token)
    draft = folder() / f".{kept.token}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(asdict(kept), out, ensure_ascii=False)
    draft.replace(_place(person, kept.token))
    return kept.token


def opened(person, token):
    """The kept file of this person, or OutOfReach."""
    try:
        with open(_place(person, token), encoding="utf-8") as file:
            return Kept(**json.load(file))
    except FileNotFoundError:
        raise OutOfReach(_("This file is no longer here. Choose it again.")) from None


@contextmanager
def taken(person, token):
    """The kept file, for one import at a time; it is back when the import is refused, and gone when it went through."""
    place = _place(person, token)
    held = place.with_suffix(".taken")
    try:
        place.rename(held)
    except FileNotFoundError:
        raise OutOfReach(_("This file is no longer here. Choose it again.")) from None
    try:
        with open(held, encoding="utf-8") as file:
            yield Kept(**json.load(file))
    except BaseException:
        held.rename(place)
        raise
    held.unlink()


def give_back(person, token):
    """The file that an import took and never brought back, or None."""
    place = _place(person, token)
    try:
        place.with_suffix(".taken").rename(place)
    except FileNotFoundError:
        return None
    return opened(person, token)


def beside(person, token, name):
    """What was put beside the file under a name, or None."""
    try:
        return json.loads(_place(person, token).with_suffix(f".{name}").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def put_beside(person, token, name, said):
    place = _place(person, token)
    draft = place.with_suffix(f".{name}-draft")
    draft.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    draft.replace(place.with_suffix(f".{name}"))


def drop(person, token):
    with suppress(FileNotFoundError):
        _place(person, token).unlink()


def sweep(now=None):
    """Forget what was left lying for 12 hours, whoever left it."""
    old = (now or time.time()) - HOURS * 3600
    for file in folder().iterdir():
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < old:
                file.unlink()


def _place(person, token):
    if not _TOKEN.fullmatch(token):
        raise OutOfReach(_("This file is no longer here. Choose it again."))
    return folder() / f"{person.pk}-{token}.json"


def _make_room(person, token):
    theirs = sorted(folder().glob(f"{person.pk}-*.json"), key=lambda file: file.stat().st_mtime)
    others = [file for file in theirs if token not in file.name]
    for file in others[:max(0, len(others) - AT_ONCE + 1)]:
        for theirs in folder().glob(f"{file.stem}.*"):
            theirs.unlink(missing_ok=True)
