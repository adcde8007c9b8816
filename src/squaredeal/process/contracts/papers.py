"""A paper that is handed in: what it is by its first bytes, how large, its digest, and a name that is safe to give back."""
import hashlib
import zipfile
from pathlib import PurePath

from django.utils.translation import gettext as _

from squaredeal.kernel.errors import Refused

from .policy import Register

KINDS = {"pdf": "PDF", "png": "PNG", "jpg": "JPEG", "docx": "DOCX", "xlsx": "XLSX"}


def examine(upload, megabytes):
    """(kind, sha256 as hex) of an uploaded file; Refused when it is empty, too large, or none of KINDS by its content."""
    if not upload.size:
        raise Refused(_("The file is empty. Choose the scan of the signed paper."), field="upload", clause=Register.number)
    if upload.size > megabytes * 1024 * 1024:
        raise Refused(_("The file is over %(limit)s MB. Scan it smaller or in parts.") % {"limit": megabytes}, field="upload",
                      clause=Register.number)
    kind = _kind(upload)
    if kind is None:
        raise Refused(_("What is inside this file is not %(kinds)s. Export the paper as PDF.") % {"kinds": ", ".join(KINDS.values())},
                      field="upload", clause=Register.number)
    digest = hashlib.sha256()
    upload.seek(0)
    for piece in upload.chunks():
        digest.update(piece)
    upload.seek(0)
    return kind, digest.hexdigest()


def _kind(upload):
    upload.seek(0)
    head = upload.read(16)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    return _office(upload) if head.startswith(b"PK\x03\x04") else None


def _office(upload):
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else None


def plain_name(name, kind):
    """The name to show and give back: no folders, no control characters, the ending the content asks for."""
    stem = PurePath(str(name).replace("\\", "/")).name
    stem = "".join(sign for sign in stem if sign.isprintable() and sign not in '/\\:*?"<>|').strip(" .")
    same = {"jpg": (".jpg", ".jpeg")}.get(kind, (f".{kind}",))
    for ending in same:
        if stem.lower().endswith(ending):
            return f"{stem[:-len(ending)][:110] or 'contract'}{ending}"
    return f"{stem[:110] or 'contract'}.{kind}"
