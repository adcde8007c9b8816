"""What we remember of collection: receipts, how each was matched to instalments, and what the customer promised."""
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from squaredeal.organisation.team.models import Person
from squaredeal.organisation.team.scope import Owned
from squaredeal.process.contracts.models import MONEY_READERS, Instalment
from squaredeal.process.customers.models import Customer


class Receipt(models.Model):
    """Money that came in (or went back: negative) on a day, yuan including tax. Never edited: corrected by a reversal.

    `unmatched` is what pays no instalment yet (预收); actions keep it with the allocations, in the same transaction.
    """

    class Kind(models.TextChoices):
        TRANSFER = "transfer", _("Bank transfer")
        BILL = "bill", _("Bank bill")
        CASH = "cash", pgettext_lazy("receipt kind", "Cash")
        REFUND = "refund", _("Refund")
        REVERSAL = "reversal", _("Reversal")

    number = models.CharField(max_length=30, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="receipts", db_index=False)
    on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    unmatched = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TRANSFER)
    bank_reference = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    owned_through = "customer__owner"
    shared_through = "customer__collaborations"
    firm_wide_for = MONEY_READERS
    objects = Owned.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["customer", "-on"]), models.Index(fields=["on"]),
                   models.Index(fields=["on", "id"], name="receipt_unmatched", condition=models.Q(unmatched__gt=0)),
                   models.Index(fields=["bank_reference"], name="receipt_by_reference", condition=~models.Q(bank_reference=""))]
        constraints = [models.CheckConstraint(condition=models.Q(unmatched__gte=0), name="never_matched_twice")]

    def __str__(self):
        return self.number


class Allocation(models.Model):
    """The part of a receipt that pays one instalment: the fact commission is computed from. Append-only."""
    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="allocations")
    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="allocations")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    on = models.DateField()
    days_overdue = models.IntegerField(default=0)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    owned_through = "receipt__customer__owner"
    shared_through = "receipt__customer__collaborations"
    firm_wide_for = MONEY_READERS
    objects = Owned.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["on"])]

    def __str__(self):
        return f"{self.receipt} → {self.instalment} {self.amount}"


class Promise(models.Model):
    """The day a customer named for an instalment that is due."""
    instalment = models.ForeignKey(Instalment, models.CASCADE, related_name="promise_log")
    promised_on = models.DateField()
    said_by = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]

    def __str__(self):
        return f"{self.instalment} {self.promised_on}"
