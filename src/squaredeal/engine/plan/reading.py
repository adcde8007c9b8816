"""A plan read from YAML text: every finding at once, each with its place in the file."""
import re
from difflib import get_close_matches
from io import StringIO

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import YAMLError

from ..formula import formula
from ..problems import PlanProblems, problem
from . import beside, commas, spoken
from .fields import Part
from .plan import Plan

LONGEST = 400_000
DEEPEST = 24
MOST_PARTS = 12_000
"""Keys and values of a plan; reading takes time for each, and no plan known has a twentieth of them."""
MOST_FINDINGS = 100
LARGEST = 200_000
"""Parts of a plan once every alias is written out: more than any text of LONGEST says by itself."""
SHAPES = {"flat", "tiers", "lump plus excess", "grid", "matrix", "lookup", "share of difference", "per unit", "lump", "roles", "roll up", "to", "whose"}
"""Tags of the shapes a rate or a credit may have, which are no step of the way to a place in the file."""
SAYS = {
    "missing": ("缺这一项", "is missing"), "union_tag_not_found": ("看不出是哪种写法", "is written in no known way"),
    "union_tag_invalid": ("看不出是哪种写法", "is written in no known way"), "int_parsing": ("要写整数", "is a whole number"), "int_type": ("要写整数", "is a whole number"),
    "int_from_float": ("要写整数", "is a whole number"), "string_type": ("要写文字", "is text"), "list_type": ("要写成列表 [ ]", "is a list [ ]"),
    "dict_type": ("要写成 {名称: 值}", "is a map {name: value}"), "model_type": ("要写成 {名称: 值}", "is a map {name: value}"),
    "model_attributes_type": ("要写成 {名称: 值}", "is a map {name: value}"), "bool_parsing": ("要写 true 或 false", "is true or false"), "bool_type": ("要写 true 或 false", "is true or false"),
    "date_type": ("要写 2026-01-31 这样的日期", "is a day like 2026-01-31"), "date_parsing": ("要写 2026-01-31 这样的日期", "is a day like 2026-01-31"),
    "date_from_datetime_parsing": ("要写 2026-01-31 这样的日期", "is a day like 2026-01-31"), "too_short": ("是空的", "is empty"), "string_too_short": ("是空的", "is empty"),
    "decimal_type": ("要写数字", "is a number"), "decimal_parsing": ("要写数字", "is a number"),
}
DO = {"missing": ("补上", "add it"), "union_tag_not_found": ("看方案参考里这一项的写法", "see how it is written in the plan reference"),
      "union_tag_invalid": ("看方案参考里这一项的写法", "see how it is written in the plan reference")}
BOUNDS = {"less_than_equal": ("le", "最多是", "is at most"), "greater_than_equal": ("ge", "至少是", "is at least"), "less_than": ("lt", "要小于", "is less than"), "greater_than": ("gt", "要大于", "is more than")}
"""What a number may be, by the kind of finding."""
WAYS = {"rate": "5%, a formula, {tiers: …}, {grid: …}, {lookup: …}, {rows: …, matrix: …}, {lump plus excess: …}, {per unit: …}, {lump: …}, {share of difference: …} or {share of weaker: …}",
        "credit": "[owner, split], {roll up: 1, own deals: excluded} or {to: unit}"}
WAYS_ZH = {"rate": "5%、公式、{tiers: …}、{grid: …}、{lookup: …}、{rows: …, matrix: …}、{lump plus excess: …}、{per unit: …}、{lump: …}、{share of difference: …} 或 {share of weaker: …}；分档的写 {tiers: marginal（累进）或 whole（全额）, by: base, window: month, table: [[0, 1%], [30万, 2%]]}",
           "credit": "[owner, split]、别的角色如 [售前]、{roll up: 1, own deals: excluded} 或 {to: unit}"}
"""The shapes of what may be written in several."""
_KIND = re.compile(r"function-|literal\[|list\[|(int|str|float|bool|decimal)$")
"""A step of the way that is a kind of value, where several are tried."""
_INLINE = re.compile(rf"(?:[-?:][ \t]+){{{DEEPEST}}}")


def _deep(text):
    """Whether brackets, indents or dashes nest deeper than any plan does: reading such a text would take minutes."""
    level = most = 0
    for sign in text:
        level = max(0, level + (sign in "[{") - (sign in "]}"))
        most = max(most, level)
    indents = {len(line) - len(line.lstrip(" ")) for line in text.splitlines()}
    return most > DEEPEST or len(indents) > DEEPEST * 2 or bool(_INLINE.search(text))


def _many(text):
    """Whether a text says more keys and values than a plan does, by the signs that divide them."""
    return text.count(",") + text.count(":") + text.count("\n-") + text.count(" - ") > MOST_PARTS


