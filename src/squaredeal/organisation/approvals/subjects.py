"""What can be asked approval for: each section says once what its subject is, where it is shown, and what a decision does to it."""
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


KINDS: dict[str, Subject] = {}


def register(kind, subject):
    """Called once, from the section's AppConfig.ready."""
    KINDS[kind] = subject


def of(kind):
    """The subject registered under `kind`; KeyError when no section claims it."""
    return KINDS[kind]
