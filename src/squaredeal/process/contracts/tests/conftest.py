"""What contract tests sign: 苏州凌云 of 陈 accepted a quote of two robots at 240,000 each."""
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from squaredeal.organisation.approvals import actions as approvals
from squaredeal.organisation.approvals.models import Request
from squaredeal.process.contracts import actions
from squaredeal.process.customers.models import Customer
from squaredeal.process.negotiation.models import Deal, Product, Quote, QuoteLine

D = Decimal
TERMS = {"place": "苏州", "quality": "GB/T 20867", "delivery": "45 天内交付", "acceptance": "按技术协议", "warranty": "12 个月",
         "liability": "每日万分之五"}


@dataclass
class Desk:
    """Quotes accepted, contracts drafted and reviewed."""
    firm: object
    customer: Customer
    robot: Product

    def quote(self, total, *, state="won", floor="200000", customer=None, owner=None):
        total, owner = D(total), owner or self.firm.chen
        customer = customer or self.customer
        today = timezone.localdate()
        deal = Deal.objects.create(customer=customer, name="六轴工作站 2 套", stage="won", stage_since=today, opened_on=today, amount=total)
        made = Quote.objects.create(deal=deal, number=f"Q-{deal.pk}", state=state, made_on=today, total=total, list_total=total,
                                    floor_total=D(floor) * 2, cost_total=D(240_000), made_by=owner, closed_on=today)
        QuoteLine.objects.create(quote=made, product=self.robot, quantity=2, list_price=total / 2, floor_price=D(floor), cost=D(120_000), offer=total / 2)
        return made

    def draft(self, total="480000", **given):
        return actions.draft(self.firm.chen, self.quote(total, **given))

    def ready(self, total="480000", **given):
        """A draft with every term written."""
        made = self.draft(total, **given)
        parts = [(x.kind, x.due_on, x.amount) for x in made.instalments.all()]
        return actions.revise(self.firm.chen, made, instalments=parts, **TERMS)

    def submitted(self, total="480000", **given):
        return actions.submit(self.firm.chen, self.ready(total, **given))

    def request(self, contract):
        return Request.objects.get(kind="contract", subject_id=contract.pk, state="open")

    def approved(self, total="480000", **given):
        """In force, signed by everybody the chain asks."""
        made = self.submitted(total, **given)
        while True:
            asked = Request.objects.filter(kind="contract", subject_id=made.pk).latest("pk")
            if asked.waiting is None:
                break
            approvals.approve(asked.waiting.approver, asked)
        made.refresh_from_db()
        assert made.state == "approved"
        return made


@pytest.fixture
def desk(firm):
    robot = Product.objects.create(code="HA-1400", name="六轴焊接工作站", line="焊接", measure="套")
    customer = Customer.objects.create(name="苏州凌云新材料有限公司", short_name="苏州凌云新材料", initials="szlyxcl", owner=firm.chen, grade="A")
    return Desk(firm, customer, robot)


def in_days(days):
    return timezone.localdate() + timedelta(days=days)
