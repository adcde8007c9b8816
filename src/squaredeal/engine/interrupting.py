"""Ctrl-C while a run is computed: it is heard at once, whatever the database is doing, and the process then goes without giving back its memory first."""
import os
import signal
import socket
import sys
import threading
from contextlib import contextmanager

ASKED = 130
"""The exit status of what was stopped by Ctrl-C."""


class Interrupt:
    """Asked like a function whether somebody pressed Ctrl-C; `ends` says that the process has nothing else to do then."""
    ends = True

    def __init__(self):
        self.asked, self.breaks = threading.Event(), False

    def heard(self, _number, _frame):
        """The signal's handler."""
        self.asked.set()
        if self.breaks:
            raise InterruptedError("cancelled")

    def __call__(self):
        return self.asked.is_set()


@contextmanager
def interruptible():
    """While it lasts, Ctrl-C asks the run to stop instead of breaking in anywhere; gives the question whether it was asked.

    Python calls a handler only between two of its own instructions, which is after the query in progress: a thread hears of the signal before.
    """
    interrupt = Interrupt()
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    before = signal.signal(signal.SIGINT, interrupt.heard)
    earlier = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    ours.setblocking(True)
    threading.Thread(target=_listen, args=(ours, interrupt), daemon=True).start()
    try:
        yield interrupt
    finally:
        signal.set_wakeup_fd(earlier)
        signal.signal(signal.SIGINT, before)
        theirs.close()


@contextmanager
def breakable(cancel):
    """While it lasts, Ctrl-C breaks in: for what takes time in Python and writes nothing."""
    if isinstance(cancel, Interrupt):
        cancel.breaks = True
    try:
        yield
    finally:
        if isinstance(cancel, Interrupt):
            cancel.breaks = False


def _listen(ours, interrupt):
    with ours:
        while heard := ours.recv(16):
            if signal.SIGINT in heard:
                interrupt.asked.set()


def gone():
    """End the process now: what it wrote is whole or away, and its memory is the system's to take back."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ASKED)
