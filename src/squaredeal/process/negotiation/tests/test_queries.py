"""Pipeline, timeline, needs and search, each within reach."""
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from squaredeal.organisation.approvals import actions as approvals
from squaredeal.organisation.approvals.models import Request
from squaredeal.process.customers.models import Customer
from squaredeal.process.negotiation import actions, board, queries, quoting
from squaredeal.process.negotiation.models import Deal

D = Decimal
TODAY = timezone.localdate()


def west(talks):
    other = Customer.objects.create(name="重庆川仪", initials="cqcy", owner=talks.firm.lin)
    return actions.open_deal(talks.firm.lin, other, name="视觉检测", amount=D(100_000))


def test_the_pipeline_sums_what_is_open_in_scope(talks):
    mine = west(talks)
    Deal.objects.filter(pk=talks.deal.pk).update(committed=True, expected_on=TODAY, probability=D("0.5"))
    Deal.objects.filter(pk=mine.pk).update(committed=True, expected_on=TODAY + timedelta(days=100), probability=D("0.2"))
    found = queries.pipeline(talks.firm.zhou, "firm", TODAY, TODAY + timedelta(days=30))
    assert found == {"count": 2, "open": 300_000, "weighted": D(120_000), "committed": 200_000}
    assert queries.pipeline(talks.firm.zhou, "firm")["committed"] == 300_000
    assert queries.pipeline(talks.firm.li, "team", TODAY, TODAY)["open"] == 100_000
    assert queries.pipeline(talks.firm.gu, "me", TODAY, TODAY)["open"] == 0
    assert queries.committed_by_owner(talks.firm.zhou, TODAY, TODAY) == {talks.firm.chen.pk: 200_000}
    assert queries.committed_by_owner(talks.firm.li, TODAY, TODAY) == {}


def test_a_column_counts_what_it_does_not_show(talks):
    Deal.objects.bulk_create([Deal(customer=talks.customer, name=f"d{i}", stage_since=TODAY - timedelta(days=i), amount=1000, probability=D("0.5"),
                                   opened_on=TODAY) for i in range(30)])
    column = board.columns(talks.firm.chen, "me")[0]
    assert (column.count, column.amount, len(column.deals), column.left) == (31, 230_000, 4, 27)
    assert (column.stalled, column.stalled_amount) == (9, 9_000)
    assert [d.days for d in column.deals] == [29, 28, 27, 26]
    narrowed = board.columns(talks.firm.chen, "me", only="stalled")[0]
    assert (narrowed.count, narrowed.amount) == (9, 9_000)


def test_stalled_begins_on_the_day_the_clause_says(talks):
    for days, stalled in ((20, False), (21, True)):
        Deal.objects.update(stage_since=TODAY - timedelta(days=days))
        assert board.columns(talks.firm.chen, "me")[0].deals[0].is_stalled is stalled
        assert board.columns(talks.firm.chen, "me")[0].stalled == stalled


def test_the_timeline_tells_quotes_approvals_and_rounds(talks):
    quote = quoting.submit(talks.firm.chen, talks.quote(96_000))
    approvals.send_back(talks.firm.wang, Request.objects.get(), note="换来的不够")
    actions.record_round(talks.firm.chen, talks.deal, on=TODAY, channel="call", theirs=D(190_000), outcome="要驻场")
    found = queries.timeline(talks.firm.chen, talks.customer)
    assert sorted(e["kind"] for e in found) == ["approval", "quote", "round"]
    assert next(e for e in found if e["kind"] == "approval")["text"] == "换来的不够"
    assert all(timezone.is_aware(e["at"]) and e["url"] for e in found)
    assert str(quote) in [e["title"] for e in found]
    assert queries.timeline(talks.firm.lin, talks.customer) == []


def test_needs_are_what_this_person_must_do(talks):
    quote = quoting.submit(talks.firm.chen, talks.quote(96_000))
    assert queries.needs(talks.firm.chen) == []
    approvals.approve(talks.firm.wang, Request.objects.get())
    assert [n["verbs"][0]["url"] for n in queries.needs(talks.firm.chen)] == [f"/deals/quotes/{quote.pk}/send"]
    quoting.send(talks.firm.chen, quote)
    Deal.objects.update(stage_since=TODAY - timedelta(days=40))
    assert [n["clause"] for n in queries.needs(talks.firm.chen)] == ["2.3.5"]
    assert queries.needs(talks.firm.wang) == []


def test_search_finds_within_reach(talks):
    west(talks)
    quote = talks.quote(97_000)
    assert [hit[0] for hit in queries.search(talks.firm.chen, "szly")] == ["六轴工作站 2 套"]
    assert [hit[0] for hit in queries.search(talks.firm.chen, quote.number)] == [str(quote)]
    assert queries.search(talks.firm.chen, "cqcy") == [] and queries.search(talks.firm.lin, quote.number) == []
    assert len(queries.search(talks.firm.zhou, "cqcy")) == 1
