"""Fixtures of the commission tests: contracts signed, money received and reversed, as rows."""
from datetime import date, datetime, time
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from django.utils import timezone

from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.contracts.models import Contract, Instalment
from squaredeal.process.customers.models import Customer

HUACHEN = Path(__file__).resolve().parent.parent / "engine" / "examples" / "huachen-2026.yaml"


class Book:
    """What the firm sold and received. Amounts in yuan including tax; VAT 13 % unless said."""

    def __init__(self, firm):
        self.firm, self.numbers = firm, count(1)

    def contract(self, signer, amount, *, signed_on=date(2026, 1, 5), state="approved", owner=None, **given):
        number = next(self.numbers)
        customer = Customer.objects.create(name=f"客户{number}有限公司", short_name=f"客户{number}", owner=owner or signer)
        made = Contract.objects.create(number=f"HC-{number:04d}", title="焊接工作站", customer=customer, signed_by=signer,
                                       signed_on=signed_on, amount=Decimal(amount), state=state, approved_on=signed_on, **given)
        Instalment.objects.create(contract=made, order=1, due_on=signed_on, amount=Decimal(amount))
        return made

    def receive(self, contract, amount, on, *, days_overdue=0, kind="transfer"):
        at = timezone.make_aware(datetime.combine(on, time(10)))
        receipt = Receipt.objects.create(number=f"SK-{next(self.numbers):04d}", customer=contract.customer, on=on, amount=Decimal(amount),
                                         kind=kind, recorded_by=self.firm.gu, recorded_at=at)
        return Allocation.objects.create(receipt=receipt, instalment=contract.instalments.get(), amount=Decimal(amount), on=on,
                                         days_overdue=days_overdue, by=self.firm.gu, at=at)

    def reverse(self, allocation, on):
        at = timezone.make_aware(datetime.combine(on, time(11)))
        receipt = Receipt.objects.create(number=f"CX-{next(self.numbers):04d}", customer=allocation.receipt.customer, on=on,
                                         amount=-allocation.receipt.amount, kind="reversal", reverses=allocation.receipt,
                                         recorded_by=self.firm.gu, recorded_at=at)
        return Allocation.objects.create(receipt=receipt, instalment=allocation.instalment, amount=-allocation.amount, on=on,
                                         by=self.firm.gu, at=at)


@pytest.fixture
def book(firm):
    return Book(firm)


@pytest.fixture
def plan(firm):
    """The firm's plan of 2026, published from January."""
    from squaredeal.commission.plans import actions, queries
    drafted = actions.draft(firm.gu, None, text=HUACHEN.read_text(encoding="utf-8"))
    return queries.plan(firm.zhou, actions.publish(firm.zhou, drafted).pk)


class Office:
    """Months from compute to paid, by those who do it: 顾 computes, 周 approves."""

    def __init__(self, firm):
        self.firm = firm

    def month(self, code):
        from squaredeal.commission.runs import actions, queries
        if queries.period(self.firm.gu, code) is None:
            actions.open_months(self.firm.gu, date.fromisoformat(f"{code}-01"))
        return queries.period(self.firm.gu, code)

    def compute(self, code, **given):
        from squaredeal.commission.runs import actions
        return actions.compute(self.firm.gu, self.month(code), **given)

    def close(self, code, **given):
        from squaredeal.commission.runs import actions
        run = actions.review(self.firm.gu, self.compute(code, **given))
        return actions.post(self.firm.gu, actions.approve(self.firm.zhou, run))


@pytest.fixture
def office(firm, plan):
    return Office(firm)
