"""What we remember of plans: versions of the commission plan as text, checked, dated, published."""
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from squaredeal.kernel.sealing import seal_of
from squaredeal.organisation.team.models import Person, Role
from squaredeal.organisation.team.scope import Owned


class PlanVersion(models.Model):
    """One version of a plan, as the YAML the engine runs. Published versions never change."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        DROPPED = "dropped", pgettext_lazy("plan", "Dropped")

    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    owned_through = ""
    firm_wide_for = frozenset({Role.DIRECTOR, Role.FINANCE})
    opened_to = models.Q(state=State.PUBLISHED), frozenset({Role.REP, Role.MANAGER})
    objects = Owned.as_manager()

    class Meta:
        ordering = ["name", "version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_plan_per_version")]

    def __str__(self):
        return f"{self.name} v{self.version}"

    @property
    def seal(self):
        """One word for its text as it is, by which whoever decides says what they read."""
        return seal_of(self.text)
