"""What an example gives, in its short form, as tables: facts grouped by kind, people, quotas, scores, periods, what is posted.

Unsaid: the day is the first of the period computed (else of the plan), a goal or score holds in every period computed, a payee is a representative in unit u, a manager is a manager, an amount is 0.
"""
from datetime import date
from decimal import Decimal

from ..formula.naming import standard
from ..plan.about import EVERYBODY, kinds_of
from ..plan.calendar import MONTHS, days_of, name_of
from ..plan.fields import amount
from ..plan.plan import SPANS
from ..plan.steps import RollUp
from ..problems import PlanProblems, problem
from .columns import HEADERS
from .tables import Tables

OWN = {"facts": "rows of facts of any kind", "people": "attributes of each person", "quota": "goals by measure and person", "scores": "scores by person and name",
       "posted": "lines of earlier runs", "periods": "the plan's own periods", "rates": "rates of other currencies: currency, date, rate", "period": "compute this period only", "as of": "leave out later facts",
       "close": "compute these periods one after another"}
"""Words of `given` that are no kind of fact."""
SAME = {"quotas": "quota", "score": "scores", "person": "people", "目标": "quota", "得分": "scores", "人": "people"}
"""Other words for them, unless the plan has such a kind of fact."""
AS_ROWS = {"people": ("people", "payee"), "quota": ("quotas", "measure", "payee"), "scores": ("scores", "payee", "name")}
"""{word: (its table, the columns its rows must have)}; goals and scores have a value besides."""
KINDS = {"deliveries": "delivery", "acceptances": "acceptance", "bad_debts": "bad_debt", "bad debts": "bad_debt"}
BLANK = {"vat_rate": Decimal(0), "overdue_days": Decimal(0), "first_order": False}
LONG_AGO = date(2000, 1, 1)
UNTAUGHT = {"position": "rep", "manager": None}
ENDS = ("left", "probation_until")
"""Days of a person that need not be: where an example tells nobody's, nobody has left and nobody is on probation."""


def kind_of_group(group, known=frozenset()):
    """receipts → receipt, deliveries → delivery, 回款 → 回款; a kind of the plan is itself."""
    if group in known or not group.isascii():
        return group
    ways = [KINDS.get(group, group), group[:-3] + "y" if group.endswith("ies") else group, group.removesuffix("es"), group.removesuffix("s")]
    return next((w for w in ways if w in known), KINDS.get(group) or group.removesuffix("s"))


def tables_of(plan, given):
    """Tables of an example; PlanProblems when it is written in another shape."""
    known = kinds_of(plan)
    given = {str(word) if word in known else SAME.get(str(word), str(word)): what for word, what in given.items()}
    given = _short(plan, given)
    _shaped(plan, given)
    first = _spans(plan, given)[0][1]
    facts, credits, people = [], [], {}
    rows = [{"kind": kind_of_group(group, known), **_named(row)} for group, several in given.items() if group not in OWN for row in several]
    for place, row in enumerate([*rows, *map(_named, given.get("facts", []))], 1):
        row = dict(row)
        boss, parts = row.pop("manager", None), _credits(row)
        fact = {"id": f"e{place}", "date": first, "amount": Decimal(0), **{k: _value(v) for k, v in row.items()}}
        facts.append(fact)
        for part in parts:
            credits.append({"fact": fact["id"], "payee": str(part["payee"]), "share": amount(part.get("share", 1)), "role": part.get("role", "owner")})
            seat = people.setdefault(str(part["payee"]), dict(UNTAUGHT))
            seat["manager"] = boss or seat["manager"]
        if boss:
            people.setdefault(str(boss), {**UNTAUGHT, "position": "manager"})
    columns = dict.fromkeys(key for row in facts for key in row)
    facts = [{**{k: BLANK.get(k) for k in (*columns, *BLANK, *plan.counts_on.values())}, **row} for row in facts]
    seats, quotas, scores = _seats(people, given), _quotas(plan, given), _scores(plan, given)
    return Tables(facts=facts, credits=credits, people=_assignments(plan, seats, [day for day in ENDS if day not in columns], quotas, scores), quotas=quotas or None, scores=scores or None,
                  periods=given.get("periods"), rates=[{k: _value(v) for k, v in row.items()} for row in given.get("rates", [])] or None, posted=[{k: _value(v) for k, v in row.items()} for row in given.get("posted", [])] or None)


