"""From an accepted quote to a contract in force, sent back, withdrawn, ended; and what each refusal leaves as it was."""
from decimal import Decimal

import pytest
from django.utils import timezone

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import ClauseValue, Entry, PolicyVersion
from squaredeal.organisation.approvals import actions as approvals
from squaredeal.process.contracts import actions, queries
from squaredeal.process.contracts.models import Contract
from squaredeal.process.customers.models import Collaboration

from .conftest import TERMS, in_days

D = Decimal


def test_a_draft_says_what_the_quote_said(desk):
    made = desk.draft("480000")
    assert (made.amount, made.customer, made.signed_by, made.state) == (D(480_000), desk.customer, desk.firm.chen, "draft")
    assert [(x.product, x.quantity, x.price) for x in made.lines.all()] == [(desk.robot, 2, D(240_000))]
    assert sum(x.amount for x in made.instalments.all()) == D(480_000)
    assert [x.kind for x in made.instalments.all()] == ["prepayment", "delivery", "retention"]
    assert Entry.objects.filter(verb="contract.draft").count() == 2


def test_numbers_follow_one_another_within_the_year(desk):
    year = timezone.localdate().year % 100
    assert [desk.draft().number for _ in range(3)] == [f"HC-{year}0000{n}" for n in (1, 2, 3)]
    rulebook = PolicyVersion.objects.create(number="1", state="published", starts_on=timezone.localdate())
    ClauseValue.objects.create(version=rulebook, clause="2.4.6", parameters={"prefix": "HT"})
    assert desk.draft().number == f"HT-{year}00001", "the letters are the company's own"


def test_numbers_go_on_after_what_is_there(desk):
    year = timezone.localdate().year % 100
    Contract.objects.create(number=f"HC-{year}00041", title="x", customer=desk.customer, signed_by=desk.firm.chen, signed_on=in_days(0), amount=1)
    Contract.objects.create(number=f"HC-{year}X", title="x", customer=desk.customer, signed_by=desk.firm.chen, signed_on=in_days(0), amount=1)
    assert desk.draft().number == f"HC-{year}00042"


def test_one_contract_from_one_quote(desk):
    quote = desk.quote("480000")
    actions.draft(desk.firm.chen, quote)
    with pytest.raises(Refused, match="HC-"):
        actions.draft(desk.firm.chen, quote)
    assert Contract.objects.count() == 1


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "lost", "replaced"])
def test_no_contract_from_a_quote_without_an_approved_price(desk, state):
    with pytest.raises(Refused):
        actions.draft(desk.firm.chen, desk.quote("480000", state=state))
    assert not Contract.objects.exists()


def test_finance_does_not_draft_and_the_west_does_not_reach(desk):
    quote = desk.quote("480000")
    with pytest.raises(OutOfReach):
        actions.draft(desk.firm.lin, quote)
    with pytest.raises((OutOfReach, Refused)):
        actions.draft(desk.firm.gu, quote)
    assert not Contract.objects.exists()


def test_instalments_that_do_not_add_up_change_nothing(desk):
    made = desk.draft("480000")
    before = list(made.instalments.values_list("kind", "due_on", "amount"))
    with pytest.raises(Refused):
        actions.revise(desk.firm.chen, made, title="另一个", instalments=[("other", in_days(5), D("479999.99"))])
    made.refresh_from_db()
    assert made.title == "六轴工作站 2 套"
    assert list(made.instalments.values_list("kind", "due_on", "amount")) == before


def test_review_asks_for_what_is_missing(desk):
    made = desk.draft("480000")
    with pytest.raises(Refused) as refusal:
        actions.submit(desk.firm.chen, made)
    assert refusal.value.field == "place"
    made.refresh_from_db()
    assert made.state == "draft"


def test_review_waits_until_the_customer_has_accepted(desk):
    made = desk.ready("480000", state="sent")
    with pytest.raises(Refused, match="accepted|接受|成交"):
        actions.submit(desk.firm.chen, made)
    made.refresh_from_db()
    assert made.state == "draft"


@pytest.mark.parametrize(("total", "roles"), [
    ("480000", ["manager"]), ("640000", ["manager", "director"]), ("2400000", ["manager", "finance", "director"])])
