"""The worked examples written in a plan, run as tests; and plans that are written to be refused."""
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .problems import PlanProblems
from .reading import read
from .run import run
from .settle import fen
from .shapes import amount
from .stages.calendar import end_of, name_of, start_of
from .tables import Tables

OWN = {"facts", "people", "quota", "scores", "posted", "periods", "period", "as of"}
STATEMENT = {"应发": "payout", "payout": "payout", "结转": "carried", "carried": "carried", "预留": "reserved", "reserved": "reserved", "待发": "held",
             "held": "held", "扣回": "deducted", "deducted": "deducted", "预支": "advance", "advance": "advance", "合计": "earned", "total": "earned",
             "以前差额": "earlier", "earlier": "earlier",
             "超出封顶": "capped", "capped": "capped", "上期结转": "carried_in", "brought": "carried_in"}
KINDS = {"deliveries": "delivery", "acceptances": "acceptance", "bad_debts": "bad_debt", "bad debts": "bad_debt"}
BLANK = {"vat_rate": Decimal(0), "overdue_days": Decimal(0), "first_order": False}


@dataclass(frozen=True)
class Proof:
    """One example: what was said, expected and computed per payee and name, and whether they are equal."""
    when: str
    expected: dict
    computed: dict
    case: str | None = None

    @property
    def holds(self):
        return all(_equal(self.computed.get(who, {}).get(name), wanted) for who, parts in self.expected.items() for name, wanted in parts.items())


def _equal(found, wanted):
    try:
        return fen(found or Decimal(0)) == fen(amount(wanted))
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        return found == wanted


def prove(plan):
    """[Proof] of every example of the plan."""
    return [_prove(plan, example) for example in plan.examples]


def prove_text(text):
    """[Proof] of a plan's text; a plan with `must be refused: WORDS` holds when it is refused with those words."""
    from io import StringIO

    from .reading import _yaml
    raw = _yaml().load(StringIO(text))
    if not isinstance(raw, dict) or "must be refused" not in raw:
        return prove(read(text))
    kept = "\n".join(line for line in text.splitlines() if not line.startswith(("must be refused:", "case:")))
    try:
        read(kept)
        said = "accepted"
    except PlanProblems as wrong:
        said = str(wrong)
    words = str(raw["must be refused"])
    return [Proof(f"{raw.get('plan')}: {words}", {"plan": {"refused": words}}, {"plan": {"refused": words if words in said else said}}, raw.get("case"))]


def _prove(plan, example):
    given = example.given
    if "periods" in given and plan.period != "table" or "close" in given:
        return _closed(plan, example)
    result = run(plan, tables_of(plan, given), period=given.get("period"))
    return Proof(example.when, example.then, _computed(plan, example, result), example.case)


def _computed(plan, example, result):
    computed = {}
    for line in result.lines:
        own = computed.setdefault(line.payee, {})
        own[line.component] = own.get(line.component, Decimal(0)) + line.earned
    for found in result.statements:
        own = computed.setdefault(found.payee, {})
        for word, name in STATEMENT.items():
            if word not in {c.name for c in plan.components}:
                value = getattr(found, name)
                own[word] = value if name == "carried" else own.get(word, Decimal(0)) + value
    for name, fact, answer in result.decisions:
        computed.setdefault(fact, {})[name] = answer
        computed.setdefault("decisions", {})[name] = answer
    return computed


def _closed(plan, example):
    """Each period of `close` computed and posted in turn; what is expected is written per period."""
    tables, posted, computed = tables_of(plan, example.given), [], {}
    for period in example.given["close"]:
        result = run(plan, tables.with_posted(posted) if posted else tables, period=str(period))
        for line in result.lines:
            posted.append({"key": line.id, "earned": line.difference, "reserved": line.reserved - line.posted_reserved, "released": line.released - line.posted_released,
                           "payee": line.payee, "period": line.period, "fact_period": line.fact_period, "payout": line.payout})
        for line in result.lines:
            own = computed.setdefault(f"{line.payee} {period}", {})
            own[line.component] = own.get(line.component, Decimal(0)) + line.difference
        for found in result.statements:
            computed.setdefault(f"{found.payee} {period}", {}).update({word: getattr(found, name) for word, name in STATEMENT.items()})
    return Proof(example.when, example.then, computed, example.case)


