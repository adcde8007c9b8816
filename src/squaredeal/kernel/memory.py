"""What one request, or one action outside a request, has already read: a memo that lives as long, and is forgotten at each write.

What seldom changes (clauses, holidays, who is where) lasts from request to request for as long as the database's stamp is the
same: triggers on those tables change it in the transaction that changes them (see stamping.py).
Between the actions of commands and tests nothing is remembered, so nothing can be stale.
"""
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, NamedTuple

_memo = ContextVar("squaredeal_memory", default=None)


@contextmanager
def remembering():
    token = _memo.set({})
    try:
        yield
    finally:
        _memo.reset(token)


def remembering_still():
    """The memo of the request, or one for what is done outside any."""
    return nullcontext() if remembers() else remembering()


def remembers():
    """Whether we are within a request or an action."""
    return _memo.get() is not None


def remember(key, compute):
    """The value under `key`, computed at most once while remembering."""
    memo = _memo.get()
    if memo is None:
        return compute()
    if key not in memo:
        memo[key] = compute()
    return memo[key]


class Lasting(NamedTuple):
    """Values read while the stamp was `stamp`; replaced whole when it differs, so that threads never see a mixture."""
    stamp: str
    values: dict[Any, Any]


_lasting = Lasting("", {})
MOST = 300
"""Values kept at a time: pages ask for a few days, and whoever asks for every day of a century fills no memory."""


def lasting(key, compute):
    """The value under `key`, read once for all requests until clauses, holidays or the organisation change. Callers do not change it."""
    global _lasting
    if _memo.get() is None:
        return compute()
    stamp = remember("kernel.stamp", _stamp)
    if not stamp:
        return remember(key, compute)
    if _lasting.stamp != stamp or len(_lasting.values) >= MOST:
        _lasting = Lasting(stamp, {})
    values = _lasting.values
    if key not in values:
        values[key] = compute()
    return values[key]


def _stamp():
    from .models import Stamp
    return Stamp.objects.values_list("value", flat=True).first() or ""


def forget():
    memo = _memo.get()
    if memo is not None:
        memo.clear()


class Remembering:
    """Middleware: each request reads people and clauses once."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with remembering():
            return self.get_response(request)