def _short(plan, given):
    """What is given, with people who are only named as people of whom nothing is said, and the goals of a plan that has one measure as those of the measure."""
    people, quota = given.get("people"), given.get("quota")
    if isinstance(people, list) and people and all(isinstance(who, str) for who in people):
        given = {**given, "people": {who: {} for who in people}}
    if isinstance(quota, dict) and len(plan.measures) == 1 and not set(map(str, quota)) & set(plan.measures) and all(_goal(plan, told) for told in quota.values()):
        given = {**given, "quota": {next(iter(plan.measures)): quota}}
    return given


def _goal(plan, told):
    """Whether this is a goal, or goals by period."""
    if isinstance(told, dict):
        return bool(told) and all(days_of(str(period), plan.year_starts) for period in told) and all(_goal(plan, value) for value in told.values())
    return isinstance(_value(told), Decimal)


def _named(row, table="facts"):
    """The row with the usual columns under the engine's names."""
    return {HEADERS[table].get(word) or standard(word): what for word, what in row.items()}


def _credits(row):
    """The credits of a fact: `credits: [{payee, share, role}]`, `credits` or `share: {payee: share}`, or `payee:` alone, or with their `share` and `role`."""
    payee, share, written = row.pop("payee", None), row.pop("share", None), row.pop("credits", None)
    if isinstance(written, list) and written:
        return [_named(part) for part in written]
    share = written or share
    if isinstance(share, dict):
        return [{"payee": who, "share": part} for who, part in share.items()]
    own = {"payee": payee, "share": share, "role": row.pop("role", None)}
    return [{name: said for name, said in own.items() if said is not None}] if payee is not None else []


def _seats(people, given):
    """[(payee, attributes)]: those the facts name, what `people` says of them (several rows are dated assignments), and their managers."""
    listed = given.get("people", {})
    rows = [(str(who), _named(attributes or {}, "people")) for who, attributes in listed.items()] if isinstance(listed, dict) else \
        [(str(row["payee"]), {k: v for k, v in row.items() if k != "payee"}) for row in (_named(row, "people") for row in listed)]
    seats = [(who, {**people.get(who, UNTAUGHT), **{k: _value(v) for k, v in row.items()}}) for who, row in rows]
    told = {who for who, _row in seats}
    seats += [(who, row) for who, row in people.items() if who not in told]
    for _who, row in list(seats):
        boss = row.get("manager")
        if boss and str(boss) not in {who for who, _row in seats}:
            seats.append((str(boss), {**UNTAUGHT, "position": "manager"}))
    return seats


def _assignments(plan, seats, ends, quotas, scores):
    """Rows of people; whoever has a score or a quota of their own is a person too, and whom a column names along which credit is rolled up."""
    known = {who for who, _row in seats} | {str(row.get("unit", "u")) for _who, row in seats} | {*EVERYBODY}
    along = {part.along for part in (*(c.credit for c in plan.components), *(m.of for m in plan.measures.values())) if isinstance(part, RollUp)}
    more = [row["payee"] for row in scores] + [str(row[column]) for _who, row in seats for column in along if row.get(column)]
    more += [row["payee"] for row in quotas if plan.measures[row["measure"]].of == "payee" or isinstance(plan.measures[row["measure"]].of, RollUp)]
    seats = [*seats, *[(who, UNTAUGHT) for who in dict.fromkeys(more) if who not in known]]
    columns = dict.fromkeys([*ends, *(key for _who, row in seats for key in row)])
    return [{"payee": who, "from": LONG_AGO, **dict.fromkeys(c for c in columns if c != "from"), "unit": "u", **row} for who, row in seats]


def _spans(plan, given):
    """[(id, first day)] of the periods an example computes, for which what says no period holds; the plan's first when it says none."""
    codes = given.get("close") or ([given["period"]] if given.get("period") else [])
    known = {str(row.get("id")): row.get("from") for row in (_named(row, "periods") for row in given.get("periods") or [])}
    found = [(str(code), known.get(str(code)) or (days_of(str(code), plan.year_starts) or [None])[0]) for code in codes]
    found = [(code, max(day, plan.effective.first)) for code, day in found if isinstance(day, date)]
    return found or [(None, plan.effective.first)]


def _quotas(plan, given):
    return [{"payee": who, "measure": measure, "period": str(period), "value": amount(value)} for measure, who, told, value in _told(given, "quota")
            for period in ([told] if told is not None else _quota_periods(plan, _spans(plan, given), plan.measures[measure].window))]


