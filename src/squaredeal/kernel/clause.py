"""A clause is text, parameters and an effective date: the same object prints the sentence and enforces the rule."""
import string
from datetime import date
from typing import ClassVar

from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict

from .figures import chinese
from .memory import lasting

REGISTER: dict[str, type["Clause"]] = {}

ENFORCED, MONITORED, TEXT = "enforced", "monitored", "text"


class Clause(BaseModel):
    """Subclasses state number, title and sentence in zh and en; their fields are the parameters, with bounds.

    `number` is chapter.section.item ("2.2.1" prints as 二·2.1). A sentence names each parameter as `{name}`.
    """
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # checked when first made, not while the server starts

    number: ClassVar[str] = ""
    title: ClassVar[dict[str, str]] = {}
    sentence: ClassVar[dict[str, str]] = {}
    mode: ClassVar[str] = ENFORCED
    percent: ClassVar[frozenset[str]] = frozenset()
    """Names of parameters that are printed with a % sign by the sentence itself."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.number:
            known = REGISTER.get(cls.number)
            if known is not None and known.__qualname__ != cls.__qualname__:
                raise TypeError(f"clause {cls.number} is declared twice: {known.__qualname__}, {cls.__qualname__}")
            REGISTER[cls.number] = cls

    @classmethod
    def on(cls, day: date):
        """The clause as in force on `day`: the latest published version that sets it, else the defaults."""
        found = {}
        for starts_on, version, values in published():
            if starts_on <= day and cls.number in values:
                found = values[cls.number]
        known = {k: v for k, v in found.items() if k in cls.model_fields}
        return cls(**known)

    @classmethod
    def tag(cls):
        """`二·2 客户跟进`, `2.2 Follow-up`: chapter·section and short name, for the small boxed tag."""
        return f"{printed(cls.number, section=True) if chinese() else cls.number.rsplit('.', 1)[0]} {words(cls.title)}"

    def parts(self, lang=None):
        """The sentence cut up for display: [("text", "A 级客户至少每 "), ("parameter", "a", 3), …]."""
        pieces = []
        for text, name, _spec, _conv in string.Formatter().parse(words(self.sentence, lang)):
            if text:
                pieces.append(("text", text))
            if name:
                pieces.append(("parameter", name, getattr(self, name)))
        return pieces

    def text(self, lang=None):
        """The whole sentence with its values."""
        return words(self.sentence, lang).format(**{k: getattr(self, k) for k in type(self).model_fields})


CHAPTERS = "〇一二三四五六七八九"


def printed(number, *, section=False):
    """'2.2.1' → 二·2.1; with section=True → 二·2."""
    chapter, _dot, rest = number.partition(".")
    return f"{CHAPTERS[int(chapter)]}·{rest.split('.')[0] if section else rest}"


def words(text, lang=None):
    """The zh or en wording of a two-language text."""
    lang = lang or get_language() or "zh"
    return text["en" if lang.startswith("en") else "zh"]


def published():
    """[(starts_on, version number, {clause: parameters})] of all published versions, oldest first."""
    def read():
        from .models import PolicyVersion
        versions = {}
        rows = PolicyVersion.objects.filter(state=PolicyVersion.State.PUBLISHED).order_by("starts_on", "pk")
        for starts_on, number, clause, parameters in rows.values_list("starts_on", "number", "values_set__clause", "values_set__parameters"):
            values = versions.setdefault(number, (starts_on, number, {}))[2]
            if clause:
                values[clause] = parameters
        return list(versions.values())
    return lasting("kernel.published", read)


def version_on(day):
    """The number of the policy version in force on `day`, to be stored with whatever it decided; "" before any."""
    in_force = [number for starts_on, number, _values in published() if starts_on <= day]
    return in_force[-1] if in_force else ""
