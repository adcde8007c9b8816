"""What other sections ask of collection: columns of lists, sums by person, the desk, the timeline; each within reach."""
from decimal import Decimal

from squaredeal.kernel.memory import remembering
from squaredeal.kernel.span import Span
from squaredeal.process.collection import actions, board, queries
from squaredeal.process.collection.models import Receipt

from .conftest import day

D = Decimal


def test_figures_of_a_list_in_two_queries(till, django_assert_num_queries):
    till.contract((-3, "100"), (9, "50"))
    other = till.customer_of(till.firm.lin)
    till.contract((-3, "70"), customer=other)
    till.receive("60")
    Receipt.objects.create(number="SK-OLD", customer=till.customer, on=day(-800), amount=D(999), recorded_by=till.firm.gu)
    ids = [till.customer.pk, other.pk]
    with remembering():
        queries.figures(till.firm.zhou, ids)
        with django_assert_num_queries(2):
            found = queries.figures(till.firm.zhou, ids)
    assert found == {till.customer.pk: {"year": D(60), "overdue": D(40)}, other.pk: {"year": D(0), "overdue": D(70)}}
    assert queries.figures(till.firm.chen, ids)[other.pk] == {"year": D(0), "overdue": D(0)}


def test_money_counts_for_the_signer_through_a_hand_over_and_for_the_owner_once_the_signer_left(till):
    till.contract((-3, "100"))
    till.receive("60")
    till.customer.owner = till.firm.lin
    till.customer.save()
    span = day(-1), day(0)
    assert queries.collected(till.firm.zhou, "firm", *span) == D(60)
    assert queries.collected_by(till.firm.zhou, "firm", *span) == {till.firm.chen.pk: D(60)}
    assert queries.collected(till.firm.chen, "me", *span) == queries.collected(till.firm.wang, "team", *span) == D(60)
    assert queries.collected(till.firm.lin, "me", *span) == queries.collected(till.firm.li, "team", *span) == 0
    assert queries.collected(till.firm.zhou, "firm", day(-9), day(-1)) == 0
    till.firm.chen.left_on = day(-1)
    till.firm.chen.save()
    assert queries.collected_by(till.firm.zhou, "firm", *span) == {till.firm.lin.pk: D(60)}
    assert queries.collected(till.firm.li, "team", *span) == D(60) and queries.collected(till.firm.wang, "team", *span) == 0


def test_what_is_committed_counts_for_whom_its_money_will_count(till):
    """A hand-over takes neither what came in nor what is still to come from the signer's side of the target; the rows are for who may see them."""
    till.contract((3, "100"), (40, "900"), (-2, "50"))
    till.contract((4, "70"), customer=till.customer_of(till.firm.lin))
    span = day(-5), day(9)

    def yuan(person, scope):
        return sum((x.amount - x.collected for x in queries.coming(person, scope, *span)), D(0))
    assert (yuan(till.firm.chen, "me"), yuan(till.firm.lin, "me"), yuan(till.firm.zhou, "firm")) == (100, 70, 170)
    till.customer.owner = till.firm.lin
    till.customer.save()
    assert (yuan(till.firm.chen, "me"), yuan(till.firm.wang, "team"), yuan(till.firm.lin, "me"), yuan(till.firm.li, "team")) == (100, 100, 70, 70)
    assert yuan(till.firm.zhou, "firm") == 170
    assert not board.due(till.firm.chen, "me", "coming", span=Span("x", *span)).exists(), "another's customer is not shown to the signer"
    assert board.due(till.firm.zhou, "firm", "coming", span=Span("x", *span)).count() == 2
    till.firm.chen.left_on = day(-1)
    till.firm.chen.save()
    assert (yuan(till.firm.lin, "me"), yuan(till.firm.wang, "team")) == (170, 0)


def test_reversed_and_refunded_money_nets_out(till):
    contract = till.contract((-3, "100"))
    wrong = till.receive("60")
    actions.reverse_receipt(till.firm.gu, wrong, reason="登错")
    till.receive("50")
    actions.refund(till.firm.gu, till.customer, instalment=till.parts(contract)[0].pk, on=day(0), amount=D(20), note="退货")
    assert queries.collected(till.firm.chen, "me", day(0), day(0)) == D(30)
    assert queries.figures(till.firm.chen, [till.customer.pk])[till.customer.pk] == {"year": D(30), "overdue": D(70)}


def test_overdue_is_due_open_and_in_force(till):
    late = till.parts(till.contract((-1, "100"), (0, "100")))[0]
    till.contract((-1, "100"), state="draft")
    till.contract((-1, "100"), state="terminated")
    assert [x.pk for x in queries.overdue(till.firm.chen)] == [late.pk]
    assert not queries.overdue(till.firm.lin).exists()


def test_the_desk_by_role(till):
    part = till.parts(till.contract((-31, "100")))[0]
    till.receive("7", matches={})
    clauses = {who: [n["clause"] for n in queries.needs(getattr(till.firm, who))] for who in ("zhou", "wang", "chen", "gu", "li", "lin", "xu")}
    assert clauses == {"zhou": ["2.6.5"], "wang": ["2.6.5"], "chen": ["2.6.4"], "gu": ["2.6.2"], "li": [], "lin": [], "xu": []}
    actions.promise(till.firm.chen, part, promised_on=day(3))
    assert queries.needs(till.firm.chen) == []
    actions.grace(till.firm.wang, part, until=day(3))
    assert queries.needs(till.firm.wang) == []


def test_money_with_nothing_to_match_waits_for_nobody(till):
    till.receive("7", matches={})
    assert queries.needs(till.firm.gu) == []
    till.contract((30, "100"))
    assert [n["clause"] for n in queries.needs(till.firm.gu)] == ["2.6.2"]


def test_the_timeline_tells_receipts_and_promises(till):
    part = till.parts(till.contract((-31, "100")))[0]
    till.receive("60")
    actions.promise(till.firm.chen, part, promised_on=day(3), said_by="龚丽")
    found = queries.timeline(till.firm.chen, till.customer)
    assert [(e["kind"], e["amount"]) for e in found] == [("receipt", D(60)), ("promise", D(100))]
    assert queries.timeline(till.firm.lin, till.customer) == []
