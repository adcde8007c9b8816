"""A customer of each grade, owned by 陈 in the east, and one of 林 in the west."""
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from squaredeal.process.customers.models import Contact, Customer


def register(owner, grade="A", name="苏州凌云新材料"):
    return Customer.objects.create(name=f"{name}有限公司", short_name=name, owner=owner, grade=grade, initials="szly")


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def book(firm):
    """`a`, `b`, `c` of 陈, `west` (an A) of 林; `shen` is a contact of `a`."""
    a = register(firm.chen)
    return SimpleNamespace(
        a=a, b=register(firm.chen, "B", "无锡恒达精密"), c=register(firm.chen, "C", "镇江恒丰机械"), west=register(firm.lin, "A", "成都华锐装备"),
        shen=Contact.objects.create(customer=a, name="沈国栋"))


@pytest.fixture
def said(today):
    """The keywords of a recorded call, with a next step in a week."""
    def say(**other) -> dict:
        return {"kind": "call", "body": "价格还差 8 个点", "next_kind": "visit", "next_on": today + timedelta(days=7), "next_text": "上门"} | other
    return say


def days(n) -> timedelta:
    return timedelta(days=n)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
