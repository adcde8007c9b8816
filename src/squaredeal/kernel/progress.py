"""How far long work has come: told by the work, row by row, and heard by whoever waits for it; silent when nobody does."""
from contextlib import contextmanager
from contextvars import ContextVar

_HEARD = ContextVar("progress", default=None)
EVERY = 500


@contextmanager
def heard(by):
    """While the block runs, `by(count)` is called as rows are dealt with."""
    token = _HEARD.set(by)
    try:
        yield
    finally:
        _HEARD.reset(token)


def advance(count):
    """So many more rows are dealt with."""
    by = _HEARD.get()
    if by is not None and count:
        by(count)


def each(things):
    """The things, told as they are taken."""
    if _HEARD.get() is None:
        yield from things
        return
    n = 0
    for n, thing in enumerate(things, 1):
        yield thing
        if n % EVERY == 0:
            advance(EVERY)
    advance(n % EVERY)
