"""The whole story on rows: an unknown company becomes a customer, a deal, a contract, money and pay; each step with the no's on its way.

At every step the neighbour region is asked too: 林涛 and 李强 find nothing. What a refusal leaves is compared row by row.
"""
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.apps import apps
from django.utils import timezone

from squaredeal.commission.runs import actions as runs
from squaredeal.commission.runs import queries as months
from squaredeal.commission.runs.models import Line
from squaredeal.commission.statements import explaining
from squaredeal.commission.statements import queries as statements
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import Entry
from squaredeal.organisation.approvals import actions as approvals
from squaredeal.organisation.approvals import queries as inbox
from squaredeal.organisation.team.scope import who_can_see
from squaredeal.process.collection import actions as collection
from squaredeal.process.collection import queries as cash
from squaredeal.process.contracts import actions as contracts
from squaredeal.process.contracts import queries as register
from squaredeal.process.customers import actions as customers
from squaredeal.process.customers import queries as known
from squaredeal.process.followup import queries as followups
from squaredeal.process.negotiation import actions as deals
from squaredeal.process.negotiation import queries as talks
from squaredeal.process.negotiation import quoting
from squaredeal.site import gathering

from . import story

D = Decimal
ASIDE = {"kernel.entry", "kernel.notice", "sessions.session"}
"""Tables that may grow while the business says no: nothing of the business is in them."""


def everything():
    """Every row of ours, by table."""
    return {m._meta.label_lower: list(m._base_manager.order_by("pk").values_list()) for m in apps.get_models()
            if m.__module__.startswith("squaredeal.") and m._meta.label_lower not in ASIDE}


@contextmanager
def refused(field=None, clause=None):
    """The business says no, by this clause, and not a row is different afterwards."""
    before = everything()
    with pytest.raises(Refused) as no:
        yield no
    assert everything() == before
    assert no.value.message and (field is None or no.value.field == field) and (clause is None or no.value.clause == clause), vars(no.value)


def hidden_from_the_west(firm, question, thing):
    """林涛 and 李强 are told that it is not there, and the panel says the same."""
    assert not {firm.lin, firm.li} & {person for person, _why in who_can_see(thing)}
    for person in (firm.lin, firm.li):
        with pytest.raises(OutOfReach):
            question(person, thing.pk)


def seen_in_the_east(firm, question, thing):
    assert [question(person, thing.pk) for person in (firm.chen, firm.wang, firm.zhou)] == [thing] * 3


def becomes_known(firm):
    """登记：陈静 registers a company; 林涛, who knows it too, cannot take it and learns nothing but where to ask."""
    customer = story.register(firm.chen)
    assert (customer.owner, customer.grade, customer.contacts.get().name) == (firm.chen, "C", "沈国栋")
    with refused("name") as no:
        story.register(firm.lin, "苏州凌云新材料 有限公司")
    assert "陈静" not in no.value.message and customer.phone not in no.value.message
    with refused():
        story.register(firm.gu, "另一家有限公司", phone="")
    seen_in_the_east(firm, known.customer, customer)
    hidden_from_the_west(firm, known.customer, customer)
    return customer


def is_graded_and_followed_up(firm, customer):
    """跟进：a grade has its reason, a contact its next step."""
    with refused(clause="2.1.5"):
        customers.grade(firm.chen, customer, grade="A", reason="好")
    customers.grade(firm.chen, customer, grade="A", reason="预算已批，年底前要定")
    for gap, field in (({"next_text": " "}, "next_text"), ({"next_on": None}, "next_on"), ({"body": ""}, "body")):
        with refused(field, "2.2.5"):
            story.follow_up(firm.chen, customer, **gap)
    with pytest.raises(OutOfReach):
        story.follow_up(firm.lin, customer)
    contact = story.follow_up(firm.chen, customer)
    customer.refresh_from_db()
    assert (customer.grade, customer.next_step, customer.next_step_on) == ("A", "电话，问上会时间", story.soon(3))
    assert customer.last_contact_on == timezone.localdate()
    assert list(followups.of_customer(firm.wang, customer)) == [contact] and not followups.of_customer(firm.lin, customer)


def wants_six_robots(firm, customer):
    """商机：a stage asks for what it needs; the card answers."""
    deal = story.open_deal(firm.chen, customer)
    with refused("needs", "2.3.4"):
        deals.move(firm.chen, deal, stage="negotiation")
    story.prepare(firm.chen, deal)
    deal = deals.move(firm.chen, deal, stage="negotiation")
    assert (deal.stage, deal.probability) == ("negotiation", D("0.65"))
    seen_in_the_east(firm, talks.deal, deal)
    hidden_from_the_west(firm, talks.deal, deal)
    return deal


