"""One payee's account: period after period, what is earned and owed becomes what is paid; caps, deductions, draws and the balance carried."""
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ..formula.formula import ABOUT, Node
from ..formula.naming import about, column
from ..formula.values import decimal, evaluate
from ..plan.calendar import name_of, start_of
from ..plan.rolling import number_of, rolling
from ..problems import PlanProblems, problem
from .dropping import Dropped
from .lapsing import Owed

FEN, ZERO = Decimal("0.01"), Decimal(0)
YEAR_END = "year end"


def fen(value):
    return value.quantize(FEN, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Paid:
    """What a period gives: the payout, what a draw added, what was taken back, what a cap on all pay cut off; what was granted, the draw; what of the advance
    was lent besides; the interest on what was owed; and what was owed and is asked for no more."""
    payout: Decimal
    advance: Decimal = ZERO
    deducted: Decimal = ZERO
    capped: Decimal = ZERO
    least: Decimal | None = None
    lent: Decimal = ZERO
    interest: Decimal = ZERO
    dropped: Decimal = ZERO


class Account:
    """The balance of a payee, settled period by period in order; opened with what the last one closed with, where it is kept elsewhere.

    `balance` is what is owed back, `over` what a cap left for later, `small` what was too little to be paid, `year` that of the last day of
    the last period, `paid` what a cap has counted so far in each window, and the most it allows there: {window: (counted, most)}.
    `gone` is what was dropped of each period and a correction of it makes up first, {its last day: amount}, and `owed` what was advanced in each
    and is not paid back, where that lapses. `last` is what the last period gave.
    """

    def __init__(self, plan, balance=ZERO, over=ZERO, year=None, paid=None, small=ZERO, gone=None, owed=None):
        self.gone, self.owed = Dropped(plan.settlement.dropped, gone), Owed(plan, owed)
        self.plan, self.settlement, self.balance, self.over, self.small, self.paid, self.year, self.last = plan, plan.settlement, balance, over, small, dict(paid or {}), year, None

    @property
    def standing(self):
        """What is carried out: what is owed back, less what a cap has left for later and what was too little to be paid."""
        return self.balance + self.over + self.small

    @property
    def noted(self):
        """What is noted by period, as text, to open an account with again: {"gone": …, "owed": …}."""
        return {name: {day: f"{amount:f}" for day, amount in part.known.items()} for name, part in (("gone", self.gone), ("owed", self.owed))}

    def copied(self):
        return Account(self.plan, self.balance, self.over, self.year, self.paid, self.small, self.gone.known, self.owed.known)

    def pay(self, now, late=(), person=None, days=None):
        """The Paid of one period: `now` of its own facts, `late` [(first and last day, the person then, amount)] of closed periods, each net of reserve; `days` are its first and last.

        Of who has left, limits are those of the last assignment; they have no draw, and no wage to take from.
        """
        draw, interest, lent, forgiven = self.settlement.draw, ZERO, ZERO, ZERO
        known, there = person, True
        if self.settlement.reads_people:
            known = _known(person or {}, days)
            there = known.get("active_days") != ZERO
            person = known if there else _known({}, days)
            forgiven = self._forgive(person, days)
        if draw and draw.interest is not None and self.balance < 0:
            interest = fen(-self.balance * number(self.plan, draw.interest, person))
        drawing = draw and there and holds(self.plan, draw.who, person)
        if drawing and draw.advances is not None:
            lent = money(self.plan, draw.advances, person)
        self.balance -= interest + lent
        parts, cut = self._late(late)
        made_up = self.gone.made_up(parts)
        now, earlier = self._together(now, sum((amount for _days, amount in parts), ZERO) - made_up)
        now, capped = self._capped(now + self.over, known, days)
        self.over, capped = (capped, ZERO) if self.settlement.cap and self.settlement.cap.excess == "carried" else (ZERO, capped)
        capped += cut
        now, earlier = self._made_up(now, earlier)
        rule, brought = self.settlement.deduction, self.balance
        paid, self.balance = settled_by(self.settlement, now, earlier, brought) if rule is None else self._deducted(rule, now, earlier, brought, person)
        gain = (max(now, ZERO) if rule else now) + max(earlier, ZERO)
        deducted = gain - paid if rule or gain > 0 else ZERO
        advance, least, dropped = ZERO, None, paid + self.balance - now - earlier - brought if self.settlement.negative == "zero" else ZERO
        if drawing:
            least = money(self.plan, draw.amount, person)
            if draw.recoverable:
                least = self._room(draw, now + earlier + brought, least, person)
                paid, advance, deducted = self._advanced(draw, now + earlier, brought, least, person)
                dropped = ZERO
            elif paid < least:
                advance, paid = least - paid, least
        self.gone.note(dropped, now, days, parts)
        self.owed.note(self.balance, days)
        paid, advance, self.small = paid + lent + self.small, advance + lent, ZERO
        if self.settlement.minimum is not None and ZERO < paid < money(self.plan, self.settlement.minimum, known):
            paid, self.small = ZERO, paid
        self.last = Paid(paid, advance, deducted, capped, least, lent, interest, forgiven + dropped - made_up)
        return self.last

    def draws(self, person, days):
        """Whether the draw is for this person."""
        draw, person = self.settlement.draw, _known(person, days)
        return holds(self.plan, draw.who, person) and any(money(self.plan, text, person) for text in (draw.amount, draw.advances) if text is not None)

    def _room(self, draw, standing, least, person):
        """What of the draw may be advanced before too much is owed; `standing` is what this period leaves of the balance without it."""
        return least if draw.most_owed is None else max(min(least, money(self.plan, draw.most_owed, person) + standing), ZERO)

    def _advanced(self, draw, gain, brought, least, person):
        """(payout, advance, taken back) of a recoverable draw: what is earned above it goes to what was advanced before."""
        if gain < least:
            self.balance = brought + gain - least
            return least, least - max(gain, ZERO), ZERO
        share = draw.recover if isinstance(draw.recover, Decimal) else min(max(number(self.plan, draw.recover, person), ZERO), Decimal(1))
        taken = min(-brought, gain - least, fen((gain if draw.recover_of == "earned" else gain - least) * share))
        taken = max(taken if draw.recover_at_most is None else min(taken, money(self.plan, draw.recover_at_most, person)), min(-brought, ZERO))
        self.balance = brought + taken
        return gain - taken, ZERO, taken

    def _capped(self, now, person, days):
        """What a cap on all pay of a window leaves of a period's own pay, and what it cuts off."""
        cap = self.settlement.cap
        if cap is None or not holds(self.plan, cap.who, person):
            return now, ZERO
        most = cap_of(self.plan, person, now)
        return (now, ZERO) if most is None else self._counted(window_of(self.plan, days), now, most)

    def _late(self, late):
        """([(first and last day, what is left of what the closed period differs)], what is cut off): each counts in its own window, as far as that allows. What exceeds a cap whose excess is carried is left to the open period."""
        cap = self.settlement.cap
        if cap is None or cap.excess == "carried":
            return [(days, amount) for days, _person, amount in late], ZERO
        kept, cut = [], ZERO
        for days, person, amount in late:
            window, known = window_of(self.plan, days), _known(person, days)
            most = self.paid[window][1] if window in self.paid else cap_of(self.plan, known, amount) if holds(self.plan, cap.who, known) else None
            if most is not None:
                amount, over = self._counted(window, amount, most)
                cut += over
            kept.append((days, amount))
        return kept, cut

    def _together(self, now, earlier):
        """Where what exceeds a cap waits, what closed periods gain is paid within the cap of the open one, and what they lose is first taken of what waits."""
        if self.settlement.cap is None or self.settlement.cap.excess != "carried":
            return now, earlier
        back = min(max(self.over, ZERO), max(-earlier, ZERO))
        self.over -= back
        return now + max(earlier, ZERO), min(earlier, ZERO) + back

    def _made_up(self, now, earlier):
        """(now, earlier) once what was too little to be paid has made up what they lose: it was settled when it was earned, and is neither gained nor deducted from again."""
        taken = min(self.small, max(-now, ZERO))
        back = min(self.small - taken, max(-earlier, ZERO))
        self.small -= taken + back
        return now + taken, earlier + back

    def _counted(self, window, amount, most):
        """(what is left of an amount in a window, what is cut off): at most `most` in all of it; what was there before was limited by the highest until then."""
        (before, until), cap = self.paid.get(window, (ZERO, most)), self.settlement.cap
        if rolling(cap.window):
            left = sum(held(self.plan, {**self.paid, window: (before + amount, most)}).values()) - sum(held(self.plan, self.paid).values())
        else:
            left = min(before + amount, most) - min(before, most, until)
            most = max(most, until)
        self.paid[window] = before + (amount if cap.excess == "lost" else left), most
        return left, amount - left

    def _deducted(self, rule, now, earlier, brought, person):
        """What is owed is taken from the wage: at most the cap's share of it, and never below the minimum."""
        gain, owed = max(now, ZERO) + max(earlier, ZERO), min(now, ZERO) + min(earlier, ZERO) + brought
        wage, least = money(self.plan, rule.of, person), money(self.plan, rule.keep, person)
        taken = max(min(-owed, fen(wage * rule.cap), wage - least), ZERO)
        return gain - taken, owed + taken

    def _forgive(self, person, days):
        """What was owed and is dropped before the period."""
        draw, owed = self.settlement.draw, max(-self.balance, ZERO)
        if not (days and draw and draw.forgiven != "never"):
            return ZERO
        if draw.lapses:
            lapsed = min(self.owed.lapsed(days), owed)
            self.balance += lapsed
            return lapsed
        year = start_of("year", days[1], self.plan.year_starts).year
        gone = self.year is not None and year != self.year if draw.forgiven == YEAR_END else holds(self.plan, draw.forgiven, person)
        if gone:
            self.balance = max(self.balance, ZERO)
        self.year = year
        return owed if gone else ZERO


def window_of(plan, days):
    """The window of the cap on all pay that a period, its first and last day, counts in: 2026, 2026Q1, 2026H1, the period's first day, or where the cap rolls on its last."""
    if not days:
        return ""
    kind = plan.settlement.cap.window
    return f"{days[0]}" if kind == "period" else f"{days[1]}" if rolling(kind) else name_of(kind, days[1], plan.year_starts)


def held(plan, paid):
    """{last day of a period: what a cap that rolls on leaves of it}, of `paid` {last day: (amount, most)}: one period after another, each as far as those before it in its window leave room.

    What an earlier plan counted by quarters or years is no period of it.
    """
    found = {}
    for day in sorted(each for each in paid if len(each) == len("2026-01-31")):
        amount, most = paid[day]
        found[day] = min(amount, most - lately(plan, found, day))
    return found


def lately(plan, found, day):
    """The sum of what is found under the last days that lie in the window of a cap that rolls on to a day."""
    window = plan.settlement.cap.window
    first = number_of(plan, window, date.fromisoformat(day)) - rolling(window)[0]
    return sum((x for other, x in found.items() if number_of(plan, window, date.fromisoformat(other)) > first), ZERO)


def settled(plan, now, earlier, brought):
    """(payout, carried out) of what the period gives, what earlier periods differ, and the balance brought, each net of reserve.

    What is owed back is deducted up to the statutory cap of what is gained; the rest is carried, or dropped, or simply owed.
    """
    return settled_by(plan.settlement, now, earlier, brought)


def settled_by(settlement, now, earlier, brought):
    gain, owed_back = now + max(earlier, ZERO), min(earlier, ZERO) + brought
    keeps = settlement.negative == "carry"
    if settlement.negative == "owed":
        return gain + owed_back, ZERO
    if gain <= 0:
        return ZERO, (gain + owed_back if keeps else ZERO)
    cap = settlement.statutory_cap
    deducted = min(-owed_back, gain if cap is None else fen(gain * cap))
    return gain - deducted, (owed_back + deducted if keeps else ZERO)


def _known(person, days):
    return {**person, "period_start": days[0], "period_end": days[1], "period_days": Decimal((days[1] - days[0]).days + 1)} if days else person


def money(plan, text, person):
    """What a formula over a person's attributes is worth, to the fen; nothing where an attribute is not known."""
    return number(plan, text, person, 2)


def cap_of(plan, person, amount):
    """The cap on all pay of a person, to the fen. Where a score, a goal or a column it asks for is not known: None if there is nothing to cap, else PlanProblems."""
    text = plan.settlement.cap.amount
    if (found := _found(plan, text, person)) is not None:
        return decimal(found, 2)
    if not amount:
        return None
    lacking = [n for n in asked(plan, text) if person.get(n.key()) is None]
    zh, en = ([about(n.op, n.args, lang) if n.op in ABOUT else column(n.args[0], lang) for n in lacking] for lang in ("zh", "en"))
    who, since = person.get("payee", ""), person.get("period_start", "")
    raise PlanProblems([problem("settlement.cap.amount", f"{who} 从 {since} 起的一期没有{'、'.join(zh)}，封顶算不出来", f"{who} has no {', '.join(en)} for the period from {since}, so the cap is not known",
                                "补上，或用 如果 写明没有时封顶是多少：如果(已知(得分(名称)), 得分(名称) * 1000, 1000)", "give it, or say with if what the cap is without it: if(known(score(NAME)), score(NAME) * 1000, 1000)")])


def asked(plan, text):
    """What a formula over a person asks for: names, and figures about them; of an attainment its goal."""
    return [Node("quota", n.args) if n.op == "attainment" else n for n in plan.expand(text).walk() if n.op == "name" or n.op in ABOUT]


def _found(plan, text, person):
    """What a formula over a person's attributes gives, exactly; None where an attribute is not known."""
    try:
        return evaluate(plan.expand(text), person)
    except KeyError:
        return None
    except ZeroDivisionError:
        raise _divided(text, person) from None


def number(plan, text, person, places=8):
    """What a formula over a person's attributes gives, to so many places; nothing where an attribute is not known."""
    found = _found(plan, text, person)
    return ZERO if found is None else decimal(found, places)


def holds(plan, text, person):
    """Whether a condition on a person's attributes holds; not where one is not known."""
    return bool(_found(plan, text, person))


def _divided(text, person):
    who, since = person.get("payee", ""), person.get("period_start", "")
    return PlanProblems([problem("settlement", f"{text} 除以了零：{who} {since}", f"{text} divides by zero: {who} {since}", "用 如果 写明这时怎么算", "say with if what holds then")])
