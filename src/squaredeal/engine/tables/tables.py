"""The tables a plan runs on: read from files, rows or Arrow, typed, and put into an embedded database that can reach no file."""
from pathlib import Path

import duckdb
import pyarrow as pa

from ..attached import Stored, answers, attach, detach, quoted, scratch, text_of
from ..plan.about import EVERYBODY
from ..problems import SOME, PlanProblems, problem
from . import grouped, percents
from .incoming import arrow, named
from .joined import joined, own_day
from .unsaid import completed

NAMES = ("facts", "credits", "people", "quotas", "scores", "periods", "posted", "rates")
TEXT = {"id", "kind", "deal", "customer", "product", "currency", "fact", "payee", "role", "position", "unit", "manager", "measure", "period",
        "name", "key", "component", "contract", "channel", "level", "fact_period"}
DATES = {"date", "from", "to", "hired", "left", "probation_until", "due_date", "signed_on", "happened_on"}
NUMBERS = {"amount", "quantity", "value", "share", "earned", "reserved", "released", "payout", "cost", "vat_rate", "overdue_days"}
OPTIONAL = {"facts": {"deal": "text", "amount": "number"}, "credits": {"role": "text"}, "people": {"to": "date", "unit": "text", "manager": "text"},
            "posted": {"reserved": "number", "released": "number", "payee": "text", "period": "text", "fact_period": "text", "payout": "number"}}
"""Columns a table may leave out; they are then empty (a credit without a role is its owner's)."""
KIND = {"text": "VARCHAR", "date": "DATE", "bool": "BOOLEAN", "number": "INT128"}
NUMBER = r"[+-]?\d{1,27}(\.\d+)?"
MOST_PLACES = 10
DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
"""How a day is written: 2026-01-05, 2026/1/5, 2026.1.5, 2026年1月5日; in a column of days also 20260105."""
SPILL = ".spill"
"""Where in the folder of results is put down for a while what does not fit in memory."""
TOGETHER = f"({', '.join(map(text_of, EVERYBODY))})"
EVERYBODYS = (f"INSERT INTO scores BY NAME SELECT s.* REPLACE (p.payee AS payee) FROM (SELECT DISTINCT payee FROM people) AS p JOIN scores AS s ON s.payee IN {TOGETHER} "
              "WHERE NOT EXISTS (SELECT 1 FROM scores AS o WHERE o.payee = p.payee AND o.name = s.name AND o.period = s.period)")
"""A score of everybody, of each person who has none of their own."""
EXACT = 4
"""Decimals of a typed column that are taken as they are; with more, those its values need are counted."""


class Profile(dict):
    """{column: (kind, decimals)} of a table; of its texts, `read` holds those in which every cell is a number, with the most decimals one has."""

    def __init__(self, kinds, read):
        super().__init__(kinds)
        self.read = read


