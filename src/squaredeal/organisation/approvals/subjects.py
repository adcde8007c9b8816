"""What can be asked approval for: each section says once what its subject is, where it is shown, and what a decision does to it.

A later section whose sign-off has a life cycle of its own says instead what of it waits for somebody: it stands in their list and is decided on its own page.
"""
from collections.abc import Callable
from typing import Any, NamedTuple

APPROVED, RETURNED, WITHDRAWN = "approved", "returned", "withdrawn"


class Subject(NamedTuple):
    """`settle(actor, thing, verdict, request)` runs inside the deciding transaction, `thing` read afresh and locked;
    verdict is "approved", "returned" or "withdrawn". `url` is the name of the subject's page (takes its pk), `part` the
    name of an HTMX part that shows the approver the subject on the request's page, `css` the static file that part needs.
    `label` is a lazy translation.
    """
    model: Any
    label: Any
    url: str
    settle: Callable
    part: str = ""
    css: str = ""


class Beside(NamedTuple):
    """What waits for somebody's signature on a page of its own: its title, that page, who sent it, the amount in yuan, the day it is due."""
    title: str
    url: str
    who: Any
    amount: Any
    due: Any


KINDS: dict[str, Subject] = {}
BESIDE: list[Callable] = []


def register(kind, subject):
    """Called once, from the section's AppConfig.ready."""
    KINDS[kind] = subject


def beside(ask):
    """Called once, from the section's AppConfig.ready: `ask(viewer)` gives what waits for the viewer, [Beside], at no cost to those it is not for."""
    BESIDE.append(ask)


def of(kind):
    """The subject registered under `kind`; KeyError when no section claims it."""
    return KINDS[kind]
