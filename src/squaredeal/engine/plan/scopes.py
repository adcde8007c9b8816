"""The second word of earned(COMPONENT, …) and rank(COMPONENT, …): a column of people, everybody, after claw-backs, or another time."""
import re

from ..formula.formula import FormulaError
from .calendar import MONTHS, TO_DATE
from .rolling import of_days, rolling

NET = "net"
"""What is left of what was earned after what claw-backs took back in the same window."""
SHORTER = re.compile("(largest|smallest|average) (period|month|quarter|half)")
"""What may be taken of what was earned in each shorter window."""


def windowed(scope):
    """Whether the word says when, and not whose."""
    return (rolling(scope) is not None and not of_days(scope)) or scope in TO_DATE or SHORTER.fullmatch(scope) is not None


def no_component(part, measured):
    """That earned or median asks of what is no component; of a measure, how to make it one."""
    name = part.args[0]
    more = (f"；{name} 是指标，先写一项只算不发的：{{name: 每人, each: month, rate: {{lump: {name}}}, paid: false}}，再写 {part.op}(每人)",
            f"; {name} is a measure: write a step first, {{name: step, each: month, rate: {{lump: {name}}}, paid: false}}, then {part.op}(step)") if measured else ("", "")
    return FormulaError(f"没有 {name} 这一项提成{more[0]}", f"{name} is not a component{more[1]}")


def _within_a_period(word, period):
    """Whether a time has parts shorter than the periods a plan is settled by: what was earned is known by those, no more finely."""
    shorter, many = SHORTER.fullmatch(word), rolling(word)
    months = MONTHS.get(shorter[2], 0) if shorter else many[0] * MONTHS.get(many[1], 0) if many else MONTHS.get(TO_DATE[word], 0)
    return months % MONTHS.get(period, 1) > 0


def unknown(part, known, period):
    """The column that the word of a call names and nobody knows, as a list; FormulaError where the word fits no call. `known` are the columns of people, `period` is what the plan is settled by."""
    if len(part.args) < 2:
        return []
    word, times = part.args[1], "、".join(("last 3 periods", "last 2 quarters", *TO_DATE))
    if part.op == "earned" and windowed(word):
        if _within_a_period(word, period):
            raise FormulaError(f"{word} 里有比方案的结算期（{period}）短的，应得只按结算期知道；方案写 period: month、季末才发用 release，或写成指标（each: month）",
                               f"{word} has parts shorter than {period}, by which the plan is settled and what is earned is known; write period: month, with a release to pay later, or a measure with each: month")
        return []
    if part.op == "earned" and word == NET:
        return []
    if part.op != "earned" and (windowed(word) or word in ("everybody", NET)):
        raise FormulaError(f"{part.op} 的第二个词是人员的一列，如 unit", f"the second word of {part.op} is a column of people, such as unit")
    if word == "everybody" or word in known:
        return []
    if " " in word:
        raise FormulaError(f"没有 {word} 这个时间；写 {times}，或 largest month、smallest month、average month", f"there is no time {word}; write {', '.join(('last 3 periods', 'last 2 quarters', *TO_DATE))}, or largest month, smallest month, average month")
    return [word]
