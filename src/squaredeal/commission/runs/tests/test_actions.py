"""A month from compute to paid: what it makes, who may, that it is done once, and that what is posted stays."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from squaredeal.commission.conftest import HUACHEN, Office
from squaredeal.commission.credits import actions as credits
from squaredeal.commission.plans import actions as plans
from squaredeal.commission.runs import actions, policy, queries
from squaredeal.commission.runs.models import Line, Period, Run
from squaredeal.commission.statements import explaining
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry
from squaredeal.organisation.approvals import queries as approvals
from squaredeal.organisation.targets.models import Target

D = Decimal


@pytest.fixture
def january(firm, book, office):
    """陈 collects 400,000 without VAT in January on a target of half a million, 林 50,000 on no target."""
    Target.objects.create(person=firm.chen, measure="receipts", month=date(2026, 1, 1), amount=500_000)
    contract = book.contract(firm.chen, 565000)
    book.receive(contract, 226000, date(2026, 1, 10))
    book.receive(contract, 226000, date(2026, 1, 20))
    book.receive(book.contract(firm.lin, 56500), 56500, date(2026, 1, 15))
    return contract


def amounts(run):
    return {s.person.login: (s.earned, s.earlier, s.reserved, s.payout) for s in run.statements.select_related("person")}


def bytes_of(run):
    return [tuple(map(str, row)) for row in Line.objects.filter(run=run).order_by("pk").values_list()]


def test_a_month_is_computed_to_the_fen(firm, office, january):
    run = office.compute("2026-01")
    assert amounts(run)["chen"] == (D("4500.00"), 0, D("675.00"), D("3825.00"))      # 300,000 × 1 % + 100,000 × 1.5 %
    assert amounts(run)["wang"][0] == D("1200.00")                                   # 400,000 × 0.3 %
    assert run.payout == sum(s.payout for s in run.statements.all())
    assert run.earned == sum(line.difference for line in run.lines.all())
    assert run.fingerprint == policy.fingerprint(run.lines.order_by("pk"))
    assert (run.state, run.number, run.pay_on) == ("computed", 1, date(2026, 3, 13))   # 15 March 2026 is a Sunday


def test_the_whole_cycle_leaves_its_signatures(client, firm, office, january):
    sent = actions.review(firm.gu, office.compute("2026-01"))
    [waits] = approvals.beside(firm.zhou)
    assert (waits.url, waits.who, waits.amount, approvals.count_all(firm.zhou)) == (reverse("runs:run", args=[sent.pk]), firm.gu, sent.payout, 1)
    assert not any(approvals.beside(who) for who in (firm.gu, firm.wang, firm.chen, firm.xu))
    client.force_login(firm.zhou)
    assert waits.url in client.get(reverse("approvals:inbox")).content.decode() and waits.url not in client.get(reverse("approvals:inbox"), {"box": "asked"}).content.decode()
    run = actions.post(firm.gu, actions.approve(firm.zhou, sent))
    assert not approvals.beside(firm.zhou)
    run = actions.pay(firm.gu, run, paid_on=date(2026, 3, 13))
    run.refresh_from_db()
    assert (run.state, run.computed_by, run.reviewed_by, run.approved_by, run.paid_on) == (
        "paid", firm.gu, firm.gu, firm.zhou, date(2026, 3, 13))
    assert queries.period(firm.gu, "2026-01").closed_at and queries.open_period(firm.gu).code == "2026-02"
    before = bytes_of(run)
    with pytest.raises(Refused):
        actions.unpay(firm.gu, run, note=" ")
    assert queries.payment(firm.gu, run).paid_on == date(2026, 3, 13) and not queries.withdrawn(firm.gu, run)
    again = actions.unpay(firm.zhou, run, note="银行退回")
    assert (again.state, again.paid_on, queries.payment(firm.gu, run)) == ("posted", None, None) and bytes_of(run) == before
    actions.pay(firm.gu, again, paid_on=date(2026, 3, 16))
    [gone], stands = queries.withdrawn(firm.gu, run), queries.payment(firm.gu, run)
    assert (gone.paid_on, gone.noted_by, gone.withdrawn_by, gone.reason, stands.paid_on) == (date(2026, 3, 13), firm.gu, firm.zhou, "银行退回", date(2026, 3, 16))
    verbs = set(Entry.objects.filter(verb__startswith="run.").values_list("verb", flat=True))
    assert {"run.compute", "run.review", "run.approve", "run.post", "run.pay", "run.unpay"} <= verbs


def test_whoever_computed_may_not_approve(firm, office, january):
    run = actions.review(firm.gu, actions.compute(firm.zhou, office.month("2026-01")))
    with pytest.raises(Refused):
        actions.approve(firm.zhou, run)
    run.refresh_from_db()
    assert (run.state, run.approved_by) == ("reviewed", None)


@pytest.mark.parametrize("who", ["chen", "wang", "xu"])
def test_others_neither_compute_nor_sign(firm, office, january, who):
    with pytest.raises(Refused):
        actions.compute(getattr(firm, who), office.month("2026-01"))
    run = office.compute("2026-01")
    for verb in (actions.review, actions.approve, actions.post, actions.pay):
        with pytest.raises(Refused):
            verb(getattr(firm, who), run)
    assert Run.objects.get().state == "computed"


def test_steps_are_taken_in_order(firm, office, january):
    run = office.compute("2026-01")
    for verb, who in ((actions.approve, firm.zhou), (actions.post, firm.gu), (actions.pay, firm.gu)):
        with pytest.raises(Refused):
            verb(who, run)
    assert Run.objects.get().state == "computed"


def test_the_director_sends_back_with_a_reason(firm, office, january):
    run = actions.review(firm.gu, office.compute("2026-01"))
    with pytest.raises(Refused):
        actions.send_back(firm.zhou, run, note="  ")
    actions.send_back(firm.zhou, run, note="林涛 没有目标")
    run.refresh_from_db()
    assert run.state == "computed" and firm.gu.notices.filter(text__contains="林涛").exists()


def test_computing_again_replaces_the_run_not_yet_posted(firm, book, office, january):
    first = office.compute("2026-01")
    book.receive(january, 113000, date(2026, 1, 30))
    second = office.compute("2026-01")
    first.refresh_from_db()
    assert (first.state, second.number, queries.live_run(firm.gu, second.period)) == ("replaced", 2, second)
    assert amounts(second)["chen"][0] == D("6000.00")


def test_a_second_run_posts_nothing(firm, office, january):
    office.close("2026-01")
    run = office.compute("2026-02")
    assert run.lines.count() == 0 and run.payout == 0 and run.earned == 0


def test_a_closed_month_is_not_computed_again(firm, office, january):
    run = office.close("2026-01")
    before = bytes_of(run)
    with pytest.raises(Refused):
        office.compute("2026-01")
    assert bytes_of(run) == before and Run.objects.count() == 1


def test_an_earlier_month_is_posted_first(firm, office, january):
    office.month("2026-02")
    with pytest.raises(Refused, match="2026-01"):
        office.compute("2026-02")


def test_a_month_without_a_plan_is_refused(firm, book):
    book.receive(book.contract(firm.chen, 1130), 1130, date(2026, 1, 10))
    actions.open_months(firm.gu, date(2026, 1, 31))
    with pytest.raises(Refused):
        actions.compute(firm.gu, queries.period(firm.gu, "2026-01"))
    assert not Run.objects.exists()


def test_a_reversal_after_close_makes_adjusting_lines_and_leaves_the_closed_ones(firm, book, office, january):
    closed = office.close("2026-01")
    before = bytes_of(closed)
    second = january.instalments.get().allocations.order_by("pk")[1]
    book.reverse(second, date(2026, 2, 5))
    run = office.compute("2026-02")
    late = {(line.person.login, line.allocation_id): line for line in run.lines.select_related("person")}
    assert {line.fact_period for line in late.values()} == {"2026-01"}
    took_back = late["chen", second.pk]
    posted = closed.lines.get(person=firm.chen, allocation=second)
    assert (took_back.difference, took_back.posted_before, took_back.corrects) == (-posted.earned, posted.earned, posted.key)
    assert amounts(run)["chen"][:2] == (0, D("-2500.00"))                    # 4,500 became 200,000 × 1 %
    assert amounts(run)["wang"][1] == D("-600.00")
    assert bytes_of(closed) == before and queries.verified(firm.gu, closed)
    office.close("2026-02")
    assert office.compute("2026-03").lines.count() == 0


def test_a_late_receipt_is_settled_in_the_open_month(firm, book, office, january):
    closed = office.close("2026-01")
    before = bytes_of(closed)
    late = book.receive(january, 113000, date(2026, 1, 31))
    run = office.compute("2026-02")
    line = run.lines.get(person=firm.chen, allocation=late)
    assert (line.fact_period, line.difference, line.posted_before) == ("2026-01", D("1500.00"), 0)
    assert amounts(run)["chen"][1] == D("1500.00") and bytes_of(closed) == before


def test_a_ruling_on_shares_moves_only_the_difference(firm, office, january):
    office.close("2026-01")
    credits.split(firm.zhou, january, shares=[(firm.chen, D("0.5"), "split"), (firm.lin, D("0.5"), "split")], reason="撞单裁定")
    run = office.compute("2026-02")
    chen, lin = amounts(run)["chen"], amounts(run)["lin"]
    assert chen[1] == D("-2500.00")                                          # 4,500 became 200,000 × 1 %
    assert lin[1] > 0 and chen[0] == lin[0] == 0


def test_facts_recorded_later_are_left_out_as_of_a_day(firm, book, office, january):
    last = january.instalments.get().allocations.order_by("pk")[1]
    run = office.compute("2026-01", as_of=date(2026, 1, 18))
    assert not run.lines.filter(allocation=last).exists() and run.lines.filter(person=firm.chen).exists()


def test_months_open_from_the_first_receipt(firm, book):
    book.receive(book.contract(firm.chen, 1130), 1130, date(2025, 11, 10))
    assert actions.open_months(firm.gu, date(2026, 1, 2)) == 3
    assert actions.open_months(firm.gu, date(2026, 1, 31)) == 0
    assert list(Period.objects.values_list("code", flat=True)) == ["2025-11", "2025-12", "2026-01"]


def test_a_balance_is_carried_through_months_without_a_line(firm, book, office, january):
    """What one month carries out the next carries in, to the fen, whoever it is of; and nobody owing is without a statement."""
    office.close("2026-01")
    book.reverse(january.instalments.get().allocations.order_by("pk").first(), date(2026, 2, 5))
    february = office.close("2026-02")
    march = office.compute("2026-03")
    assert march.lines.count() == 0 and february.carried < 0 and march.payout == 0
    assert (march.carried_in, march.carried, march.people) == (february.carried, february.carried, 2)
    assert march.carried_in == sum(s.carried_in for s in march.statements.all())


def test_a_payment_is_not_noted_before_its_day(firm, office, january):
    run = office.close("2026-01")
    with pytest.raises(Refused):
        actions.pay(firm.gu, run, paid_on=timezone.localdate() + timedelta(days=1))
    run.refresh_from_db()
    assert (run.state, run.paid_on) == ("posted", None)


def test_after_a_plan_that_ends_the_one_before_goes_on(firm, book, office, january):
    """In force, on the page and in the run, is the same version."""
    february = HUACHEN.read_text(encoding="utf-8").replace("from: 2025-01-01", "from: 2026-02-01, to: 2026-02-28").replace("[0, 1%]", "[0, 3%]")
    plans.publish(firm.zhou, plans.draft(firm.gu, None, text=february.split("examples:")[0]))
    for month in (2, 3):
        book.receive(book.contract(firm.chen, 113000), 113000, date(2026, month, 10))
    earned = {code: amounts(office.close(code))["chen"][0] for code in ("2026-01", "2026-02", "2026-03")}
    assert earned == {"2026-01": D("4500.00"), "2026-02": D("3000.00"), "2026-03": D("1000.00")}
    assert office.compute("2026-04").lines.count() == 0


def test_what_a_plan_drops_below_nothing_stands_between_the_sums_and_the_pay(firm, book):
    text = HUACHEN.read_text(encoding="utf-8").split("examples:")[0].replace("negative: carry", "negative: zero").rstrip() + "\n  dropped: made up first\n"
    plans.publish(firm.zhou, plans.draft(firm.gu, None, text=text))
    wrong = book.receive(book.contract(firm.chen, 113000), 113000, date(2026, 1, 10))
    office = Office(firm)
    office.close("2026-01")
    book.reverse(wrong, date(2026, 2, 5))
    statement = office.compute("2026-02").statements.get(person=firm.chen)
    assert (statement.earlier, statement.payout, statement.carried, statement.balance) == (D("-1000.00"), 0, 0, D("850.00"))
    assert "850.00" in explaining.carried(statement)
    office.close("2026-02")
    book.receive(book.contract(firm.chen, 226000), 226000, date(2026, 1, 20))       # found later: what was dropped of January is made up first
    statement = office.compute("2026-03").statements.get(person=firm.chen)
    assert (statement.earlier - statement.reserved - statement.payout, -statement.balance, statement.steps.get("gone")) == (D("850.00"), D("850.00"), None)
    assert statement.payout > 0 and "850.00" in explaining.carried(statement)
