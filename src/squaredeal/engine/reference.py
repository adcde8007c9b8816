"""The reference of plan files: one Markdown page and one JSON Schema, rendered from the model, the formula language and the tables."""
import types
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic_core import PydanticUndefined

from .formula.formula import DEEPEST, LONGEST, MOST_NODES
from .formula.functions import FUNCTIONS
from .formula.kinds import TOLD
from .formula.naming import ALIASES
from .ledger.result import Line, Statement
from .plan.check import FACT, KNOWN, PERSON
from .plan.fields import WINDOWS, Amount, Formula, Part, Sum, Times, Window
from .plan.plan import Plan
from .plan.settlement import ROUND
from .plan.shapes import Rate
from .proving import STATEMENT
from .showing import CHINESE, MUST, QUESTION, SHOWN
from .tables.columns import COLUMNS, HEADERS, NEEDED
from .tables.given import OWN

PLAIN = {str: "text", int: "whole number", bool: "true or false", date: "day", Decimal: "number", Any: "anything", type(None): "nothing", dict: "map"}
FIGURES = {"payout": "what is paid · 实发", "carried": "the balance carried to the next period · 结转到下期", "reserved": "kept back · 预留", "held": "earned and not yet released · 已得未发",
           "deducted": "taken back of what was owed · 扣回", "advance": "what a draw adds · 预支补足", "earned": "what the facts of the period earn · 本期应得",
           "capped": "what the cap on all pay cut off · 总额封顶切掉的", "carried_in": "the balance brought from the period before · 上期结转来的",
           "earlier": "what closed periods differ · 以前期间的差额", "interest": "what a period adds to what was owed · 欠款的利息",
           "dropped": "what was owed and is asked for no more · 欠的里面不再要的"}
WINDOW_SAID = " or ".join(f"`{w}`" for w in WINDOWS) + " or `last 3 periods` (any number of periods, days, months, quarters, halves or years) or `year from` a column of days"
OPEN, ANSWERED = "howto/plan/steps.md#never-taken-for-granted", "howto/plan.md#how-do-i-say-"
INNER = {"end"}
"""Fields the reader fills in itself."""
OPERATORS = (
    ("`+ − * / × ÷`", "arithmetic; nothing is rounded · 加减乘除，不取整"),
    ("`= != < <= > >= ≠ ≤ ≥`", "comparison; `40% <= x < 90%` may be chained · 比较，可以连写"),
    ("`x in (\"a\", \"b\")` · `属于`", "is one of; `not in` is none of · 是其中之一"),
    ("`and or not` · `且 或 非`", "logic · 与或非"),
    ("`30万` `1.2亿` `5%` `4‰` `25bp`", "ten thousands, hundred millions, per cent, per mille, basis points · 万、亿、百分比、千分比、基点"),
    ("`2026-03-15`", "a day; day − day is days, day + days is a day · 日期，相减得天数"),
    ('`"rep"` `\'rep\'`', "text in quotes, straight or curly, double or single · 文字加引号"),
    ("`true` `false` · `是` `否`", "yes and no · 是否"),
    ("`period sales` · `[2026-plan]`", "a name of several words as it is; one with digits apart or signs in brackets · 几个词的名称直接写；里面有单独的数字或符号就加方括号"),
)
ROWS = (
    ("a fact", "`each: receipt` (a kind of fact), and measures and terms",
     "every column of facts, `share` and `role` of the credit, every column of the credited person on the day, `payee`, measures, terms, `period_start`, `period_end`"),
    ("a deal", "`each: deal`", "`deal`, `date` (day of its last fact), every column of the person, measures, terms, `period_start`, `period_end`"),
    ("a window", "`each: period`, `month`, `quarter`, `half`, `year`",
     "`date` (its last day), every column of the person's last assignment in it, `payee`, measures, terms, `period_start`, `period_end`, `headcount()`"),
    ("a person", "`settlement.draw`, `settlement.deduction`", "every column of the person's last assignment in the period"),
)


