"""A subject that stands for every other: a customer's city is what approval decides here."""
import pytest

from squaredeal.organisation.approvals import actions, queries, subjects
from squaredeal.organisation.team.models import Role
from squaredeal.process.customers.models import Customer


class Asking:
    """Ask about a customer, as the given person, of the given roles; what was settled is kept in `settled`."""

    def __init__(self):
        self.settled = []

    def settle(self, actor, thing, verdict, request):
        thing.city = verdict
        thing.save(update_fields=["city"])
        self.settled.append((actor, thing.pk, verdict))

    def __call__(self, person, roles=(Role.MANAGER,), **given):
        from django.utils import timezone
        thing = Customer.objects.create(name="苏州凌云", owner=person)
        given.setdefault("title", "Q-1 v1")
        return actions.ask(person, thing, kind="customer", chain=queries.chain(person, list(roles), person, timezone.localdate()), **given)


@pytest.fixture
def asking(monkeypatch):
    made = Asking()
    monkeypatch.setitem(subjects.KINDS, "customer", subjects.Subject(Customer, "Customer", "approvals:request", made.settle))
    return made


@pytest.fixture
def ask(firm, asking):
    return asking
