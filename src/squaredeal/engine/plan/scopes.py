"""The second word of earned(COMPONENT, …) and rank(COMPONENT, …): a column of people, everybody, or another time."""
import re

from ..formula.formula import FormulaError
from .calendar import LAST, TO_DATE

SHORTER = re.compile("(largest|smallest|average) (period|month|quarter|half)")
"""What may be taken of what was earned in each shorter window."""


def windowed(scope):
    """Whether the word says when, and not whose."""
    return scope in LAST or scope in TO_DATE or SHORTER.fullmatch(scope) is not None


def unknown(part, known):
    """The column that the word of a call names and nobody knows, as a list; FormulaError where the word fits no call. `known` are the columns of people."""
    if len(part.args) < 2:
        return []
    word, times = part.args[1], "、".join((*LAST, *TO_DATE))
    if part.op == "earned" and windowed(word):
        return []
    if part.op != "earned" and (windowed(word) or word == "everybody"):
        raise FormulaError(f"{part.op} 的第二个词是人员的一列，如 unit", f"the second word of {part.op} is a column of people, such as unit")
    if word == "everybody" or word in known:
        return []
    if " " in word:
        raise FormulaError(f"没有 {word} 这个时间；写 {times}，或 largest month、smallest month、average month", f"there is no time {word}; write {', '.join((*LAST, *TO_DATE))}, or largest month, smallest month, average month")
    return [word]
