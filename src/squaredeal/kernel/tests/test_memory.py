"""What lasts from request to request ends with the change of what it was read from."""
import gc
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from squaredeal.kernel import calendar, memory
from squaredeal.kernel.action import VERBS, action, anyone
from squaredeal.kernel.memory import remembering, remembers
from squaredeal.kernel.models import Holiday
from squaredeal.kernel.sweeping import unswept
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Role, Unit

STAMPED = {**import_module("squaredeal.kernel.migrations.0003_stamp").TABLES, **import_module("squaredeal.organisation.team.migrations.0002_stamp").TABLES}
DAY = date(2031, 5, 8)


def asked(read):
    """(what was read in a request of its own, the number of queries)."""
    with remembering(), CaptureQueriesContext(connection) as seen:
        return read(), len(seen)


def test_the_second_request_reads_only_the_stamp(firm):
    asked(lambda: team.units(firm.zhou))
    assert asked(lambda: team.units(firm.zhou)) == (team.units(firm.zhou), 1)


def test_a_change_is_seen_by_the_next_request_however_it_was_made(firm):
    assert asked(lambda: calendar.is_working(DAY))[0]
    Holiday.objects.create(on=DAY)
    assert not asked(lambda: calendar.is_working(DAY))[0]
    Holiday.objects.filter(on=DAY).update(working=True)
    assert asked(lambda: calendar.is_working(DAY))[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE team_unit SET name = '华北' WHERE id = %s", [firm.east.pk])
    assert "华北" in [u.name for u in asked(lambda: team.units(firm.zhou))[0]]


def test_an_action_outside_a_request_reads_once_and_the_next_finds_what_changed(firm):
    told = []

    @action("memory.look", may=anyone)
    def look(actor, subject):
        role = actor.role
        with CaptureQueriesContext(connection) as again:
            told.append((role, actor.role, len(again)))
    try:
        look(firm.chen, None)
        firm.chen.assignments.update(position=firm.wang.seat.position)
        look(firm.chen, None)
    finally:
        VERBS.pop("memory.look")
    assert told == [(Role.REP, Role.REP, 0), (Role.MANAGER, Role.MANAGER, 0)] and not remembers()


def test_asking_for_day_after_day_does_not_fill_the_memory(firm):
    for days in range(memory.MOST + 20):
        asked(lambda: team.people(firm.zhou, DAY + timedelta(days)))  # noqa: B023  # called at once
    assert 0 < len(memory._lasting.values) <= memory.MOST


def test_what_was_read_in_a_change_that_was_taken_back_is_not_kept(firm):
    known = [u.name for u in asked(lambda: team.units(firm.zhou))[0]]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Unit.objects.create(name="海外", parent=firm.east, path="/1/2/99/")
        assert "海外" in [u.name for u in asked(lambda: team.units(firm.zhou))[0]]
        raise ZeroDivisionError
    assert [u.name for u in asked(lambda: team.units(firm.zhou))[0]] == known


@pytest.mark.parametrize("table", STAMPED)
def test_every_table_it_stands_for_has_its_trigger(db, table):
    where = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s AND name LIKE %s" if connection.vendor == "sqlite" else \
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(where, [table, f"{table}_stamps%"])
        assert cursor.fetchone()[0] == (3 if connection.vendor == "sqlite" else 1)


def test_circles_are_not_looked_for_while_many_rows_are_made_and_are_again_afterwards():
    assert gc.isenabled()
    with unswept():
        with unswept():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), unswept():
        raise ZeroDivisionError
    assert gc.isenabled()
    gc.disable()
    try:
        with unswept():
            pass
        assert not gc.isenabled()   # whoever had stopped it starts it
    finally:
        gc.enable()