class Tables:
    """Input tables by name; each is a list of dicts, an Arrow table, or the path of a CSV, Parquet or XLSX file."""

    exchanged = False
    currency = "CNY"
    closing = None
    """What the folder of a run that closed a period tells of the accounts."""
    others = None
    """What other versions of the plan have posted."""
    beside = ()
    """Files beside the tables that are none by their names."""

    def __init__(self, facts=None, credits=None, people=None, quotas=None, scores=None, periods=None, posted=None, rates=None):
        given = (facts, credits, people, quotas, scores, periods, posted, rates)
        self.arrow = {name: named(name, arrow(name, table)) for name, table in zip(NAMES, given, strict=True)}
        self._profile, self._declared = {}, {}

    def declaring(self, plan):
        """The same tables with their columns read as the plan declares its attributes."""
        declared = {**plan.attributes, **dict.fromkeys(plan.joined, "text"), **({"happened_on": "date"} if plan.asks_own_day else {})}
        if self.currency == plan.currency and (not declared or self._declared == declared):
            return self
        other = object.__new__(Tables)
        facts = joined(own_day(self.arrow["facts"]) if plan.asks_own_day else self.arrow["facts"], plan.joined)
        other.arrow, other._profile, other._declared, other.currency = {**self.arrow, "facts": facts}, {}, declared, plan.currency
        other.closing, other.others, other.beside = self.closing, self.others, self.beside
        return other

    def with_posted(self, posted):
        """The same tables with another ledger: rows, Arrow, or the path of a CSV or Parquet file of lines, or the folder of a run."""
        closing = None
        if isinstance(posted, (str, Path)) and Path(posted).is_dir():
            from ..ledger.output import kept, read
            ledger, closing = kept(posted)
            posted = ledger or read(posted).table
        ledger = named("posted", arrow("posted", posted))
        if "key" not in ledger.column_names and "id" in ledger.column_names:
            ledger = ledger.rename_columns(["key" if c == "id" else c for c in ledger.column_names])
        if "difference" in ledger.column_names:
            ledger = _as_differences(ledger)
        other = self.with_ledger(ledger)
        other.closing, other.beside = closing, self.beside
        return other

    def with_ledger(self, ledger):
        """The same tables with what is posted as a table in its standard columns."""
        other = object.__new__(Tables)
        other._declared, other.currency, other.exchanged, other.closing = self._declared, self.currency, self.exchanged, self.closing
        other.arrow, other._profile = {**self.arrow, "posted": ledger}, {k: v for k, v in self._profile.items() if k != "posted"}
        return other

    def with_facts(self, facts):
        """The same tables with their facts converted into the plan's currency, an Arrow table."""
        other = object.__new__(Tables)
        other._declared, other.currency, other.exchanged, other.closing = self._declared, self.currency, True, self.closing
        other.others, other.beside = self.others, self.beside
        other.arrow, other._profile = {**self.arrow, "facts": facts}, {k: v for k, v in self._profile.items() if k != "facts"}
        return other

    def profile(self, name):
        """The Profile of a table; decimals are those its numbers need."""
        if name not in self._profile:
            declared = self._declared if name in {"facts", "people"} else {}
            written = grouped.plain(name, self.arrow[name], declared, self.currency)
            self.arrow = {**self.arrow, name: percents.plain(name, written, declared, NUMBER)}
            self._profile[name] = _profiled(name, self.arrow[name], declared)
        return self._profile[name]

    def columns(self, name):
        """{column: kind} of a table."""
        return {column: kind for column, (kind, _places) in self.profile(name).items()}

    def places(self, name, column):
        return self.profile(name)[column][1]

    def kinds(self):
        """{column: formula kind} of the attributes facts and people bring."""
        found = {}
        for name in ("people", "facts"):
            found.update({c: "rate" if k == "number" and c.endswith(("_rate", "_pct")) else k for c, k in self.columns(name).items()})
        return found

    def shape(self):
        """What a compiled plan depends on: the columns of every table, their kinds and decimals."""
        return tuple((name, tuple(self.profile(name).items()), tuple(self.arrow[name].column_names)) for name in NAMES)

    def open(self, memory="1GB", threads=2, *, small=False, writing=None, also=(), told=None, columns=None):
        """A DuckDB connection holding the typed tables; a number of a column is an integer of 10^-places(column), of 64 bits where `small`.

        Of the facts, only those of their `columns` that are asked for, or all. No file can be reached, but those in the folders `writing` and `also`;
        in the first what does not fit in memory is put down for a while.
        """
        spill = {"temp_directory": str(writing / SPILL)} if writing else {}
        try:
            link = duckdb.connect(config={"threads": threads, "memory_limit": memory, **spill})
        except duckdb.ParserException:
            raise PlanProblems([problem("memory", f"{memory} 不是内存的大小", f"{memory} is no size of memory", "写 1GB、512MB 这样", "write it as 1GB or 512MB")]) from None
        link.execute("SET enable_progress_bar = false")
        if told:
            told(link)
        for name in NAMES:
            profile, table = self.profile(name), self.arrow[name]
            if not table.num_rows:
                link.execute(f"CREATE TABLE {name} ({', '.join(_held(column, kind, small) for column, (kind, _places) in profile.items())})")
                continue
            attach(link, table)
            cells = [f"{_typed(column, kind, places, table, small)} AS {quoted(column)}" for column, (kind, places) in profile.items()
                     if name != "facts" or columns is None or column in columns]
            link.execute(f"CREATE TABLE {name} AS SELECT {', '.join(cells)} FROM incoming")
            detach(link, table)
        if self.arrow["scores"].num_rows:
            link.execute(EVERYBODYS)
            link.execute(f"DELETE FROM scores WHERE payee IN {TOGETHER}")
        if folders := [f for f in (writing, *also) if f]:
            link.execute(f"SET allowed_directories = [{', '.join(text_of(str(f) + '/') for f in folders)}]")
            link.execute("SET preserve_insertion_order = false")
        link.execute("SET enable_external_access = false")
        link.execute("SET lock_configuration = true")
        return link

    def check(self, plan, link=None, *, apart=False):
        """What is wrong in the tables, with table, row or id, column, reason and remedy."""
        from .faults import found
        return found(plan, self, link, apart=apart)


