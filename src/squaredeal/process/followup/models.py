"""What we remember of follow-up: each contact, each obligation a grade brings, each excuse, and weekly compliance."""
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from squaredeal.organisation.team.models import Person
from squaredeal.organisation.team.scope import Owned
from squaredeal.process.customers.models import Contact, ContactKind, Customer, Grade


class FollowUp(models.Model):
    """One contact with a customer: when, how, with whom, what was said, and whether it counts (effective)."""
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="followups", db_index=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="followups", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="followups")
    kind = models.CharField(max_length=10, choices=ContactKind.choices)
    at = models.DateTimeField(default=timezone.now)
    body = models.TextField()
    effective = models.BooleanField(default=True)
    next_step = models.CharField(max_length=120, blank=True)
    next_step_on = models.DateField(null=True, blank=True)

    owned_through = "customer__owner"
    shared_through = "customer__collaborations"
    objects = Owned.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["customer", "-at"]), models.Index(fields=["by", "-at"])]

    def __str__(self):
        return f"{self.customer} {self.kind} {self.at:%Y-%m-%d}"


class Obligation(models.Model):
    """What a grade's strategy clause asks of the owner by a day: kept, missed, or excused.

    It is the owner's who owed it, also after the customer went to somebody else. One row of a customer and kind is open; when its day passes unkept it is missed and the next opens, carrying `late_since`, the first
    missed day, until a contact makes up for it. `rung` is the step of the ladder already taken.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("obligation", "Open")
        MET = "met", pgettext_lazy("obligation", "Kept")
        MISSED = "missed", pgettext_lazy("obligation", "Missed")
        EXCUSED = "excused", pgettext_lazy("obligation", "Excused")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="obligations", db_index=False)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="obligations", db_index=False)
    grade = models.CharField(max_length=1, choices=Grade.choices)
    kind = models.CharField(max_length=10, choices=ContactKind.choices)
    clause = models.CharField(max_length=20)
    policy_version = models.CharField(max_length=20, blank=True)
    opened_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    met_by = models.ForeignKey(FollowUp, models.SET_NULL, null=True, blank=True, related_name="meets")
    settled_on = models.DateField(null=True, blank=True)
    late_since = models.DateField(null=True, blank=True)
    rung = models.PositiveSmallIntegerField(default=0)
    escalated_on = models.DateField(null=True, blank=True)

    owned_through = "owner"
    objects = Owned.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["owner", "state", "due_on"]), models.Index(fields=["customer", "state"]),
                   models.Index(fields=["state", "due_on"]),
                   models.Index("state", Coalesce("late_since", "due_on"), "id", name="obligation_by_lateness"),
                   models.Index("owner", "state", Coalesce("late_since", "due_on"), "id", name="obligation_of_owner")]
        constraints = [models.UniqueConstraint(fields=["customer", "kind"], condition=Q(state="open"), name="one_open_obligation_a_kind")]

    def __str__(self):
        return f"{self.customer} {self.kind} {self.due_on}"


class Excuse(models.Model):
    """A gap that does not count: leave of the owner (customer empty), or a customer who asked for quiet."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("excuse", "Asked")
        GRANTED = "granted", pgettext_lazy("excuse", "Granted")
        DECLINED = "declined", pgettext_lazy("excuse", "Declined")

    person = models.ForeignKey(Person, models.PROTECT, related_name="excuses")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="excuses")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)

    owned_through = "person"
    objects = Owned.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["state", "ends_on"]), models.Index(fields=["person", "state"])]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="excuse_ends_after_it_starts")]

    def __str__(self):
        return f"{self.person} {self.starts_on}–{self.ends_on}"


class ComplianceWeek(models.Model):
    """Per person, week (its Monday) and grade: obligations due, kept in time, excused. Kept by the actions of this section."""
    person = models.ForeignKey(Person, models.PROTECT, related_name="compliance")
    week = models.DateField()
    grade = models.CharField(max_length=1, choices=Grade.choices)
    due = models.PositiveIntegerField(default=0)
    met = models.PositiveIntegerField(default=0)
    excused = models.PositiveIntegerField(default=0)

    owned_through = "person"
    objects = Owned.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "week", "grade"], name="one_row_per_week_and_grade")]
        indexes = [models.Index(fields=["week"])]

    def __str__(self):
        return f"{self.person} {self.week} {self.grade} {self.met}/{self.due}"
