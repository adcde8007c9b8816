"""The page of scores or wages as rows: people down, names across, for one month; and which cells the viewer types into."""
from squaredeal.organisation.team.models import Role
from squaredeal.organisation.team.scope import people_under

from . import policy, queries
from .models import Kind

MOST_NAMES = 8
"""Columns shown at a time; the names asked for come first."""


def build(viewer, kind, month, more=""):
    """(names, [row], settled): a row is {"person", "unit", "open", "cells": [(name, row or None)]}; `more` is a name that has a column though nothing is entered."""
    known, settled = queries.standing(viewer, kind, month), queries.is_settled(viewer, month)
    names = queries.names(viewer, kind, month)
    if more and more not in names:
        names.append(more)
    names = names if len(names) <= MOST_NAMES else sorted(names, key=lambda n: n != more)[:MOST_NAMES]
    sets, below = policy.sets(viewer, kind) and not settled, people_under(viewer)
    rows = [{"person": a.person, "unit": a.unit, "cells": [(name, known.get((a.person_id, name))) for name in names],
             "open": sets and (kind == Kind.WAGE or a.person_id != viewer.pk and (viewer.role == Role.DIRECTOR or a.person_id in below))}
            for a in queries.seats(viewer, kind, month)]
    return names, rows, settled
