"""An action is a verb of the business: allowed or refused, whole or not at all, always on record."""
import json
from contextvars import ContextVar
from copy import copy
from functools import wraps

from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from .errors import OutOfReach
from .memory import forget, remembering_still
from .models import Entry

VERBS = {}
TURNS = 3
_HOLDS = ContextVar("squaredeal_holds", default=(None, None, None))
"""(actor, subject as it was read and locked, entries to be left) of the action that is running."""
STUCK = {"40P01", "40001"}
"""PostgreSQL's deadlock_detected and serialization_failure."""


def action(verb, *, may):
    """Run the function in one transaction, after `may(actor, subject, **given)` agreed, leaving one audit entry.

    The subject, when it is a saved row, is read afresh, locked, and within the actor's reach (OutOfReach otherwise).
    `may` raises Refused; it returns nothing. Another action of the same actor that holds the row already calls `.within` instead of the
    verb: all is as it is here, save that the row is not read a second time, and that what is left goes with what the other leaves.
    """
    def wrap(function):
        @wraps(function)
        def run(actor, subject, **given):
            with remembering_still():
                result = _unstuck(once, actor, subject, given)
                forget()
            return result

        def once(actor, subject, given):
            with transaction.atomic():
                subject = _fresh(subject, actor)
                left = []
                holds = _HOLDS.set((actor, subject, left))
                try:
                    result = decided(actor, subject, given, left)
                finally:
                    _HOLDS.reset(holds)
                Entry.objects.bulk_create(left)
            return result

        def within(actor, subject, **given):
            who, held, left = _HOLDS.get()
            if left is None or held is not subject or who != actor:
                return run(actor, subject, **given)
            return decided(actor, copy(subject), given, left)   # what this changes is its own, not the other's

        def decided(actor, subject, given, left):
            may(actor, subject, **given)
            before = _face(subject)
            result = function(actor, subject, **given)
            left.append(_entry(actor, verb, subject, _difference(before, _face(subject))))
            if isinstance(result, Model) and result != subject:
                left.append(_entry(actor, verb, result, _difference({}, _face(result))))
            return result

        run.verb, run.within = verb, within
        VERBS[verb] = run
        return run
    return wrap


def _unstuck(once, *given):
    """Where two actions wait for each other's rows the database ends one of them: it left nothing, and is decided again on what is now true."""
    for _turn in range(TURNS - 1):
        try:
            return once(*given)
        except OperationalError as stuck:
            if connection.in_atomic_block or getattr(stuck.__cause__, "sqlstate", "") not in STUCK:
                raise
            forget()
    return once(*given)


def gave_up_waiting(error):
    """Whether the database ended a statement because somebody else was writing: nothing of it is written, and it may be tried again."""
    return isinstance(error, OperationalError) and ("database is locked" in str(error) or getattr(error.__cause__, "sqlstate", "") in STUCK)


def record(actor, verb, subject, change):
    """One audit entry. `actor` may be None for what the clock did."""
    made = _entry(actor, verb, subject, change)
    made.save()
    return made


def _entry(actor, verb, subject, change):
    known = isinstance(actor, Model) and actor.pk
    return Entry(actor=actor if known else None, actor_name=str(actor or ""), verb=verb, subject=name_of(subject), change=change)


def name_of(thing):
    """`customers.customer:12`; other things by their text."""
    if isinstance(thing, Model):
        return f"{thing._meta.label_lower}:{thing.pk}"
    return "" if thing is None else str(thing)[:120]


def anyone(actor, subject, **given):
    """A permission for verbs that reach alone decides."""


def _fresh(subject, actor):
    """The row as it is now, locked so that two people cannot both decide, and within the actor's reach."""
    if not (isinstance(subject, Model) and subject.pk):
        return subject
    rows = subject.__class__._default_manager.select_for_update(of=("self",))
    if hasattr(rows, "seen_by"):
        rows = rows.seen_by(actor)
    found = rows.filter(pk=subject.pk).first()
    if found is None:
        raise OutOfReach(_("This is not here, or not within your reach."))
    return found


_SECRET = {"password", "digest"}
_PLAIN = {str, int, bool}


def _face(thing):
    """{attribute: value} of a saved row, as JSON says it: days and sums as text, lists and what else may change in place copied."""
    if not isinstance(thing, Model) or not thing.pk:
        return {}
    face = {f.attname: getattr(thing, f.attname) for f in thing._meta.concrete_fields if f.name not in _SECRET}
    return {name: value if value is None or type(value) in _PLAIN else json.loads(json.dumps(value, cls=DjangoJSONEncoder, default=str))
            for name, value in face.items()}


def _difference(before, after):
    return {k: [before.get(k), v] for k, v in after.items() if before.get(k) != v}