def _scores(plan, given):
    return [{"payee": who, "name": name, "period": str(period), "value": amount(value)} for who, name, told, value in _told(given, "scores")
            for period in ([told] if told is not None else _score_periods(plan, _spans(plan, given)))]


def _told(given, word):
    """(measure and payee, or payee and name; period or None; value) of each goal or score, from {…: {…: value, or {period: value}}} or from rows."""
    what, (table, outer, inner) = given.get(word) or {}, AS_ROWS[word]
    if isinstance(what, list):
        for row in what:
            row = _named(row, table)
            yield str(row[outer]), str(row[inner]), row.get("period"), row["value"]
        return
    for first, several in what.items():
        for second, told in several.items():
            for period, value in told.items() if isinstance(told, dict) else [(None, told)]:
                yield str(first), str(second), period, value


def _value(value):
    if isinstance(value, (bool, date)) or value is None:
        return value
    try:
        return amount(value)
    except ValueError:
        return str(value)


def _quota_periods(plan, spans, window):
    """The periods of a goal that says none: each window computed; of one to date or of the last periods the first."""
    if plan.period == "table":
        return [code or "" for code, _day in spans]
    if spans[0][0] is None:
        return [name_of(window if window == plan.period else plan.period, spans[0][1], plan.year_starts)]
    found = [name_of(window if window in MONTHS else plan.period, day, plan.year_starts) for _code, day in spans]
    return list(dict.fromkeys(found if window in MONTHS or window == "period" else found[:1]))


def _score_periods(plan, spans):
    """The periods of a score that says none: each window computed."""
    if plan.period == "table":
        return [code or "" for code, _day in spans]
    kinds = [c.each for c in plan.components if c.per_period and c.each != "period"]
    return list(dict.fromkeys(name_of(kinds[0] if kinds else plan.period, day, plan.year_starts) for _code, day in spans))


def _shaped(plan, given):
    """Every part of `given` in the shape it must have; PlanProblems of all that are not."""
    wrong, kinds = [], kinds_of(plan)

    def say(word, zh, en, todo_zh, todo_en):
        wrong.append(problem(f"examples.given.{word}", zh, en, todo_zh, todo_en))

    for word, what in given.items():
        if word in AS_ROWS and not isinstance(what, dict) and not _rows_of(word, what):
            say(word, "写法不对", "is written in no known way", *_SHAPE[word])
        elif word in {"facts", "posted", "periods", "rates"} and not _rows(what):
            say(word, "要写成一列行", "is a list of rows", *_SHAPE[word])
        elif word == "close" and not (isinstance(what, list) and what):
            say(word, "要写成一列期间", "is a list of periods", "close: [2026-01, 2026-02]", "close: [2026-01, 2026-02]")
        elif word == "as of" and type(what) is not date:
            say(word, "要写成一天", "is a day", "as of: 2026-01-31", "as of: 2026-01-31")
        elif word not in OWN and not _rows(what):
            say(word, "要写成一列事实", "is a list of facts", f"{word}: [{{payee: 陈, amount: 100}}]", f"{word}: [{{payee: Ann, amount: 100}}]")
        elif _rows(what) and any(not isinstance(name, str) for row in what for name in row):
            say(word, "列名要是文字；数字里不写逗号", "the names of columns are text; numbers have no commas", "写 1000，不写 1,000", "write 1000, not 1,000")
        elif _rows(what) and (odd := [row for row in what if len(_named(row, AS_ROWS.get(word, (word if word in HEADERS else "facts",))[0])) < len(row)]):
            say(word, f"同一列写了两次：{odd[0]}", f"a column stands twice under two names: {odd[0]}", "留一个", "keep one")
        elif _rows(what) and (odd := [row for row in what if not _credited(_named(row).get("credits"))]):
            say(word, f"credits 写法不对：{odd[0]}", f"credits are written in no known way: {odd[0]}", "credits: {陈: 60%, 林: 40%} 或 credits: [{payee: 陈, share: 60%}, {payee: 林, share: 40%}]",
                "credits: {Ann: 60%, Bob: 40%}, or credits: [{payee: Ann, share: 60%}, {payee: Bob, share: 40%}]")
        elif word not in OWN and what and not plan.decisions and kind_of_group(word, kinds) not in kinds:
            say(word, f"没有一项提成或指标算 {kind_of_group(word, kinds)} 这类事实", f"no component or measure counts facts of kind {kind_of_group(word, kinds)}",
                f"方案里有：{'、'.join(sorted(kinds - {*SPANS, 'deal'}))}", f"the plan counts: {', '.join(sorted(kinds - {*SPANS, 'deal'}))}")
        elif word == "quota":
            whose = {name: isinstance(told, dict) for name, told in what.items()} if isinstance(what, dict) else dict.fromkeys((_named(row, "quotas")["measure"] for row in what), True)
            for name in sorted(set(map(str, whose)) - set(plan.measures)):
                say(f"quota.{name}", "没有这个指标", "is not a measure", "写 quota: {指标: {人: 目标}}", "write quota: {MEASURE: {PAYEE: goal}}")
            for name in (name for name, told in whose.items() if not told):
                say(f"quota.{name}", "没写是谁的目标", "does not say whose goal it is", *_SHAPE["quota"])
        elif word in {"people", "scores"} and isinstance(what, dict):
            for who in (who for who, told in what.items() if not (isinstance(told, dict) and _texts(told) or told is None and word == "people")):
                say(f"{word}.{who}", "写法不对", "is written in no known way", *_SHAPE[word])
    if not wrong:
        wrong = _odd_numbers(given)
    if wrong:
        raise PlanProblems(wrong)


