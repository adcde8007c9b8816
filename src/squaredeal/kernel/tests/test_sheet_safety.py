"""Sheets: nothing in a download runs, nothing in an upload fills the memory, one odd character never costs the whole export."""
import io
import zipfile
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook

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


def test_a_negative_amount_stays_a_number_in_csv_and_a_formula_does_not_run():
    text = sheet.csv_file("x", ["a", "b"], [[Decimal("-5.00"), "-cmd"]]).content.decode("utf-8-sig")
    assert text.splitlines()[1] == "-5.00,'-cmd"


@pytest.mark.parametrize("cell", ['<c s="1" r="XFD1048576">', "<x:c r='xfd1048576'>", '<c\nr = "XFD1048576" >'])
@pytest.mark.parametrize("part", ["xl__worksheets__sheet1.xml", "xl__odd__S.XML"])
def test_cells_far_apart_are_refused_however_they_are_written(cell, part):
    with pytest.raises(Refused):
        sheet.read(workbook(**{"xl__workbook.xml": "<a/>", part: f'<c r="A1">{cell}'}))


def test_a_packed_file_that_is_no_xlsx_is_refused():
    with pytest.raises(Refused):
        sheet.read(workbook(**{"content.xml": "<a/>", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}))
