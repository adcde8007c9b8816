"""Finding customers by what people type: the last digits of a phone, pinyin initials, a part of the name, a tax number."""
import re
import unicodedata
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from squaredeal.kernel.rows import among

from .models import Contact

MOST = 1000
"""Customers a search names at most; beyond that it says so."""


@dataclass(frozen=True)
class Found:
    """Ids of the customers found, by which means, and whether there are more than MOST."""
    pks: list
    by: str
    """phone, initials, name, either (name or initials) or tax_number."""
    text: str
    more: bool = False


def hit(found, name):
    """(before, what was typed, after) of a name that was found, or None: initials stand for as many characters."""
    text = found.text.replace(" ", "")
    if found.by in {"initials", "either"} and text.lower() not in name.lower() and not any(sign.isascii() for sign in name[:len(text)]):
        return "", name[:len(text)], name[len(text):]
    at = name.lower().find(text.lower()) if found.by in {"name", "initials", "either"} else -1
    return None if at < 0 else (name[:at], name[at:at + len(text)], name[at + len(text):])


def begins(field, text):
    """The condition that `field` begins with `text`, in the way each database answers from its index."""
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + "\U0010ffff"})
    return Q(**{f"{field}__startswith": text})


def _in_name(text):
    """The condition that the name contains `text`, whatever its case; PostgreSQL looks it up by its pairs of signs (migration 0002), SQLite
    goes through the index of names, and where there is no case to overlook it takes two thirds of the time that LIKE takes."""
    if connection.vendor == "sqlite" and not any(sign.isascii() and sign.isalpha() for sign in text):
        return Q(GreaterThan(StrIndex(F("name"), Value(text)), 0))
    like = Q(name__icontains=text) if text.isascii() else Q(name__contains=text)
    if connection.vendor == "postgresql" and len(text) > 1:
        pairs = RawSQL("customers_pairs(lower(customers_customer.name)) @> customers_pairs(lower(%s))", [text], output_field=BooleanField())
        return Q(pairs) & like
    return like


def find(rows, text):
    """Found among `rows` (a queryset already within reach), or None when nothing is typed."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())[:60]
    if not text:
        return None
    digits = re.sub(r"[\s+()-]", "", text)
    if digits.isdigit():
        found = _of(rows, _by_phone(rows, digits), "phone", text) if len(digits) >= 3 else None
        return found or _of(rows, begins("tax_number", digits), "tax_number", text) or _of(rows, _in_name(text), "name", text, even_none=True)
    if text.isascii():
        spelt = re.sub(r"[\W_]+", "", text).lower()
        found = _either(_of(rows, begins("initials", spelt), "initials", text) if spelt else None, _of(rows, _in_name(text), "name", text))
        if found is None and any(sign.isdigit() for sign in text) and len(spelt) >= 8:
            found = _of(rows, begins("tax_number", spelt.upper()), "tax_number", text)
        return found or Found([], "name", text)
    return _of(rows, _in_name(text.replace(" ", "")), "name", text, even_none=True)


def _by_phone(rows, digits):
    tail = digits[::-1]
    with_contact = Contact.objects.filter(begins("phone_key", tail)).values_list("customer", flat=True)[:MOST]
    return begins("phone_key", tail) | Q(pk__in=among(with_contact))


def _either(spelt, named):
    """Letters may be initials or stand in the name: ABB is both."""
    if spelt is None or named is None:
        return spelt or named
    pks = list(dict.fromkeys([*named.pks, *spelt.pks]))
    return Found(pks[:MOST], "either", named.text, named.more or spelt.more or len(pks) > MOST)


def _of(rows, like, by, text, *, even_none=False):
    pks = list(rows.filter(like).order_by().values_list("pk", flat=True)[:MOST + 1])
    return Found(pks[:MOST], by, text, len(pks) > MOST) if pks or even_none else None
