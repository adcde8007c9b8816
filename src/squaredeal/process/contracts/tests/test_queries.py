"""What other sections ask of contracts: the desk, the timeline, the palette; each within reach."""
from decimal import Decimal

from squaredeal.organisation.approvals import actions as approvals
from squaredeal.process.contracts import queries

from .conftest import in_days

D = Decimal


def test_the_desk_names_what_was_sent_back_and_what_is_not_written(desk):
    made = desk.submitted()
    approvals.send_back(desk.firm.wang, desk.request(made), note="交期写实")
    waiting = desk.quote("300000")
    found = queries.needs(desk.firm.chen)
    assert [n["url"] for n in found] == [f"/contracts/{made.pk}/", f"/deals/quotes/{waiting.pk}/"]
    assert found[1]["verbs"][0]["url"] == f"/contracts/draft/{waiting.pk}"
    assert queries.needs(desk.firm.wang) == [] and queries.needs(desk.firm.lin) == []


def test_the_palette_finds_by_number_and_title_within_reach(desk):
    made = desk.approved()
    assert [label for label, _hint, _url in queries.search(desk.firm.chen, made.number[:6])] == [made.number]
    assert queries.search(desk.firm.zhou, "六轴")
    assert queries.search(desk.firm.lin, made.number) == [] and queries.search(desk.firm.xu, "六轴") == []


def test_the_timeline_tells_contract_and_review(desk):
    made = desk.approved()
    kinds = [(e["kind"], e["amount"]) for e in queries.timeline(desk.firm.chen, desk.customer)]
    assert kinds == [("contract", D(480_000)), ("approval", D(480_000))]
    assert queries.timeline(desk.firm.lin, made.customer) == []


def test_signed_counts_what_is_in_force(desk):
    desk.approved("480000")
    desk.submitted("300000")
    assert queries.signed_by(desk.firm.zhou, "firm", in_days(-1), in_days(0)) == {desk.firm.chen.pk: (1, D(480_000))}
    assert queries.signed_by(desk.firm.li, "team", in_days(-1), in_days(0)) == {}
