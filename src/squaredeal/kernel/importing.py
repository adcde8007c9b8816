"""What a sheet may bring in: columns known by their titles, rows read into values, wrong rows set apart with the reason.

A section declares its sheets in `imports.py` and puts them on the REGISTER; the pages under /import/ find them there.
"""
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from . import progress
from .errors import Refused
from .reading import text
from .sweeping import unswept

UNDO_DAYS = 7
_IN_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")


@dataclass(frozen=True)
class Column:
    """One thing a row may say. `titles` are the heads it is known by (zh and en); `parse(cell)` gives the value or raises Refused.

    An empty cell is never parsed: its value is `empty`, or the row is wrong when the column is required.
    """
    name: str
    label: object
    titles: tuple
    required: bool = False
    parse: Callable = text()
    empty: object = ""
    says: object = ""
    """How the cells are understood, in a few words, beside the mapping."""


@dataclass(frozen=True)
class Row:
    """A row that could be read: its line in the sheet (the head is line 1), {column name: value}, and the cells as they came."""
    line: int
    values: dict
    cells: list

    def __getitem__(self, name):
        return self.values[name]


@dataclass(frozen=True)
class Wrong:
    """A row that is not brought in, and why; `column` is the name of the column at fault, `clause` the rule that says no."""
    line: int
    cells: list
    why: str
    column: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Batch:
    """The rows of one file that are brought in together; reads in the audit log as the file's name and the number of rows."""
    file: str
    rows: list
    digest: str = ""
    """What the whole file says, as one word (`digest_of`), whatever it is called."""

    def __str__(self):
        return f"{self.file} × {len(self.rows)}"


@dataclass(frozen=True)
class Sheet:
    """One kind of sheet.

    `may(viewer)` raises Refused for who must not. `check(viewer, rows)` returns {line: Refused} for rows that would be refused.
    `bring_in(actor, batch)` is an action: the rows in one transaction, checked once more, leaving a Journal whose `moves` is
    {"file": name, "ids": [what was made], "digest": of the batch}; rows that became wrong meanwhile are left out, and `left_out` of the Journal names
    them as {line: Refused}. `undo(actor, journal)` is an action and returns (how many went, how many stay).
    """
    kind: str
    title: object
    columns: tuple
    may: Callable
    check: Callable
    bring_in: Callable
    undo: Callable
    verb: str
    back: str
    """The name of the address of the list these rows land in."""
    effect: Callable = lambda viewer, rows: []
    """[(number or amount as text, what it is)] the rows would do beyond their count, for the preview."""
    passes: tuple = (3, 9)
    """How often a row is dealt with for the preview, and for the import, as told to `progress`: what the waiting bar is reckoned by."""
    clauses: tuple = ()
    """Numbers of the clauses that decide here, shown beside the counts."""

    @cached_property
    def by_name(self):
        return {c.name: c for c in self.columns}

    @cached_property
    def by_title(self):
        return {plain(title): c.name for c in self.columns for title in (*c.titles, c.name)}


REGISTER = {}


def register(sheet):
    REGISTER[sheet.kind] = sheet
    return sheet


def sheets():
    """{kind: Sheet} of every section that has imports.py."""
    for section in settings.SECTIONS:
        if find_spec(f"{section}.imports"):
            import_module(f"{section}.imports")
    return REGISTER


def digest_of(rows):
    """One word for what a sheet says: the same for the same cells, by whatever name and in whichever format they come."""
    said = json.dumps([[cell.strip() for cell in row] for row in rows if any(row)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def plain(title):
    """A head as it is compared: half width, lower case, without spaces, signs and what stands in brackets."""
    head = _IN_BRACKETS.sub("", unicodedata.normalize("NFKC", str(title)).lower())
    return re.sub(r"[\W_]+", "", head)


def bare(cell):
    """A cell without spaces around, and without the mark our own exports put before what looks like a formula."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def head_of(sheet, rows):
    """The place of the head: of the first ten rows the one with most known titles, else the first with any cell."""
    tries = [(len(recognise(sheet, row)), -n) for n, row in enumerate(rows[:10]) if any(cell.strip() for cell in row)]
    return -max(tries)[1] if tries else 0


def recognise(sheet, head):
    """{place in the row: column name} for the heads that are known, each column once, the first that fits."""
    found = {}
    for place, title in enumerate(head):
        name = sheet.by_title.get(plain(title))
        if name and name not in found.values():
            found[place] = name
    return found


@unswept()
def read(sheet, rows, mapping, first_line=2):
    """([Row], [Wrong]) of `rows` (lists of cells) under a mapping {place: column name}; rows without any cell are passed over."""
    good, wrong = [], []
    columns = [(place, sheet.by_name[name], _Cells(sheet.by_name[name])) for place, name in mapping.items()]
    blank = {c.name: c.empty for c in sheet.columns}
    for line, cells in enumerate(progress.each(rows), first_line):
        if not any(cells):
            continue
        values, column = dict(blank), None
        try:
            for place, column, known in columns:
                values[column.name] = known[cells[place] if place < len(cells) else ""]
        except Refused as no:
            wrong.append(Wrong(line, cells, str(no.message), column.name, no.clause or ""))
        else:
            good.append(Row(line, values, cells))
    return good, wrong


class _Cells(dict):
    """{cell: its value} of one column: what stands there again and again is understood once."""

    def __init__(self, column):
        super().__init__()
        self.column = column

    def __missing__(self, cell):
        said, column = bare(cell), self.column
        if not said and column.required:
            raise Refused(_("“%(column)s” is empty. Fill it in.") % {"column": column.label})
        self[cell] = value = column.parse(said) if said else column.empty
        return value


@unswept()
def sift(sheet, viewer, rows):
    """([Row], [Wrong]): what `check` lets through and what it does not."""
    refused = sheet.check(viewer, rows)
    return ([row for row in rows if row.line not in refused],
            [Wrong(row.line, row.cells, str(no.message), no.field or "", no.clause or "")
             for row in rows if (no := refused.get(row.line))])


def missing(sheet, mapping):
    """The required columns that no head is mapped to."""
    return [c for c in sheet.columns if c.required and c.name not in mapping.values()]


def check_undo(actor, journal, verb):
    """Refused unless the journal is of this import, the actor's own, not undone, and at most 7 days old."""
    if journal.verb != verb or journal.actor_id != actor.pk:
        raise Refused(_("Only who imported this takes it back."))
    if journal.undone_at is not None:
        raise Refused(_("This was already taken back."))
    if timezone.now() - journal.at > timedelta(days=UNDO_DAYS):
        raise Refused(_("An import can be taken back for %(days)s days; this one is older.") % {"days": UNDO_DAYS})
