"""What we remember of approvals: a request on any subject, and the steps of its chain."""
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from squaredeal.organisation.team.models import Person, Role
from squaredeal.organisation.team.scope import Owned


class Request(models.Model):
    """Somebody asks for a signature on a subject ("quote:12"); the chain is fixed when asked, by the clauses of that day."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Sent back")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    facts = models.JSONField(default=list)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    condition = models.CharField(max_length=300, blank=True)
    clause = models.CharField(max_length=20, blank=True)
    policy_version = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="asked")
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    owned_through = "asked_by"
    named_through = "steps__approver"
    firm_wide_for = frozenset({Role.DIRECTOR})
    objects = Owned.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["kind", "subject_id"]), models.Index(fields=["state", "asked_at"]),
                   models.Index(fields=["asked_by", "-asked_at"])]
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="one_open_request_each",
                                               condition=models.Q(state="open"))]

    def __str__(self):
        return self.title

    @property
    def waiting(self):
        """The step whose turn it is, or None."""
        return next((step for step in self.steps.all() if step.state == Step.State.WAITING), None)


class Step(models.Model):
    """One signature of the chain, asked of `role`. Steps are decided in `order`; a countersign is a step somebody on the
    chain added; `handed_by` is who passed the signature on to the present approver."""

    class State(models.TextChoices):
        AHEAD = "ahead", _("Not yet")
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Sent back")
        SKIPPED = "skipped", _("Not needed")

    request = models.ForeignKey(Request, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=10, choices=Role.choices)
    approver = models.ForeignKey(Person, models.PROTECT, related_name="signatures")
    handed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    countersign = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.AHEAD)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "pk"]
        indexes = [models.Index(fields=["approver", "state"]), models.Index(fields=["decided_by", "-decided_at"])]

    def __str__(self):
        return f"{self.request} · {self.approver}"
