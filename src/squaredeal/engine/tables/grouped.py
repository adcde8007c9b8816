"""Numbers in the cells of a table as they are written for people: 1,234.50, ¥1,234.50, $1,234.50, 1，234.50元, １２３. Read where only one number can be meant."""
import re

import pyarrow as pa

from ..attached import Stored, attach, quoted, scratch
from .columns import COLUMNS

SIGNS = {"¥￥": {"CNY", "RMB", "JPY", "人民币", "日元"}, "$": {"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "美元", "港币", "港元"}, "€": {"EUR", "欧元"}, "£": {"GBP", "英镑"}}
"""The currencies written with each sign, which says nothing else where the row or the plan is in one of them."""
EVERY = "".join(SIGNS)
WRITTEN = r"[+-]?([1-9]\d{0,2}((,\d{3}){1,8}|(，\d{3}){1,8})|\d{1,27})(\.\d+)?"
IN_MONEY = {signs: rf"[+-]?[{signs}]? ?{WRITTEN} ?{'元?' if '¥' in signs else ''}" for signs in SIGNS}
WIDE, NARROW = "０１２３４５６７８９．－＋", "0123456789.-+"
"""Full-width digits and signs, and what they are."""
BARE = r"[+-]?\d{1,27}(\.\d+)?"
FITTING = {"money", "number", "days"}
DIGITS = {"rate", ""}
"""Of which only full-width digits are read: a rate, and a column of the plan's own that holds nothing but numbers, of which 101,102 may be two rooms."""


def plain(name, table, declared, currency="CNY"):
    """The table with such numbers written as digits; the table itself where it has none. `declared` are the kinds a plan says, `currency` what it computes in."""
    asked = {f.name: kind for f in table.schema if pa.types.is_string(f.type) and (kind := _kind(name, f.name, declared)) in FITTING | DIGITS} if table.num_rows else {}
    if not asked:
        return table
    link = scratch()
    attach(link, table)
    [found] = link.execute(f"SELECT {', '.join(f'bool_or({_marked(quoted(c), asked[c])})' for c in asked)} FROM incoming").fetchall()
    changed = [column for column, there in zip(asked, found, strict=True) if there]
    if own := [column for column in changed if not asked[column]]:
        [found] = link.execute(f"SELECT {', '.join(f'bool_and({_number(quoted(c))})' for c in own)} FROM incoming").fetchall()
        changed = [column for column in changed if column not in own or found[own.index(column)]]
    if changed:
        cells = ", ".join(_digits(c, asked[c], _signed(table, currency)) if c in changed else quoted(c) for c in table.column_names)
        table = Stored(table.path, sql=f"SELECT {cells} FROM ({table.sql})") if isinstance(table, Stored) else link.sql(f"SELECT {cells} FROM incoming").to_arrow_table()
    link.close()
    return table


def _kind(name, column, declared):
    """What the column holds; nothing of an undeclared one of the plan's own."""
    return declared.get(column) or ("money" if (name, column) in {("quotas", "value"), ("scores", "value")} else COLUMNS.get(name, {}).get(column, ("",))[0])


def _marked(cell, kind):
    """Whether a cell may be written for people: it holds a comma or a dollar, or a letter or sign beyond ASCII."""
    return f"strlen({cell}) <> length({cell})" + (f" OR contains({cell}, ',')" if kind in FITTING else "") + (f" OR contains({cell}, '$')" if kind == "money" else "")


def _narrow(cell):
    return f"translate(trim({cell}), '{WIDE}', '{NARROW}')"


def _number(cell):
    return f"trim({cell}) = '' OR regexp_full_match({_narrow(cell)}, '{BARE}')"


def _signed(table, currency):
    """{signs: where they say nothing else than the currency of the row, as SQL}, without those that never do."""
    own = f"upper(trim(CAST({quoted('currency')} AS VARCHAR)))"
    found = {}
    for signs, theirs in SIGNS.items():
        usual = "TRUE" if currency in theirs else "FALSE"
        said = f"CASE WHEN coalesce({own}, '') = '' THEN {usual} ELSE {own} IN ({', '.join(repr(c) for c in sorted(theirs))}) END"
        found[signs] = said if "currency" in table.column_names else usual
    return {signs: where for signs, where in found.items() if where != "FALSE"}


def _digits(column, kind, signed):
    own, narrow = quoted(column), _narrow(quoted(column))
    if kind in DIGITS:
        return f"CASE WHEN regexp_full_match({narrow}, '{BARE} ?[%％]?') THEN {narrow} ELSE {own} END AS {own}"
    fits = f"regexp_full_match({narrow}, '{WRITTEN}')"
    fits += "".join(f" OR ({where}) AND regexp_full_match({narrow}, '{IN_MONEY[signs]}')" for signs, where in signed.items()) if kind == "money" else ""
    if kind == "number":
        fits += f" OR regexp_full_match({narrow}, '{BARE} ?[%％]')"
    return f"CASE WHEN {fits} THEN regexp_replace({narrow}, '[,，{EVERY}元 ]', '', 'g') ELSE {own} END AS {own}"


def odd(value):
    """(why, what to do) in both languages of a cell that is not read as a number though it may be meant as one; None of any other."""
    if re.fullmatch(r"[(（].*[)）]", value):
        return ("不是数字：括号是不是负数说不准", "is no number: are its brackets a minus?", "负数写 -1234.50", "write a negative number as -1234.50")
    if re.search(r"[,，]", value):
        return ("不是数字：逗号不在千位上，分不清是千位还是小数", "is no number: its commas do not stand every three digits, thousands or decimals?", "写 1234.5 或 1,234.50", "write 1234.5 or 1,234.50")
    if re.fullmatch(rf"[+-]?[{EVERY}].*|.*元", value):
        return ("不是数字：币种和这一行、这一列的不一样", "is no number: its currency is not that of the row or column", "这里只写数字，币种写在 currency 列", "write the number only, the currency in the column currency")
    if re.search(r"[万亿]$", value):
        return ("不是数字：表里不写万、亿", "is no number: 万 and 亿 are for plans, not for tables", "写全，如 12000", "write it out, as 12000")
    return None
