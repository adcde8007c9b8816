"""What we remember of what is entered about people: scores by month, the wage from a month on, and which months pay was settled for."""
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from squaredeal.organisation.team.models import Person, Role
from squaredeal.organisation.team.scope import Owned, sees_all


class Kind(models.TextChoices):
    SCORE = "score", _("Scores")
    WAGE = "wage", _("Wages")


class Entered(models.Model):
    """A figure of a person under a name. It is never rewritten: a later one supersedes it, and an empty one takes it away."""
    person = models.ForeignKey(Person, models.PROTECT, related_name="%(class)ss")
    name = models.CharField(max_length=40)
    month = models.DateField()
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-month", "-pk"]

    def __str__(self):
        return f"{self.person} {self.name} {self.month:%Y-%m}"


class Score(Entered):
    """What somebody was scored in the month beginning `month`: a coefficient, points, a satisfaction."""
    owned_through = "person"
    firm_wide_for = frozenset({Role.DIRECTOR, Role.FINANCE})
    objects = Owned.as_manager()

    class Meta(Entered.Meta):
        constraints = [models.UniqueConstraint(fields=["person", "name", "month"], name="one_live_score_each", condition=Q(superseded_at__isnull=True))]
        indexes = [models.Index(fields=["month", "name"])]


class Private(Owned):
    """What finance, the director and the person alone see: neither who leads them nor who stands in for them."""

    def seen_by(self, viewer):
        return self if sees_all(viewer, self.model.firm_wide_for) else self.filter(person=viewer.pk)


class Wage(Entered):
    """Yuan a month from `month` on, until the next under the same name: the wage, or another sum of a person that a plan asks for."""
    firm_wide_for = frozenset({Role.DIRECTOR, Role.FINANCE})
    objects = Private.as_manager()

    class Meta(Entered.Meta):
        constraints = [models.UniqueConstraint(fields=["person", "name", "month"], name="one_live_wage_each", condition=Q(superseded_at__isnull=True)),
                       models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="wage_not_negative")]
        indexes = [models.Index(fields=["name", "month"])]


class Settled(models.Model):
    """A month that pay was settled for: what is entered of it, or of an earlier one, is only corrected from then on."""
    month = models.DateField(unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.month:%Y-%m}"


OF = {Kind.SCORE: Score, Kind.WAGE: Wage}
