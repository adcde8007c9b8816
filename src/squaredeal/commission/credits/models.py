"""What we remember of credit: how a contract's commission is shared, and the dated snapshot taken for each receipt."""
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from squaredeal.organisation.team.models import Person, Role, Unit
from squaredeal.organisation.team.scope import Owned
from squaredeal.process.collection.models import Allocation
from squaredeal.process.contracts.models import Contract


class CreditRole(models.TextChoices):
    OWNER = "owner", pgettext_lazy("credit", "Owner")
    SPLIT = "split", _("Split")
    OVERLAY = "overlay", _("Overlay")


class Split(models.Model):
    """A person's share of a contract, when it is not the signer's alone. Shares other than overlay sum to 1."""
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="splits")
    person = models.ForeignKey(Person, models.PROTECT, related_name="splits")
    share = models.DecimalField(max_digits=7, decimal_places=6)
    role = models.CharField(max_length=10, choices=CreditRole.choices, default=CreditRole.SPLIT)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-share", "pk"]
        constraints = [models.UniqueConstraint(fields=["contract", "person", "role"], name="one_split_each"),
                       models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="share_between_0_and_1")]

    def __str__(self):
        return f"{self.contract} · {self.person} {self.share}"


class Credit(models.Model):
    """Who earned what share of one allocated receipt, in which unit, on its day: taken once; a correction supersedes it."""
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="credits")
    person = models.ForeignKey(Person, models.PROTECT, related_name="credits", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    share = models.DecimalField(max_digits=7, decimal_places=6)
    role = models.CharField(max_length=10, choices=CreditRole.choices, default=CreditRole.OWNER)
    reason = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    owned_through = "person"
    firm_wide_for = frozenset({Role.DIRECTOR, Role.FINANCE})
    objects = Owned.as_manager()

    class Meta:
        ordering = ["allocation", "pk"]
        indexes = [models.Index(fields=["person"])]
        constraints = [models.UniqueConstraint(fields=["allocation", "person", "role"], name="one_live_credit_each",
                                               condition=Q(superseded_at__isnull=True))]

    def __str__(self):
        return f"{self.allocation} · {self.person} {self.share}"
