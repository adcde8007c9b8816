"""What a reader with a pocket calculator does: evaluates the printed arithmetic of an explanation and holds it against the amount beside it."""
import re
from datetime import date
from fractions import Fraction

from squaredeal.engine.formula.values import rounded

NAMES = {"较小的": "min", "较大的": "max", "绝对值": "abs", "四舍五入": "near", "向上取": "up", "向下取": "down", "round up": "up", "round down": "down", "round": "near"}
CALLS = {"min": min, "max": max, "abs": abs, "near": lambda a, n: rounded(a, int(n)), "up": lambda a, n: rounded(a, int(n), "up"), "down": lambda a, n: rounded(a, int(n), "down"),
         "F": Fraction, "D": lambda text: Fraction(date.fromisoformat(text).toordinal())}
NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|\d+(?:\.\d+)?%?")
ROUNDED = frozenset({"earned", "reserve", "clawback", "split", "released"})
"""Steps whose amount is in money, rounded."""


def worth(text):
    """The value of printed arithmetic, exactly."""
    text = re.sub(r"（[^（）]*的工作日）| \(working days[^()]*\)", "", text)
    for name, call in NAMES.items():
        text = text.replace(f"{name}(", f"{call}(")
    text = NUMBER.sub(_number, text.replace("−", "-").replace("×", "*").replace("÷", "/"))
    return eval(text, {"__builtins__": {}}, CALLS)  # noqa: S307 the text is our own


def _number(found):
    text = found[0].replace(",", "")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return f'D("{text}")'
    return f'(F("{text[:-1]}") / 100)' if text.endswith("%") else f'F("{text}")'


def wrong(step):
    """What of a step does not come out, in words; "" where all does."""
    text = re.sub(r"^[A-Z]{3} ", "", step.arithmetic)
    if not text or text.startswith("×"):
        return ""
    found, *same = [worth(part) for part in text.split(" = ")]
    near = Fraction(6, 1000) if step.name in ROUNDED or step.name == "fact" else Fraction(1, 10**7)
    if step.name == "split" and ("零头" in step.sentence or "fractions" in step.sentence):
        near = Fraction(1, 100)
    wanted = [*same, *([Fraction(step.amount)] if step.amount is not None else [])]
    return "" if all(abs(found - value) <= near for value in wanted) else f"{step.name}: {step.arithmetic} is {float(found)}, said {step.amount}"


def said_in_chinese(text):
    """Whether a sentence in Chinese is free of names of columns and functions, signs of formulas and Python."""
    return not re.search(r"\b(attainment|quota|earned|amount|overdue_days|levels_up|product|customer|contract|share|date|min|max|if|year from|True|False|None)\b|[<>]=|\*|\[", text)
