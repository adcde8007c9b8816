"""What we remember of runs: periods, runs with their state, and the ledger of lines."""
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from squaredeal.commission.plans.models import PlanVersion
from squaredeal.kernel.money import exact
from squaredeal.organisation.team.models import Person, Role
from squaredeal.organisation.team.scope import Owned
from squaredeal.process.collection.models import Allocation
from squaredeal.process.contracts.models import Contract


class Period(models.Model):
    """A month of commission. A closed period never changes; late facts go to the open one."""
    code = models.CharField(max_length=10, unique=True)
    starts_on = models.DateField(unique=True)
    ends_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]

    def __str__(self):
        return self.code


class Exact(models.DecimalField):
    """Yuan as the engine computes them, to 10⁻⁸: where a plan rounds once per statement, its lines are finer than a fen. Read with two decimals where no more count."""

    def __init__(self, *args, **given):
        super().__init__(*args, **{"max_digits": 26, "decimal_places": 8, **given})

    def deconstruct(self):
        name, _path, args, given = super().deconstruct()
        return name, "django.db.models.DecimalField", args, given

    def from_db_value(self, value, expression, connection):
        return None if value is None else exact(value)


class Sums(models.Model):
    """What a statement comes to, and a run all together: earned + earlier − held − reserved − capped + advance + balance = payout. Yuan.

    `held` is earned and not yet released (negative where it is released later), `capped` what a cap on all pay cuts off, `advance` what a
    draw or guarantee adds; all as the engine's Statement has them.
    """
    earned = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    earlier = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    held = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    reserved = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    capped = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    advance = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    carried_in = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    carried = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    payout = models.DecimalField(max_digits=18, decimal_places=2, default=0)

    AMOUNTS = ("earned", "earlier", "held", "reserved", "capped", "advance", "carried_in", "carried", "payout")
    BALANCE = models.F("payout") - models.F("earned") - models.F("earlier") + models.F("held") + models.F("reserved") + models.F("capped") - models.F("advance")

    class Meta:
        abstract = True

    @property
    def balance(self):
        """What stands between the sums and the pay: brought in less carried on, and what a plan drops that carries no negative."""
        return self.payout - self.earned - self.earlier + self.held + self.reserved + self.capped - self.advance


class Run(Sums):
    """One computation of one period. Compute → review → approve (another person) → post → paid."""

    class State(models.TextChoices):
        COMPUTED = "computed", _("Computed")
        REVIEWED = "reviewed", _("Sent for approval")
        APPROVED = "approved", _("Approved")
        POSTED = "posted", _("Posted")
        PAID = "paid", _("Paid")
        REPLACED = "replaced", _("Replaced")

    period = models.ForeignKey(Period, models.PROTECT, related_name="runs")
    number = models.PositiveSmallIntegerField()
    plan = models.ForeignKey(PlanVersion, models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMPUTED)
    computed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    computed_at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    pay_on = models.DateField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0)
    lines_count = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    policy_version = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-period__starts_on", "-number"]
        constraints = [models.UniqueConstraint(fields=["period", "number"], name="runs_in_order")]

    def __str__(self):
        return f"{self.period} #{self.number}"


class Payment(models.Model):
    """That the money of a run went out on a day, as somebody noted it; noted by mistake, it is withdrawn by a second entry in the same row, with who and why, and never removed."""
    run = models.ForeignKey(Run, models.PROTECT, related_name="payments")
    paid_on = models.DateField()
    noted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run"], condition=models.Q(withdrawn_at__isnull=True), name="one_payment_stands")]

    def __str__(self):
        return f"{self.run} {self.paid_on}"


class Line(models.Model):
    """One line of the ledger: component × payee × receipt (or contract, or period), with all that explains it. Amounts in yuan.

    `earned` is what the fact entitles to now; `difference`, `held`, `reserved` and `payout` are what this line posts: difference − held − reserved = payout.
    """
    run = models.ForeignKey(Run, models.PROTECT, related_name="lines", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="commission_lines", db_index=False)
    plan = models.ForeignKey(PlanVersion, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=120)
    component = models.CharField(max_length=60)
    clause = models.CharField(max_length=20, blank=True)
    allocation = models.ForeignKey(Allocation, models.PROTECT, null=True, related_name="commission_lines")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, related_name="commission_lines")
    fact_period = models.CharField(max_length=10)
    base = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    earned = Exact(default=0)
    held = Exact(default=0)
    reserved = Exact(default=0)
    payout = Exact(default=0)
    posted_before = Exact(default=0)
    difference = Exact(default=0)
    reason = models.CharField(max_length=200, blank=True)
    corrects = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)

    owned_through = "person"
    firm_wide_for = frozenset({Role.DIRECTOR, Role.FINANCE})
    objects = Owned.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "person"]), models.Index(fields=["person", "fact_period"]), models.Index(fields=["key"])]

    def __str__(self):
        return f"{self.run} · {self.person} · {self.key}"

    @property
    def about(self):
        """The part of a receipt or the contract it is about; None where it is about a month."""
        return self.allocation or self.contract

    @property
    def event(self):
        """What was recorded on the contract and it is about, {kind, on, amount}; None where it is about the contract itself or a receipt."""
        said = self.detail.get("event")
        return said if isinstance(said, dict) else None

    @property
    def on(self):
        """The day of what it is about, or None."""
        if self.allocation or not self.contract:
            return self.allocation.on if self.allocation else None
        return date.fromisoformat(self.event["on"]) if self.event else self.contract.signed_on

    @property
    def amount(self):
        """What was received, signed or recorded, in yuan, or None."""
        if self.allocation or not self.contract:
            return self.allocation.amount if self.allocation else None
        return Decimal(self.event["amount"]) if self.event else self.contract.amount

    @property
    def customer(self):
        """Whose money or contract it is, or None."""
        return self.allocation.receipt.customer if self.allocation else self.contract.customer if self.contract else None

    @property
    def agreement(self):
        """The contract that was signed or paid on, or None."""
        return self.allocation.instalment.contract if self.allocation else self.contract
