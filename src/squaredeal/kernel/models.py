"""What the kernel remembers: audit entries, bulk journals, notices, holidays, policy versions and their values."""
import json

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .sealing import seal_of


class Entry(models.Model):
    """One thing somebody did. Append-only: the database refuses update and delete."""
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    verb = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=120, db_index=True)
    change = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.actor_name} {self.verb} {self.subject}"


class Journal(models.Model):
    """What a bulk verb or an import did, row by row, so that it can be undone."""
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    count = models.PositiveIntegerField(default=0)
    moves = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.verb} × {self.count}"


class Notice(models.Model):
    """A line in somebody's inbox (the bell)."""
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    at = models.DateTimeField(default=timezone.now)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=200, blank=True)
    clause = models.CharField(max_length=20, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["to", "read_at"])]

    def __str__(self):
        return self.text


class Holiday(models.Model):
    """A day that differs from its weekday: off, or a working weekend. Seeded for China, editable."""
    on = models.DateField(unique=True)
    working = models.BooleanField(default=False)
    name = models.CharField(max_length=40, blank=True)

    def __str__(self):
        return f"{self.on} {self.name}"


class Stamp(models.Model):
    """One row whose value the database changes whenever clauses, holidays or the organisation change; see memory.lasting."""
    value = models.CharField(max_length=40)

    def __str__(self):
        return self.value


class PolicyVersion(models.Model):
    """A version of the policy document, with the dated parameter values it sets."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Awaiting approval")
        PUBLISHED = "published", _("Published")
        DROPPED = "dropped", _("Dropped")

    number = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    starts_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_on", "pk"]

    def __str__(self):
        return self.number

    @property
    def seal(self):
        """One word for its values as they are, by which whoever decides says what they read."""
        said = sorted((value.clause, value.parameters) for value in self.values_set.all())
        return seal_of(json.dumps(said, sort_keys=True))


class ClauseValue(models.Model):
    """The parameters one version gives one clause; clauses a version does not name keep their earlier values."""
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="values_set")
    clause = models.CharField(max_length=20)
    parameters = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "clause"], name="one_value_per_clause")]

    def __str__(self):
        return f"{self.version} {self.clause}"
