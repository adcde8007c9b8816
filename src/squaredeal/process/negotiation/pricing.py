"""What a quote comes to: totals, concession in percent, margin, and whether it lies below the floor. Pure arithmetic, exact until shown."""
from dataclasses import dataclass
from decimal import Decimal

from squaredeal.kernel.money import fen

ZERO, HUNDRED = Decimal(0), Decimal(100)


@dataclass(frozen=True)
class Line:
    """Prices of one unit, yuan including tax; cost excluding tax."""
    quantity: Decimal
    list_price: Decimal
    floor_price: Decimal
    cost: Decimal
    offer: Decimal

    @property
    def total(self):
        return self.quantity * self.offer

    @property
    def cut(self):
        """Percent below the list price; negative above it."""
        return percent_below(self.offer, self.list_price)

    @property
    def below_floor(self):
        return self.offer < self.floor_price

    def margin(self, vat):
        return margin(self.offer, self.cost, vat)


@dataclass(frozen=True)
class Give:
    """A concession that counts: yuan off the total including tax, and what it costs us excluding tax (negative: saves)."""
    price_cut: Decimal = ZERO
    added_cost: Decimal = ZERO


@dataclass(frozen=True)
class Sums:
    """Totals of a quote: list, floor and offer in yuan including tax, cost excluding tax."""
    list_total: Decimal
    floor_total: Decimal
    cost_total: Decimal
    total: Decimal

    @property
    def cut(self):
        """The concession: percent of the list total."""
        return percent_below(self.total, self.list_total)

    @property
    def below_floor(self):
        return self.total < self.floor_total

    def margin(self, vat):
        return margin(self.total, self.cost_total, vat)

    def floor_margin(self, vat):
        return margin(self.floor_total, self.cost_total, vat)

    def list_margin(self, vat):
        return margin(self.list_total, self.cost_total, vat)


def sums(lines, gives=()):
    """Sums of lines with the concessions that are on, each total to the fen."""
    lines, gives = list(lines), list(gives)
    return Sums(
        list_total=fen(sum((x.quantity * x.list_price for x in lines), ZERO)),
        floor_total=fen(sum((x.quantity * x.floor_price for x in lines), ZERO)),
        cost_total=fen(sum((x.quantity * x.cost for x in lines), ZERO) + sum((g.added_cost for g in gives), ZERO)),
        total=fen(sum((x.total for x in lines), ZERO) - sum((g.price_cut for g in gives), ZERO)))


def margin(total, cost, vat):
    """Percent of the price without tax that is left after cost; None when there is no price."""
    if total <= 0:
        return None
    net = total / (1 + vat)
    return (net - cost) / net * HUNDRED


def percent_below(price, reference):
    """How many percent `price` lies below `reference`; zero without a reference."""
    return (reference - price) / reference * HUNDRED if reference > 0 else ZERO
