"""Spark: every stage is a query of Spark SQL whose result lies as Parquet in a folder of its own; DuckDB reads the input, checks it and settles."""
import os
import shutil
import tempfile
import threading
from pathlib import Path

from sqlglot import exp

from squaredeal.engine.formula.trees import copied, nodes
from squaredeal.engine.problems import PlanProblems, problem
from squaredeal.engine.tables.tables import quoted

from . import Overflow
from .duck import Duck

OVERFLOWS = ("NUMERIC_VALUE_OUT_OF_RANGE", "ARITHMETIC_OVERFLOW", "CAST_OVERFLOW")
KINDS = {"VARCHAR": "STRING", "HUGEINT": "DECIMAL(38, 0)", "INTEGER": "INT"}
LISTS = {"list_reduce": "aggregate", "list_extract": "element_at", "list_slice": "slice"}
INPUT = ("people", "quotas", "scores", "periods", "posted", "span", "span_in", "facts_in", "credits_in", "deals_in")
FEW = 50_000
FEW_ROWS = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN", "spark.sql.adaptive.enabled": "false", "spark.sql.shuffle.partitions": "1",
            "spark.sql.constraintPropagation.enabled": "false"}
MANY_ROWS = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK", "spark.sql.adaptive.enabled": "true",
             "spark.sql.constraintPropagation.enabled": "true"}
"""Up to FEW facts the rows are gone through faster than Java is compiled for them."""


