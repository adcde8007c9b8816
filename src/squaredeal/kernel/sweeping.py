"""Where a hundred thousand rows are made at once, nobody looks through them for circles to throw away: there are none, and looking costs a quarter of the work."""
import gc
import threading
from contextlib import contextmanager

_counting = threading.Lock()
_busy = 0


@contextmanager
def unswept():
    """While the block, or the function this stands over, runs, the collector of circles rests; it starts again when the last of them is through."""
    global _busy
    with _counting:
        if not _busy and not gc.isenabled():
            resting = False   # somebody else has stopped it, and starts it again
        else:
            resting, _busy = True, _busy + 1
            gc.disable()
    try:
        yield
    finally:
        if resting:
            with _counting:
                _busy -= 1
                if not _busy:
                    gc.enable()
