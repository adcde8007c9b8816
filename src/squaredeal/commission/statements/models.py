"""What we remember of statements: one per person and period, their confirmation, and objections."""
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from squaredeal.commission.runs.models import Period, Run, Sums
from squaredeal.organisation.team.models import Person, Role
from squaredeal.organisation.team.scope import Owned


class Statement(Sums):
    """One person's commission of one period in one run: as Sums says. Yuan.

    `left` is what of the balance carried out a cap left for later; `steps` what else it takes to check the sums: how closed months were rounded.
    """
    run = models.ForeignKey(Run, models.CASCADE, related_name="statements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="statements")
    base = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    quota = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    attainment = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    left = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    steps = models.JSONField(default=dict)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    owned_through = "person"
    firm_wide_for = frozenset({Role.DIRECTOR, Role.FINANCE})
    objects = Owned.as_manager()

    class Meta:
        ordering = ["-run__period__starts_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="one_statement_each")]

    def __str__(self):
        return f"{self.run.period} · {self.person}"


class Objection(models.Model):
    """A person disputes a line or a whole statement of a period; finance answers, with the arithmetic."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        UPHELD = "upheld", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    person = models.ForeignKey(Person, models.PROTECT, related_name="objections")
    period = models.ForeignKey(Period, models.PROTECT, related_name="objections")
    line_key = models.CharField(max_length=120, blank=True)
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    raised_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    owned_through = "person"
    firm_wide_for = frozenset({Role.DIRECTOR, Role.FINANCE})
    objects = Owned.as_manager()

    class Meta:
        ordering = ["-raised_at"]

    def __str__(self):
        return f"{self.person} {self.period}: {self.text[:40]}"
