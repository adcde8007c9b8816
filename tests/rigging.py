"""Which tests run on which database, and how the append-only tables are emptied between tests.

A test that touches rows runs on SQLite and on PostgreSQL; one that does not is marked `once`, one that opens
a page in Chromium `browser`, and both run in the SQLite pass only. The marks are set here, from the fixtures a test
asks for, so that nobody has to remember them. The longest begin first among their like, so that no core waits for one at the end.
"""
import sys

import pytest
from django.test import TransactionTestCase

ROWS = {"db", "transactional_db", "live_server"}
LONGEST = ("test_spark.py", "test_oracle.py", "test_walk_browser.py", "test_matrix.py", "test_fuzz_api.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "chrome" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if not touches_rows(item):
            item.add_marker("once")
    items.sort(key=lambda item: not item.nodeid.split("::")[0].endswith(LONGEST))


def pytest_runtest_setup(item):
    """A calendar that a test before lent to the engine is a firm's that is gone."""
    working = sys.modules.get("squaredeal.engine.formula.working")
    if working:
        working.keep(dict)


def touches_rows(item):
    case = getattr(item, "cls", None)
    return bool(ROWS.intersection(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db")
                or (case and issubclass(case, TransactionTestCase)))


@pytest.fixture(scope="session", autouse=True)
def emptied_between_tests():
    """SQLite empties tables row by row, which the append-only triggers refuse: lift them for the emptying alone."""
    from django.db import connection
    if connection.vendor != "sqlite":
        yield
        return
    from django.db.backends.sqlite3.base import DatabaseOperations
    empty = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self, sql_list):
        with self.connection.cursor() as cursor:
            triggers = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {self.quote_name(name)}")
            try:
                empty(self, sql_list)
            finally:
                for _, sql in triggers:
                    cursor.execute(sql)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield
