"""Notices through the API: one's own, reading one, reading all."""
from datetime import datetime

from django.http import Http404
from ninja import Field, Query, Router, Schema

from . import actions, queries
from .answers import PROBLEMS

router = Router(tags=["notices"])


class NoticeOut(Schema):
    id: int
    at: datetime
    text: str
    url: str
    clause: str
    read_at: datetime | None


class NoticePage(Schema):
    count: int
    unread: int
    items: list[NoticeOut]


class NoticeSlice(Schema):
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=10_000_000)


class Cleared(Schema):
    read: int


@router.get("/notices", response={200: NoticePage, **PROBLEMS})
def notices(request, wanted: Query[NoticeSlice]):
    """Your notices, newest first."""
    rows = queries.notices(request.auth)
    return {"count": rows.count(), "unread": queries.unread(request.auth), "items": list(rows[wanted.offset:wanted.offset + wanted.limit])}


@router.post("/notices/{int:pk}/read", response={200: NoticeOut, **PROBLEMS})
def read(request, pk: int):
    """One of them is read."""
    notice = queries.notice(request.auth, pk)
    if notice is None:
        raise Http404(pk)
    return actions.open_one(request.auth, notice)


@router.post("/notices/read", response={200: Cleared, **PROBLEMS})
def clear(request):
    """All of them are read; how many there were."""
    return {"read": actions.clear(request.auth, None)}
