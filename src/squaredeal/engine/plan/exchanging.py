"""Facts in other currencies, converted into the plan's own before anything is computed: at the rate of a named day, rounded as the plan says."""
from bisect import bisect_right
from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal

import pyarrow as pa
from pydantic import Field

from ..attached import attach, scratch
from ..formula.values import decimal
from ..problems import PlanProblems, problem
from .fields import Column, Part

SOME = 5


class Exchange(Part):
    """How facts in another currency become the plan's: by the `rates` table (currency, date, rate: one unit of it in the plan's currency)."""
    by: Column = Field(description="the day whose rate holds: date, or a column of facts such as signed_on · 按哪天的汇率")
    rate: Literal["same day", "latest"] = Field(description="same day: a rate of that very day must be there; latest: the last one up to it · 当天的，或到那天为止最近的")
    convert: list[Column] = Field(["amount"], min_length=1, description="columns of facts that are converted · 折算哪几列")
    round: Literal["to fen", "exact"] = Field("to fen", description="whether each converted amount is rounded to the plan's decimals, halves away from zero · 折算后是否取到分")


def converted(plan, tables):
    """The tables with the facts' columns converted, their old amount as foreign_amount and the rate as fx_rate; PlanProblems where a rate is missing."""
    rule, facts = plan.exchange, tables.arrow["facts"]
    if rule is None or tables.exchanged or "currency" not in facts.column_names:
        return tables
    missing = [c for c in (rule.by, *rule.convert) if c not in facts.column_names]
    if missing:
        raise PlanProblems([problem("facts", f"缺 {'、'.join(missing)} 列", f"lacks the columns {', '.join(missing)}", "补上这几列", "add them")])
    rows, known, wrong = _rows(facts, ["id", "currency", rule.by, *rule.convert]), _known(tables.arrow["rates"]), []
    rates = []
    for row in rows:
        currency = (row["currency"] or "").strip() or plan.currency
        rates.append(Decimal(1) if currency == plan.currency else _rate(known.get(currency, ((), ())), _day(row[rule.by]), rule))
        if rates[-1] is None:
            wrong.append(f"{row['id']} {currency} {row[rule.by]}")
    if wrong:
        more = f" …共 {len(wrong)}" if len(wrong) > SOME else ""
        raise PlanProblems([problem("rates", f"没有汇率：{'、'.join(wrong[:SOME])}{more}", f"no rate for: {', '.join(wrong[:SOME])}{' …' if more else ''}",
                                    "在 rates 表里补上这一天的汇率", "add the rate of the day to the rates table")])
    table = _columns(facts)
    for column in rule.convert:
        table = _put(table, column, [_value(row[column], rate, plan, rule) for row, rate in zip(rows, rates, strict=True)])
    if "amount" in rule.convert:
        table = _put(table, "foreign_amount", [row["amount"] for row in rows])
    return tables.with_facts(_put(table, "fx_rate", [format(rate, "f") for rate in rates]))


def _rate(known, day, rule):
    days, rates = known
    place = bisect_right(days, day) - 1 if day else -1
    if place < 0 or (rule.rate == "same day" and days[place] != day):
        return None
    return rates[place]


def _known(table):
    """{currency: (days, rates)} in order of the days."""
    found = defaultdict(list)
    for row in _rows(table, ["currency", "date", "rate"]) if table.num_rows else []:
        try:
            found[row["currency"].strip()].append((_day(row["date"]), Decimal(row["rate"])))
        except (AttributeError, InvalidOperation, TypeError):
            raise PlanProblems([problem("rates", f"读不懂：{row}", f"cannot be read: {row}", "币种、日期、汇率各一格", "a currency, a day and a rate")]) from None
    return {currency: tuple(zip(*sorted(rows), strict=True)) for currency, rows in found.items()}


def _value(text, rate, plan, rule):
    if text is None or rate == 1:
        return text
    try:
        worth = Fraction(Decimal(text)) * Fraction(rate)
    except InvalidOperation:
        return text
    return format(decimal(worth, plan.places if rule.round == "to fen" else 8), "f")


def _day(value):
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _rows(table, columns):
    """Rows as text."""
    link = scratch()
    attach(link, table)
    cells = ", ".join(f'CAST("{c.replace(chr(34), chr(34) * 2)}" AS VARCHAR)' for c in columns)
    rows = link.execute(f"SELECT {cells} FROM incoming").fetchall()
    link.close()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _columns(table):
    if isinstance(table, pa.Table):
        return table
    link = scratch()
    attach(link, table)
    found = link.sql("SELECT * FROM incoming").to_arrow_table()
    link.close()
    return found


def _put(table, column, values):
    """The table with a column of text; one of the name is replaced."""
    made = pa.array(values, pa.string())
    place = table.schema.get_field_index(column)
    return table.append_column(column, made) if place < 0 else table.set_column(place, column, made)
