"""What collection tests collect: contracts in force with instalments of a customer of 陈, as rows."""
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.utils import timezone

from squaredeal.process.collection import actions
from squaredeal.process.contracts.models import Contract, Instalment
from squaredeal.process.customers.models import Customer

D = Decimal


def day(days):
    return timezone.localdate() + timedelta(days=days)


@dataclass
class Till:
    """Customers, contracts in force and receipts; `due` is in days from today."""
    firm: object
    customer: Customer
    numbers: object

    def contract(self, *parts, customer=None, state="approved", signed=-60):
        """A contract with instalments of (days from today, yuan)."""
        customer = customer or self.customer
        amount = sum(D(amount) for _due, amount in parts)
        made = Contract.objects.create(number=f"HC-T{next(self.numbers):04d}", title="焊接工作站", customer=customer, signed_by=customer.owner or self.firm.chen,
                                       signed_on=day(signed), amount=amount, state=state, approved_on=day(signed) if state == "approved" else None)
        Instalment.objects.bulk_create([Instalment(contract=made, order=n, due_on=day(due), amount=D(amount)) for n, (due, amount) in enumerate(parts, 1)])
        return made

    def parts(self, contract):
        return list(contract.instalments.order_by("order"))

    def receive(self, amount, *, on=0, customer=None, **given):
        given.setdefault("bank_reference", f"CMB{next(self.numbers)}")
        return actions.record(self.firm.gu, customer or self.customer, on=day(on), amount=D(amount), **given)

    def customer_of(self, person, name="成都远景电气有限公司"):
        return Customer.objects.create(name=name, short_name=name[:6], owner=person, grade="B")


@pytest.fixture
def till(firm):
    customer = Customer.objects.create(name="苏州凌云新材料有限公司", short_name="苏州凌云新材料", initials="szlyxcl", owner=firm.chen, grade="A")
    return Till(firm, customer, count(1))