def test_the_chain_is_as_long_as_the_amount(desk, total, roles):
    made = desk.submitted(total)
    assert [s.role for s in desk.request(made).steps.all()] == roles


def test_special_terms_go_to_the_director(desk):
    made = desk.ready("480000")
    parts = [(x.kind, x.due_on, x.amount) for x in made.instalments.all()]
    made = actions.submit(desk.firm.chen, made, instalments=parts, **TERMS, special_terms="验收不合格无条件退货")
    assert [s.role for s in desk.request(made).steps.all()] == ["manager", "director"]


def test_in_force_when_everybody_signed(desk):
    made = desk.submitted("640000")
    approvals.approve(desk.firm.wang, desk.request(made))
    made.refresh_from_db()
    assert (made.state, made.approved_on) == ("submitted", None)
    approvals.approve(desk.firm.zhou, desk.request(made))
    made.refresh_from_db()
    assert (made.state, made.approved_on, made.first_order) == ("approved", timezone.localdate(), True)
    assert Entry.objects.filter(verb="contract.approved").exists()


def test_only_the_first_in_force_is_the_first_order(desk):
    assert desk.approved("480000").first_order is True
    assert desk.approved("300000").first_order is False


def test_sent_back_can_be_written_again(desk):
    made = desk.submitted("480000")
    approvals.send_back(desk.firm.wang, desk.request(made), note="交期写实")
    made.refresh_from_db()
    assert made.state == "returned"
    parts = [(x.kind, x.due_on, x.amount) for x in made.instalments.all()]
    made = actions.submit(desk.firm.chen, made, instalments=parts, **(TERMS | {"delivery": "60 天内交付"}))
    assert (made.state, made.delivery) == ("submitted", "60 天内交付")


def test_withdrawn_is_a_draft_again_and_in_review_nothing_is_written(desk):
    made = desk.submitted("480000")
    with pytest.raises(Refused):
        actions.revise(desk.firm.chen, made, instalments=[("other", in_days(5), D(480_000))])
    assert made.instalments.count() == 3
    approvals.withdraw(desk.firm.chen, desk.request(made))
    made.refresh_from_db()
    assert made.state == "draft"


def test_below_the_floor_is_computed_and_hidden_from_reps(desk):
    made = desk.draft("480000", floor="250000")
    assert made.below_floor is True
    chen, wang = (queries.face(p, queries.contract(p, made.pk)) for p in (desk.firm.chen, desk.firm.wang))
    assert (chen["below_floor"], chen["margin"]) == (False, None)
    assert wang["below_floor"] is True and wang["margin"] is not None


def test_the_director_ends_a_contract_and_nobody_else(desk):
    made = desk.approved("480000")
    for person in (desk.firm.chen, desk.firm.wang, desk.firm.gu):
        with pytest.raises(Refused):
            actions.terminate(person, made, reason="客户破产")
    with pytest.raises(Refused):
        actions.terminate(desk.firm.zhou, made, reason="  ")
    made.refresh_from_db()
    assert made.state == "approved"
    actions.terminate(desk.firm.zhou, made, reason="客户破产")
    made.refresh_from_db()
    assert (made.state, made.ended_on, made.ended_reason) == ("terminated", timezone.localdate(), "客户破产")


def test_a_draft_is_not_ended(desk):
    made = desk.draft("480000")
    with pytest.raises(Refused):
        actions.terminate(desk.firm.zhou, made, reason="不做了")
    made.refresh_from_db()
    assert made.state == "draft"


def test_a_contract_a_collaborator_drafts_is_the_owners_with_its_commission_and_its_reviewers(firm, desk):
    Collaboration.objects.create(customer=desk.customer, person=firm.lin, starts_on=timezone.localdate())
    made = actions.draft(firm.lin, desk.quote("480000"))
    assert made.signed_by == firm.chen
    parts = [(x.kind, x.due_on, x.amount) for x in made.instalments.all()]
    actions.submit(firm.lin, made, instalments=parts, **TERMS)
    assert desk.request(made).waiting.approver == firm.wang
