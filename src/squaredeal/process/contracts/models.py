"""What we remember of contracts: the register, the lines, the instalments and the papers."""
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from squaredeal.organisation.team.models import Person, Role
from squaredeal.organisation.team.scope import Owned
from squaredeal.process.customers.models import Customer
from squaredeal.process.negotiation.models import Deal, Product, Quote

MONEY_READERS = frozenset({Role.DIRECTOR, Role.FINANCE})


class Contract(models.Model):
    """A contract on the register. `signed_by` earns from it whoever owns the customer later (A29)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("In review")
        APPROVED = "approved", _("In force")
        RETURNED = "returned", _("Sent back")
        TERMINATED = "terminated", _("Terminated")

    number = models.CharField(max_length=30, unique=True)
    title = models.CharField(max_length=120)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contracts", db_index=False)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, blank=True, related_name="contracts")
    quote = models.OneToOneField(Quote, models.PROTECT, null=True, blank=True, related_name="contract")
    signed_by = models.ForeignKey(Person, models.PROTECT, related_name="contracts", db_index=False)
    signed_on = models.DateField()
    place = models.CharField(max_length=60, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=4, default="0.13")
    list_total = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    floor_total = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    cost_total = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    first_order = models.BooleanField(default=False)
    below_floor = models.BooleanField(default=False)
    quality = models.CharField(max_length=200, blank=True)
    delivery = models.CharField(max_length=200, blank=True)
    acceptance = models.CharField(max_length=200, blank=True)
    warranty = models.CharField(max_length=200, blank=True)
    liability = models.CharField(max_length=200, blank=True)
    special_terms = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    approved_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    policy_version = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    owned_through = "customer__owner"
    shared_through = "customer__collaborations"
    firm_wide_for = MONEY_READERS
    objects = Owned.as_manager()

    class Meta:
        ordering = ["-signed_on", "-pk"]
        indexes = [models.Index(fields=["state", "-signed_on"]), models.Index(fields=["customer", "-signed_on"]),
                   models.Index(fields=["signed_by", "signed_on"]), models.Index(fields=["signed_on"])]

    def __str__(self):
        return self.number


class Series(models.Model):
    """A row of numbers and the last one given out: contracts and receipts take theirs here, one after another."""
    name = models.CharField(max_length=20, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "series"

    def __str__(self):
        return f"{self.name} {self.last}"


class ContractLine(models.Model):
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=12, decimal_places=2)
    price = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.product} × {self.quantity}"


class Instalment(models.Model):
    """A part of the price due on a day. `collected` is kept by collection when receipts are matched."""

    class Kind(models.TextChoices):
        PREPAYMENT = "prepayment", _("Prepayment")
        DELIVERY = "delivery", _("On delivery")
        ACCEPTANCE = "acceptance", _("On acceptance")
        RETENTION = "retention", _("Retention")
        OTHER = "other", _("Instalment")

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="instalments", db_index=False)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    collected = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    promised_on = models.DateField(null=True, blank=True)
    promises = models.PositiveSmallIntegerField(default=0)
    delivery_stopped = models.BooleanField(default=False)
    grace_until = models.DateField(null=True, blank=True)

    owned_through = "contract__customer__owner"
    shared_through = "contract__customer__collaborations"
    firm_wide_for = MONEY_READERS
    objects = Owned.as_manager()

    class Meta:
        ordering = ["contract", "order"]
        constraints = [models.UniqueConstraint(fields=["contract", "order"], name="instalments_in_order"),
                       models.CheckConstraint(condition=models.Q(collected__lte=models.F("amount")), name="never_more_than_the_instalment"),
                       models.CheckConstraint(condition=models.Q(collected__gte=0), name="never_less_than_nothing")]
        indexes = [models.Index(fields=["due_on"]),
                   models.Index(fields=["due_on"], name="instalment_open_due", condition=models.Q(collected__lt=models.F("amount"))),
                   models.Index(fields=["promised_on"], name="instalment_open_promised",
                                condition=models.Q(collected__lt=models.F("amount"), promised_on__isnull=False))]

    def __str__(self):
        return f"{self.contract} · {self.order}"


class Attachment(models.Model):
    """A paper filed with a contract. Kept by digest; served only through reach."""
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    file = models.FileField(upload_to="contracts/%Y/%m")
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    owned_through = "contract__customer__owner"
    shared_through = "contract__customer__collaborations"
    firm_wide_for = MONEY_READERS
    objects = Owned.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Event(models.Model):
    """What happened on a contract in force beside money and signing. Never edited: taken back and recorded anew."""

    class Kind(models.TextChoices):
        DELIVERY = "delivery", pgettext_lazy("event", "Delivery")
        ACCEPTANCE = "acceptance", pgettext_lazy("event", "Acceptance")
        INVOICE = "invoice", _("Invoice")
        RETURN = "return", _("Return of goods")
        EXPENSE = "expense", _("Expense")
        BAD_DEBT = "bad_debt", _("Bad debt")
        ADJUSTMENT = "adjustment", _("Adjustment")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    owned_through = "contract__customer__owner"
    shared_through = "contract__customer__collaborations"
    firm_wide_for = MONEY_READERS
    objects = Owned.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["kind", "on"])]

    def __str__(self):
        return f"{self.contract} · {self.get_kind_display()}"