class Spark(Duck):
    """Stages in Spark on this machine, or on the cluster that SPARK_MASTER names; everything else as DuckDB does it."""
    dialect = "databricks"

    def __init__(self, tables, memory, threads, *, small, writing=None, also=None, cancel=None, columns=None):
        self.session = _session(memory, threads)
        few = tables.arrow["facts"].num_rows < FEW
        for key, value in (FEW_ROWS if few else {**MANY_ROWS, "spark.sql.shuffle.partitions": str(2 * threads)}).items():
            self.session.conf.set(key, value)
        self.folder = Path(tempfile.mkdtemp(prefix="squaredeal-spark-")).resolve()
        self.views, self.handed = [], False
        try:
            super().__init__(tables, memory, threads, small=small, writing=writing, also=[self.folder, also], cancel=cancel, columns=columns)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def words(self, tree, short=False):
        return translated(tree, short)

    def make(self, name, sql, view=False):
        self._hand_over()
        if view:
            self._run(sql).createOrReplaceTempView(name)  # as it is understood: a view made by SQL is read anew wherever it stands
            self.views.append(name)
            return
        self._known(name, self._write(sql, self.folder / name))
        super().execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{self.folder / name}/*.parquet')")

    def settled(self, name, sql, view=False):
        """A table or view that DuckDB makes of what the stages left."""
        super().make(name, sql, view)

    def drop(self, name):
        self.session.catalog.dropTempView(name)
        super().execute(f"DROP VIEW {name}")
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def brought(self, name, sql):
        """A query of the stages as a view of DuckDB."""
        self._hand_over()
        self._write(sql, self.folder / name)
        super().execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{self.folder / name}/*.parquet')")

    def store(self, query, path, footer=None):
        self._write(query, self.folder / "stored")
        return self.put(f"SELECT * FROM read_parquet('{self.folder / 'stored'}/*.parquet')", path, footer)

    def close(self):
        super().close()
        for name in self.views:
            self.session.catalog.dropTempView(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _hand_over(self):
        """What DuckDB has read and ordered, to Spark; once, when the first stage is made."""
        if self.handed:
            return
        self.handed = True
        for name in INPUT:
            columns = [(column, kind) for column, kind, *_more in super().execute(f"DESCRIBE {name}").fetchall()]
            cells = [f"CAST({quoted(c)} AS DECIMAL(38, 0)) AS {quoted(c)}" if kind == "HUGEINT" else quoted(c) for c, kind in columns]
            (self.folder / name).mkdir()
            super().execute(f"COPY (SELECT {', '.join(cells)} FROM {name}) TO '{self.folder / name}/0.parquet' (FORMAT parquet)")
            said = ", ".join(f"{exp.to_identifier(column, quoted=True).sql('spark')} {'STRING' if kind.startswith('ENUM') else KINDS.get(kind, kind)}" for column, kind in columns)
            self._known(name, said)

    def _known(self, name, schema):
        self.session.read.schema(schema).parquet(str(self.folder / name)).createOrReplaceTempView(name)
        self.views.append(name)

    def _run(self, sql):
        try:
            return self.session.sql(sql)
        except Exception as wrong:
            raise _told(wrong) from wrong

    def _write(self, sql, folder):
        frame, context = self._run(sql), self.session.sparkContext
        over = threading.Event()

        def watch():
            while not over.wait(0.1):
                if self.cancel():
                    context.cancelAllJobs()
                    return
        watching = threading.Thread(target=watch, daemon=True) if self.cancel else None
        if watching:
            watching.start()
        try:
            frame.write.parquet(str(folder))
            return frame.schema
        except Exception as wrong:
            if self.cancel and self.cancel():
                raise InterruptedError("cancelled") from None
            raise _told(wrong) from wrong
        finally:
            over.set()
            if watching:
                watching.join()


def _told(wrong):
    return Overflow() if any(name in str(wrong) for name in OVERFLOWS) else wrong


def _session(memory, threads):
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise PlanProblems([problem("--engine spark", "没有装 pyspark", "pyspark is not installed", "pip install 'squaredeal[spark]'",
                                    "pip install 'squaredeal[spark]'")]) from None
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise PlanProblems([problem("--engine spark", "没有 Java", "there is no Java", "装 Java 17 或更新的（Debian：openjdk-17-jre-headless）",
                                    "install Java 17 or later (Debian: openjdk-17-jre-headless)")])
    made = SparkSession.builder.master(os.environ.get("SPARK_MASTER", f"local[{threads}]")).appName("squaredeal")
    for key, value in {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.sql.ansi.enabled": "true",
                       "spark.sql.session.timeZone": "UTC", "spark.sql.lightweightPlanChangeValidation": "false", "spark.driver.memory": _java(memory), "spark.log.level": "OFF",
                       "spark.sql.caseSensitive": "true", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}.items():
        made = made.config(key, value)
    return made.getOrCreate()


def _java(memory):
    """2GB as Java says it."""
    return memory.upper().replace(" ", "").removesuffix("B").lower()


def translated(tree, short=False):
    """A stage's query in Spark SQL, with what the two understand differently written out; `short` divides in 64 bits."""
    tree = copied(tree)
    for node in nodes(tree, exp.DataType):
        if node.this == exp.DataType.Type.INT128:
            node.replace(exp.DataType.build("DECIMAL(38, 0)"))
    for node in nodes(tree, exp.Anonymous):
        node.set("this", LISTS.get(node.name.lower(), node.this))
        if node.this == "aggregate":  # what it begins with comes before how it goes on
            node.set("expressions", [node.expressions[0], node.expressions[2], node.expressions[1]])
    for node in nodes(tree, exp.IntDiv, exp.Sign, exp.Concat)[::-1]:  # the innermost first
        node.replace(_written(node, short))
    return tree.sql("databricks", copy=False)  # as Spark, which like it knows QUALIFY


def _written(node, short):
    if isinstance(node, exp.Sign):
        return exp.cast(node.copy(), "INT")
    if isinstance(node, exp.Concat):  # skips what is empty
        return exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string(""), *[exp.cast(e.copy(), "STRING") for e in node.expressions]])
    top, bottom = node.this.copy(), node.expression.copy()
    if short or isinstance(bottom, exp.Cast) and bottom.to.this == exp.DataType.Type.BIGINT:
        return exp.IntDiv(this=exp.cast(top, "BIGINT") if short else exp.paren(top), expression=exp.cast(bottom, "BIGINT"))
    top = exp.cast(top, "DECIMAL(38, 0)")  # two numbers of 64 bits are divided as floating point
    exact = exp.Div(this=exp.paren(exp.Sub(this=exp.paren(top), expression=exp.Mod(this=exp.paren(top.copy()), expression=exp.paren(bottom)))),
                    expression=exp.paren(bottom.copy()), typed=True, safe=False)
    return exp.cast(exp.paren(exact), "DECIMAL(38, 0)")
