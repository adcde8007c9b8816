"""Lines as they are stored: in a file without what is the same in every line, and beside it the facts and the rows of measures they are about.

The footer of the lines' file says what its columns mean and which files lie beside it, so that the three are always of one run.
"""
import json
from dataclasses import asdict, dataclass, field

from sqlglot import exp

from squaredeal.engine.formula.sql import ONE, Q, integer, known, template
from squaredeal.engine.formula.trees import cast
from squaredeal.engine.tables.tables import text_of

from .ledger import MONEY, together
from .shortened import shortened
from .whole import USUAL, WORDS, Told, facts_of, kept, measures_of, wide

FOOTER = "squaredeal"
EMPTY = {"fact": "TEXT", "item": "TEXT", "via": "TEXT", "day": "DATE", "key": "TEXT", "passed": "BOOLEAN", "period": "TEXT", "source": "TEXT", "corrects": "TEXT",
         **dict.fromkeys(MONEY, "BIGINT")}
"""Columns that may be left out, with their kinds."""
NONE = {"posted_before", "posted_reserved", "posted_released", "corrects", "key"}


@dataclass
class Footer:
    """What the columns of a file of lines mean: `told`, the amounts that are `fen`, the files beside it, and what the running base is where it is empty."""
    told: Told
    fen: list = field(default_factory=list)
    facts: str = ""
    measures: str = ""
    after: str = "base"

    def text(self):
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of(cls, written):
        found = json.loads(written)
        return cls(Told(**found.pop("told")), **found)


def silent(parts, posted, closed):
    """The columns that say the usual thing in every line, whatever the facts: empty, nothing, or what another column says."""
    found = set(EMPTY) - ({"period"} if closed else set()) - (NONE if posted else set())
    for part in parts:
        cells = {cell.alias_or_name: cell.this for cell in part.expressions}
        found -= {name for name in found - NONE - {"period"} if name not in cells or not _usual(name, cells[name], cells)}
    return found


def _usual(name, cell, cells):
    if isinstance(_bare(cell), exp.Null):
        return True
    if name == "after":
        return _bare(cell) == together(cells["before"], cells["base"]) or known(cells["before"]) == 0 and _bare(cell) == _bare(cells["base"])
    usual = USUAL.get(name, WORDS.get(name))
    if usual in cells:
        return _bare(cell) == _bare(cells[usual]) or _bare(cell) == exp.column(usual)
    return usual is not None and (_bare(cell).sql() == usual or known(cell) is not None and str(known(cell)) == usual)


def _bare(cell):
    while isinstance(cell, (exp.Cast, exp.Paren)):
        cell = cell.this
    return cell


def narrow(slots, fen, small, left_out, source, component=None):
    """SELECT the lines as they are stored; `fen` the amounts that are whole fen, other amounts are integers of 10⁻⁸; `component` its name in another form."""
    cells = [component or exp.column("component")] + [exp.column(name) for name in ("payee", "fact", "item", "via", "day", "fact_period", "key", "ord") if name not in left_out]
    for name in MONEY:
        if name in left_out:
            continue
        column = template(f"nullif({name}, {USUAL[name]})") if name in USUAL else exp.column(name)
        if name in fen:
            column = template(f"$v // {ONE // 100}", v=column)
        cells.append(exp.alias_(cast(column, "BIGINT" if small else "DECIMAL(38, 0)"), name))  # 128 bits would become a floating number
    cells += [exp.alias_(template(f"nullif({name}, {usual})"), name) for name, usual in WORDS.items() if name not in left_out]
    cells += [exp.alias_(cast(exp.column(slot), "BIGINT" if small else "DECIMAL(38, 0)") if den else exp.column(slot), slot)
              for (_key, den, _kind), slot in slots.items()]
    return exp.select(*cells).from_(source)


def facts(told, profile, small):
    """SELECT the facts as they lie beside the lines."""
    large = {} if small else {name: cast(exp.column(name, quoted=True), "DECIMAL(38, 0)") for name in told.facts if profile[name][0] == "number"}
    return facts_of(told, large)


def measures(told, small):
    """SELECT the rows of all measures that lines are given, as they lie beside the lines."""
    def cell(name):
        return exp.column(name) if small else cast(exp.column(name), "DECIMAL(38, 0)")
    tree = None
    for name in sorted(set(told.measures.values())):
        part = measures_of(name, cell).select(exp.alias_(exp.Literal.string(name), "_measure"))
        tree = part if tree is None else exp.union(tree, part, distinct=False)
    return tree


def lines_in(folder, name, there):
    """The relation of stored lines, with what was left out as empty columns."""
    more = [f"CAST(NULL AS {kind}) AS {column}" for column, kind in EMPTY.items() if column not in there]
    return exp.maybe_parse(f"(SELECT {', '.join(['*', *more])} FROM read_parquet({text_of(str(folder / name))}))", dialect="duckdb")


def whole(plan, footer, folder, lines, *, ordered=True):
    """SELECT whole lines of a folder."""
    def beside(name):
        return template(f"SELECT * FROM read_parquet({text_of(str(folder / name))})")
    about = beside(footer.facts) if footer.facts else template("SELECT CAST(NULL AS BIGINT) AS _ord, CAST(NULL AS TEXT) AS _id, CAST(NULL AS DATE) AS _date WHERE FALSE")
    return wide(plan, footer.told, lines, about, lambda name: beside(footer.measures).where(f"_measure = '{name}'"), fen=set(footer.fen), ordered=ordered, after=footer.after)


def summed(plan, footer, lines, there):
    """SELECT the sums that statements are made of, by period, period of the fact and payee, as integers of 10⁻⁸; `there` are the columns that are stored."""
    one = ONE // 100 if "earned" in footer.fen else 1

    def total(name, usual=None):
        stored = exp.column(name, table="n") if name in there else None
        if stored is not None and usual is not None:
            stored = template("coalesce($stored, $usual)", stored=stored, usual=usual)
        found = stored if stored is not None else usual
        return template("CAST(0 AS INT128)") if found is None else template("coalesce(CAST(sum($x) AS INT128), 0)", x=found)
    earned, base = template("$x * $one", x=total("earned"), one=integer(one)), template("$x * $one", x=total("base"), one=integer(ONE // 100 if "base" in footer.fen else 1))
    released = template("$x * $one", x=total("released", exp.column("earned", table="n")), one=integer(one))
    back = kept(plan, Q(template("CAST(n.earned AS INT128)"), ONE // one))
    back = shortened(back) if "earned" in footer.fen else back
    reserved = template("$x * $one", x=total("reserved", None if "reserved" in there else back), one=integer(one))
    cells = {"base": base, "difference": template("$e - $p", e=earned, p=total("posted_before")), "reserved": template("$e - $p", e=reserved, p=total("posted_reserved")),
             "payout": template("($r - $k) - ($pr - $pk)", r=released, k=reserved, pr=total("posted_released"), pk=total("posted_reserved"))}
    tree = template("SELECT coalesce(n.period, n.fact_period) AS period, n.fact_period, n.payee, n.day IS NOT NULL OR (n.fact IS NULL AND n.item IS NULL) AS own, count(*) AS many")
    return tree.select(*[exp.alias_(cell, name) for name, cell in cells.items()]).from_(exp.alias_(lines, "n", table=True)).group_by("1", "2", "3", "4")
