"""What we remember of the team: units, positions, people, their dated assignments, deputies and access tokens."""
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from squaredeal.kernel.memory import lasting, remembers


class Unit(models.Model):
    """A node of the region tree. `path` is "/1/4/": the ids from the root down, itself last."""
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=200, blank=True, db_index=True)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["rank", "pk"]

    def __str__(self):
        return self.name

    @property
    def line(self):
        """The ids from the root down, itself last, as numbers."""
        return line_of(self.path)


def line_of(path):
    return [int(step) for step in path.strip("/").split("/")]


class Role(models.TextChoices):
    """What a position may see and decide."""
    DIRECTOR = "director", _("Sales director")
    MANAGER = "manager", _("Regional manager")
    REP = "rep", _("Sales representative")
    FINANCE = "finance", _("Finance")
    ADMIN = "admin", _("Administrator")


class Position(models.Model):
    """A post of the policy's chapter 一: its name and the role that carries its authority."""
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=10, choices=Role.choices)
    duties = models.TextField(blank=True)
    second_step = models.BooleanField(default=False)
    """Whether its holders must sign in with a second step."""

    def __str__(self):
        return self.name


class People(BaseUserManager):
    def get_by_natural_key(self, login):
        return self.get(login=login)


class Person(AbstractBaseUser):
    """Somebody who works here or did. People who never sign in have an unusable password."""
    login = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    hired_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    owned_through = ""
    firm_wide_for = frozenset(Role)
    objects = People()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def seat(self):
        """The assignment of today, or None."""
        today = timezone.localdate()
        if not remembers():
            return self.seat_on(today)
        return lasting(("team.seats", today), lambda: _seats(today)).get(self.pk)

    def seat_on(self, day):
        """The assignment in force on `day`, with unit and position, or None."""
        return self.assignments.filter(active_on(day)).select_related("unit", "position").order_by("-starts_on").first()

    @property
    def role(self):
        """The role of today's position; "" for somebody without one, who reaches nothing."""
        seat = self.seat if self.is_active else None
        return seat.position.role if seat else ""


def _seats(day):
    """{person id: the Assignment in force on a day} of everybody, with unit and position."""
    return {seat.person_id: seat for seat in Assignment.objects.filter(active_on(day)).select_related("unit", "position").order_by("starts_on", "pk")}


class Assignment(models.Model):
    """One person in one position of one unit, answering to `manager`, from `starts_on` to `ends_on` (last day, inclusive)."""
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    position = models.ForeignKey(Position, models.PROTECT, related_name="assignments")
    manager = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="reports")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["person", "starts_on"]), models.Index(fields=["unit", "starts_on"])]
        constraints = [models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                                              name="assignment_ends_after_it_starts")]

    def __str__(self):
        return f"{self.person} · {self.position} · {self.unit}"


class Deputy(models.Model):
    """`deputy` acts for `absent` from `starts_on` to `ends_on` inclusive: sees and decides what `absent` would."""
    absent = models.ForeignKey(Person, models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="deputising")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "deputies"
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="deputy_ends_after_it_starts"),
                       models.CheckConstraint(condition=~Q(absent=models.F("deputy")), name="nobody_deputises_for_themselves")]

    def __str__(self):
        return f"{self.deputy} → {self.absent}"


class Token(models.Model):
    """A key to the API that acts as its person. Only a digest is kept."""
    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.person} · {self.name}"


def active_on(day, prefix=""):
    """The condition that a dated row (starts_on, ends_on inclusive, open when null) holds on `day`."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day}))
