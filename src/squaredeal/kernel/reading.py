"""Reading one cell of a sheet: text, a day, an amount, a choice, each in the spellings people use; Refused says what to write instead."""
import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from .errors import Refused

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}.*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PLAIN_AMOUNT = re.compile(r"-?\d{1,13}(?:\.\d\d?)?", re.ASCII)
_ROUND_AMOUNT = re.compile(r"[\s,¥$]|元|rmb|cny")
_BLANK = re.compile(r"\s+")
FEN = Decimal("0.01")
MANY = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


def text(most=200):
    """Text of at most `most` characters, on one line."""
    def parse(cell):
        said = " ".join(cell.split())
        if len(said) > most:
            raise Refused(_("%(length)s characters, at most %(most)s. Shorten it.") % {"length": len(said), "most": most})
        return said
    return parse


def day(cell):
    """2026-11-03, 2026/11/3, 2026.11.3, 2026年11月3日, 20261103, with or without a time of day; never guessed from 11/03."""
    said = cell if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()
    found = _DAY.fullmatch(said) or _COMPACT.fullmatch(said)
    try:
        found = found and date(*map(int, found.groups()))
    except ValueError:
        found = None
    if not found or not 1990 <= found.year <= 2100:
        raise Refused(_("“%(cell)s” is not a day. Write it as 2026-11-03.") % {"cell": cell[:30]})
    return found


def amount(cell):
    """Yuan to the fen: 4646.02, 4,646.02, ¥4,646.02, 4646.02 元, 48 万."""
    if _PLAIN_AMOUNT.fullmatch(cell):
        return Decimal(cell).quantize(FEN)
    said = _ROUND_AMOUNT.sub("", unicodedata.normalize("NFKC", cell).lower())
    times = MANY.get(said[-1:], Decimal(1))
    try:
        value = Decimal(said.rstrip("万亿")) * times
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or abs(value) >= Decimal(10) ** 14:
        raise Refused(_("“%(cell)s” is not an amount. Write it as 4646.02.") % {"cell": cell[:30]})
    cents = value.quantize(FEN)
    if cents != value and abs(cents - value) > Decimal("0.0001"):
        raise Refused(_("“%(cell)s” has parts of a fen. Write two decimals.") % {"cell": cell[:30]})
    return cents


def whole(said, otherwise=None):
    """A whole number of an address (a key, a place in a list), or `otherwise`: ² is no number, and none is beyond what a key can be."""
    said = str(said)
    return int(said) if said.isdecimal() and len(said) < 19 else otherwise


def choice(spellings):
    """One of the values of {value: (spelling, …)}; the value itself is a spelling too."""
    known = {_plain(s): value for value, said in spellings.items() for s in (*said, value)}

    def parse(cell):
        if cell in known:   # as most are written
            return known[cell]
        try:
            return known[_plain(cell)]
        except KeyError:
            open_to = "、".join(str(said[0]) for said in spellings.values())
            raise Refused(_("“%(cell)s” is not known here. Write one of %(choices)s.") % {"cell": cell[:30], "choices": open_to}) from None
    return parse


def _plain(cell):
    return _BLANK.sub("", unicodedata.normalize("NFKC", str(cell)).lower())
