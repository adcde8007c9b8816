"""What negotiation tests sell: two products with prices, a customer of 陈, a deal, and a prepared card."""
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from squaredeal.process.customers.models import Customer
from squaredeal.process.negotiation import actions, quoting
from squaredeal.process.negotiation.models import Price, Product

D = Decimal


@dataclass
class Talks:
    """王's region: 苏州凌云 of 陈, with an open deal; list 100,000 and floor 96,000, cost 60,000 for the robot."""
    firm: object
    robot: Product
    camera: Product
    customer: Customer
    deal: object

    def lines(self, offer, quantity=2):
        return [{"product": self.robot, "quantity": D(quantity), "offer": D(offer)}]

    def quote(self, offer, *, prepared=True, condition="让价换预付 30%，只限这一单", actor=None):
        """A draft at `offer` a robot, with the card ready unless told otherwise."""
        actor = actor or self.firm.chen
        if prepared:
            self.prepare()
        made = quoting.draft(actor, self.deal, lines=self.lines(offer))
        return quoting.revise(actor, made, lines=self.lines(offer), condition=condition)

    def prepare(self):
        actions.write_card(self.firm.chen, self.deal, needs="三班倒招不到焊工", budget_low=D(180_000), budget_high=D(200_000))


@pytest.fixture
def talks(firm):
    today = timezone.localdate()
    robot = Product.objects.create(code="HA-1400", name="六轴焊接工作站", line="焊接", measure="套")
    camera = Product.objects.create(code="HV-3", name="焊缝视觉寻位", line="视觉", measure="套")
    for product, prices in ((robot, (100_000, 96_000, 60_000)), (camera, (12_000, 10_200, 5_800))):
        Price.objects.create(product=product, starts_on=today - timedelta(days=400), list_price=prices[0] - 2_000,
                             floor_price=prices[1] - 2_000, cost=prices[2])
        Price.objects.create(product=product, starts_on=today - timedelta(days=30), list_price=prices[0], floor_price=prices[1], cost=prices[2])
    customer = Customer.objects.create(name="苏州凌云新材料有限公司", short_name="苏州凌云新材料", initials="szlyxcl", owner=firm.chen, grade="A")
    deal = actions.open_deal(firm.chen, customer, name="六轴工作站 2 套", amount=D(200_000))
    return Talks(firm, robot, camera, customer, deal)
