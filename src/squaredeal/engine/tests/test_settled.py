"""What settling does over several periods: a cap on any so many months together, draws paid back later or slowly, years that begin in April; each against a plain reading."""
import random
from datetime import date
from decimal import Decimal

import pytest

from squaredeal.engine import PlanProblems, load_plan
from squaredeal.engine.ledger.closing import _account, _told
from squaredeal.engine.ledger.paying import Account
from squaredeal.engine.ledger.reopened import Reopened
from squaredeal.engine.ledger.settle import statement
from squaredeal.engine.plan.calendar import periods
from squaredeal.engine.plan.check import check

pytestmark = pytest.mark.once
PLAN = """
plan: settled
effective: {{from: 2026-01-01}}
currency: USD
period: {period}
components: [{{name: c, each: sale, base: amount, rate: 10%}}]
settlement: {{round: half up to cent once per line, negative: owed, {settlement}}}
"""


def plan(settlement, period="month"):
    return load_plan(PLAN.format(settlement=settlement, period=period))


def months(many):
    return [(first, last) for _code, first, last in periods("month", date(2026, 1, 1), date(2027, 12, 31))][:many]


@pytest.mark.parametrize(("window", "back"), [("last 3 months", 3), ("last 12 periods", 12), ("last 92 days", None), ("last 2 quarters", "quarter")])
def test_a_cap_that_rolls_on_holds_in_every_so_many_months(window, back):
    """Each month has what the months before it in its window leave room for; a month corrected later is settled as if it had been so at once."""
    rng = random.Random(3)
    earned = [Decimal(rng.randrange(-200, 900)) for _n in range(20)]
    changed = {4: Decimal(-350), 9: Decimal(420), 15: Decimal(-100)}
    ruled, days = plan(f"cap: {{amount: 1000, window: {window}}}"), months(20)

    def within(at, other):
        if back == "quarter":
            return other // 3 > at // 3 - 2
        if back is None:
            return (days[at][1] - days[other][1]).days < 92
        return other > at - back

    def allowed(amounts):
        found = []
        for at, amount in enumerate(amounts):
            found.append(min(amount, 1000 - sum(x for other, x in enumerate(found) if within(at, other))))
        return found

    account, paid = Account(ruled), Decimal(0)
    so_far = []
    for at, amount in enumerate(earned):
        late = [(days[at - 2], {}, changed[at])] if at in changed else []
        if late:
            so_far[at - 2] += changed[at]
        so_far.append(amount)
        given = account.pay(amount, late, {}, days[at])
        paid += given.payout
        assert paid == sum(allowed(so_far)) and given.capped == amount + sum(x for _d, _p, x in late) - given.payout


def test_what_exceeds_a_cap_that_rolls_on_waits_until_there_is_room():
    account, days = Account(plan("cap: {amount: 1000, window: last 3 months, excess: carried}")), months(8)
    assert [account.pay(Decimal(amount), (), {}, day).payout for amount, day in zip((1500, 0, 0, 0, 800, 300, 0, 0), days, strict=True)] == [1000, 0, 0, 500, 500, 0, 500, 100]
    assert account.over == 0
    after = Account(account.plan, paid={"2025": (Decimal(900), Decimal(1000)), "2025Q4": (Decimal(900), Decimal(1000)), "2025-12-31": (Decimal(900), Decimal(1000))})  # of a plan before this one
    assert after.pay(Decimal(300), (), {}, days[0]).payout == 100


@pytest.mark.parametrize(("second", "third", "expected"), [
    ("6000", "9600", [5000, 1000, 3600]),                                             # 11,000 earned, at most 9,600 in the year
    ("4000", "6000", [5000, 0, 0]),                                                   # what was paid stays, and what was cut off counts in the old cap
    ("9600", "9600", [5000, 2000, 2600])])
def test_a_cap_that_changes_within_its_window_holds_in_all_of_it(second, third, expected):
    account, days = Account(plan(f'cap: {{amount: "if(period_start >= 2026-03-01, {third}, if(period_start >= 2026-02-01, {second}, 6000))", window: year}}')), months(3)
    assert [account.pay(Decimal(amount), (), {}, day).payout for amount, day in zip((5000, 2000, 4000), days, strict=True)] == expected


def test_periods_of_a_table_have_a_cap_by_days_or_months():
    with pytest.raises(PlanProblems, match="no length of their own"):
        plan("cap: {amount: 1000, window: last 3 periods}", "table")
    assert plan("cap: {amount: 1000, window: last 90 days}", "table").settlement.cap
    with pytest.raises(PlanProblems, match="last 12 months"):
        plan("cap: {amount: 1000, window: life}")


