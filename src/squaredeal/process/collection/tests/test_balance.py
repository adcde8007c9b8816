"""Whatever is done in whatever order: an instalment holds the sum of its allocations, never less than nothing, never more than its amount."""
from decimal import Decimal
from itertools import count

from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from squaredeal.kernel.errors import Refused
from squaredeal.process.collection import actions
from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.customers.models import Customer

from .conftest import day

D = Decimal
FEN = st.integers(1, 30_000)
STEP = st.one_of(
    st.tuples(st.just("receive"), FEN, st.integers(-40, 0)),
    st.tuples(st.just("prepay"), FEN, st.integers(-40, 0)),
    st.tuples(st.just("match"), st.integers(0, 9), st.integers(0, 3), FEN),
    st.tuples(st.just("refund"), st.integers(0, 3), FEN),
    st.tuples(st.just("reverse"), st.integers(0, 9)),
)
names = count(1)


def fen(n):
    return D(n) / 100


def take(till, customer, parts, step, receipts):
    """One step; what is refused is refused."""
    what, *given = step
    gu = till.firm.gu
    if what in ("receive", "prepay"):
        receipts.append(till.receive(fen(given[0]), on=given[1], customer=customer, **({"matches": {}} if what == "prepay" else {})))
    elif what == "match" and receipts:
        actions.match(gu, receipts[given[0] % len(receipts)], matches={parts[given[1]].pk: fen(given[2])})
    elif what == "refund":
        receipts.append(actions.refund(gu, customer, instalment=parts[given[0]].pk, on=day(0), amount=fen(given[1]), note="退货"))
    elif what == "reverse" and receipts:
        receipts.append(actions.reverse_receipt(gu, receipts[given[0] % len(receipts)], reason="登错"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEP, min_size=1, max_size=9))
def test_sums_hold_after_every_step(till, steps):
    customer = Customer.objects.create(name=f"客户{next(names)}", owner=till.firm.chen)
    parts = till.parts(till.contract((-95, "100"), (-20, "150.01"), customer=customer)) + till.parts(till.contract((-3, "0.03"), (9, "80"), customer=customer))
    receipts = []
    for step in steps:
        try:
            take(till, customer, parts, step, receipts)
        except Refused:
            pass
        for part in parts:
            part.refresh_from_db()
            given_out = part.allocations.aggregate(s=Sum("amount"))["s"] or D(0)
            assert part.collected == round(given_out, 2) and 0 <= part.collected <= part.amount
        money = Receipt.objects.filter(customer=customer).aggregate(a=Sum("amount"), u=Sum("unmatched"))
        paid = Allocation.objects.filter(receipt__customer=customer).aggregate(s=Sum("amount"))["s"] or D(0)
        assert round(money["a"] or D(0), 2) == round(paid + (money["u"] or D(0)), 2)
        assert all(r.unmatched >= 0 for r in Receipt.objects.filter(customer=customer))
