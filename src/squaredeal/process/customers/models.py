"""What we remember of customers: the company, its contacts, who owned it when, how it was graded and by whom."""
from datetime import date

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from squaredeal.organisation.team.models import Person, Role
from squaredeal.organisation.team.scope import Owned


class Grade(models.TextChoices):
    """Intention (意向): how close to buying. Value is `ValueGrade`, another matter (A31)."""
    A = "A", _("A high")
    B = "B", _("B medium")
    C = "C", _("C low")


class ValueGrade(models.TextChoices):
    """Value (价值): what an existing customer is worth a year."""
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class Channel(models.TextChoices):
    FAIR = "fair", _("Trade fair")
    WEB = "web", _("Web")
    PHONE = "phone", _("Telephone")
    REFERRAL = "referral", _("Referral")
    IMPORT = "import", _("Import")
    OTHER = "other", _("Other")


class ContactKind(models.TextChoices):
    """What a next step or an obligation asks for."""
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    MESSAGE = "message", _("Message")
    MAIL = "mail", _("Mail")
    PROPOSAL = "proposal", _("Proposal")
    TRIAL = "trial", _("Trial or event")
    OTHER = "other", _("Other")


NO_STEP, NOBODYS = date(1, 1, 1), date(9999, 12, 31)
"""`due_on` of an owned customer without a next step, and of a customer without an owner."""


class Customer(models.Model):
    """A company we sell to or want to. `next_step…` and `last_contact_on` are kept by follow-ups.

    `name_key`, `phone_key` and `initials` are what duplicates and search compare (see naming.py). `due_on` is computed by the database:
    the place in the list, late first, so that a page of the list and each count beside it is one walk over an index.
    """
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    initials = models.CharField(max_length=60, blank=True)
    name_key = models.CharField(max_length=120, blank=True)
    tax_number = models.CharField(max_length=30, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    phone_key = models.CharField(max_length=30, blank=True)
    industry = models.CharField(max_length=40, blank=True)
    size = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.OTHER)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="customers")
    grade = models.CharField(max_length=1, choices=Grade.choices, default=Grade.C)
    value_grade = models.CharField(max_length=1, choices=ValueGrade.choices, blank=True)
    needs = models.TextField(blank=True)
    budget_low = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    budget_high = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    credit_limit = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    credit_days = models.PositiveSmallIntegerField(null=True, blank=True)
    next_step = models.CharField(max_length=120, blank=True)
    next_step_kind = models.CharField(max_length=10, choices=ContactKind.choices, blank=True)
    next_step_on = models.DateField(null=True, blank=True)
    next_step_at = models.TimeField(null=True, blank=True)
    last_contact_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    due_on = models.GeneratedField(
        expression=Case(When(owner__isnull=True, then=Value(NOBODYS)), When(next_step_on__isnull=True, then=Value(NO_STEP)),
                        default=F("next_step_on")),
        output_field=models.DateField(), db_persist=True)

    owned_through = "owner"
    shared_through = "collaborations"
    firm_wide_for = frozenset({Role.DIRECTOR, Role.FINANCE})
    objects = Owned.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["owner", "due_on", "id"]), models.Index(fields=["due_on", "id"]),
            models.Index(fields=["grade", "name"]), models.Index(fields=["owner", "grade", "last_contact_on"]),
            models.Index(fields=["name"]), models.Index(fields=["name_key"]), models.Index(fields=["tax_number"]),
            models.Index(fields=["last_contact_on", "id"]),
            models.Index(fields=["initials"], name="customer_initials", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["phone_key"], name="customer_phone", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self):
        return self.short_name or self.name


class Contact(models.Model):
    """A person at the customer, with their part in the decision."""

    class Part(models.TextChoices):
        DECIDES = "decides", _("Decides")
        USES = "uses", _("Uses")
        INFLUENCES = "influences", _("Influences")
        GUARDS = "guards", _("Keeps the gate")

    class Stance(models.TextChoices):
        FOR = "for", _("Supports us")
        NEUTRAL = "neutral", _("Neutral")
        AGAINST = "against", _("Leans to a competitor")
        UNMET = "unmet", _("Not met yet")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    phone_key = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    part = models.CharField(max_length=12, choices=Part.choices, blank=True)
    stance = models.CharField(max_length=10, choices=Stance.choices, default=Stance.UNMET)
    last_met_on = models.DateField(null=True, blank=True)

    owned_through = "customer__owner"
    shared_through = "customer__collaborations"
    firm_wide_for = Customer.firm_wide_for
    objects = Owned.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["phone_key"], name="contact_phone", opclasses=["varchar_pattern_ops"])]

    def __str__(self):
        return self.name


class GradeChange(models.Model):
    """A grade given, with its reason. `which` tells intention from value."""

    class Which(models.TextChoices):
        INTENTION = "intention", _("Intention")
        VALUE = "value", _("Value")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="grade_changes", db_index=False)
    which = models.CharField(max_length=10, choices=Which.choices, default=Which.INTENTION)
    before = models.CharField(max_length=1, blank=True)
    after = models.CharField(max_length=1)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    policy_version = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["customer", "at"])]

    def __str__(self):
        return f"{self.customer} {self.before}→{self.after}"


class Ownership(models.Model):
    """Who owned the customer from when to when (inclusive; open when null)."""
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="ownerships", db_index=False)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["customer", "starts_on"])]

    def __str__(self):
        return f"{self.customer} · {self.owner}"


class Collaboration(models.Model):
    """A colleague who works on the customer too, for a time: sees it and records follow-ups."""
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="collaborations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="collaborations")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "person"], name="one_collaboration_each",
                                               condition=Q(ends_on__isnull=True))]

    def __str__(self):
        return f"{self.person} ⇄ {self.customer}"


class View(models.Model):
    """A saved view of the list: a name for a query string."""
    person = models.ForeignKey(Person, models.CASCADE, related_name="views")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="one_view_per_name")]

    def __str__(self):
        return self.name
