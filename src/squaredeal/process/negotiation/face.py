"""A quote as one viewer may see it: its lines, sums, concessions and who must sign; floors only for those who may know them.

The same face is made from the stored quote and from a try (other prices, other toggles) that writes nothing. A viewer who may
not know the floor gets a face computed without it: who must sign follows from the percentage alone. Nor do they get a margin, from
which, with the price beside it, the cost is one division away.
"""
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.errors import Refused
from squaredeal.organisation.approvals import queries as approvals
from squaredeal.organisation.team.models import Role
from squaredeal.process.customers import policy as customers

from . import policy, pricing, queries
from .models import Quote

HUNDRED = Decimal(100)
LINE_SCALE, TOTAL_SCALE = 60, 40
"""The margin at the right end of a bar, in percent."""


@dataclass
class LineFace:
    """A line as it is shown; `margin`, `floor_price`, `floor_margin` and `under` are None for viewers who may not know."""
    pk: int | None
    product: object
    quantity: Decimal
    list_price: Decimal
    offer: Decimal
    total: Decimal
    cut: Decimal
    margin: Decimal | None
    floor_price: Decimal | None = None
    floor_margin: Decimal | None = None
    under: bool | None = None

    @property
    def bar(self):
        return _share(self.margin, LINE_SCALE)

    @property
    def mark(self):
        return None if self.floor_margin is None else _share(self.floor_margin, LINE_SCALE)

    @property
    def floor_total(self):
        return None if self.floor_price is None else self.floor_price * self.quantity


@dataclass
class GiveFace:
    """A concession with what switching it does to the margin, in points; None for viewers who may not know."""
    concession: object
    on: bool
    effect: Decimal | None


class Face:
    """What the page of a quote shows. Percentages are in percent, amounts in yuan including tax."""

    def __init__(self, viewer, quote, lines, gives, prepayment):
        self.viewer, self.quote, self.prepayment = viewer, quote, prepayment
        self.knows = policy.may_know_floor(viewer)
        self.rule = policy.Authority.on(timezone.localdate())
        self._plain, self._gives = [line for _pk, _product, line in lines], gives
        self._sums = pricing.sums(self._plain, [_give(c) for c, on in gives if on])
        self.lines = [self._line(pk, product, line) for pk, product, line in lines]
        self.gives = [GiveFace(c, on, self._effect(c, on)) for c, on in gives]
        self.total, self.list_total, self.cut = self._sums.total, self._sums.list_total, self._sums.cut
        self.margin = self._sums.margin(quote.vat_rate) if self.knows else None
        self.list_margin = self._sums.list_margin(quote.vat_rate) if self.knows else None
        self.floor_total = self._sums.floor_total if self.knows else None
        self.floor_margin = self._sums.floor_margin(quote.vat_rate) if self.knows else None
        self.cost_total = self._sums.cost_total if self.knows else None
        self.under = self._sums.below_floor if self.knows else None
        self.refusal, self.signers, self.frozen = "", [], False
        self._route()

    @property
    def points_under(self):
        """Percentage points of margin below the floor's, as shown: the difference of the two rounded figures."""
        if not self.under or self.margin is None or self.floor_margin is None:
            return None
        return round(self.floor_margin, 1) - round(self.margin, 1)

    @property
    def short(self):
        """Yuan below (positive) or above the floor; None for those who may not know."""
        return None if self.floor_total is None else self.floor_total - self.total

    @property
    def signer(self):
        """Who has the last word, or None when the maker decides."""
        return self.signers[-1].person if self.signers else None

    @property
    def editable(self):
        return self.quote.state in policy.EDITABLE and self.viewer.role in policy.SELLERS and not self.frozen

    @property
    def steps(self):
        """What the life cycle allows now, for the buttons."""
        return policy.QUOTE.open_to(self.quote)

    @property
    def bar(self):
        return _share(self.margin, TOTAL_SCALE)

    @property
    def mark(self):
        return None if self.floor_margin is None else _share(self.floor_margin, TOTAL_SCALE)

    @property
    def tone(self):
        """The colour of the margin: zhe under the floor, jade above, neither for those who may not know."""
        return "" if self.under is None else "zhe" if self.under else "jade"

    @property
    def at(self):
        """Where the concession stands on the three-part authority scale (0 to 98.4 of 100)."""
        limits, width = [Decimal(0), self.rule.rep, self.rule.manager, self.rule.director], Decimal(32)
        for part in range(3):
            low, high = limits[part], limits[part + 1]
            if self.cut <= high and high > low:
                return float(max(Decimal(0), (self.cut - low) / (high - low)) * width + part * 34)
        return 98.4

    @property
    def above_floor(self):
        return None if self.floor_total is None else self.total - self.floor_total

    @property
    def prepayment_percent(self):
        return policy.plain(self.prepayment * 100)

    @property
    def vat_percent(self):
        return policy.plain(self.quote.vat_rate * 100)

    @property
    def prepaid(self):
        return self.total * self.prepayment

    @property
    def limits(self):
        return [policy.plain(x) for x in (self.rule.rep, self.rule.manager, self.rule.director)]

    @property
    def under_lines(self):
        """(how many lines lie under their floor, by how much, by how much the others lie above), for those who may know."""
        if not self.knows:
            return None
        gaps = [line.floor_total - line.total for line in self.lines]
        return sum(1 for g in gaps if g > 0), sum((g for g in gaps if g > 0), Decimal(0)), -sum((g for g in gaps if g < 0), Decimal(0))

    def _line(self, pk, product, line):
        vat = self.quote.vat_rate
        made = LineFace(pk, product, line.quantity, line.list_price, line.offer, line.total, line.cut, None)
        if self.knows:
            made.margin = line.margin(vat)
            made.floor_price, made.under = line.floor_price, line.below_floor
            made.floor_margin = pricing.margin(line.floor_price, line.cost, vat)
        return made

    def _effect(self, concession, on):
        if not self.knows:
            return None
        others = [_give(c) for c, is_on in self._gives if is_on and c.pk != concession.pk]
        without = pricing.sums(self._plain, others).margin(self.quote.vat_rate)
        with_it = pricing.sums(self._plain, [*others, _give(concession)]).margin(self.quote.vat_rate)
        return None if without is None or with_it is None else round(with_it, 1) - round(without, 1)

    def _route(self):
        """Who would sign this price, asked by its maker; only while it can still be changed."""
        if self.quote.state not in policy.EDITABLE:
            return
        maker, today = self.quote.made_by, timezone.localdate()
        whose = customers.answering(maker, self.quote.deal.customer)
        role = approvals.role_of(self.viewer, maker, today) if whose == maker else Role.REP
        try:
            roles = policy.route(role, self.cut, self.under is True, self.rule)
            self.signers = approvals.chain(self.viewer, roles, whose, today, asker=maker) if roles else []
        except Refused as no:
            self.refusal = no.message


