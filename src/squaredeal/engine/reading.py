"""A plan read from YAML text: every finding at once, each with its place in the file."""
import re
from io import StringIO

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from . import formula
from .plan import Plan
from .problems import PlanProblems, problem

LONGEST = 400_000
SHAPES = {"flat", "tiers", "lump plus excess", "grid", "matrix", "share of difference", "per unit", "lump", "roles", "roll up", "to"}
"""Tags of the shapes a rate or a credit may have, which are no step of the way to a place in the file."""
SAYS = {"missing": ("缺这一项", "is missing"), "extra_forbidden": ("没有这一项", "is not a field of a plan"),
        "union_tag_not_found": ("看不出是哪种写法", "is written in no known way"), "union_tag_invalid": ("看不出是哪种写法", "is written in no known way")}


DEEPEST = 24
_INLINE = re.compile(rf"(?:[-?:][ \t]+){{{DEEPEST}}}")


def _deep(text):
    """Whether brackets, indents or dashes nest deeper than any plan does: reading such a text would take minutes."""
    level = most = 0
    for sign in text:
        level = max(0, level + (sign in "[{") - (sign in "]}"))
        most = max(most, level)
    indents = {len(line) - len(line.lstrip(" ")) for line in text.splitlines()}
    return most > DEEPEST or len(indents) > DEEPEST * 2 or bool(_INLINE.search(text))


def _yaml():
    """A safe reader that leaves decimals as text, knows no aliases' expansion beyond the text, and constructs no objects."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:float", lambda _loader, node: str(node.value).replace("_", ""))
    return yaml


def read(text):
    """A Plan from YAML text; PlanProblems holds everything that is wrong."""
    if len(text) > LONGEST:
        raise PlanProblems([problem("plan", "文件超过 400 KB", "the file is over 400 KB")])
    if _deep(text):
        raise PlanProblems([problem("plan", f"层数超过 {DEEPEST} 层", f"it is nested over {DEEPEST} deep", "少套几层", "nest it less")])
    try:
        raw = _yaml().load(StringIO(text))
    except YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PlanProblems([problem(f"line {line}", f"YAML 第 {line} 行读不懂", f"YAML cannot be read at line {line}",
                                    "看缩进和冒号", "check indentation and colons")]) from None
    except (ValueError, ArithmeticError, RecursionError, LookupError, TypeError):
        raise PlanProblems([problem("plan", "有一个数字或日期写得不对", "a number or a day in it is not valid",
                                    "看日期、数字和引号", "check days, numbers and quotes")]) from None
    if not isinstance(raw, dict):
        raise PlanProblems([problem("plan", "不是方案", "this is not a plan", "从 plan: 名称 写起", "begin with plan: NAME")])
    try:
        found = Plan.model_validate(raw)
    except ValidationError as wrong:
        raise PlanProblems([_finding(e, raw) for e in wrong.errors()]) from None
    except RecursionError:
        raise PlanProblems([problem("plan", "套得太深", "nested too deep")]) from None
    from .check import check
    errors = [p for p in check(found) if p.severity == "error"]
    if errors:
        raise PlanProblems(errors)
    return found


def _finding(error, raw):
    place, here = [], raw
    loc = error["loc"]
    for before, step in zip((None, *loc), loc, strict=False):
        if (before in {"rate", "credit", "of"} and step in SHAPES) or (isinstance(step, str) and step.startswith("function-")):
            continue
        here = here[step] if isinstance(here, (list, dict)) and (step in here if isinstance(here, dict) else isinstance(step, int) and step < len(here)) \
            else None
        place.append(here["name"] if isinstance(here, dict) and isinstance(step, int) and "name" in here else str(step))
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, formula.FormulaError):
        zh, en = cause.zh, cause.en
    elif cause is not None and " · " in str(cause):
        en, zh = str(cause).split(" · ", 1)
    else:
        zh, en = SAYS.get(error["type"], (f"写得不对：{error['msg']}", error["msg"]))
    return problem(".".join(place) or "plan", zh, en, "改这一处", "mend this place")
