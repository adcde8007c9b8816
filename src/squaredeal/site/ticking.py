"""What the clock does each day: obligations open, are missed and climb the ladder; approvers are reminded. It may run twice."""
from importlib import import_module
from importlib.util import find_spec

import typer
from django.conf import settings
from django.db import transaction
from django.utils import timezone

tick = typer.Typer()


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


@tick.command()
def _tick():
    """What the clock does each day; run it every morning, it may run twice · 每天早上跑一次，跑两次也不要紧."""
    for verb, answer in run(timezone.now()):
        typer.echo(f"{verb}: {answer if answer is not None else '✓'}")
