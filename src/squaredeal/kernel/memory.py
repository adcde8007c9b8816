"""What one request has already read: a memo that lives as long as the request, and is forgotten at each write.

Outside a request (commands, tests) nothing is remembered, so nothing can be stale.
"""
from contextlib import contextmanager
from contextvars import ContextVar

_memo = ContextVar("squaredeal_memory", default=None)


@contextmanager
def remembering():
    token = _memo.set({})
    try:
        yield
    finally:
        _memo.reset(token)


def remember(key, compute):
    """The value under `key`, computed at most once while remembering."""
    memo = _memo.get()
    if memo is None:
        return compute()
    if key not in memo:
        memo[key] = compute()
    return memo[key]


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