def of(viewer, quote):
    """The face of a quote as it is stored (from queries.quote, within the viewer's reach)."""
    lines = [(x.pk, x.product, pricing.Line(x.quantity, x.list_price, x.floor_price, x.cost, x.offer)) for x in quote.lines.all()]
    return Face(viewer, quote, lines, [(c, c.on) for c in quote.concessions.all()], quote.prepayment)


def tried(viewer, quote, *, lines, on, prepayment=None):
    """The face the quote would have with these lines ([{"product", "quantity", "offer"}]) and these concessions on. Writes nothing."""
    full = queries.priced(viewer, quote.made_on, lines)
    made = [(None, x["product"], pricing.Line(x["quantity"], x["list_price"], x["floor_price"], x["cost"], x["offer"])) for x in full]
    gives = [(c, c.pk in set(on) and not c.never) for c in quote.concessions.all()]
    return Face(viewer, quote, made, gives, quote.prepayment if prepayment is None else prepayment)


def _give(concession):
    return pricing.Give(concession.price_cut, concession.added_cost)


def _share(margin, scale):
    return round(max(0.0, min(100.0, float(margin or 0) / scale * 100)), 1)


def say(face, request):
    """The headline's second half, by where the quote stands: who must sign, or what is next."""
    state = face.quote.state
    if state in policy.EDITABLE:
        if face.refusal:
            return _("nobody may approve it")
        if face.signer:
            return _("%(person)s must approve") % {"person": face.signer}
        return _("within your own limit") if face.viewer == face.quote.made_by else _("%(person)s decides") % {"person": face.quote.made_by}
    if state == Quote.State.SUBMITTED and request and request.waiting:
        return _("waiting for you") if approvals.may_decide(face.viewer, request) else _("waiting for %(person)s") % {"person": request.waiting.approver}
    return {"approved": _("approved, not sent yet"), "sent": _("with the customer"), "won": _("accepted"), "lost": _("turned down"),
            "replaced": _("replaced by a newer version"), "submitted": _("waiting for approval")}[state]
