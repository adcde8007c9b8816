"""What the clock does: obligations open, are missed and climb the ladder; approvers are reminded. It may run twice.

`squaredeal serve` does it by itself, every hour; where another server serves, cron or a timer calls `squaredeal tick`.
"""
import logging
import os
import threading
import time
from importlib import import_module
from importlib.util import find_spec

import typer
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

tick = typer.Typer()
log = logging.getLogger(__name__)
FIRST, AGAIN = 20, 60
"""Seconds until the first look at the clock, and between two."""


def run(now):
    """Call every section's `tick…` of its actions, each in its own transaction; returns [(verb, what it reports)]."""
    done = []
    for section in settings.SECTIONS:
        if not find_spec(f"{section}.actions"):
            continue
        actions = import_module(f"{section}.actions")
        for name in sorted(n for n in vars(actions) if n.startswith("tick")):
            with transaction.atomic():
                answer = getattr(actions, name)(timezone.localdate(now) if name == "tick" else now)
            done.append((f"{section.rsplit('.', 1)[-1]}.{name}", answer))
    return done


def by_itself():
    """Keep the time in a thread of this process; of all workers on this machine one does the hour's work."""
    threading.Thread(target=_keep, daemon=True, name="clock").start()


def _keep():
    time.sleep(FIRST)
    while True:
        once_an_hour(timezone.now())
        time.sleep(AGAIN)


def once_an_hour(now):
    """The hour's work, unless somebody has claimed it; whether it was done here."""
    if not _claimed(now):
        return False
    try:
        run(now)
    except Exception:
        log.exception("what the clock does each hour broke off; it is tried again in the next")
    finally:
        connections.close_all()
    return True


def _claimed(now):
    mark = settings.HOME / f"ticked-{now:%Y%m%dT%H}"
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    for old in settings.HOME.glob("ticked-*"):
        if old != mark:
            old.unlink(missing_ok=True)
    return True


@tick.command()
def _tick():
    """What the clock does; `serve` does it by itself, elsewhere run it every hour, it may run twice · 每小时跑一次，跑两次也不要紧."""
    for verb, answer in run(timezone.now()):
        typer.echo(f"{verb}: {answer if answer is not None else '✓'}")
