"""DuckDB in this process."""
import threading
from contextlib import contextmanager

import duckdb

from . import Overflow

OVERFLOWS = (duckdb.OutOfRangeException, duckdb.ConversionException)
TURN = 0.05
"""Seconds between two looks at whether somebody cancels."""


class Duck:
    """Stages as tables and views of one embedded database."""
    dialect = "duckdb"

    def __init__(self, tables, memory, threads, *, small, writing=None):
        self.made = writing if writing and not writing.exists() else None
        if writing:
            writing.mkdir(parents=True, exist_ok=True)
        try:
            self.link = tables.open(memory, threads, small=small, writing=writing and writing.resolve())
        except OVERFLOWS as wrong:
            raise Overflow from wrong
        self.checking = self.link
        self.cancel = None

    def make(self, name, sql, view=False):
        """Make a table of a query, or give the query a name."""
        self.execute(f"CREATE {'VIEW' if view else 'TABLE'} {name} AS {sql}")

    def drop(self, name):
        self.execute(f"DROP TABLE {name}")

    def execute(self, sql, values=()):
        """Run a query in the words of DuckDB; the answer knows fetchall and fetchone."""
        with self._guarded():
            return self.link.execute(sql, values) if values else self.link.execute(sql)

    @contextmanager
    def _guarded(self):
        try:
            with self._watched():
                yield
        except OVERFLOWS as wrong:
            raise Overflow from wrong
        except duckdb.InterruptException:
            raise InterruptedError("cancelled") from None

    def executemany(self, sql, rows):
        self.link.executemany(sql, rows)

    def arrow(self, query):
        """The Arrow table of a query."""
        with self._guarded():
            return self.link.sql(query).to_arrow_table()

    def store(self, query, path):
        """Write a query to a Parquet file; the number of its rows."""
        return self.execute(f"COPY ({query}) TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, COMPRESSION zstd)").fetchone()[0]

    def stored(self, path):
        """A Parquet file as a relation."""
        return f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"

    @contextmanager
    def _watched(self):
        """While a query runs, another thread asks `cancel` and interrupts it."""
        if self.cancel is None:
            yield
            return
        over = threading.Event()

        def watch():
            while not over.wait(TURN):
                if self.cancel():
                    self.link.interrupt()
                    return
        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()

    def close(self):
        self.link.close()
        if self.made and not any(self.made.iterdir()):  # refused: nothing is left behind
            self.made.rmdir()
