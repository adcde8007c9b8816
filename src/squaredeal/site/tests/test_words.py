"""Words: found in Python and templates, kept in the po files, compiled without GNU gettext, complete in every section."""
import re
from gettext import GNUTranslations

import pytest

from squaredeal.site import words

PYTHON = '''"""A section."""
from django.utils.translation import gettext as _, ngettext, pgettext
def say(n):
    return _("Approve"), _("at most %(limit)s %%") % {"limit": n}, ngettext("%(n)s customer", "%(n)s customers", n), pgettext("verb", "Close")
'''
TEMPLATE = '''<div>
      <p>{% translate "Send back" %}</p>
  {# a line further left than the one before #}
{% blocktranslate trimmed with name=who.name %}
    Waits for {{ name }},
    it's due.
{% endblocktranslate %}{{ x|default:_("Nothing yet") }}
   {% blocktranslate count n=n %}one row{% plural %}{{ n }} rows{% endblocktranslate %}
</div>
'''


@pytest.fixture
def section(tmp_path, monkeypatch):
    """A made-up section with a Python file and a template, seen by `words` as the only one."""
    folder = tmp_path / "section"
    (folder / "templates" / "section").mkdir(parents=True)
    (folder / "verbs.py").write_text(PYTHON, encoding="utf-8")
    (folder / "templates" / "section" / "index.html").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setattr(words, "PACKAGE", tmp_path)
    monkeypatch.setattr(words, "sections", lambda: [folder])
    return folder


def translate(section, **said):
    """Fill the po file's empty strings by their msgid."""
    path = section / words.PO
    text = path.read_text(encoding="utf-8")
    for msgid, msgstr in said.items():
        assert f'msgid "{msgid}"\nmsgstr ""' in text
        text = text.replace(f'msgid "{msgid}"\nmsgstr ""', f'msgid "{msgid}"\nmsgstr "{msgstr}"')
    path.write_text(text, encoding="utf-8")


def test_words_are_found_in_python_and_in_templates(section):
    found = {m.id for m in words.source(section) if m.id}
    assert found == {"Approve", "at most %(limit)s %%", ("%(n)s customer", "%(n)s customers"), "Close", "Send back", "Nothing yet",
                     "Waits for %(name)s, it's due.", ("one row", "%(n)s rows")}
    assert words.source(section).get("Close", "verb")


def test_updating_keeps_translations_drops_gone_words_and_changes_nothing_twice(section):
    words.update(section)
    translate(section, Approve="批准")
    words.update(section)
    once = (section / words.PO).read_bytes()
    words.update(section)
    assert (section / words.PO).read_bytes() == once
    assert words.catalogue(section).get("Approve").string == "批准"

    (section / "verbs.py").write_text('"""Nothing said here."""\n', encoding="utf-8")
    words.update(section)
    assert words.catalogue(section).get("Approve") is None
    assert words.catalogue(section).get("Send back") is not None


def test_a_section_without_words_has_no_file(section):
    words.update(section)
    (section / "verbs.py").write_text("", encoding="utf-8")
    (section / "templates" / "section" / "index.html").write_text("<p></p>", encoding="utf-8")
    words.update(section)
    assert not (section / words.PO).exists()


def test_missing_unsure_gone_and_wrong_placeholders_are_told(section):
    words.update(section)
    assert "section: missing: Approve" in words.check_all()
    translate(section, Approve="批准")
    path = section / words.PO
    path.write_text(path.read_text(encoding="utf-8")
                    .replace('msgid "Approve"', '#, fuzzy\nmsgid "Approve"')
                    .replace('msgid "at most %(limit)s %%"\nmsgstr ""', 'msgid "at most %(limit)s %%"\nmsgstr "最多 %(limi)s %%"')
                    + '\nmsgid "Forgotten"\nmsgstr "忘了"\n', encoding="utf-8")
    told = words.check_all()
    assert "section: unsure (fuzzy): Approve" in told
    assert "section: gone from the source: Forgotten" in told
    assert any("at most" in line and "limi" in line for line in told)


def test_one_word_said_in_two_ways_is_told(section, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    (other / "verbs.py").write_text('_("Approve")\n', encoding="utf-8")
    monkeypatch.setattr(words, "sections", lambda: [section, other])
    for folder, said in ((section, "批准"), (other, "同意")):
        words.update(folder)
        translate(folder, Approve=said)
    assert any(line.startswith("translated in two ways") and "Approve" in line for line in words.check_all())


def test_compiling_writes_what_gettext_reads_and_only_when_older(section):
    words.update(section)
    translate(section, Approve="批准")
    path = section / words.PO
    path.write_text(path.read_text(encoding="utf-8").replace(
        'msgid_plural "%(n)s customers"\nmsgstr[0] ""', 'msgid_plural "%(n)s customers"\nmsgstr[0] "%(n)s 家客户"'), encoding="utf-8")
    assert words.compile_all() == 1
    with (section / words.PO).with_suffix(".mo").open("rb") as file:
        read = GNUTranslations(file)
    assert read.gettext("Approve") == "批准"
    assert read.ngettext("%(n)s customer", "%(n)s customers", 1) == read.ngettext("%(n)s customer", "%(n)s customers", 5) == "%(n)s 家客户"
    assert words.compile_all() == 0
    assert words.compile_all(again=True) == 1


@pytest.mark.parametrize("folder", words.sections(), ids=words.where)
def test_every_word_of_every_section_is_translated(folder):
    assert words.check(folder) == []


def test_no_word_is_translated_in_two_ways():
    assert [line for line in words.check_all() if line.startswith("translated")] == []


def test_no_word_hides_in_an_f_string():
    """There it is not found on every Python, and stays English."""
    hidden = re.compile(r"""\{(?:_|gettext|ngettext|pgettext)\(['"]""")
    files = [path for section in words.sections() for path in section.rglob("*.py") if "tests" not in path.parts]
    assert files and [str(path) for path in files if hidden.search(path.read_text(encoding="utf-8"))] == []
