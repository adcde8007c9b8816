"""Words on the screen: found in the source, kept in each section's django.po, compiled to .mo. Babel does it; GNU gettext is not needed.

A section is an app folder. `update` collects its msgids from Python and templates into `locale/zh_Hans/LC_MESSAGES/django.po`,
keeping what is translated; `check_all` names what is missing, unsure or contradictory; `compile_all` writes what Django reads.
"""
import io
import os
from collections import defaultdict
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from django.apps import apps
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
PO = Path("locale", LOCALE, "LC_MESSAGES", "django.po")
ONE, MANY = (1,), (1, 2)
IN_CONTEXT, MANY_IN_CONTEXT = ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    "_": ONE, "gettext": ONE, "gettext_lazy": ONE, "gettext_noop": ONE,
    "ngettext": MANY, "ngettext_lazy": MANY,
    "pgettext": IN_CONTEXT, "pgettext_lazy": IN_CONTEXT,
    "npgettext": MANY_IN_CONTEXT, "npgettext_lazy": MANY_IN_CONTEXT,
}
HEADER = ('msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
          '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n')


def sections():
    """The folders of our own apps, in the order Django asks them for a translation (the first that has one wins)."""
    return [Path(app.path) for app in apps.get_app_configs() if Path(app.path).is_relative_to(PACKAGE)]


def update_all():
    """Update every section's po file; returns what is then still missing, as `check_all` does."""
    for section in sections():
        update(section)
    return check_all()


def update(section):
    """Bring one section's po file in line with its source: new msgids empty, gone ones dropped, translations kept.

    `section` is the folder, as a path or as text. A section without words gets no file.
    """
    section = Path(section)
    found, kept = source(section), catalogue(section)
    for message in found:
        old = kept.get(message.id, message.context) if message.id else None
        if old and shape(old.string) == shape(message.string):
            message.string, message.flags = old.string, message.flags | (old.flags & {"fuzzy"})
    path = section / PO
    if not len(found):
        path.unlink(missing_ok=True)
        return
    lines = io.BytesIO()
    pofile.write_po(lines, found, width=0, no_location=True, omit_header=True, sort_output=True)
    text = HEADER + lines.getvalue().decode().strip() + "\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def source(section):
    """The words a section's Python and templates contain, as a catalogue with empty translations."""
    found = Catalog(locale=LOCALE)
    for path in sorted([*section.rglob("*.py"), *section.rglob("*.html"), *section.rglob("*.txt")]):
        inside = path.relative_to(section).parts
        if {"tests", "migrations", "static"} & set(inside[:-1]) or (path.suffix != ".py" and "templates" not in inside):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # What templatize leaves is not laid out as Python; its indentation means nothing.
            text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
        for _line, msgid, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
            found.add(msgid, context=context)
    return found


def catalogue(section):
    """A section's po file as it is; empty when there is none."""
    path = Path(section) / PO
    if not path.is_file():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return pofile.read_po(file, locale=LOCALE)


def check_all():
    """Every fault as a line: missing, unsure (fuzzy), gone from the source, wrong placeholders, translated in two ways."""
    faults, ways = [], defaultdict(dict)
    for section in sections():
        faults += check(section)
        for message in catalogue(section):
            if message.id and filled(message):
                ways[message.context, message.id].setdefault(message.string, where(section))
    for (_context, msgid), said in ways.items():
        if len(said) > 1:
            told = ", ".join(f"{section}: {string}" for string, section in said.items())
            faults.append(f"translated in two ways (use pgettext): {short(msgid)} — {told}")
    return faults


def check(section):
    """The faults of one section, each a line that begins with its name."""
    section = Path(section)
    found, kept = source(section), catalogue(section)
    known = {(m.context, m.id) for m in found if m.id}
    faults = []
    for message in found:
        if not message.id:
            continue
        said = kept.get(message.id, message.context)
        if said is None or not filled(said):
            faults.append(f"missing: {short(message.id)}")
        elif said.fuzzy:
            faults.append(f"unsure (fuzzy): {short(message.id)}")
        else:
            faults += [f"{error}: {short(message.id)}" for error in said.check(kept)]
    faults += [f"gone from the source: {short(m.id)}" for m in kept if m.id and (m.context, m.id) not in known]
    return [f"{where(section)}: {fault}" for fault in faults]


def compile_all(*, again=False):
    """Write the .mo beside every po file that is newer than it (all of them when `again`); returns how many were written."""
    return sum(compile_one(section, again=again) for section in sections())


def compile_one(section, *, again=False):
    po = Path(section) / PO
    mo = po.with_suffix(".mo")
    if not po.is_file() or (not again and mo.is_file() and mo.stat().st_mtime >= po.stat().st_mtime):
        return False
    fresh = mo.with_suffix(f".{os.getpid()}.mo")
    with fresh.open("wb") as file:
        write_mo(file, catalogue(section))
    fresh.replace(mo)
    translation_file_changed(None, mo)  # what this process has read of it is forgotten
    return True


def filled(message):
    parts = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return all(parts)


def shape(string):
    """One wording or several: what a plural has and a plain message has not."""
    return isinstance(string, (tuple, list))


def where(section):
    return Path(section).resolve().relative_to(PACKAGE).as_posix()


def short(msgid):
    text = msgid[0] if isinstance(msgid, (tuple, list)) else msgid
    return text if len(text) <= 80 else text[:77] + "…"