def read_tables(folder):
    """Tables from a folder: facts, credits, people, quotas, scores, periods, posted as .parquet, .csv or .xlsx."""
    folder, found = Path(folder), {}
    if not folder.is_dir():
        raise PlanProblems([problem(str(folder), "没有这个文件夹", "there is no such folder", "给出放着 facts.csv 的文件夹",
                                    "give the folder that holds facts.csv")])
    for name in NAMES:
        for ending in ("parquet", "csv", "xlsx"):
            path = folder / f"{name}.{ending}"
            if path.is_file():
                found[name] = path
                break
    beside = sorted(path.name for path in folder.iterdir() if path.suffix in (".parquet", ".csv", ".xlsx") and path.stem not in NAMES and path.name[0] not in "~.")
    if "facts" not in found:
        more = (f"；里面的 {'、'.join(beside[:SOME])} 没人读，是它就改名", f"; nobody reads {', '.join(beside[:SOME])}, rename it if that is the one") if beside else ("", "")
        raise PlanProblems([problem(str(folder), "里面没有 facts.csv", "holds no facts.csv", "放进事实表" + more[0], "put the table of facts there" + more[1])])
    tables = Tables(**found)
    tables.beside = tuple(beside)
    tables.arrow = completed(tables.arrow)
    return tables


def _as_differences(ledger):
    """Lines of earlier runs as postings: each posts its difference, not its whole entitlement."""
    link = scratch()
    attach(link, ledger, "ledger")
    keep = [c for c in ("payee", "period", "fact_period", "payout") if c in ledger.column_names]
    had = "CAST(posted_reserved AS DECIMAL(38,10))" if "posted_reserved" in ledger.column_names else "0"
    gone = "CAST(posted_released AS DECIMAL(38,10))" if "posted_released" in ledger.column_names else "0"
    released = f", CAST(released AS DECIMAL(38,10)) - {gone} AS released" if "released" in ledger.column_names else ""
    return link.sql(f"SELECT key, CAST(difference AS DECIMAL(38,10)) AS earned, CAST(reserved AS DECIMAL(38,10)) - {had} AS reserved{released}"
                    f"{''.join(', ' + c for c in keep)} FROM ledger").to_arrow_table()


def day_of(text):
    """The day a text says, as SQL; NULL where it says none."""
    narrow = f"translate({text}, '０１２３４５６７８９－／．', '0123456789-/.')"
    written = f"regexp_replace(regexp_replace({narrow}, '^(\\d{{4}})(\\d\\d)(\\d\\d)$', '\\1-\\2-\\3'), '[/.年月]', '-', 'g')"
    return f"coalesce(TRY_CAST({text} AS DATE), TRY_CAST(rtrim({written}, '日') AS DATE))"


STORED = {"money": "number", "number": "number", "rate": "number", "days": "number", "date": "date", "text": "text", "bool": "bool"}


