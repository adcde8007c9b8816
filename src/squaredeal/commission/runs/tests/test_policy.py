"""The life cycle of a run, the pay day, and the fingerprint."""
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from squaredeal.commission.runs import policy
from squaredeal.kernel.errors import Refused


def line(**given):
    return SimpleNamespace(**{"key": "k", "person_id": 1, "fact_period": "2026-01", "earned": Decimal("1.00"), "held": Decimal(0), "reserved": Decimal(0),
                              "payout": Decimal("1.00"), "posted_before": Decimal(0), "difference": Decimal("1.00"), "corrects": "", **given})


@pytest.mark.parametrize("day, months, first", [(date(2026, 10, 1), 2, date(2026, 12, 1)), (date(2026, 11, 30), 2, date(2027, 1, 1)),
                                                (date(2026, 12, 5), 1, date(2027, 1, 1))])
def test_the_month_it_is_paid_in(day, months, first):
    assert policy.pay_month(day, months) == first


def test_the_fingerprint_tells_a_fen_a_person_and_the_order():
    base = policy.fingerprint([line(), line(key="l")])
    assert base == policy.fingerprint([line(), line(key="l")]) and len(base) == 64
    others = [[line(difference=Decimal("1.01")), line(key="l")], [line(earned=Decimal("1.00000001")), line(key="l")], [line(person_id=2), line(key="l")], [line(key="l"), line()], [line()]]
    assert len({base, *(policy.fingerprint(other) for other in others)}) == 6


def test_nothing_leads_back_from_posted():
    for step in ("review", "send_back", "approve", "post", "replace"):
        with pytest.raises(Refused):
            policy.RUN.move(SimpleNamespace(state="posted"), step)
    assert policy.RUN.open_to(SimpleNamespace(state="paid")) == ["unpay"]


def test_a_payment_is_withdrawn_with_a_reason_by_who_noted_it_the_same_day_or_by_somebody_else():
    gu, zhou, chen = (SimpleNamespace(pk=pk, role=role) for pk, role in ((1, "finance"), (2, "director"), (3, "rep")))
    policy.may_unpay(gu, None, noted_by=1, today=True, note="点错了月份")
    policy.may_unpay(zhou, None, noted_by=1, today=False, note="银行退回")
    for who, today, note in ((gu, False, "银行退回"), (zhou, False, "  "), (chen, True, "点错了月份")):
        with pytest.raises(Refused):
            policy.may_unpay(who, None, noted_by=1, today=today, note=note)
