"""What a name, a phone and a tax number are compared and found by: keys without legal forms, marks and widths; pinyin initials."""
import re
import unicodedata
from functools import lru_cache

_FORMS = re.compile(r"(股份有限公司|有限责任公司|有限公司|股份公司|股份|(?<!分)公司$)")
_ENGLISH = frozenset({"co", "company", "ltd", "limited", "inc", "incorporated", "corp", "corporation", "llc", "plc", "gmbh"})
_EXTENSION = re.compile(r"(转|分机|ext|x|#).*$", re.IGNORECASE)
_SIGNS = re.compile(r"[\W_]+")
_RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
_NO_DIGIT = re.compile(r"\D")
_BLANK = re.compile(r"[\s-]")


@lru_cache(maxsize=50_000)
def name_key(name):
    """What two names of the same company share: 苏州凌云新材料有限公司, 苏州凌云新材料（股份）有限公司 and 苏州 凌云新材料 are one.

    Half width, lower case, without spaces, brackets and the legal form; a branch (分公司) stays another company.
    """
    text = unicodedata.normalize("NFKC", name).lower().strip()
    words = _SIGNS.sub(" ", text).split()
    while len(words) > 1 and words[-1] in _ENGLISH:
        words.pop()
    bare = "".join(words)
    return (_FORMS.sub("", bare) or bare)[:120]


@lru_cache(maxsize=50_000)
def short_name(name):
    """The name as it is said, without the legal form; at most 40 characters."""
    text = unicodedata.normalize("NFKC", name).strip()
    return (_FORMS.sub("", text).strip(" ()·,.") or text)[:40]


@lru_cache(maxsize=50_000)
def phone_key(phone):
    """The digits of a phone backwards, so that its last digits are a beginning; without +86 and an extension; "" for fewer than 5."""
    text = _EXTENSION.sub("", phone if phone.isascii() else unicodedata.normalize("NFKC", phone))
    digits = _NO_DIGIT.sub("", text)
    if len(digits) > 11 and digits.startswith(("86", "0086")):
        digits = digits.removeprefix("00").removeprefix("86")
    return digits[::-1][:30] if len(digits) >= 5 else ""


def tax_key(number):
    """A tax number as it is kept: half width, upper case, without spaces."""
    said = number if number.isascii() else unicodedata.normalize("NFKC", number)
    return _BLANK.sub("", said).upper()[:30]


@lru_cache(maxsize=50_000)
def initials(name):
    """Pinyin initials of a Chinese name, letters and digits as they are: 重庆 ABB 机器人 → cqabbjqr; at most 60."""
    return "".join([_SIGNS.sub("", run) if run.isascii() else _spoken(run)
                    for run in _RUNS.findall(unicodedata.normalize("NFKC", name).lower())])[:60]


@lru_cache(maxsize=50_000)
def _spoken(run):
    """Of a piece without letters and digits, which no phrase of the dictionary holds."""
    from pypinyin.seg.mmseg import seg
    return "".join([_initial(part) for part in seg.cut(run)])


@lru_cache(maxsize=50_000)
def _initial(part):
    from pypinyin import Style, lazy_pinyin
    return "".join(_SIGNS.sub("", said if said.isascii() else said[:1]) for said in lazy_pinyin(part, style=Style.FIRST_LETTER)
                   if said.isascii())


def masked(person):
    """王敏 → 王*; Jane Roe → J*. Only this much of a colleague is shown to somebody who may not see the customer."""
    return f"{str(person)[:1]}*" if person else ""


KEYS = ("short_name", "initials", "name_key", "phone_key")


def keys(name, phone, short=""):
    """What is derived from name and phone and stored beside them, as fields of Customer."""
    short = short.strip()[:40] or short_name(name)
    return {"short_name": short, "initials": initials(short), "name_key": name_key(name), "phone_key": phone_key(phone)}
