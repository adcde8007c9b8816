"""Sheets: nothing in a download runs, nothing in an upload fills the memory, one odd character never costs the whole export."""
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from openpyxl import Workbook, load_workbook

from squaredeal.kernel import sheet
from squaredeal.kernel.errors import Refused


def workbook(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name.replace("__", "/"), text)
    return ContentFile(out.getvalue(), "a.xlsx")


def test_heads_and_cells_of_a_download_are_text_and_controls_are_left_out():
    made = sheet.xlsx("x", ["=1+1", "名"], [["=2+2", "a\x0bb"], ["＝3", "@x"], [Decimal("-5.00"), None]])
    rows = [[(c.value, c.data_type) for c in row] for row in load_workbook(io.BytesIO(made.content)).active.iter_rows()]
    assert rows[0][0] == ("'=1+1", "s") and rows[1] == [("'=2+2", "s"), ("ab", "s")] and rows[2] == [("'＝3", "s"), ("'@x", "s")]
    assert rows[3][0] == (-5, "n")


def test_a_download_is_read_as_it_opens():
    """A day or a sum wider than its column is shown as ####."""
    made = load_workbook(io.BytesIO(sheet.xlsx("x", ["日", "到账金额", "说明"], [[date(2026, 11, 3), Decimal(123456789), "甲" * 80], [None, None, None]]).content)).active
    assert made.freeze_panes == "A2" and made["A1"].font.bold and made["A2"].is_date
    assert [made.column_dimensions[c].width >= n for c, n in (("A", 11), ("B", 15), ("C", 60))] == [True] * 3 and made.column_dimensions["C"].width == 60


def test_a_negative_amount_stays_a_number_in_csv_and_a_formula_does_not_run():
    text = sheet.csv_file("x", ["a", "b"], [[Decimal("-5.00"), "-cmd"]]).content.decode("utf-8-sig")
    assert text.splitlines()[1] == "-5.00,'-cmd"


def test_a_packed_file_that_is_no_xlsx_is_refused():
    with pytest.raises(Refused):
        sheet.read(workbook(**{"content.xml": "<a/>", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}))


NAMES = "http://schemas.openxmlformats.org"
SHARED = f'<Relationship Type="{NAMES}/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml" Id="rId9" /></Relationships>'


def remade(rows, text=b"A"):
    """A workbook whose sheet has these rows (bytes of XML) and whose one shared text is `text`."""
    book, good, out = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["甲"])
    book.save(good)
    with zipfile.ZipFile(good) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in packed.namelist():
            part = packed.read(name).replace(b"</Relationships>", SHARED.encode()) if name == "xl/_rels/workbook.xml.rels" else packed.read(name)
            again.writestr(name, SHEET % rows if name.endswith("sheet1.xml") else part)
        again.writestr("xl/sharedStrings.xml", f'<sst xmlns="{NAMES}/spreadsheetml/2006/main"><si><t>'.encode() + text + b"</t></si></sst>")
    return out.getvalue()


SHEET = f'<worksheet xmlns="{NAMES}/spreadsheetml/2006/main"><sheetData>%%s</sheetData></worksheet>'.replace("%%", "%").encode()


def test_a_long_text_repeated_in_many_cells_is_refused_and_a_short_one_is_not():
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 3001))
    assert sheet.read(ContentFile(remade(rows))) == [["A"]] * 3000
    with pytest.raises(Refused):
        sheet.read(ContentFile(remade(rows, b"A" * 50_000)))


@pytest.mark.once
@pytest.mark.parametrize("cell", [b'<c r="XFD1048576"><v>1</v></c>', b'<c r="XFD00000001048576"><v>1</v></c>', b'<c r="AAAA900000"><v>1</v></c>',
                                  b'<c><v>1</v></c>' * 16_384 + b'</row><row r="1048576"><c><v>1</v></c>'])
def test_cells_far_apart_are_refused_however_they_are_written_and_the_server_goes_on(cell):
    """The reader asks for hundreds of gigabytes and is ended by it; it is not the process that serves."""
    with pytest.raises(Refused, match="隔得太远"):
        sheet.read(ContentFile(remade(b'<row><c r="A1"><v>1</v></c></row><row>' + cell + b"</row>")))


def test_a_part_made_to_be_searched_for_ever_is_not_searched():
    book, out = zipfile.ZipFile(io.BytesIO(remade(b'<row><c r="B2"><v>7</v></c></row>'))), io.BytesIO()
    with book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in book.namelist():
            again.writestr(name, book.read(name))
        again.writestr("xl/more.xml", 't="s"' * 400_000)
    assert sheet.read(ContentFile(out.getvalue())) == [["", ""], ["", "7"]]


def test_millions_of_empty_lines_are_refused(monkeypatch):
    monkeypatch.setattr(sheet, "MOST_LINES", 1000)
    with pytest.raises(Refused, match="一百万行"):
        sheet.read(ContentFile(b"a,b\n" + b"\n" * (sheet.MOST_LINES + 1)))