def schema():
    """The JSON Schema of a plan, with the short forms the reader takes."""
    found = Plan.model_json_schema()
    parts = found["$defs"]
    rate = parts["Component"]["properties"]["rate"]
    rate["anyOf"] = [{"type": ["string", "number"]}, *rate.pop("oneOf")]
    parts["Settlement"]["properties"]["round"]["pattern"] = ROUND.pattern
    row = {"anyOf": [{"type": "array", "minItems": 2, "maxItems": 3, "items": {"type": ["string", "number", "boolean", "null"]}},
                     {"type": "object", "required": ["from", "then"], "additionalProperties": False,
                      "properties": {name: {"type": ["string", "number", "boolean", "null"]} for name in ("from", "to", "then")}}]}
    for part in parts.values():
        if "end" in part.get("properties", {}) and "table" in part["properties"]:
            del part["properties"]["end"]
            part["properties"]["table"]["items"] = row
    for part, field in (("Measure", "window"), ("Limit", "window")):
        parts[part]["required"] = [*parts[part].get("required", []), field]
    found["properties"]["must be refused"] = {"type": "string", "description": "words of the problem this plan is refused with"}
    found["properties"]["case"] = {"type": "string"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def parts(model=Plan, found=None):
    """Every part of a plan, in the order its fields name them."""
    found = [] if found is None else found
    if model not in found:
        found.append(model)
        for hint in get_type_hints(model, include_extras=True).values():
            for inner in _models(hint):
                parts(inner, found)
    return found


def _models(hint):
    if isinstance(hint, type) and issubclass(hint, Part):
        return [hint]
    return [m for arg in get_args(hint) for m in _models(arg)] if get_args(hint) else []


def kind(hint):
    """How a value of this kind is written, in words."""
    for known, words in ((Formula, "formula"), (Amount, "number"), (Times, "number or formula"), (Sum, "number or formula"), (Window, WINDOW_SAID)):
        if hint == known:
            return words
    if hint == Rate:
        return "formula, or one of " + ", ".join(_link(m) for m in _models(hint))
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return kind(args[0])
    if origin is Literal:
        return " or ".join(f"`{a}`" for a in args)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(kind(a) for a in args if a is not type(None)))
    if origin is list:
        return f"list of {kind(args[0])}"
    if origin is tuple:
        return f"[{', '.join(kind(a) for a in args)}]"
    if origin is dict:
        return f"map from {kind(args[0])} to {kind(args[1])}"
    return _link(hint) if isinstance(hint, type) and issubclass(hint, Part) else PLAIN[hint]


def _link(model):
    return f"[{heading(model)}](#{anchor(heading(model))})"