def is_offered_less_than_the_floor(firm, deal, robot):
    """报价：below the floor nothing goes out before 王敏 and 周衡 have signed, in this order, and 陈静 never signs her own."""
    quote = story.quote(firm.chen, deal, robot)
    assert (quote.list_total, quote.total, quote.floor_total) == (720_000, 678_000, 696_000)
    with refused("condition", "2.3.8"):
        quoting.submit(firm.chen, quote)
    with refused():
        quoting.send(firm.chen, quote)
    quote = quoting.submit(firm.chen, quote, lines=story.lines(robot), condition=story.CONDITION)
    request = story.asked_about(quote, "quote")
    assert [step.approver for step in request.steps.all()] == [firm.wang, firm.zhou]
    for verb in (quoting.send, quoting.accept, contracts.draft):
        with refused():
            verb(firm.chen, quote)
    with refused():
        approvals.approve(firm.chen, request)
    with refused():
        approvals.approve(firm.zhou, request)
    with pytest.raises(OutOfReach):
        approvals.approve(firm.li, request)
    approvals.approve(firm.wang, request, note="预付 50% 年内到账，换得值")
    with refused():
        quoting.send(firm.chen, quote)
    hidden_from_the_west(firm, inbox.request, request)
    quote = story.sign(quote, "quote", firm.zhou)
    hidden_from_the_west(firm, talks.quote, quote)
    quote = quoting.accept(firm.chen, quoting.send(firm.chen, quote))
    deal.refresh_from_db()
    assert (quote.state, deal.stage, deal.amount) == ("won", "won", 678_000)
    return quote


def signs(firm, quote):
    """合同：instalments to the fen, nothing missing, and no money on it before it is in force."""
    contract = contracts.draft(firm.chen, quote)
    assert [x.amount for x in story.instalments(contract)] == [339_000, 305_100, 33_900]
    with refused():
        contracts.revise(firm.chen, contract, instalments=[("prepayment", story.soon(), D("677999.99"))])
    with refused("place"):
        contracts.submit(firm.chen, contract)
    contract = story.submit(firm.chen, contract)
    with refused():
        story.receive(firm.gu, contract)
    hidden_from_the_west(firm, register.contract, contract)
    contract = story.sign(contract, "contract", firm.wang)
    assert contract.state == "submitted"
    with refused():
        story.receive(firm.gu, contract)
    contract = story.sign(contract, "contract", firm.zhou)
    assert (contract.state, contract.first_order, contract.below_floor) == ("approved", True, True)
    return contract


def pays_in_advance(firm, contract):
    """回款：finance records it, whole and once."""
    with refused(clause="2.6.1"):
        story.receive(firm.chen, contract)
    with refused():
        story.receive(firm.gu, contract, amount=340_000)
    receipt = story.receive(firm.gu, contract)
    with refused("bank_reference"):
        collection.record(firm.gu, contract.customer, on=receipt.on, amount=receipt.amount, bank_reference="CMB6621")
    assert (receipt.unmatched, story.instalments(contract)[0].collected) == (0, 339_000)
    money = cash.money(firm.chen, contract.customer)
    assert (money["collected"], money["receivable"]) == (339_000, 339_000)
    hidden_from_the_west(firm, cash.receipt, receipt)
    return receipt


def is_computed_and_posted(firm):
    """核算：顾青 computes, 周衡 signs; nobody does both, and nobody skips a step."""
    period = story.month(firm.gu, story.this_month())
    for person in (firm.chen, firm.wang, firm.xu):
        with refused():
            runs.compute(person, period)
    run = runs.compute(firm.gu, period)
    for verb, person in ((runs.approve, firm.gu), (runs.approve, firm.zhou), (runs.post, firm.gu), (runs.review, firm.chen)):
        with refused():
            verb(person, run)
    run = runs.review(firm.gu, run)
    with refused():
        runs.approve(firm.gu, run)
    run = runs.approve(firm.zhou, run)
    with refused():
        runs.post(firm.chen, run)
    run = runs.post(firm.gu, run)
    assert months.period(firm.gu, period.code).closed_at and months.verified(firm.gu, run)
    return run


