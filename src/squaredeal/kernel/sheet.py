"""Sheets in and out: CSV in whatever encoding it came, XLSX; exports with formulas neutralised."""
import csv
import io
import re
import zipfile
import zlib
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from .errors import Refused

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
MOST_CELLS = 10_000_000
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
        return list(csv.reader(io.StringIO(said, newline=""), delimiter=_delimiter(said)))
    except csv.Error as error:
        raise _unreadable() from error


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
    from python_calamine import CalamineError, CalamineWorkbook
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_measured(raw)))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise Refused(_("The workbook cannot be opened (%(why)s). Save it again as XLSX.") % {"why": error}) from error
    return [[_cell(value) for value in row] for row in rows]


_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")
"""Where a cell or a row says it stands, however its tag is written."""
_STRING = re.compile(rb"<(?:\w+:)?si\b")
_REFERS = re.compile(rb"""\bt\s*=\s*["']s["'][^>]*>(?:\s*<(?:\w+:)?v\b[^>]*>\s*(\d{1,9})\s*<)?""")
"""A cell that shows one of the shared strings, and which."""


def _measured(raw):
    """The workbook as it was measured: what is opened is no other than what was unpacked here. Refused when it is small packed and huge
    unpacked, when its cells lie so far apart that the area between is, or when they repeat a text until it is."""
    if not raw.startswith(b"PK"):
        return raw
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise _too_large()
            if "xl/workbook.xml" not in packed.namelist():
                raise Refused(_("The workbook cannot be opened (%(why)s). Save it again as XLSX.") % {"why": "xl/workbook.xml"})
            parts = {name: packed.read(name) for name in packed.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise Refused(_("The workbook cannot be opened (%(why)s). Save it again as XLSX.") % {"why": error}) from error
    for part in parts.values():
        wide, high = 0, 0
        for letters, row in _PLACE.findall(part):
            wide, high = max(wide, _number(letters.upper())), max(high, int(row))
        if wide * high > MOST_CELLS:
            raise Refused(_("The cells of this workbook lie too far apart. Copy the table into a new sheet."))
    for strings in (part for part in parts.values() if _STRING.search(part)):
        sizes = [len(text) for text in _STRING.split(strings)[1:]]
        shown = [int(number or -1) for part in parts.values() for number in _REFERS.findall(part)]
        if sum(sizes[n] if 0 <= n < len(sizes) else max(sizes) for n in shown) > MOST_UNPACKED:
            raise _too_large()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as plain:
        for name, part in parts.items():
            plain.writestr(name, part)
    return out.getvalue()


def _too_large():
    return Refused(_("The workbook is too large unpacked. Keep the one sheet to import, without pictures."))


def _number(letters):
    total = 0
    for letter in letters:
        total = total * 26 + letter - 64
    return total


def _cell(value):
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def neutral(value):
    """A value that no spreadsheet will run as a formula: text beginning with = + - @, wide ones too, or a control gets a quote before
    it. Control characters no workbook can hold are left out, so that one cell never costs somebody the whole sheet."""
    if not isinstance(value, str):
        return value
    value = _NO_CELL.sub("", value)
    return "'" + value if value[:1] in _RUNS else value


_NO_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RUNS = frozenset("=+-@\t\r\n＝＋－＠")


def xlsx(name, head, rows):
    """An XLSX download named `name`; money as numbers with two places, days as days, text neutralised."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([neutral(str(title)) for title in head])
    for row in rows:
        cells = []
        for value in row:
            if isinstance(value, datetime):
                value = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
            elif value is not None and not isinstance(value, (str, int, float, Decimal, date)):
                value = str(value)
            cell = WriteOnlyCell(sheet, value=neutral(value))
            if isinstance(value, Decimal):
                cell.number_format = "#,##0.00"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return download(out.getvalue(), f"{name}.xlsx", XLSX)


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