def test_a_draw_is_paid_back_later_and_no_faster_than_it_says():
    account, days = Account(plan('draw: {amount: 1000, recoverable: true, recover: "if(period_start >= 2026-03-01, 50%, 0)", recover at most: 300}')), months(5)
    given = [account.pay(Decimal(amount), (), {}, day) for amount, day in zip((200, 1700, 1400, 3000, 3000), days, strict=True)]
    assert [(x.payout, x.deducted) for x in given] == [(1000, 0), (1700, 0), (1200, 200), (2700, 300), (2700, 300)]
    assert account.balance == 0
    with pytest.raises(PlanProblems, match="from 0 to 100%"):
        plan("draw: {amount: 1000, recoverable: true, recover: 150%}")


def test_a_year_of_pay_begins_as_the_plan_says():
    text = PLAN.format(settlement="cap: {amount: 1000, window: year}, draw: {amount: 100, recoverable: true, forgiven: year end}", period="month")
    account, days = Account(load_plan(text.replace("period: month", "period: month\nyear starts: 04-01"))), months(5)
    given = [account.pay(Decimal(amount), (), {}, day) for amount, day in zip((0, 900, 500, 700, 400), days, strict=True)]
    assert [x.payout for x in given] == [100, 800, 100, 700, 300]


def test_an_advance_that_is_not_paid_back_in_time_lapses_the_oldest_first():
    rent = plan("draw: {amount: 1000, recoverable: true, forgiven: after 2 months}")
    account, days = Account(rent), months(6)
    given = [account.pay(Decimal(amount), (), {}, day) for amount, day in zip((400, 800, 1300, 900, 3000, 1000), days, strict=True)]
    assert [x.payout for x in given] == [1000, 1000, 1000, 1000, 2900, 1000]  # 600 owed, and 200 more; 300 paid back of the 600; the other 300 lapse; the 200 lapse too, 100 are paid back
    assert [x.dropped for x in given] == [0, 0, 0, 300, 200, 0] and account.balance == 0 and account.owed.known == {}
    assert rent.settlement.leaves


def test_what_lapses_is_read_as_a_time_and_nothing_else():
    for written in ("after 2 fortnights", "after six months", "after 0 months"):
        with pytest.raises(PlanProblems, match="write after 6 months"):
            plan(f"draw: {{amount: 1000, recoverable: true, forgiven: {written}}}")


DRAWS = ("", "{amount: 1000, recoverable: false}", "{amount: 1000, recoverable: true, forgiven: year end}", "{amount: 1000, recoverable: true, most owed: 2500}",
         "{amount: 1000, recoverable: true, forgiven: after 3 months}",
         "{amount: 1000, recoverable: true, recover: 30%, recover of: earned, interest: 1%}", "{amount: 600, advances: 250, recoverable: true, recover at most: 300, interest: 1%}")


@pytest.mark.parametrize("draw", DRAWS)
def test_a_statement_adds_up_on_a_pocket_calculator_and_an_advance_is_what_is_lent(draw):
    rng = random.Random(5)
    for negative in ("carry", "carry, statutory cap: 20%", "zero", "zero, dropped: made up first", "owed", "owed, deduction: {cap: 20%, of: 5000, not below: 2000}"):
        for cap in ("", ", cap: {amount: 2000, window: quarter}", ", cap: {amount: 2000, window: period, excess: carried}", ", minimum: 700"):
            try:
                ruled = load_plan(PLAN.format(settlement=f"negative: {negative}{cap}{draw and f', draw: {draw}'}", period="month").replace("negative: owed, negative", "negative"))
            except PlanProblems:  # two of them do not go together
                continue
            account, was, days = Reopened(Account(ruled)), None, months(16)
            for at in sorted([*range(16), *rng.sample(range(16), 4)]):
                account = Reopened(account.account) if account.whole is not None and at != was else account
                was, again = at, account.whole is not None
                earned, reserved, late = (Decimal(rng.choice(sizes)) for sizes in ((-9000, -400, 0, 300, 900, 4000), (0, 50), (0, 0, -3000, 500)))
                sums = [(days[at - 2], {}, (late, Decimal(0), late))] if at > 1 and late else []
                found = statement(account, "Ann", "m", (earned, reserved, earned - reserved - 20), sums, lines=1, base=earned, person={}, days=days[at])
                owed, lent = ruled.settlement.draw and ruled.settlement.draw.recoverable, 250 if "advances" in draw else 0
                guaranteed = Decimal(0) if owed else found.advance
                assert found.payout == (found.earned + found.earlier - found.reserved - found.held + found.carried_in - found.carried - found.capped
                                        - found.interest + found.dropped + guaranteed), (negative, cap, found)
                if not again:
                    assert found.advance >= 0 and (not owed or found.advance <= int(ruled.settlement.draw.amount) + lent) and found.interest >= 0 and (found.dropped >= 0 or "made up" in negative)
                    assert not ("most owed" in draw and found.advance and account.account.balance < -2500)
                assert not found.dropped or negative.startswith("zero") or ("year end" in draw and days[at][0].month == 1) or ("after" in draw and at > 3)


def dropping(dropped):
    return load_plan(PLAN.format(settlement=f"negative: zero, dropped: {dropped}", period="month").replace("negative: owed, ", ""))