def _odd_numbers(given):
    """Goals, scores and shares that are no numbers."""
    told = [(f"{word}.{first}.{second}", value) for word in ("quota", "scores") for first, second, _period, value in _told(given, word)]
    facts = [_named(row) for word, rows in given.items() if word == "facts" or word not in OWN for row in rows or ()]
    told += [("credits.share", part["share"]) for row in facts for part in _credits(row) if "share" in part]
    wrong = []
    for place, value in told:
        try:
            amount(value)
        except ValueError as why:
            en, _, zh = str(why).partition(" · ")
            wrong.append(problem(f"examples.given.{place}", zh or en, en))
    return wrong


_SHAPE = {"people": ("people: {陈: {position: rep}} 或 people: [{payee: 陈, from: 2026-01-01}]", "people: {Ann: {position: rep}}, or people: [{payee: Ann, from: 2026-01-01}]"),
          "quota": ("quota: {指标: {陈: 100000}}、{指标: {陈: {2026-01: 100000}}} 或一列 {measure: 指标, payee: 陈, value: 100000}", "quota: {MEASURE: {Ann: 100000}}, {MEASURE: {Ann: {2026-01: 100000}}}, or rows {measure: MEASURE, payee: Ann, value: 100000}"),
          "scores": ("scores: {陈: {名称: 90%}} 或 {陈: {名称: {2026-01: 90%}}}", "scores: {Ann: {NAME: 90%}}, or {Ann: {NAME: {2026-01: 90%}}}"),
          "facts": ("facts: [{kind: receipt, payee: 陈, amount: 100}]", "facts: [{kind: receipt, payee: Ann, amount: 100}]"),
          "posted": ("posted: [{key: 提成|陈|e1, earned: 100}]", "posted: [{key: commission|Ann|e1, earned: 100}]"),
          "rates": ("rates: [{currency: USD, date: 2026-01-05, rate: 7.1}]", "rates: [{currency: USD, date: 2026-01-05, rate: 7.1}]"),
          "periods": ("periods: [{id: W1, from: 2026-01-05, to: 2026-01-11}]", "periods: [{id: W1, from: 2026-01-05, to: 2026-01-11}]")}


def _credited(written):
    """Whether these are the credits of a fact: by payee, or rows that name one."""
    return written is None or (isinstance(written, dict) and not any(isinstance(share, (dict, list)) for share in written.values())) or (_rows(written) and all("payee" in _named(part) for part in written))


def _rows_of(word, what):
    """Whether these are rows of the table of people, goals or scores."""
    table, *needed = AS_ROWS[word]
    return _rows(what) and all(isinstance(name, str) for row in what for name in row) and all({*needed, *(() if word == "people" else ("value",))} <= set(_named(row, table)) for row in what)


def _texts(told):
    """Whether all names of what is told are text."""
    return all(isinstance(name, str) for name in told)


def _rows(what):
    return isinstance(what, list) and all(isinstance(row, dict) for row in what)
