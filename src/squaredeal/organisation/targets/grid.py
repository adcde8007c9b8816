"""The targets page as rows: company, regions, people; a cell per month, and beside each unit what is still to be distributed."""
from decimal import Decimal

from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Role
from squaredeal.organisation.team.scope import sees_all

from . import policy, queries


def build(viewer, measure, months):
    """[row]; a row is {"kind", "thing", "unit", "depth", "cells": [(month, amount)], "total", "gap", "open"}; gap is None for people,
    open says whether the viewer sets it. Who has left stands where they last were as long as they have a target in these months."""
    known = queries.monthly(viewer, measure, months[0], months[-1])
    tree, seats = team.units(viewer), [a for a in team.people(viewer) if a.position.role == Role.REP]
    seats += team.last_seats(viewer, {pk for kind, pk in known if kind == "person"} - {a.person_id for a in team.people(viewer)})
    everything = sees_all(viewer, queries.READERS)
    rows = []

    def cells(kind, pk):
        return [(month, known.get((kind, pk), {}).get(month)) for month in months]

    def add(unit, depth):
        own = [a for a in seats if a.unit_id == unit.pk and (everything or ("person", a.person_id) in known)]
        children = [child for child in tree if child.parent_id == unit.pk]
        shown = everything or ("unit", unit.pk) in known
        row = {"kind": "unit", "thing": unit, "unit": unit, "depth": depth, "cells": cells("unit", unit.pk), "open": policy.sets(viewer, unit)}
        if shown:
            rows.append(row)
        below = Decimal(0)
        for child in children:
            below += add(child, depth + shown)
        for seat in own:
            line = cells("person", seat.person_id)
            rows.append({"kind": "person", "thing": seat.person, "unit": unit, "depth": depth + shown, "cells": line, "gap": None, "open": policy.sets(viewer, seat.person),
                         "total": sum((a or 0 for _m, a in line), Decimal(0))})
            below += rows[-1]["total"]
        row["total"] = sum((a or 0 for _m, a in row["cells"]), Decimal(0))
        row["gap"] = policy.gap(row["total"], [below])
        return row["total"] or below

    for root in [u for u in tree if u.parent_id is None]:
        add(root, 0)
    return rows
