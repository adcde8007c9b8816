"""Imports through the API, as on the pages: send a sheet, see what it would do, bring it in, fetch the wrong rows, take it back.

A long file answers `state: working` with how far it is; ask again. The same reach, limits and 12 hours as on the pages.
"""
from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Field, File, Path, Query, Router, Schema, Status
from ninja.files import UploadedFile

from squaredeal.kernel import importing, waiting
from squaredeal.kernel.answers import PROBLEMS
from squaredeal.kernel.errors import OutOfReach, Refused

from . import actions, bringing, keeping, preview, queries

router = Router(tags=["imports"])
Kind = Literal["customers", "receipts"]
Token = Annotated[str, Path(max_length=40)]
Key = Annotated[int, Path(ge=1, le=2**62)]


class ColumnOut(Schema):
    """A column of the file, the first cells of it, and what it goes to ("" = stays out)."""
    place: int
    title: str
    examples: str
    name: str


class EffectOut(Schema):
    amount: str
    what: str


class SameOut(Schema):
    """An earlier import that said the very same."""
    id: int
    file: str
    by: str
    at: datetime
    count: int


class FileOut(Schema):
    """A file on its way in: `ready` to be brought in, `working` (see `percent`), or `done` (see `journal`)."""
    token: str
    state: Literal["ready", "working", "done"]
    percent: int = 0
    kind: str = ""
    file: str = ""
    columns: list[ColumnOut] = []
    missing: list[str] = []
    good: int = 0
    wrong: int = 0
    effect: list[EffectOut] = []
    same: SameOut | None = None
    refused: str = ""
    journal: int | None = None
    brought: int = 0


class Mapping(Schema):
    """What each column of the file goes to, in the file's order ("" = stays out); none said, as the heads are recognised."""
    columns: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=actions.MOST_COLUMNS)] = []

    def chosen(self, sheet, head):
        return preview.chosen(sheet, head, {f"c{place}": name for place, name in enumerate(self.columns)})


class Slice(Mapping):
    limit: Annotated[int, Field(ge=1, le=1000)] = 200
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class WrongOut(Schema):
    line: int
    cells: list[str]
    why: str


class WrongPage(Schema):
    count: int
    items: list[WrongOut]


class EarlierOut(Schema):
    id: int
    at: datetime
    file: str
    count: int
    undone_at: datetime | None
    open: bool


class Undone(Schema):
    """`working`: ask again; else what came of it, in words."""
    working: bool
    said: str = ""


@router.get("/", response={200: list[EarlierOut], **PROBLEMS})
def earlier(request, kind: Kind):
    """Your imports of a kind, latest first; `open` ones can be taken back."""
    sheet = _sheet(request, kind)
    return [{**one, "id": one["pk"], "undone_at": one["undone"]} for one in queries.earlier(request.auth, sheet)]


@router.post("/", response={201: FileOut, **PROBLEMS})
def read(request, kind: Kind, file: File[UploadedFile]):
    """Send a CSV or XLSX file (field `file`). Nothing is imported yet: the answer says what it would do."""
    token = actions.read(request.auth, _sheet(request, kind), file)
    return Status(201, _stands(request, token, Mapping()))


@router.get("/files/{token}", response={200: FileOut, **PROBLEMS})
def look(request, token: Token, said: Query[Mapping]):
    """What the file would do under a mapping, how far it is, or what came of it."""
    return _stands(request, token, said)


@router.post("/files/{token}/bring", response={200: FileOut, **PROBLEMS})
def bring(request, token: Token, said: Mapping):
    """Bring the right rows in. A second call, or one while it runs, changes nothing."""
    viewer = request.auth
    if not waiting.running(viewer, bringing.coming(token)):
        kept = keeping.opened(viewer, token)
        if not kept.done:
            sheet = _sheet(request, kept.kind)
            bringing.begin(viewer, token, sheet, kept, said.chosen(sheet, kept.head))
    return _stands(request, token, said)


@router.get("/files/{token}/wrong", response={200: WrongPage, **PROBLEMS})
def wrong(request, token: Token, said: Query[Slice]):
    """The rows that stay out, or stayed out, each with the reason."""
    viewer = request.auth
    told, kept, _refused = bringing.standing(viewer, token)
    if told:
        raise Refused(_("The file is still being worked on. Ask again in a moment."))
    sheet = _sheet(request, kept.kind)
    found = kept.rows if kept.done else _wrong(viewer, token, sheet, kept, said)
    return {"count": len(found), "items": [{"line": line, "cells": [str(cell) for cell in cells], "why": str(why)}
                                           for line, cells, why in found[said.offset:said.offset + said.limit]]}


@router.post("/{int:pk}/undo", response={200: Undone, **PROBLEMS})
def undo(request, pk: Key):
    """Take an import of yours back; what was worked on since stays."""
    viewer, journal = request.auth, queries.journal(request.auth, pk)
    told, ended = waiting.heard(viewer, bringing.going(pk))
    if told:
        return {"working": True}
    if ended:
        return {"working": False, "said": ended.get("said") or ended.get("refused") or ""}
    sheet = next(s for s in importing.sheets().values() if s.verb == journal.verb)
    said = bringing.take_back(viewer, sheet, journal)
    return {"working": not said, "said": said}


def _wrong(viewer, token, sheet, kept, said):
    seen, _told = bringing.look_through(viewer, token, sheet, kept, said.chosen(sheet, kept.head))
    if seen is None:
        raise Refused(_("The file is still being worked on. Ask again in a moment."))
    return [[w.line, w.cells, w.why] for w in seen.wrong]


def _sheet(request, kind):
    """The kind of sheet, for who may import it; outside that it is refused."""
    sheet = importing.sheets().get(kind)
    if sheet is None:
        raise OutOfReach(kind)
    sheet.may(request.auth)
    return sheet


def _stands(request, token, said):
    viewer = request.auth
    told, kept, refused = bringing.standing(viewer, token)
    if told:
        return {"token": token, "state": "working", "percent": waiting.percent(told)}
    sheet = _sheet(request, kept.kind)
    known = {"token": token, "kind": kept.kind, "file": kept.file, "refused": refused.get("refused") or ""}
    if kept.done:
        return {**known, "state": "done", "journal": kept.done, "brought": kept.brought, "wrong": len(kept.rows)}
    seen, told = bringing.look_through(viewer, token, sheet, kept, said.chosen(sheet, kept.head))
    if seen is None:
        return {**known, "state": "working", "percent": waiting.percent(told)}
    same = queries.same(viewer, sheet, kept.digest)
    return {**known, "state": "ready", "columns": seen.columns, "missing": [c.name for c in seen.missing], "good": len(seen.good), "wrong": len(seen.wrong),
            "effect": [{"amount": str(amount), "what": str(what)} for amount, what in seen.effect],
            "same": same and {"id": same.pk, "file": same.moves["file"], "by": str(same.actor), "at": same.at, "count": same.count}}
