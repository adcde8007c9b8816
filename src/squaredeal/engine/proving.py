"""The worked examples written in a plan, run as tests."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .plan import _rate
from .run import run
from .settle import fen
from .tables import Tables


@dataclass(frozen=True)
class Proof:
    """One example: what was said, expected and computed per payee and component, and whether they are equal."""
    when: str
    expected: dict
    computed: dict

    @property
    def holds(self):
        return all(self.computed.get(who, {}).get(name, Decimal(0)) == fen(amount) for who, parts in self.expected.items() for name, amount in parts.items())


def prove(plan):
    """[Proof] of every example of the plan."""
    return [_prove(plan, example) for example in plan.examples]


def _prove(plan, example):
    result = run(plan, tables_of(plan, example.given))
    computed = {}
    for line in result.lines:
        own = computed.setdefault(line.payee, {})
        own[line.component] = own.get(line.component, Decimal(0)) + line.earned
    return Proof(example.when, example.then, {who: {name: fen(total) for name, total in own.items()} for who, own in computed.items()})


def tables_of(plan, given):
    """Tables from an example's short form: `receipts` (or facts with a kind), `people`, `quota` {measure: {payee: value}}.

    Unsaid: the day is the plan's first, a payee is a representative, a manager is a manager.
    """
    first = plan.effective.first
    facts, credits, people = [], [], {}
    for place, row in enumerate([{"kind": "receipt", **r} for r in given.get("receipts", [])] + list(given.get("facts", [])), 1):
        row = dict(row)
        payees = row.pop("credits", None) or [{"payee": row.pop("payee"), "share": 1}]
        boss = row.pop("manager", None)
        fact = {"id": f"e{place}", "date": first, **{k: _value(k, v) for k, v in row.items()}}
        facts.append(fact)
        for credit in payees:
            credits.append({"fact": fact["id"], "payee": credit["payee"], "share": _rate(credit.get("share", 1)), "role": credit.get("role", "owner")})
            people.setdefault(credit["payee"], {"position": "rep", "manager": boss})
        if boss:
            people.setdefault(boss, {"position": "manager", "manager": None})
    for row in given.get("people", []):
        people[row["payee"]] = {**people.get(row["payee"], {"position": "rep", "manager": None}), **{k: _value(k, v) for k, v in row.items() if k != "payee"}}
    columns = dict.fromkeys(key for row in facts for key in row)
    blank = {"vat_rate": Decimal(0), "overdue_days": Decimal(0), "first_order": False}
    facts = [{**{k: blank.get(k) for k in (*columns, *blank)}, **row} for row in facts]
    quotas = [{"payee": who, "measure": measure, "period": _period(plan, first), "value": _rate(value)}
              for measure, values in given.get("quota", {}).items() for who, value in values.items()]
    return Tables(facts=facts, credits=credits, quotas=quotas, people=[{"payee": who, "unit": "u", "from": date(2000, 1, 1), **more} for who, more in people.items()],
                  periods=given.get("periods"))


def _value(name, value):
    if isinstance(value, (bool, date)) or value is None:
        return value
    try:
        return _rate(value)
    except (ArithmeticError, ValueError):
        return str(value)


def _period(plan, first):
    return {"month": f"{first:%Y-%m}", "quarter": f"{first.year}Q{(first.month + 2) // 3}", "year": f"{first.year}"}.get(plan.period, "")
