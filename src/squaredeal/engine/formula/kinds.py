"""The kind of every formula: money, rate, number, days, date, text or bool; what does not fit together is an error, not a surprise."""
from .formula import FormulaError

NUMERIC = {"money", "rate", "number", "days"}
CALLS = {"rank": "number", "tied": "number", "score": "number", "earned": "money", "headcount": "number", "attainment": "rate"}
TOLD = {"money": ("金额", "money"), "rate": ("比例", "a rate"), "number": ("数", "a number"), "days": ("天数", "days"), "date": ("日期", "a day"),
        "text": ("文字", "text"), "bool": ("是否", "yes or no")}


def kind_of(node, kinds):
    """The kind a formula yields, given `kinds` of the names; FormulaError when kinds do not fit (money × money, text + 1 …)."""
    op, args = node.op, node.args
    if op == "name":
        if args[0] not in kinds:
            raise FormulaError(f"没有 {args[0]} 这个量", f"{args[0]} is not known here")
        return kinds[args[0]]
    if op in {"number", "percent", "date", "text", "bool"}:
        return {"percent": "rate"}.get(op, op)
    if op in {"earned", "median"}:
        return kinds.get(f"earned({args[0]})", "money")
    if op in CALLS:
        return CALLS[op]
    if op == "source" and args[1:] == ("attainment",):
        return CALLS["attainment"]
    if op in {"quota", "previous", "year_ago", "source", "prorated", "below"}:
        return kinds.get(args[0]) or kinds.get(f"{op}({args[0]})", "number")
    if op == "/" and args[0].op == "*" and [kind_of(a, kinds) for a in (*args[0].args, args[1])] == ["money"] * 3:
        return "money"  # a share of a sum by sums: cost * own / all
    return _RULES[op]([kind_of(a, kinds) for a in args])


def _fail(got, what):
    raise FormulaError(f"{'、'.join(TOLD[g][0] for g in got)}不能{what[0]}", f"{', '.join(TOLD[g][1] for g in got)} cannot be {what[1]}")


def _plus(got):
    a, b = got
    if {a, b} == {"date", "days"} or {a, b} == {"date", "number"}:
        return "date"
    if a == b == "date":
        return "days"
    if a not in NUMERIC or b not in NUMERIC or {a, b} == {"money", "rate"}:
        _fail(got, ("相加减", "added"))
    return _wider(a, b)


def _wider(a, b):
    return "money" if "money" in (a, b) else "rate" if a == b == "rate" else "days" if a == b == "days" else "number"


def _times(got):
    a, b = got
    if a not in NUMERIC or b not in NUMERIC or a == b == "money":
        _fail(got, ("相乘", "multiplied"))
    return "money" if "money" in got else "rate" if "rate" in got else "number"


def _over(got):
    a, b = got
    if a not in NUMERIC or b not in NUMERIC:
        _fail(got, ("相除", "divided"))
    if a == b == "money":
        return "rate"
    if b == "money":
        return "number"
    return "money" if a == "money" else a


def _compare(got):
    a, b = got
    if not (a == b or (a in NUMERIC and b in NUMERIC)):
        day = "date" in got and set(got) - {"date"} <= NUMERIC | {"text"}
        _fail(got, ("比较" + "；日期写 2026-03-15，不加引号" * day, "compared" + "; a day is written 2026-03-15, without quotes" * day))
    return "bool"


def _logical(got):
    if any(g != "bool" for g in got):
        _fail(got, ("作且、或、非", "joined by and, or, not"))
    return "bool"


def _same(got):
    if any(g not in NUMERIC for g in got) and len(set(got)) > 1:
        _fail(got, ("放在一起", "mixed"))
    return got[0] if len(set(got)) == 1 else "money" if "money" in got else "number"


def _if(got):
    if got[0] != "bool":
        _fail(got[:1], ("作条件", "a condition"))
    return _same(got[1:])


def _text(got):
    if any(g != "text" for g in got):
        _fail([g for g in got if g != "text"], ("当文字用", "used as text"))
    return "bool"


def _number(got):
    if got[0] not in NUMERIC:
        _fail(got[:1], ("取整", "rounded"))
    return got[0]


def _days(kind):
    def rule(got):
        if any(g != "date" for g in got[:2 if kind in {"months", "workdays"} else 1]):
            _fail(got[:1], ("当日期用", "used as a day"))
        if kind == "nth_day" and not set(got[1:]) <= NUMERIC:
            _fail(got[1:], ("当月数、日数用", "months and a day"))
        return "date" if kind == "nth_day" else "number"
    return rule


_RULES = {"known": lambda _got: "bool", "+": _plus, "-": _plus, "*": _times, "/": _over, "negate": _number, "not": _logical, "and": _logical, "or": _logical, "if": _if,
          "min": _same, "max": _same, "abs": _number, **dict.fromkeys(("round", "round_up", "round_down"), _number),
          "begins": _text, "contains": _text, **{k: _days(k) for k in ("year", "quarter", "month", "day", "weekday", "months", "workdays", "nth_day")}, **dict.fromkeys(("<", "<=", ">", ">=", "=", "!="), _compare)}
