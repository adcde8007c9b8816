"""The worked examples written in a plan, run as tests; and plans that are written to be refused."""
import re
from dataclasses import dataclass
from decimal import Decimal

from .ledger.settle import fen
from .plan.calendar import days_of
from .plan.fields import amount
from .plan.reading import _loaded, read
from .problems import PlanProblems, problem
from .running import run
from .tables.given import OWN, tables_of

STATEMENT = {"应发": "payout", "payout": "payout", "结转": "carried", "carried": "carried", "预留": "reserved", "reserved": "reserved", "待发": "held",
             "held": "held", "扣回": "deducted", "deducted": "deducted", "预支": "advance", "advance": "advance", "合计": "earned", "total": "earned", "earned": "earned",
             "以前差额": "earlier", "earlier": "earlier", "超出封顶": "capped", "capped": "capped", "利息": "interest", "interest": "interest", "免掉": "dropped", "dropped": "dropped", "上期结转": "carried_in", "brought": "carried_in"}
REFUSED = "refused"
MUST = re.compile(r"^must be refused:", re.MULTILINE)


@dataclass(frozen=True)
class Proof:
    """One example: what was said, expected and computed per payee and name, and whether they are equal; `problems` where it cannot be computed, `warnings` of the run."""
    when: str
    expected: dict
    computed: dict
    case: str | None = None
    problems: tuple = ()
    warnings: tuple = ()

    @property
    def holds(self):
        return not self.problems and not self.differences()

    def differences(self):
        """[(who, name, expected, computed)] where they are not equal."""
        return [(who, name, wanted, _plain(self.computed.get(who, {}).get(name))) for who, parts in self.expected.items() for name, wanted in parts.items()
                if not _equal(self.computed.get(who, {}).get(name), wanted)]


def _plain(found):
    """An amount with the digits it needs, two at least; a word as it is; nothing is 0."""
    if found is None:
        return 0
    if not isinstance(found, Decimal):
        return found
    return fen(found) if fen(found) == found else found.normalize()


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
    if not MUST.search(text):
        return prove(read(text))
    raw = _loaded(text)
    kept = "\n".join(line for line in text.splitlines() if not line.startswith(("must be refused:", "case:")))
    try:
        read(kept)
        said = "accepted"
    except PlanProblems as wrong:
        said = _said(wrong)
    words = str(raw["must be refused"])
    return [Proof(f"{raw.get('plan')}: {words}", {"plan": {REFUSED: words}}, {"plan": {REFUSED: words if words in said else said}}, raw.get("case"))]


def _said(wrong):
    return "\n".join(p.text(lang) for p in wrong.problems for lang in ("en", "zh"))


def _prove(plan, example):
    refusal = example.then.get("plan", {}).get(REFUSED)
    try:
        tables = tables_of(plan, example.given)
        _expected(plan, example, tables)
        computed, warnings = _closed(plan, example, tables) if "close" in example.given else _once(plan, example, tables)
    except PlanProblems as wrong:
        if refusal is not None and str(refusal) in _said(wrong):
            return Proof(example.when, example.then, {"plan": {REFUSED: refusal}}, example.case)
        return Proof(example.when, example.then, {}, example.case, tuple(wrong.problems))
    return Proof(example.when, example.then, computed, example.case, warnings=(*warnings, *_absent(plan, tables)))


def _absent(plan, tables):
    """What an example that does not hold is told besides: measures of which it gives no fact, which may be a slip of the pen."""
    given = set(tables.arrow["facts"].column("kind").to_pylist()) if tables.arrow["facts"].num_rows else set()
    return [{"code": "measure_without_facts", "count": 0, "zh": f"算例里没有指标 {name} 算的 {'、'.join(m.kinds)}", "en": f"the example gives no {', '.join(m.kinds)}, which {name} counts"}
            for name, m in plan.measures.items() if not given & set(m.kinds)]


