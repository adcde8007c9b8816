"""What we remember of the rulebook: who acknowledged which published version, when."""
from django.db import models
from django.utils import timezone

from squaredeal.kernel.models import PolicyVersion
from squaredeal.organisation.team.models import Person


class Acknowledgement(models.Model):
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="acknowledgements")
    person = models.ForeignKey(Person, models.CASCADE, related_name="acknowledgements")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="acknowledged_once")]

    def __str__(self):
        return f"{self.person} · {self.version}"