def kind_of_group(group):
    """receipts → receipt, deliveries → delivery, 回款 → 回款."""
    return KINDS.get(group) or (group[:-1] if group.isascii() and group.endswith("s") else group)


def tables_of(plan, given):
    """Tables from an example's short form: facts by kind (`receipts: [...]`), `people`, `quota` {measure: {payee: value}}, `scores`.

    Unsaid: the day is the plan's first, a payee is a representative in unit u, a manager is a manager, an amount is 0.
    """
    first = plan.effective.first
    facts, credits, people = [], [], {}
    rows = [{"kind": kind_of_group(group), **row} for group, several in given.items() if group not in OWN and group != "close" for row in several]
    for place, row in enumerate([*rows, *given.get("facts", [])], 1):
        row = dict(row)
        payee, share = row.pop("payee", None), row.pop("share", None)
        parts = row.pop("credits", None) or ([{"payee": w, "share": s} for w, s in share.items()] if isinstance(share, dict) else
                                             [{"payee": payee, "share": 1}] if payee else [])
        boss = row.pop("manager", None)
        fact = {"id": f"e{place}", "date": first, "amount": Decimal(0), **{k: _value(v) for k, v in row.items()}}
        facts.append(fact)
        for part in parts:
            credits.append({"fact": fact["id"], "payee": str(part["payee"]), "share": amount(part.get("share", 1)), "role": part.get("role", "owner")})
            known = people.setdefault(str(part["payee"]), {"position": "rep", "manager": None})
            known["manager"] = boss or known["manager"]
        if boss:
            people.setdefault(boss, {"position": "manager", "manager": None})
    listed = given.get("people", [])
    for who, row in (listed.items() if isinstance(listed, dict) else ((r["payee"], r) for r in listed)):
        people[str(who)] = {**people.get(str(who), {"position": "rep", "manager": None}), **{k: _value(v) for k, v in (row or {}).items() if k != "payee"}}
    for row in list(people.values()):
        if row.get("manager"):
            people.setdefault(str(row["manager"]), {"position": "manager", "manager": None})
    columns = dict.fromkeys(key for row in facts for key in row)
    facts = [{**{k: BLANK.get(k) for k in (*columns, *BLANK)}, **row} for row in facts]
    quotas = [{"payee": str(who), "measure": measure, "period": str(period), "value": amount(value)} for measure, values in given.get("quota", {}).items()
              for who, told in values.items() for period, value in (told.items() if isinstance(told, dict) else [(_period(plan, first, measure), told)])]
    scores = [{"payee": str(who), "name": name, "period": str(period), "value": amount(value)} for who, values in given.get("scores", {}).items()
              for name, told in values.items() for period, value in (told.items() if isinstance(told, dict) else [(_score_period(plan, first), told)])]
    more = dict.fromkeys(key for row in people.values() for key in row)
    return Tables(facts=facts, credits=credits, quotas=quotas, scores=scores or None, periods=given.get("periods"), posted=_posted(given),
                  people=[{"payee": who, "from": date(2000, 1, 1), **dict.fromkeys(more), "unit": "u", **row} for who, row in people.items()])


def _posted(given):
    rows = given.get("posted")
    return [{k: _value(v) for k, v in row.items()} for row in rows] if rows else None


def _value(value):
    if isinstance(value, (bool, date)) or value is None:
        return value
    try:
        return amount(value)
    except ValueError:
        return str(value)


def _period(plan, first, measure):
    window = plan.measures[measure].window if measure in plan.measures else "period"
    kind = {"quarter": "quarter", "half": "half", "year": "year"}.get(window, plan.period)
    if plan.period == "table":
        return ""
    if kind != plan.period:
        return name_of(plan.period, first) if plan.period != "table" else ""
    return name_of(kind, first)


def _score_period(plan, first):
    kinds = [c.each for c in plan.components if c.per_period and c.each != "period"]
    return name_of(kinds[0] if kinds else plan.period, first) if plan.period != "table" else ""


__all__ = ["Proof", "end_of", "prove", "prove_text", "start_of", "tables_of", "timedelta"]
