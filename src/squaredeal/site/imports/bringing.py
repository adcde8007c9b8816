"""The three things a kept file waits for: being looked through, being brought in, being taken back; short ones at once, long ones apart."""
import hashlib
import json

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from squaredeal.kernel import importing, waiting
from squaredeal.kernel.errors import Refused

from . import keeping, preview, queries


def look_through(viewer, token, sheet, kept, mapping):
    """(The Preview of the file under a mapping, None); or, while it is made apart, (None, what is told of that). Refused, once, when that broke off."""
    if len(kept.rows) <= waiting.LONG or importing.missing(sheet, mapping):
        return preview.make(viewer, sheet, kept, mapping), None
    name = hashlib.sha256(json.dumps(sorted(mapping.items())).encode()).hexdigest()[:16]
    known, key = keeping.beside(viewer, token, f"seen-{name}"), f"{token}-{name}"
    if known is not None:
        return preview.recalled(sheet, kept, mapping, known), None

    def work():
        keeping.put_beside(viewer, token, f"seen-{name}", preview.remembered(preview.make(viewer, sheet, kept, mapping)))
    told, ended = waiting.heard(viewer, key)
    if ended:
        raise Refused(ended.get("refused") or _("The server stopped in the middle. Load the page again."))
    waiting.do(viewer, key, len(kept.rows) * sheet.passes[0], work, at_once=False)
    return None, told or {"done": 0, "of": 1}


def begin(viewer, token, sheet, kept, mapping):
    """Bring the right rows in; the wrong ones stay to be downloaded."""
    lacking = importing.missing(sheet, mapping)
    if lacking:
        raise Refused(_("No column is mapped to “%(column)s”. Go back and choose one.") % {"column": lacking[0].label})
    waiting.do(viewer, coming(token), len(kept.rows) * sheet.passes[1], lambda: _bring(viewer, token, sheet, mapping),
               at_once=len(kept.rows) <= waiting.LONG)


def coming(token):
    return f"{token}-in"


def _bring(viewer, token, sheet, mapping):
    with keeping.taken(viewer, token) as kept:
        good, wrong = preview.sifted(viewer, sheet, kept, mapping)
        if not good:
            raise Refused(_("No row can be imported as it is. Download the wrong rows, mend them, and choose the file again."))
        journal = sheet.bring_in(viewer, importing.Batch(kept.file, good, kept.digest))
        left = [importing.Wrong(row.line, row.cells, str(no.message)) for row in good
                if (no := getattr(journal, "left_out", {}).get(row.line))]
    kept.done, kept.brought = journal.pk, journal.count
    kept.rows = [[w.line, w.cells, w.why] for w in sorted(wrong + left, key=lambda w: w.line)]
    keeping.keep(viewer, kept)


def standing(viewer, token):
    """(what is told while it is brought in or None, the kept file or None then, {"refused", "clause"} of what ended badly)."""
    told, ended = waiting.heard(viewer, coming(token))
    if told:
        return told, None, {}
    refused = {} if ended is None else ended if "refused" in ended else {"refused": recover(viewer, token)}
    return None, keeping.opened(viewer, token), refused


def recover(viewer, token):
    """After a server that died in the middle: the file is back as it was, or marked as brought in when that was done."""
    kept = keeping.give_back(viewer, token)
    if kept is None:
        return ""
    sheet = importing.sheets()[kept.kind]
    journal = queries.since(viewer, sheet, kept.digest, kept.kept_at)
    if journal is None:
        return _("The server stopped in the middle: nothing was imported. Import again.")
    kept.done, kept.brought, kept.rows = journal.pk, journal.count, []
    keeping.keep(viewer, kept)
    return ""


def take_back(viewer, sheet, journal):
    """Undo the import; at once it returns what to say, apart it is told at the end."""
    def work():
        gone, stays = sheet.undo(viewer, journal)
        said = ngettext("%(n)s row was taken back.", "%(n)s rows were taken back.", gone) % {"n": gone}
        if stays:
            said += ngettext("%(n)s was worked on since and stays.", "%(n)s were worked on since and stay.", stays) % {"n": stays}
        return said
    if journal.count <= waiting.LONG:
        return work()
    waiting.do(viewer, going(journal.pk), journal.count * 2, work, at_once=False)
    return ""


def going(pk):
    return f"undo-{pk}"