def test_a_negative_that_is_dropped_is_forgotten_and_its_correction_is_paid():
    account, days = Account(dropping("forgotten")), months(2)
    first, second = account.pay(Decimal(-500), (), {}, days[0]), account.pay(Decimal(0), [(days[0], {}, Decimal(500))], {}, days[1])
    assert (first.payout, first.dropped, second.payout, second.dropped, account.standing) == (0, 500, 500, 0, 0)


def test_what_was_dropped_of_a_month_is_made_up_before_its_correction_is_paid():
    account, days = Account(dropping("made up first")), months(5)
    given = [account.pay(Decimal(now), [(days[of], {}, Decimal(late)) for of, late in more], {}, days[at])
             for at, (now, more) in enumerate([(-500, ()), (100, [(0, 200)]), (50, [(1, -400)]), (0, [(0, 400), (1, 400)]), (0, [(2, 30)])])]
    assert [(x.payout, x.dropped) for x in given] == [(0, 500), (100, -200), (0, 350), (150, -650), (30, 0)]  # 300 of January and 350 of February are made up
    assert account.gone.known == {}


def test_a_month_corrected_again_and_again_is_never_paid_beyond_what_it_comes_to():
    """Each month's negatives and corrections alone: the most that was ever paid of it is the highest it stood above nothing."""
    rng = random.Random(8)
    for _n in range(60):
        account, days, stood, paid, most = Account(dropping("made up first")), months(12), Decimal(rng.randrange(-900, 900)), Decimal(0), Decimal(0)
        for at in range(12):
            change = stood if at == 0 else Decimal(rng.randrange(-600, 600))
            stood += change if at else 0
            paid += account.pay(change if at == 0 else Decimal(0), [(days[0], {}, change)] if at else [], {}, days[at]).payout
            most = max(most, stood)
            assert paid == most and sum(account.gone.known.values()) == most - stood
            account = _account(account.plan, _told(account))                                  # as a run leaves it to the next


def test_what_becomes_of_what_is_dropped_is_asked_and_only_where_something_is():
    text = PLAN.format(settlement="round base: exact", period="month").replace("negative: owed", "negative: zero")
    assert "write dropped: made up first" in " ".join(p.remedy["en"] for p in check(load_plan(text)) if p.severity == "warning")
    assert not [p for p in check(dropping("forgotten")) if p.place == "settlement.dropped"]
    with pytest.raises(PlanProblems, match="only negative: zero drops"):
        plan("dropped: forgotten")


@pytest.mark.parametrize(("settlement", "earned", "payouts", "standing"), [
    ("negative: carry, statutory cap: 20%, minimum: 100", (-500, 120, 200, 1000), (0, 0, 256, 800), -236),       # 96 waits and is deducted from once: of 1,320 a fifth
    ("negative: carry, minimum: 100, draw: {amount: 60, recoverable: false}", (0, 0, 30, 90), (0, 120, 0, 150), 0),     # each month's guarantee is its own
    ("negative: carry, minimum: 100, draw: {amount: 80, recoverable: true}", (0, 0, 500), (0, 160, 340), 0),
    ("negative: carry, minimum: 100, draw: {amount: 80, recoverable: true, recover: 50%}", (90, 90, 0, 300), (0, 180, 0, 300), 0),
    ("negative: carry, statutory cap: 20%, minimum: 100", (90, -150, 100, 100), (0, 0, 0, 160), -20),              # what waits makes up first what a month loses
])
def test_what_waits_for_the_least_sum_paid_out_is_settled_once(settlement, earned, payouts, standing):
    account = Account(load_plan(PLAN.replace("negative: owed, ", "").format(settlement=settlement, period="month")))
    found = tuple(account.pay(Decimal(amount), days=days).payout for amount, days in zip(earned, months(len(earned)), strict=True))
    assert (found, account.standing) == (payouts, standing)


def test_what_waits_makes_up_first_what_a_closed_month_loses():
    account, days = Account(load_plan(PLAN.replace("negative: owed, ", "").format(settlement="negative: carry, statutory cap: 20%, minimum: 100", period="month"))), months(2)
    assert account.pay(Decimal(60), days=days[0]).payout == 0
    assert account.pay(Decimal(100), [(days[0], {}, Decimal(-60))], days=days[1]).payout == 100
    assert account.standing == 0


def test_a_statutory_cap_beside_a_deduction_is_said_to_hold_nothing_back():
    def warned(settlement):
        return [p.remedy["en"] for p in check(plan(settlement)) if p.place == "settlement.statutory cap" and p.severity == "warning"]
    both, alone = "deduction: {cap: 20%, of: 1000}, statutory cap: 10%", "deduction: {cap: 20%, of: 1000}"
    assert warned(both) == ["say the share under cap of the deduction, and remove statutory cap"] and not warned(alone) and not warned("statutory cap: 10%")
    assert Account(plan(both)).pay(Decimal(-500), days=months(1)[0]) == Account(plan(alone)).pay(Decimal(-500), days=months(1)[0])
