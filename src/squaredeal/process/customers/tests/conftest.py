"""A handful of customers for the cast."""
from datetime import timedelta

import pytest
from django.utils import timezone

from squaredeal.process.customers import naming
from squaredeal.process.customers.models import Customer, Ownership


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def made(firm, today):
    """`made("苏州凌云新材料", firm.chen, grade="A", next_in=3)`: a customer as if registered long ago."""
    def make(short, owner, *, next_in=None, **fields):
        name = fields.pop("name", f"{short}有限公司")
        fields.update(naming.keys(name, fields.get("phone", "")))
        if next_in is not None:
            fields.update(next_step="电话", next_step_kind="call", next_step_on=today + timedelta(days=next_in))
        customer = Customer.objects.create(name=name, owner=owner, **fields)
        Ownership.objects.create(customer=customer, owner=owner, starts_on=today - timedelta(days=100), by=owner, reason="新建")
        return customer
    return make


@pytest.fixture
def lingyun(firm, made):
    return made("苏州凌云新材料", firm.chen, phone="139 0512 6612", tax_number="91320500MA1QWERT12", grade="A", next_in=2)


@pytest.fixture
def east_west(firm, made, lingyun):
    """Two customers of east's 陈, one of west's 林, one nobody owns."""
    return {"lingyun": lingyun, "zhongrui": made("苏州中锐模具", firm.chen, grade="B"),
            "yuanjing": made("成都远景电气", firm.lin, next_in=-3), "pool": made("宿州正和机电", None)}
