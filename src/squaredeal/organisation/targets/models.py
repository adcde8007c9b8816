"""What we remember of targets: one number per person or unit, measure and month."""
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from squaredeal.organisation.team.models import Person, Unit


class Measure(models.TextChoices):
    ORDERS = "orders", _("Orders signed")
    RECEIPTS = "receipts", _("Cash collected")


class Target(models.Model):
    """Yuan including tax to be reached in the month beginning `month`, by a person or by a whole unit."""
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="targets")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="targets")
    measure = models.CharField(max_length=10, choices=Measure.choices)
    month = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        ordering = ["month"]
        constraints = [
            models.CheckConstraint(condition=Q(person__isnull=True) ^ Q(unit__isnull=True), name="target_of_a_person_or_a_unit"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="target_not_negative"),
            models.UniqueConstraint(fields=["person", "measure", "month"], name="one_target_per_person", condition=Q(unit__isnull=True)),
            models.UniqueConstraint(fields=["unit", "measure", "month"], name="one_target_per_unit", condition=Q(person__isnull=True)),
        ]

    def __str__(self):
        return f"{self.person or self.unit} {self.measure} {self.month:%Y-%m}"