def heading(model):
    """RollUp → Roll up."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in model.__name__).strip()
    return words[:1].upper() + words[1:]


def anchor(title):
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c in "-_")


def markdown():
    """The whole page."""
    return "\n".join(["# Plan reference · 方案参考", "",
                      "方案里可以写的每个字段、函数和列。怎么写方案见[howto/plan.zh.md](howto/plan.zh.md)。", "", "Every field, function and column a plan may use. Rendered from the engine by `squaredeal commission reference`; the guide is "
                      "[howto/plan.md](howto/plan.md), the schema for editors [plan.schema.json](plan.schema.json).", "",
                      *_contents(), *_fields(), *_formulas(), *_tables(), *_examples(), *_results()])


def _contents():
    models = parts()
    return ["- [Fields](#fields): " + " · ".join(_link(m) for m in models), "- [Formulas](#formulas): [what may be named](#names), [functions](#functions)",
            "- [Tables](#tables)", "- [Examples](#examples): what `given` and `then` may hold", "- [Results](#results)", ""]


def _fields():
    lines = ["## Fields", "", "A formula is written as text or as a plain number (`5%`, `1000`); a number as `1000`, `30万`, `5%` or `4‰`. What is required must be written; — says nothing by itself. "
             f"A number such as A05 is the question that policies leave open and the field answers: [all of them]({OPEN}). Pieces under “written” take for granted what "
             f"[the guide’s answers]({ANSWERED}) do.", "", "写着 formula 的地方写公式，也可以是一个数；必填的一定要写，— 是不写就没有。A05 这样的编号是制度常没写清的问题，由这个字段回答。", ""]
    for model in parts():
        lines += [f"### {heading(model)}", "", f"{_told(model.__doc__)} {CHINESE[model.__name__]}".strip(), "", "Written · 写法: " + " · ".join(f"`{piece}`" for piece in SHOWN[model.__name__]), "", "| field · 字段 | is · 写什么 | default · 不写时 | says · 说的是 |", "|---|---|---|---|"]
        hints = get_type_hints(model, include_extras=True)
        for name, field in model.model_fields.items():
            if name in INNER:
                continue
            written = field.alias or name
            place = model.__name__, written
            lines.append(f"| `{written}` | {_cell(kind(hints[name]))} | {MUST.get(place) or _default(field)} | {_cell(field.description or '')}{f' ([{QUESTION[place]}]({OPEN}))' if place in QUESTION else ''} |")
        lines.append("")
    return lines


def _told(doc):
    return " ".join((doc or "").split())


def _cell(text):
    return text.replace("|", "\\|")


def _default(field):
    if field.is_required():
        return "**required · 必填**"
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined or value is None:
        return "—"
    return "empty" if value in ("", {}, []) else f"`{str(value).lower() if isinstance(value, bool) else ', '.join(map(str, value)) if isinstance(value, list) else value}`"


def _formulas():
    lines = ["## Formulas", "", f"At most {LONGEST:,} characters, {MOST_NODES} steps, {DEEPEST} deep. Full-width signs count as plain ones. "
             "Money × money, text + 1 and the like are refused. Nothing is rounded before the line is; dividing by zero is reported with the fact.", "",
             "| written | says |", "|---|---|", *[f"| {_cell(a)} | {_cell(b)} |" for a, b in OPERATORS], "", "### Names", "",
             "| a row is | in | a formula may name |", "|---|---|---|", *[f"| {a} | {b} | {c} |" for a, b, c in ROWS], "",
             "The usual columns and what kind they are; declare any other under `attributes`. Either name may be written.", "",
             "| name | 中文 | kind | of |", "|---|---|---|---|"]
    chinese = {v: k for k, v in ALIASES.items()}
    for of, known in (("fact", {**FACT, **KNOWN}), ("person", {**PERSON, "wage": "money"})):
        lines += [f"| `{name}` | {f'`{chinese[name]}`' if name in chinese else ''} | {TOLD[k][1].removeprefix('a ')} | {of} |" for name, k in known.items() if of == "person" or name != "wage"]
    lines += ["", "### Functions", "", "| function | 中文 | gives |", "|---|---|---|"]
    lines += [f"| `{name}({f.arguments})` | `{f.chinese}` | {_cell(f.says)} |" for name, f in FUNCTIONS.items()]
    return [*lines, ""]


def _tables():
    lines = ["## Tables", "", "One file each in a folder: CSV (UTF-8, column names in the first line), Parquet or XLSX. Only `facts` must be there: "
             "a fact with a column `payee` is wholly that person's and needs no credit, and without a table of people all are of position `rep` and unit `u`. Any other column is an attribute.", ""]
    chinese = {v: k for k, v in ALIASES.items()}
    for table, columns in COLUMNS.items():
        lines += [f"### Table {table}", "", "| column | 中文 | kind | needed | says |", "|---|---|---|---|---|"]
        own = {**{v: k for k, v in HEADERS[table].items()}, **chinese}
        lines += [f"| `{name}` | {f'`{own[name]}`' if name in own else ''} | {TOLD[sort][1].removeprefix('a ')} | {'yes' if name in NEEDED[table] else ''} | {_cell(says)} |" for name, (sort, says) in columns.items()]
        lines.append("")
    return lines


def _examples():
    words = {}
    for word, name in STATEMENT.items():
        words.setdefault(name, []).append(f"`{word}`")
    return ["## Examples", "", "`given` holds facts grouped by kind (`receipts: [{payee: Ann, amount: 100}]`), and:", "", "| word | holds |", "|---|---|",
            *[f"| `{word}` | {says} |" for word, says in OWN.items()], "", "`then` holds, per payee, the name of a component or one of these words of the statement:", "",
            "| word | statement |", "|---|---|", *[f"| {' '.join(several)} | `{name}`: {FIGURES[name]} |" for name, several in words.items()], ""]


def _results():
    return ["## Results", "", "`lines` has one row per component, payee and fact, deal or window: " + ", ".join(f"`{f.name}`" for f in fields(Line)) + ".", "",
            _told(Line.__doc__), "", "`statements` has one row per payee and period: " + ", ".join(f"`{f.name}`" for f in fields(Statement)) + ".", "",
            _told(Statement.__doc__), ""]