def says_why(firm, receipt):
    """提成单：陈静 reads 4,500 earned and 3,825 payable, and every fen of it leads back to the receipt."""
    statement = statements.latest(firm.chen, firm.chen)
    assert (statement.earned, statement.reserved, statement.payout) == (D("4500.00"), D("675.00"), D("3825.00"))
    (line,), late = statements.lines(firm.chen, statement)
    assert late == [] and line.allocation.receipt == receipt
    why = explaining.why(firm.chen, statements.line(firm.chen, line.pk))
    told = "\n".join(str(part) for step in why["steps"] for part in (step["label"], step["text"], *step["arithmetic"], step["amount"]))
    for figure in (receipt.number, str(line.allocation.instalment.contract), "339,000.00", "300,000.00", "4,500.00", "675.00", "3,825.00"):
        assert figure in told, told
    assert "first_order" not in told, "the words of the plan's names, not its names"
    assert {"3.2.1", line.clause} <= {step["clause"] for step in why["steps"]}
    assert statements.latest(firm.wang, firm.wang).payout == D("900.00") and statements.statement(firm.wang, statement.pk) == statement
    for person in (firm.lin, firm.li, firm.xu):
        assert statements.statement(person, statement.pk) is None and statements.line(person, line.pk) is None
    return line


def posts_nothing_twice(firm, run):
    """再算：the closed month is not computed again, and the next one finds nothing to add."""
    with refused():
        runs.compute(firm.gu, run.period)
    again = runs.compute(firm.gu, story.month(firm.gu, story.next_month()))
    assert (again.lines.count(), again.earned, again.payout) == (0, 0, 0)


def is_taken_back(firm, run, receipt, line):
    """冲销：the wrong receipt is reversed after close: the difference stands in the open month, the closed one is as it was."""
    closed = list(Line.objects.filter(run=run).order_by("pk").values_list())
    with refused("reason"):
        collection.reverse_receipt(firm.gu, receipt, reason=" ")
    with refused():
        collection.reverse_receipt(firm.chen, receipt, reason="记错客户")
    opposite = collection.reverse_receipt(firm.gu, receipt, reason="记错客户")
    with refused():
        collection.reverse_receipt(firm.gu, receipt, reason="再冲一次")
    assert (opposite.amount, cash.money(firm.chen, receipt.customer)["collected"]) == (-339_000, 0)
    later = runs.compute(firm.gu, story.month(firm.gu, story.next_month()))
    taken = later.lines.get(person=firm.chen)
    assert (taken.difference, taken.posted_before, taken.corrects, taken.fact_period) == (D("-4500.00"), D("4500.00"), line.key, run.period.code)
    assert later.lines.get(person=firm.wang).difference == D("-900.00")
    statement = statements.latest(firm.chen, firm.chen)
    assert (statement.run, statement.earned, statement.earlier, statement.payout) == (later, 0, D("-4500.00"), 0)
    assert statement.carried == D("-3825.00")
    assert opposite.number in str(explaining.why(firm.chen, statements.line(firm.chen, taken.pk))["steps"])
    assert list(Line.objects.filter(run=run).order_by("pk").values_list()) == closed and months.verified(firm.gu, run)
    assert statements.statement(firm.chen, run.statements.get(person=firm.chen).pk).payout == D("3825.00")
    story.close(firm, later)
    after = runs.open_months(firm.gu, story.next_month()), months.open_period(firm.gu)
    assert runs.compute(firm.gu, after[1]).lines.count() == 0


def stays_on_record(firm, customer):
    """时间线：one line of events for those who reach the customer, one entry for each verb, and not a word for the west."""
    days, counts, _more = gathering.timeline(firm.wang, customer)
    assert counts["followup"] == 1 and {"receipt", "contract", "quote"} <= {e["kind"].split(".")[0] for _day, events in days for e in events}
    assert gathering.customer(firm.chen, customer.pk) == customer and gathering.customer(firm.lin, customer.pk) is None
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"customers.create", "customers.grade", "followup.record", "deal.open", "deal.move", "quote.submit", "approval.approve", "quote.approved",
            "quote.send", "quote.accept", "contract.draft", "contract.submit", "contract.approved", "receipt.record", "run.compute", "run.review",
            "run.approve", "run.post", "receipt.reverse"} <= verbs


def test_a_company_becomes_a_customer_pays_and_is_paid_for(firm):
    robot = story.open_shop(firm)
    customer = becomes_known(firm)
    is_graded_and_followed_up(firm, customer)
    deal = wants_six_robots(firm, customer)
    contract = signs(firm, is_offered_less_than_the_floor(firm, deal, robot))
    receipt = pays_in_advance(firm, contract)
    run = is_computed_and_posted(firm)
    line = says_why(firm, receipt)
    posts_nothing_twice(firm, run)
    is_taken_back(firm, run, receipt, line)
    stays_on_record(firm, customer)
