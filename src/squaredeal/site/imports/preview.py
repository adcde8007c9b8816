"""What a kept file would do under a mapping: its columns with examples, the rows that go in, the rows that do not and why."""
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from squaredeal.kernel import importing

SHOWN_WRONG = 50
SHOWN_GOOD = 5


@dataclass
class Preview:
    sheet: object
    columns: list
    missing: list
    good: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    effect: list = field(default_factory=list)
    shown: list = field(default_factory=list)
    """The first rows as they will be: {"line", "cells"} in the order of the mapped columns; days and amounts as they were understood."""

    @property
    def total(self):
        return len(self.good) + len(self.wrong)

    @property
    def recognised(self):
        return sum(1 for c in self.columns if c["name"])

    @property
    def reasons(self):
        """[(why, column label, clause, how many, [Wrong])], the most frequent first, at most fifty rows in all."""
        counted = Counter((w.why, w.column, w.clause) for w in self.wrong)
        left, found = SHOWN_WRONG, []
        for (why, column, clause), count in counted.most_common():
            rows = [w for w in self.wrong if (w.why, w.column, w.clause) == (why, column, clause)][:max(0, min(left, 10))]
            if not rows:
                break
            left -= len(rows)
            label = self.sheet.by_name[column].label if column in self.sheet.by_name else ""
            found.append({"why": why, "column": label, "clause": clause, "count": count, "more": count - len(rows),
                          "rows": [{"line": w.line, "cells": self.said(w.cells), "at": self.cell(w)} for w in rows]})
        return found

    def cell(self, wrong):
        """What stands in the cell at fault."""
        place = next((c["place"] for c in self.columns if c["name"] == wrong.column), None)
        return wrong.cells[place] if place is not None and place < len(wrong.cells) else ""

    def said(self, cells):
        """The first cells of the row that say something, to know it by."""
        mapped = [c["place"] for c in self.columns if c["name"]]
        return " · ".join([cells[p] for p in mapped if p < len(cells) and cells[p]][:2]) or " · ".join([c for c in cells if c][:2])

    @property
    def mapped(self):
        return [c | {"label": self.sheet.by_name[c["name"]].label} for c in self.columns if c["name"]]


def chosen(sheet, head, query):
    """{place: column name} as chosen in the address or form (c0, c1, …), or as the heads are recognised; a column serves once."""
    if not any(f"c{place}" in query for place in range(len(head))):
        return importing.recognise(sheet, head)
    found = {}
    for place in range(len(head)):
        name = query.get(f"c{place}", "")
        if name in sheet.by_name and name not in found.values():
            found[place] = name
    return found


def make(viewer, sheet, kept, mapping):
    """The Preview of a kept file; nothing is read when a required column is missing."""
    made = Preview(sheet, _columns(sheet, kept, mapping), importing.missing(sheet, mapping))
    if not made.missing:
        made.good, made.wrong = sifted(viewer, sheet, kept, mapping)
        made.effect = sheet.effect(viewer, made.good)
        made.shown = [{"line": row.line, "cells": [_understood(row, c) for c in made.mapped]} for row in made.good[:SHOWN_GOOD]]
    return made


def remembered(made):
    """What of a Preview is kept beside a long file, so that it is made once."""
    return {"good": len(made.good), "wrong": [[w.line, w.cells, w.why, w.column, w.clause] for w in made.wrong],
            "effect": [[str(amount), str(what)] for amount, what in made.effect], "shown": made.shown}


def recalled(sheet, kept, mapping, known):
    """The Preview from what was kept; of the good rows only how many they are."""
    return Preview(sheet, _columns(sheet, kept, mapping), [], range(known["good"]), [importing.Wrong(*one) for one in known["wrong"]],
                   known["effect"], known["shown"])


def _columns(sheet, kept, mapping):
    columns = []
    for place, title in enumerate(kept.head):
        name = mapping.get(place, "")
        column = sheet.by_name.get(name)
        examples = " · ".join(_cell(row, place) for row in kept.rows[:3])
        columns.append({"place": place, "title": title.strip() or _("(no title)"), "examples": examples, "name": name,
                        "says": column.says if column else ""})
    return columns


def sifted(viewer, sheet, kept, mapping):
    """([Row], [Wrong]) in the order of the sheet."""
    rows, unread = importing.read(sheet, kept.rows, mapping, kept.first_line)
    good, refused = importing.sift(sheet, viewer, rows)
    return good, sorted(unread + refused, key=lambda w: w.line)


def _understood(row, column):
    value = row[column["name"]]
    if isinstance(value, (date, Decimal)):
        return f"{value:,}" if isinstance(value, Decimal) else value.isoformat()
    return row.cells[column["place"]].strip() if column["place"] < len(row.cells) else ""


def _cell(row, place):
    cell = row[place].strip() if place < len(row) else ""
    return f"{cell[:14]}…" if len(cell) > 15 else cell or _("empty")
