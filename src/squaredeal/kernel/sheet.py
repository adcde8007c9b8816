"""Sheets in and out: CSV in whatever encoding it came, XLSX; exports with formulas neutralised."""
import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from unicodedata import east_asian_width
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from . import opening
from .errors import Refused

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
MOST_LINES = 1_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read(upload):
    """Rows of text cells, the head first, from an uploaded .csv/.txt/.xlsx/.xls; Refused when it is none of these.

    CSV may be UTF-8 (with or without mark), UTF-16 or GB18030; comma, semicolon or tab separated.
    """
    raw = upload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise Refused(_("The file is over 20 MB. Split it and import the parts one after another."))
    if not raw.strip():
        raise Refused(_("The file is empty. Choose a sheet with a head row and at least one row below."))
    if raw[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return _workbook(raw)
    said = text_of(raw)
    if _NO_TEXT.search(said):
        raise _unreadable()
    try:
        rows = list(islice(csv.reader(io.StringIO(said, newline=""), delimiter=_delimiter(said)), MOST_LINES + 1))
    except csv.Error as error:
        raise _unreadable() from error
    if len(rows) > MOST_LINES:
        raise Refused(_("The file has over a million lines, empty ones too. Split it and import the parts one after another."))
    return rows


def text_of(raw):
    """Bytes of a text file as text: by its mark, else UTF-8, else GB18030, else UTF-16 without a mark."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _decoded(raw, encoding)
    if raw[1::2].count(0) > len(raw) // 4 or raw[::2].count(0) > len(raw) // 4:
        return _decoded(raw, "utf-16-le" if raw[1::2].count(0) >= raw[::2].count(0) else "utf-16-be")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable()


_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def _decoded(raw, encoding):
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable() from error


def _unreadable():
    return Refused(_("The text of this file cannot be read. Save it as CSV in UTF-8 or GB18030, or as XLSX."))


def _delimiter(said):
    head = said.lstrip().split("\n", 1)[0]
    return max(",;\t", key=head.count)


def _workbook(raw):
    """The first sheet, read by another process (`opening`): nothing in the file reaches this one but its cells."""
    if raw.startswith(b"PK"):
        _unpacks(raw)
    try:
        done = subprocess.run([sys.executable, "-I", opening.__file__], input=raw, capture_output=True, timeout=2 * opening.SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _too_large() from None
    if done.returncode == opening.CANNOT:
        raise _not_opened(done.stderr.decode(errors="replace")[-200:])
    if done.returncode:
        raise _too_large()
    return [json.loads(line) for line in done.stdout.splitlines()]


def _unpacks(raw):
    """Refused when the packed file is no XLSX, or says it is huge unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _not_opened(error) from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise _not_opened("xl/workbook.xml")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _too_large()


def _not_opened(why):
    return Refused(_("The workbook cannot be opened (%(why)s). Save it again as XLSX.") % {"why": why})


def _too_large():
    return Refused(_("The workbook is too large unpacked, or its cells lie too far apart. Copy the table alone into a new sheet."))


def neutral(value):
    """A value that no spreadsheet will run as a formula: text beginning with = + - @, wide ones too, or a control gets a quote before
    it. Control characters no workbook can hold are left out, so that one cell never costs somebody the whole sheet."""
    if not isinstance(value, str):
        return value
    value = _NO_CELL.sub("", value)
    return "'" + value if value[:1] in _RUNS else value


_NO_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RUNS = frozenset("=+-@\t\r\n＝＋－＠")


class Share(Decimal):
    """A part of a whole, a number in the sheet, shown in per cent."""


def xlsx(name, head, rows):
    """An XLSX download named `name`: money as numbers with two places, a Share in per cent, days as days, text neutralised; the head stays in sight and each
    column is as wide as what it holds, for a day that does not fit is shown as ####."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    book, rows = Workbook(write_only=True), iter(rows)
    first = list(islice(rows, 500))
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for at, title in enumerate(head):
        sheet.column_dimensions[get_column_letter(at + 1)].width = min(2 + max(_wide(str(title)), *(_wide(_as_seen(row[at])) for row in first if at < len(row)), 6), 60)
    titles = [WriteOnlyCell(sheet, value=neutral(str(title))) for title in head]
    for cell in titles:
        cell.font = Font(bold=True)
    sheet.append(titles)
    for row in chain(first, rows):
        cells = []
        for value in row:
            if isinstance(value, datetime):
                value = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
            elif value is not None and not isinstance(value, (str, int, float, Decimal, date)):
                value = str(value)
            cell = WriteOnlyCell(sheet, value=neutral(value))
            if isinstance(value, Decimal):
                cell.number_format = "0.0%" if isinstance(value, Share) else "#,##0.00"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return download(out.getvalue(), f"{name}.xlsx", XLSX)


def _as_seen(value):
    """A value as its cell will show it, for the width."""
    return "" if value is None else f"{value:.1%}" if isinstance(value, Share) else f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:%Y-%m-%d}" if type(value) is date else str(value)


def _wide(text):
    """How many columns of a fixed font the longest line of a text takes: a 汉字 takes two."""
    return max(sum(2 if east_asian_width(c) in "WF" else 1 for c in line) for line in text.split("\n"))


def csv_file(name, head, rows):
    """A CSV download in UTF-8 with a mark (Excel opens it right), formulas neutralised."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([neutral(str(title)) for title in head])
    writer.writerows([["" if v is None else str(v) if isinstance(v, (int, float, Decimal)) else neutral(str(v)) for v in row] for row in rows])
    return download(out.getvalue().encode("utf-8-sig"), f"{name}.csv", "text/csv; charset=utf-8")


def download(content, name, kind):
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
