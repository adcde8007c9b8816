"""A paper is what its content says, not its name; it is kept by digest and given back only through reach, as a download."""
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.process.contracts import actions, papers
from squaredeal.process.contracts.models import Attachment

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def packed(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name in names:
            book.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(("name", "content", "kind"), [
    ("合同.exe", PDF, "pdf"), ("a.pdf", b"\x89PNG\r\n\x1a\n0000", "png"), ("a", b"\xff\xd8\xff\xe0", "jpg"),
    ("a.docx", packed("[Content_Types].xml", "word/document.xml"), "docx"), ("a.xlsx", packed("[Content_Types].xml", "xl/workbook.xml"), "xlsx")])
def test_content_decides(name, content, kind):
    found, digest = papers.examine(SimpleUploadedFile(name, content), 20)
    assert found == kind and len(digest) == 64


@pytest.mark.parametrize("content", [
    b"", b"MZ\x90\x00", b"<html><script>1</script></html>", b"PK\x03\x04broken", packed("evil.sh"),
    packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")])
def test_anything_else_is_refused(content):
    with pytest.raises(Refused) as refusal:
        papers.examine(SimpleUploadedFile("合同.pdf", content), 20)
    assert refusal.value.field == "upload"


def test_too_large_is_refused():
    with pytest.raises(Refused, match="1 MB"):
        papers.examine(SimpleUploadedFile("a.pdf", PDF + b"0" * 1024 * 1024), 1)


@pytest.mark.parametrize(("name", "kept"), [
    ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\temp\\合同.PDF", "合同.pdf"), ("a\r\nb.exe", "ab.exe.pdf"), ("...", "contract.pdf"), ("盖章件", "盖章件.pdf")])
def test_names_are_made_plain(name, kept):
    assert papers.plain_name(name, "pdf") == kept


def test_filed_and_given_back_as_a_download(desk, client):
    made = desk.draft()
    paper = actions.file(desk.firm.chen, made, upload=SimpleUploadedFile("合同.exe", PDF))
    assert (paper.name, paper.size) == ("合同.exe.pdf", len(PDF))
    client.force_login(desk.firm.wang)
    got = client.get(reverse("contracts:attachment", args=[paper.pk]))
    assert got.getvalue() == PDF
    assert got["Content-Disposition"].startswith("attachment")
    assert got["Content-Type"] == "application/octet-stream" and got["X-Content-Type-Options"] == "nosniff"


def test_another_region_gets_404_and_cannot_file(desk, client):
    made = desk.draft()
    paper = actions.file(desk.firm.chen, made, upload=SimpleUploadedFile("a.pdf", PDF))
    for person in (desk.firm.lin, desk.firm.li, desk.firm.xu):
        client.force_login(person)
        assert client.get(reverse("contracts:attachment", args=[paper.pk])).status_code == 404
        with pytest.raises(OutOfReach):
            actions.file(person, made, upload=SimpleUploadedFile("b.pdf", PDF + b"2"))
    assert Attachment.objects.count() == 1


def test_the_same_paper_once(desk):
    made = desk.draft()
    actions.file(desk.firm.chen, made, upload=SimpleUploadedFile("a.pdf", PDF))
    with pytest.raises(Refused, match="a.pdf"):
        actions.file(desk.firm.gu, made, upload=SimpleUploadedFile("b.pdf", PDF))
    assert Attachment.objects.count() == 1


def test_filing_beside_a_draft_brings_back_only_the_papers(desk, client):
    made = desk.draft()
    client.force_login(desk.firm.chen)
    address, asked = reverse("contracts:file", args=[made.pk]), {"HX-Request": "true"}
    wrong = client.post(address, {"upload": SimpleUploadedFile("a.pdf", b"hello")}, headers=asked)
    assert wrong.status_code == 422 and b'id="papers"' in wrong.content and b"paper-error" in wrong.content
    filed = client.post(address, {"upload": SimpleUploadedFile("a.pdf", PDF)}, headers=asked)
    assert filed.status_code == 200 and b"a.pdf" in filed.content
    assert b'name="place"' not in wrong.content + filed.content, "the terms beside it are left as they are being typed"
    assert client.post(address, {"upload": SimpleUploadedFile("b.pdf", PDF + b"2")}).status_code == 303, "without a script the page comes again"