def _yaml():
    """A safe reader that leaves decimals as text, knows no aliases' expansion beyond the text, and constructs no objects."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:float", lambda _loader, node: str(node.value).replace("_", ""))
    return yaml


def read(text):
    """A Plan from YAML text; PlanProblems holds everything that is wrong, and a formula cut by its comma written whole."""
    try:
        return _read(text)
    except PlanProblems as wrong:
        found, whole = commas.cut(text) if len(text) <= LONGEST and not _deep(text) and not _many(text) else ([], text)
        rest = _problems(whole) if found else wrong.problems
        if len(rest) >= len(wrong.problems) and not (_unread(wrong.problems) and not _unread(rest)):
            raise
        told = [problem(f"line {line}", f"第 {line} 行的公式里有逗号，在 {{ }} 和 [ ] 里逗号会截断公式", f"a formula in line {line} has a comma: inside {{ }} and [ ] a comma ends the value",
                        f"整条加引号：{formula}", f"put the formula in quotes: {formula}") for line, formula in found]
        raise PlanProblems([*told, *rest][:MOST_FINDINGS]) from None


def _unread(problems):
    """Whether they say that the text is no YAML."""
    return any(p.place.startswith("line ") for p in problems)


def _problems(text):
    try:
        _read(text)
    except PlanProblems as wrong:
        return wrong.problems
    return []


def _read(text):
    if len(text) > LONGEST:
        raise PlanProblems([problem("plan", "文件超过 400 KB", "the file is over 400 KB", "把算例移到别的文件", "move examples to another file")])
    if _deep(text):
        raise PlanProblems([problem("plan", f"层数超过 {DEEPEST} 层", f"it is nested over {DEEPEST} deep", "少套几层", "nest it less")])
    if _many(text):
        raise PlanProblems([problem("plan", f"超过 {MOST_PARTS:,} 项", f"it has over {MOST_PARTS:,} parts", "大表放进事实表或人员表的列", "put large tables into columns of facts or people")])
    raw = _loaded(text)
    if not isinstance(raw, dict):
        raise PlanProblems([problem("plan", "不是方案", "this is not a plan", "从 plan: 名称 写起", "begin with plan: NAME")])
    from .check import check
    try:
        found = Plan.model_validate(raw)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False)
        found = {p.text(): p for p in (_finding(e, raw) for e in errors[:MOST_FINDINGS])}
        if len(errors) > MOST_FINDINGS:
            found[""] = problem("plan", f"一共 {len(errors)} 处，先列 {MOST_FINDINGS} 处", f"{len(errors)} findings in all, the first {MOST_FINDINGS} are listed")
        found |= {p.text(): p for p in beside.also(raw, errors, check)}
        raise PlanProblems(list(found.values())[:MOST_FINDINGS + 1]) from None
    except RecursionError:
        raise PlanProblems([problem("plan", "套得太深", "nested too deep", "少套几层", "nest it less")]) from None
    errors = [p for p in check(found) if p.severity == "error"]
    if errors:
        raise PlanProblems(errors, found)
    return found


def _parts_written_out(node, known, within):
    """How many keys and values a node is with its aliases written out; one that holds itself is without end."""
    if id(node) in within:
        return LARGEST + 1
    if id(node) not in known:
        inner = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))] if isinstance(node.value, list) else []
        known[id(node)] = 1 + sum(_parts_written_out(part, known, within | {id(node)}) for part in inner)
    return known[id(node)]


def _swells(text):
    """Whether aliases and merges make the text more than could be written: a few lines of them are millions of values."""
    return "&" in text and (node := _yaml().compose(StringIO(text))) is not None and _parts_written_out(node, {}, frozenset()) > LARGEST


def _loaded(text):
    try:
        if _swells(text):
            raise PlanProblems([problem("plan", "别名（& 和 *）展开后太大", "its aliases (& and *) come to too much once written out", "少用别名，直接写出来",
                                        "use fewer aliases; write it out")])
        return _yaml().load(StringIO(text))
    except DuplicateKeyError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise PlanProblems([problem(f"line {line}", f"第 {line} 行的名称写了两次", f"the name in line {line} stands twice", "留一个，或换一个名称", "keep one, or rename it")]) from None
    except YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        written = (text.splitlines() or [""])[min(line, len(text.splitlines())) - 1].strip()[:60] if text.strip() else ""
        if (odd := spoken.wide(text)) and odd[0] <= line:
            at, zh, en, todo_zh, todo_en = odd
            raise PlanProblems([problem(f"line {at}", f"第 {at} 行{zh}", f"line {at} {en}", todo_zh, todo_en)]) from None
        raise PlanProblems([problem(f"line {line}", f"YAML 第 {line} 行读不懂：{written}", f"YAML cannot be read at line {line}: {written}",
                                    "看缩进、冒号后面的空格；含 : # , { } [ ] 或引号的公式整条加引号",
                                    "check indentation and the space after colons; put a formula that holds : # , { } [ ] or quotes in quotes")]) from None
    except (ValueError, ArithmeticError, RecursionError, LookupError, TypeError):
        raise PlanProblems([problem("plan", "有一个数字或日期写得不对", "a number or a day in it is not valid",
                                    "看日期、数字和引号", "check days, numbers and quotes")]) from None


def _finding(error, raw):
    place, here = [], raw
    loc = error["loc"]
    for before, step in zip((None, *loc), loc, strict=False):
        if (before in {"rate", "credit", "of"} and step in SHAPES) or (isinstance(step, str) and _KIND.match(step)):
            continue
        here = here[step] if isinstance(here, (list, dict)) and (step in here if isinstance(here, dict) else isinstance(step, int) and step < len(here)) \
            else None
        place.append(here["name"] if isinstance(here, dict) and isinstance(step, int) and "name" in here else str(step))
    return problem(".".join(map(str, place)) or "plan", *_reason(error, str(loc[-1]) if loc else ""))


def _reason(error, name):
    """(why in Chinese, in English, what to do in Chinese, in English) of a finding of the model."""
    kind, context = error["type"], error.get("ctx", {})
    cause = context.get("error") if isinstance(context.get("error"), Exception) else None
    if isinstance(cause, formula.FormulaError):
        return cause.zh, cause.en, "改公式", "change the formula"
    if cause is not None:
        en, _, zh = str(cause).partition(" · ")
        return zh or f"写得不对：{en}", en, "改这一处", "mend this place"
    if kind == "extra_forbidden":
        return _unknown(name, error.get("input"))
    if kind == "invalid_key":  # a number left over by a comma
        return _cut(name)
    if kind in {"literal_error", "enum"}:
        told, meant = context.get("expected", "").replace("'", ""), spoken.OPTIONS.get(str(error.get("input")).strip())
        if meant and meant in told and str(error["input"]).isascii():
            return f"没有 {error['input']} 这种", f"cannot be {error['input']}", f"写 {meant}", f"write {meant}"
        if meant and meant in told:
            return f"没有 {error.get('input')} 这种：选项用英文", f"cannot be {error.get('input')}: options are in English", f"写 {meant}", f"write {meant}"
        return f"没有 {error.get('input')} 这种", f"cannot be {error.get('input')}", f"写 {told.replace(' or ', '、').replace(', ', '、')} 之一", f"write one of {told}"
    fields = next((_fields(part, deep=False) for part in _parts(Part) if part.__name__ == context.get("class_name")), None)
    if kind in {"model_type", "model_attributes_type"} and fields:
        told = ", ".join(sorted(fields))
        return "要写成 {名称: 值}", "is a map {name: value}", f"可写：{told}", f"it may hold: {told}"
    if kind == "list_type":
        return "要写成列表 [ ]", "is a list [ ]", "外面加 [ ]", "put it in [ ]"
    if kind.startswith("union_tag") and name in WAYS:
        return "看不出是哪种写法", "is written in no known way", f"写 {WAYS_ZH[name]}", f"write {WAYS[name]}"
    if kind in BOUNDS:
        key, zh, en = BOUNDS[kind]
        return f"{zh} {context[key]}", f"{en} {context[key]}", "改这个数", "change the number"
    if kind == "string_too_long":
        return f"太长了：最多 {context['max_length']} 个字", f"is too long: at most {context['max_length']} characters", "写短些", "make it shorter"
    zh, en = SAYS.get(kind, (f"写得不对：{error['msg']}", error["msg"]))
    return zh, en, *DO.get(kind, ("改这一处", "mend this place"))


def _cut(name):
    return (f"“{name}”不是一项：前面的公式在逗号处断开了", f"“{name}” is no field: the formula before it was ended by its comma",
            "在 { } 里给整条公式加引号", "put the whole formula in quotes where it stands in { }")


def _unknown(name, value):
    if value is None and re.search(r"[()*/+]|\s-\s", name):
        return _cut(name)
    if meant := spoken.FIELDS.get(name.strip()):
        return f"没有 {name} 这一项：字段名用英文", f"{name} is not a field here: fields are in English", f"写 {meant}", f"write {meant.replace('，', ', ')}"
    if (meant := spoken.OTHERWISE.get(name.strip().lower())) and name not in _fields(Part):
        return f"没有 {name} 这一项", f"{name} is not a field here", f"写 {meant}", f"write {meant}"
    homes = sorted({part.__name__ for part in _parts(Part) if name in _fields(part, deep=False)})
    if homes:
        return f"没有 {name} 这一项", f"{name} is not a field here", f"它写在 {'、'.join(homes)} 里", f"it is a field of {', '.join(homes)}"
    near = get_close_matches(name, sorted(_fields(Part)), 2, 0.7)
    return (f"没有 {name} 这一项", f"{name} is not a field here", f"是不是 {'、'.join(near)}" if near else "删掉，或看方案参考", f"did you mean {' or '.join(near)}" if near else
            "remove it, or see the plan reference")


def _parts(part):
    return [part, *(inner for other in part.__subclasses__() for inner in _parts(other))]


def _fields(part, deep=True):
    """The names of a part's fields as they are written; with `deep` those of every kind of part."""
    return {field.alias or name for each in (_parts(part) if deep else [part]) for name, field in each.model_fields.items()}