def _profiled(name, table, declared):
    """The Profile by name, Arrow type, and where neither tells, by what every value reads as."""
    found, asked, read = {}, [], {}
    for field in table.schema:
        column, sort = field.name, field.type
        if column in declared:
            found[column] = (STORED[declared[column]], 0)
            if found[column][0] == "number" and pa.types.is_decimal(sort) and sort.scale <= EXACT:
                found[column] = ("number", sort.scale)
            elif found[column][0] == "number" and not pa.types.is_integer(sort):
                asked.append(column)
        elif column in TEXT:
            found[column] = ("text", 0)
        elif column in DATES or pa.types.is_date(sort) or pa.types.is_timestamp(sort):
            found[column] = ("date", 0)
        elif pa.types.is_boolean(sort):
            found[column] = ("bool", 0)
        elif pa.types.is_integer(sort):
            found[column] = ("number", 0)
        elif pa.types.is_decimal(sort) and sort.scale <= EXACT:
            found[column] = ("number", sort.scale)
        else:
            found[column] = ("number" if column in NUMBERS or pa.types.is_decimal(sort) or pa.types.is_floating(sort) else "?", 0)
            asked.append(column)
    if asked and table.num_rows:
        cells = []
        for column in asked:
            cell = f"nullif(trim(CAST({quoted(column)} AS VARCHAR)), '')"
            cells += [f"count({cell})", f"bool_and(regexp_full_match({cell}, '{NUMBER}'))",
                      f"max(length(rtrim(split_part({cell}, '.', 2), '0')))", f"bool_and(regexp_full_match({cell}, '{DAY}'))",
                      f"bool_and(lower({cell}) IN ('true', 'false', '是', '否'))"]
        link = scratch()
        attach(link, table)
        said = answers(link, cells)
        link.close()
        for place, column in enumerate(asked):
            count, numeric, places, dated, truth = said[place * 5:place * 5 + 5]
            kind = found[column][0]
            if numeric and pa.types.is_string(table.schema.field(column).type):
                read[column] = places or 0
            if kind == "?":
                kind = "text" if not count else "number" if numeric else "date" if dated else "bool" if truth else "text"
            elif pa.types.is_floating(table.schema.field(column).type) and not numeric:
                places = MOST_PLACES - 2
            found[column] = (kind, min(places or 0, MOST_PLACES) if kind == "number" else 0)
    found = {c: ("text", 0) if k == "?" else (k, p) for c, (k, p) in found.items()}
    return Profile({**{c: (k, 0) for c, k in OPTIONAL.get(name, {}).items() if c not in found}, **found}, read)


def _held(column, kind, small):
    """A column as it is declared."""
    return f"{quoted(column)} {'BIGINT' if small and kind == 'number' else KIND[kind]}"


def _typed(column, kind, places, table, small):
    name, big = quoted(column), "BIGINT" if small else "INT128"
    if column not in table.column_names:
        return "'owner'" if column == "role" else f"CAST(NULL AS {big if kind == 'number' else KIND[kind]})"
    sort = table.schema.field(column).type
    if pa.types.is_string(sort) and kind == "text" and isinstance(table, Stored):
        text = f"nullif(trim({name}), '')"
        return f"coalesce({text}, 'owner')" if column == "role" else text
    if kind == "number" and pa.types.is_decimal(sort) and sort.scale == places <= EXACT and sort.precision <= 18:
        return f"CAST(CAST({name} AS DECIMAL(18, {places})) * CAST({10**places} AS DECIMAL({places + 1}, 0)) AS {big})"
    text = f"nullif(trim(CAST({name} AS VARCHAR)), '')"
    if column == "role":
        return f"coalesce({text}, 'owner')"
    if kind == "number":
        source = name if pa.types.is_integer(table.schema.field(column).type) or pa.types.is_floating(table.schema.field(column).type) else text
        found = f"TRY_CAST(TRY_CAST({source} AS DECIMAL({38 - bool(places) - places}, {places})) * {10**places} AS INT128)"
        return f"CAST({found} AS BIGINT)" if small else found
    if kind == "bool":
        return f"CASE WHEN lower({text}) IN ('true', '是', 'yes', '1') THEN TRUE WHEN lower({text}) IN ('false', '否', 'no', '0') THEN FALSE END"
    if kind == "date":
        return f"TRY_CAST({name} AS DATE)" if not pa.types.is_string(table.schema.field(column).type) else day_of(text)
    return text