def _expected(plan, example, tables):
    """Every name in `then` is one that can be computed; a word nobody knows would be equal to nothing."""
    names = {c.name for c in plan.components} | set(STATEMENT) | set(plan.decisions)
    facts = set(tables.arrow["facts"].column("id").to_pylist()) if tables.arrow["facts"].num_rows else set()
    people = set(tables.arrow["people"].column("payee").to_pylist()) if tables.arrow["people"].num_rows else set()
    close = [str(period) for period in example.given.get("close", [])]
    wrong, nobody = [], ("given 里没有这个人", "is nobody given in the example", "在事实或 people 里写这个人", "name the person in a fact or in people")
    for who, parts in example.then.items():
        if who == "plan":
            continue
        wrong += [problem(f"examples.then.{who}.{name}", "没有这项提成，也不是对账单上的词", "is no component and no word of the statement",
                          f"写这些之一：{'、'.join(sorted(n for n in names if n not in STATEMENT or not n.isascii()))}",
                          f"write one of {', '.join(sorted(n for n in names if n not in STATEMENT or n.isascii()))}") for name in parts if name not in names]
        if close and who != "decisions" and not any(who.endswith(f" {period}") for period in close):
            wrong.append(problem(f"examples.then.{who}", "有 close 时写“人 期间”", "with close, write “PAYEE PERIOD”", f"例如 {who} {close[0]}", f"for instance {who} {close[0]}"))
        elif not close and who.rpartition(" ")[0] in people and who not in people:
            period = who.rpartition(" ")[2]
            wrong.append(problem(f"examples.then.{who}", "按期间写要有 close", "is written by period, and the example closes none", f"在 given 里写 close: [{period}]，或不写期间", f"write close: [{period}] in given, or leave the period out"))
        elif not close and who not in people | facts | {"decisions"} and not _pools(plan, who, tables):
            wrong.append(problem(f"examples.then.{who}", *nobody))
        elif close and who != "decisions" and not any(who == f"{name} {period}" for period in close for name in people) and not _pools(plan, who.rpartition(" ")[0], tables):
            wrong.append(problem(f"examples.then.{who}", *nobody))
    if wrong:
        raise PlanProblems(wrong)


def _pools(plan, who, tables):
    """Whether an account or unit of this name is paid by a pool."""
    pools = {c.credit.to for c in plan.components if hasattr(c.credit, "to")}
    units = set(tables.arrow["people"].column("unit").to_pylist()) if tables.arrow["people"].num_rows else set()
    return who in pools or ("unit" in pools and who in units)


def _as_of(example):
    return example.given.get("as of")


def _once(plan, example, tables):
    """One run; amounts per payee over all periods, the carried balance of the last."""
    result = run(plan, tables, period=_text(example.given.get("period")), as_of=_as_of(example))
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
    return computed, [*result.warnings, *_earlier(example, result)]


def _earlier(example, result):
    """What an example of one period is told besides: earlier ones that nobody posted are paid in it too, under the same names."""
    several = [found for found in result.statements if found.earlier] if "period" in example.given else []
    names = "、".join(found.payee for found in several[:3])
    return [{"code": "earlier_paid_too", "count": len(several), "zh": f"以前各期没入账的也在这一期发，算在各项里：{names}；只看本期的写 合计；或把以前各期也写进 close，或让 effective 从这一期开始",
             "en": f"what earlier periods earn and was not posted is paid here too, under the same names: {names.replace('、', ', ')}; expect total for this period's own, close the earlier ones too, or let effective begin here"}] if several else []


def _text(period):
    return None if period is None else str(period)


def _begun(plan, first, tables):
    """The plan from the first period that is closed on, where no fact is earlier: a draw is not paid for periods before the story begins."""
    days = days_of(first, plan.year_starts)
    dates = [d for d in tables.arrow["facts"].column("date").to_pylist() if d] if tables.arrow["facts"].num_rows else []
    if plan.settlement.draw is None or days is None or days[0] <= plan.effective.first or any(str(d) < str(days[0]) for d in dates):
        return plan
    return plan.model_copy(update={"effective": plan.effective.model_copy(update={"first": days[0]})})


def _closed(plan, example, tables):
    """Each period of `close` computed and posted in turn; what is expected is written per payee and period."""
    posted, computed, warnings, stands = [], {}, [], {}
    plan = _begun(plan, str(example.given["close"][0]), tables) if example.given["close"] else plan
    tables = tables.declaring(plan)  # what its columns hold is found out once, and not for every period
    for period in map(str, example.given["close"]):
        result = run(plan, tables.with_posted(posted) if posted else tables, period=period, as_of=_as_of(example))
        warnings = result.warnings
        for line in result.lines:
            posted.append({"key": line.id, "earned": line.difference, "reserved": line.reserved - line.posted_reserved, "released": line.released - line.posted_released,
                           "payee": line.payee, "period": line.period, "fact_period": line.fact_period, "payout": line.payout})
            own = computed.setdefault(f"{line.payee} {period}", {})
            own[line.component] = own.get(line.component, Decimal(0)) + line.difference
        there = {found.payee: found for found in result.statements}
        stands |= there
        for payee, found in stands.items():  # what is carried stands also in a period with nothing of theirs
            own = computed.setdefault(f"{payee} {period}", {})
            own.update({word: getattr(found, name) for word, name in STATEMENT.items()
                        if (payee in there or name == "carried") and word not in {c.name for c in plan.components}})
    return computed, warnings


__all__ = ["OWN", "Proof", "prove", "prove_text", "tables_of"]
