"""DuckDB in this process."""
import shutil
import threading
from contextlib import contextmanager

import duckdb

from squaredeal.engine.problems import PlanProblems, problem
from squaredeal.engine.stages.stored import FOOTER
from squaredeal.engine.tables.tables import SPILL, quoted, text_of

from . import Overflow

OVERFLOWS = (duckdb.OutOfRangeException, duckdb.ConversionException)
TURN = 0.02
"""Seconds between two looks at whether somebody cancels."""
LEFT: list[duckdb.DuckDBPyConnection] = []
"""Databases of a process that ends with its run: to close one is to give back its memory first, which may take seconds."""


class Duck:
    """Stages as tables and views of one embedded database."""
    dialect = "duckdb"

    def __init__(self, tables, memory, threads, *, small, writing=None, also=(), cancel=None, columns=None):
        self.made, self.writing = writing if writing and not writing.exists() else None, writing
        self.cancel, self.link, self.memory = cancel, None, memory
        if writing:
            writing.mkdir(parents=True, exist_ok=True)
        folders = [f for f in (also if isinstance(also, (list, tuple)) else [also]) if f]
        with self.guarded():
            tables.open(memory, threads, small=small, writing=writing and writing.resolve(), also=folders, told=self._opened, columns=columns)
        self.checking = self.link

    def _opened(self, link):
        self.link = link

    def words(self, tree, short=False):
        """A query as this backend says it, `short` where it computes in 64 bits; the tree may be changed."""
        return tree.sql("duckdb", copy=False)

    def make(self, name, sql, view=False):
        """Make a table of a query, or give the query a name."""
        self.execute(f"CREATE {'OR REPLACE VIEW' if view else 'TABLE'} {name} AS {sql}")

    def settled(self, name, sql, view=False):
        """A table or view of what the stages left, in the words of DuckDB."""
        self.make(name, sql, view)

    def brought(self, name, sql):
        """A query of the stages under a name that `settled` can read."""
        self.make(name, sql, view=True)

    def drop(self, name):
        self.execute(f"DROP TABLE {name}")

    def execute(self, sql, values=()):
        """Run a query in the words of DuckDB; the answer knows fetchall and fetchone."""
        with self.guarded():
            return self.link.execute(sql, values) if values else self.link.execute(sql)

    @contextmanager
    def guarded(self):
        """What is done on the connection within can be cancelled; a number too large is an Overflow."""
        try:
            with self._watched():
                yield
        except OVERFLOWS as wrong:
            raise Overflow from wrong
        except duckdb.InterruptException:
            raise InterruptedError("cancelled") from None
        except duckdb.OutOfMemoryException:
            raise PlanProblems([problem("memory", f"{self.memory} 内存不够算这么多", f"{self.memory} of memory do not suffice for so much", "给多些，例如 --memory 4GB；什么也没写",
                                        "give more, such as --memory 4GB; nothing is written")]) from None

    def executemany(self, sql, rows):
        self.link.executemany(sql, rows)

    def arrow(self, query):
        """The Arrow table of a query."""
        with self.guarded():
            return self.link.sql(query).to_arrow_table()

    def keep(self, name, folder):
        """A stage's table as a Parquet file; 128 bits as decimals, which Parquet knows."""
        cells = [f"CAST({quoted(c)} AS DECIMAL(38, 0)) AS {quoted(c)}" if kind == "HUGEINT" else quoted(c) for c, kind, *_more in self.execute(f"DESCRIBE {name}").fetchall()]
        self.put(f"SELECT {', '.join(cells)} FROM {name}", folder / f"{name}.parquet")

    def store(self, query, path, footer=None):
        """Write a query of the stages to a Parquet file, with a footer that says what its columns mean; the number of its rows."""
        return self.put(query, path, footer)

    def put(self, query, path, footer=None):
        """Write a query in the words of DuckDB to a Parquet file; numbers as differences, and no dictionaries but of enumerations: half the time, half the bytes."""
        more = f", KV_METADATA {{{FOOTER}: {text_of(footer.text())}}}" if footer else ""
        return self.execute(f"COPY ({query}) TO {text_of(str(path))} (FORMAT parquet, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1, COMPRESSION snappy{more})").fetchone()[0]

    def stored(self, path):
        """A Parquet file as a relation."""
        return f"read_parquet({text_of(str(path))})"

    @contextmanager
    def _watched(self):
        """While a query runs, another thread asks `cancel` and interrupts it."""
        if self.cancel is None:
            yield
            return
        over = threading.Event()

        def watch():
            while not over.wait(TURN):
                if self.cancel() and self.link is not None:
                    self.link.interrupt()  # again and again: between two queries there is nothing to interrupt
        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()

    def close(self):
        if getattr(self.cancel, "ends", False) and self.cancel():
            LEFT.append(self.link)
            if self.writing:
                shutil.rmtree(self.writing / SPILL, ignore_errors=True)
        else:
            self.link.close()
        if self.made and not any(self.made.iterdir()):  # refused: nothing is left behind
            self.made.rmdir()
