"""What we remember of negotiation: products and dated prices, deals, the negotiation card, quotes, concessions, rounds."""
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from squaredeal.organisation.team.models import Person
from squaredeal.organisation.team.scope import Owned
from squaredeal.process.customers.models import ContactKind, Customer


class Product(models.Model):
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    line = models.CharField(max_length=40, db_index=True)
    spec = models.CharField(max_length=120, blank=True)
    measure = models.CharField(max_length=10, default="台")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["line", "code"]

    def __str__(self):
        return self.name


class Price(models.Model):
    """A product's prices from a day on, yuan including tax: list, floor, and standard cost (excluding tax)."""
    product = models.ForeignKey(Product, models.CASCADE, related_name="prices")
    starts_on = models.DateField()
    list_price = models.DecimalField(max_digits=16, decimal_places=2)
    floor_price = models.DecimalField(max_digits=16, decimal_places=2)
    cost = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["product", "starts_on"]
        constraints = [models.UniqueConstraint(fields=["product", "starts_on"], name="one_price_per_day"),
                       models.CheckConstraint(condition=models.Q(list_price__gte=models.F("floor_price")), name="list_not_below_floor")]

    def __str__(self):
        return f"{self.product} {self.starts_on}"


class Stage(models.TextChoices):
    """Columns of the board, in order; won and lost are the ends."""
    SELECTION = "selection", _("Selection")
    PROPOSAL = "proposal", _("Proposal")
    TRIAL = "trial", _("Trial")
    NEGOTIATION = "negotiation", _("Negotiation")
    DECISION = "decision", _("Decision")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class Deal(models.Model):
    """A chance to sell: amount in yuan including tax, the stage it is in and since when."""
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="deals", db_index=False)
    name = models.CharField(max_length=120)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.SELECTION)
    stage_since = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    probability = models.DecimalField(max_digits=4, decimal_places=3, default=0)
    expected_on = models.DateField(null=True, blank=True)
    committed = models.BooleanField(default=False)
    next_step = models.CharField(max_length=120, blank=True)
    next_step_kind = models.CharField(max_length=10, choices=ContactKind.choices, blank=True)
    next_step_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    lost_reason = models.CharField(max_length=200, blank=True)
    competitor = models.CharField(max_length=60, blank=True)

    owned_through = "customer__owner"
    shared_through = "customer__collaborations"
    objects = Owned.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["stage", "stage_since", "id"]), models.Index(fields=["customer", "stage"]),
                   models.Index(fields=["expected_on"]),
                   models.Index(fields=["stage", "closed_on", "customer", "amount"], name="deal_closed")]

    def __str__(self):
        return self.name


class Card(models.Model):
    """The negotiation card (二.3 谈判准备): theirs and ours, before a price is named. Yuan including tax."""
    deal = models.OneToOneField(Deal, models.CASCADE, related_name="card")
    needs = models.TextField(blank=True)
    budget_low = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    budget_high = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    deadline = models.CharField(max_length=120, blank=True)
    their_alternative = models.CharField(max_length=200, blank=True)
    objective = models.CharField(max_length=200, blank=True)
    walk_away = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    never = models.CharField(max_length=200, blank=True)
    our_alternative = models.CharField(max_length=200, blank=True)
    win_win = models.CharField(max_length=200, blank=True)

    owned_through = "deal__customer__owner"
    shared_through = "deal__customer__collaborations"
    objects = Owned.as_manager()

    def __str__(self):
        return f"{self.deal}"


class Quote(models.Model):
    """An offer in versions. Totals are kept by the actions: yuan including tax, cost excluding tax.

    `condition` is what the customer gives for the price conceded, with its scope (让价 3% 以换 30% 预付款).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Awaiting approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Sent back")
        SENT = "sent", _("Sent to customer")
        WON = "won", pgettext_lazy("quote", "Accepted")
        LOST = "lost", _("Turned down")
        REPLACED = "replaced", pgettext_lazy("quote", "Replaced")

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="quotes")
    number = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=4, default="0.13")
    prepayment = models.DecimalField(max_digits=5, decimal_places=4, default="0.30")
    list_total = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    floor_total = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    cost_total = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    total = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    condition = models.CharField(max_length=300, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="quotes")
    policy_version = models.CharField(max_length=20, blank=True)

    owned_through = "deal__customer__owner"
    shared_through = "deal__customer__collaborations"
    objects = Owned.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["number", "version"], name="one_quote_per_version")]
        indexes = [models.Index(fields=["state"])]

    def __str__(self):
        return f"{self.number} v{self.version}"


class QuoteLine(models.Model):
    """A product on a quote, with the prices of that day and the price offered. Yuan including tax; cost excluding."""
    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=12, decimal_places=2)
    list_price = models.DecimalField(max_digits=16, decimal_places=2)
    floor_price = models.DecimalField(max_digits=16, decimal_places=2)
    cost = models.DecimalField(max_digits=16, decimal_places=2)
    offer = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.product} × {self.quantity}"


class Concession(models.Model):
    """What we give and what they give for it (让价 3% 以换 30% 预付款). `on` = counted in the quote."""
    quote = models.ForeignKey(Quote, models.CASCADE, related_name="concessions")
    give = models.CharField(max_length=120)
    get = models.CharField(max_length=120)
    price_cut = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    added_cost = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    prepayment = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    on = models.BooleanField(default=False)
    never = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.give


class Round(models.Model):
    """One round of talks: our price, theirs, and what was said. Yuan including tax."""
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="rounds")
    on = models.DateField()
    channel = models.CharField(max_length=10, choices=ContactKind.choices, default=ContactKind.CALL)
    who = models.CharField(max_length=80, blank=True)
    ours = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    theirs = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    owned_through = "deal__customer__owner"
    shared_through = "deal__customer__collaborations"
    objects = Owned.as_manager()

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self):
        return f"{self.deal} {self.on}"
