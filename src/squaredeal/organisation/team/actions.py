"""What can be done to the organisation: units, positions and working days, appoint, name a deputy, let go, make or revoke a token."""
import hashlib
import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel import calendar
from squaredeal.kernel.action import action, record
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import Holiday
from squaredeal.kernel.notify import notify

from . import leading, policy, queries
from .models import Assignment, Deputy, Person, Position, Role, Token, Unit, active_on


@action("team.add_person", may=policy.may_arrange)
def add_person(actor, unit, *, login, name, position, starts_on, phone="", email="", password=""):
    """Somebody new in `unit` with `position` from a day; without a password they cannot sign in yet."""
    if Person.objects.filter(login=login).exists():
        raise Refused(_("The login %(login)s is taken. Choose another.") % {"login": login}, field="login")
    made = Person(login=login, name=name, phone=phone, email=email, hired_on=starts_on)
    _set_password(made, password)
    made.save()
    _seat(made, unit, position, starts_on)
    if position.role in leading.LEADERS:
        leading.again(actor, [unit], starts_on)
    _tell_directors(actor, made, position.role, _("%(actor)s made %(person)s %(position)s, from %(day)s.")
                    % {"actor": actor, "person": made, "position": position, "day": starts_on})
    return made


@action("team.change_facts", may=policy.may_change_facts)
def change_facts(actor, person, *, name, phone="", email=""):
    """How the person is called and reached; what was signed under the old name keeps it in the record."""
    person.name, person.phone, person.email = name, phone, email
    person.save(update_fields=["name", "phone", "email"])
    return person


@action("team.rename_unit", may=policy.may_arrange)
def rename_unit(actor, unit, *, name):
    """The unit under another name, with all that hangs on it."""
    if Unit.objects.filter(parent=unit.parent_id, name=name).exclude(pk=unit.pk).exists():
        raise Refused(_("There is a unit named %(name)s beside it. Choose another name.") % {"name": name}, field="name")
    unit.name = name
    unit.save(update_fields=["name"])
    return unit


@action("team.appoint", may=policy.may_appoint)
def appoint(actor, person, *, unit, position, starts_on, manager=None):
    """From `starts_on` the person holds `position` in `unit`; what they held ends the day before. Whom they led or lead answers to
    whoever leads there from that day; somebody who had left is back."""
    led = [seat.unit for seat in leading.posts(person.assignments.filter(active_on(starts_on)))]
    made = _seat(person, unit, position, starts_on, manager)
    here = [unit] if position.role in leading.LEADERS else []
    leading.again(actor, [*led, *here], starts_on)
    if here and made.ends_on:
        leading.again(actor, here, made.ends_on + timedelta(days=1))
    if starts_on <= timezone.localdate():
        leading.back(person, starts_on)
    _tell_directors(actor, person, position.role, _("%(actor)s made %(person)s %(position)s, from %(day)s.")
                    % {"actor": actor, "person": person, "position": position, "day": starts_on})
    return made


@action("team.let_go", may=policy.may_arrange)
def let_go(actor, person, *, left_on):
    """The person's last day. Their customers wait to be handed over; contracts and pay stay theirs."""
    if person == actor:
        raise Refused(_("Nobody lets themselves go. Ask the director or another administrator."))
    if person.role == Role.DIRECTOR and not _another(Role.DIRECTOR, person):
        raise Refused(_("%(person)s is the only director. Appoint another first.") % {"person": person})
    going = person.assignments.filter(Q(ends_on=None) | Q(ends_on__gte=left_on))
    led = [seat.unit for seat in leading.posts(going)]
    for seat in going.filter(starts_on__lte=left_on):
        seat.ends_on = left_on
        seat.save(update_fields=["ends_on"])
    person.assignments.filter(starts_on__gt=left_on).delete()
    person.left_on = left_on
    person.is_active = left_on >= timezone.localdate()
    person.save(update_fields=["left_on", "is_active"])
    leading.again(actor, led, left_on + timedelta(days=1))
    person.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    last = person.assignments.order_by("-starts_on").select_related("unit").first()
    superior = last and leading.superior(person, last.unit, timezone.localdate())
    if superior and superior != actor:
        notify(superior, _("%(person)s leaves on %(day)s. Hand their customers over.") % {"person": person, "day": left_on},
               url=f"{reverse('customers:list')}?owner={person.pk}", clause=policy.HandOver.number)
    return person


@action("team.take_back_leaving", may=policy.may_take_back_leaving)
def take_back_leaving(actor, person):
    """They stay after all: the post that ended with their last day goes on, and they sign in again. Tokens stay revoked."""
    last = person.left_on
    led = [seat.unit for seat in leading.posts(person.assignments.filter(ends_on=last))]
    person.assignments.filter(ends_on=last).update(ends_on=None)
    person.left_on, person.is_active = None, True
    person.save(update_fields=["left_on", "is_active"])
    leading.again(actor, led, last + timedelta(days=1))
    return person


@transaction.atomic
def tick(on):
    """What the clock does once a day: whoever's last day has passed and who holds no post signs in no more, and whoever begins a post
    after having left signs in again. Returns how many went."""
    for seat in Assignment.objects.filter(active_on(on), person__left_on__lt=F("starts_on")).select_related("person"):
        leading.back(seat.person, seat.starts_on)
        record(None, "team.back", seat.person, {"is_active": [False, True]})
    seated = Assignment.objects.filter(active_on(on)).values("person")
    gone = list(Person.objects.select_for_update().filter(left_on__lt=on, is_active=True).exclude(pk__in=seated))
    for person in gone:
        person.is_active = False
        person.save(update_fields=["is_active"])
        record(None, "team.left", person, {"is_active": [True, False]})
    return len(gone)


@action("team.name_deputy", may=policy.may_name_deputy)
def name_deputy(actor, absent, *, deputy, starts_on, ends_on, reason=""):
    """`deputy` sees and decides what `absent` would, from a day to a day inclusive."""
    made = Deputy.objects.create(absent=absent, deputy=deputy, starts_on=starts_on, ends_on=ends_on, reason=reason)
    notify(deputy, _("You act for %(absent)s until %(day)s.") % {"absent": absent, "day": ends_on}, clause=policy.ActingDeputy.number)
    return made


@action("team.end_deputy", may=policy.may_end_deputy)
def end_deputy(actor, deputy):
    """The deputy no longer acts from today on; a span that has not begun is removed."""
    yesterday = timezone.localdate() - timedelta(days=1)
    if deputy.starts_on > yesterday:
        deputy.delete()
        return None
    deputy.ends_on = yesterday
    deputy.save(update_fields=["ends_on"])
    return deputy


@action("team.add_unit", may=policy.may_arrange)
def add_unit(actor, parent, *, name):
    """A unit below `parent`."""
    if Unit.objects.filter(parent=parent, name=name).exists():
        raise Refused(_("%(parent)s already has a unit named %(name)s.") % {"parent": parent, "name": name}, field="name")
    made = Unit.objects.create(name=name, parent=parent, rank=Unit.objects.filter(parent=parent).count() + 1)
    made.path = f"{parent.path}{made.pk}/"
    made.save(update_fields=["path"])
    return made


@action("team.add_position", may=policy.may_arrange)
def add_position(actor, subject=None, *, name, role, duties="", second_step=False):
    """A post of the company's own; `role` says what its holders see and decide, and stays."""
    _free_position(name)
    return Position.objects.create(name=name, role=role, duties=duties, second_step=second_step)


@action("team.change_position", may=policy.may_arrange)
def change_position(actor, position, *, name, duties="", second_step=False):
    """Its name, its duties and whether its holders sign in with two steps; who holds it keeps it."""
    _free_position(name, position.pk)
    position.name, position.duties, position.second_step = name, duties, second_step
    position.save(update_fields=["name", "duties", "second_step"])
    return position


@action("team.mark_day", may=policy.may_arrange)
def mark_day(actor, subject=None, *, on, working, name=""):
    """The day is a working day, or off, whatever its weekday says; deadlines reckoned from now on know it."""
    return Holiday.objects.update_or_create(on=on, defaults={"working": working, "name": name})[0]


@action("team.unmark_day", may=policy.may_arrange)
def unmark_day(actor, subject=None, *, on):
    """The day is again what its weekday says."""
    Holiday.objects.filter(on=on).delete()


@action("team.fill_year", may=policy.may_arrange)
def fill_year(actor, subject=None, *, year):
    """The public holidays and working weekends of a year as published; days marked by hand stay as they are."""
    if not calendar.published(year):
        raise Refused(_("The holidays of %(year)s are not published with this version. Mark the days one by one.") % {"year": year})
    calendar.seed(year, year)


@action("team.set_password", may=policy.may_arrange)
def set_password(actor, person, *, password):
    """A first or new password, told to the person by whoever sets it."""
    _set_password(person, password)
    person.save(update_fields=["password"])
    if actor != person:
        notify(person, _("%(actor)s set a new password for you. If you did not ask for it, tell the director.") % {"actor": actor})
        _tell_directors(actor, person, person.role, _("%(actor)s set a new password for %(person)s.") % {"actor": actor, "person": person})
    return person


@action("team.drop_second_step", may=policy.may_drop_second_step)
def drop_second_step(actor, person):
    """The authenticator, passkeys and recovery codes of somebody who lost them; the password alone signs in until they are set up again."""
    Authenticator.objects.filter(user=person).delete()
    notify(person, _("%(actor)s took your second step of signing in away. If you did not ask for it, tell the director.") % {"actor": actor})
    _tell_directors(actor, person, person.role, _("%(actor)s took the second step of %(person)s away.") % {"actor": actor, "person": person})
    return person


@action("team.make_token", may=policy.may_make_token)
def make_token(actor, person, *, name):
    """An access token for the API. The row carries the plain token as `.plain` this once; only its digest is kept."""
    plain = "sd_" + secrets.token_urlsafe(32)
    made = Token.objects.create(person=person, name=name, digest=hashlib.sha256(plain.encode()).hexdigest())
    made.plain = plain
    return made


@action("team.revoke_token", may=policy.may_revoke_token)
def revoke_token(actor, person, *, pk):
    """The token stops working at once."""
    found = person.tokens.filter(pk=pk, revoked_at=None).first()
    if found is None:
        raise OutOfReach(_("This token is already revoked, or not yours."))
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    return found


def _tell_directors(actor, person, role, text):
    """Whoever keeps accounts could come in as somebody who signs or pays; so the directors learn of each time they could."""
    if role in {Role.DIRECTOR, *policy.APART}:
        for director in queries.with_role(actor, Role.DIRECTOR):
            if director not in {actor, person}:
                notify(director, text, url=reverse("team:person", args=[person.pk]))


def _seat(person, unit, position, starts_on, manager=None):
    for old in person.assignments.filter(active_on(starts_on)):
        if old.starts_on >= starts_on:
            raise Refused(_("%(person)s already begins a post on that day. Choose a later day.") % {"person": person}, field="starts_on")
        old.ends_on = starts_on - timedelta(days=1)
        old.save(update_fields=["ends_on"])
    later = person.assignments.filter(starts_on__gt=starts_on).order_by("starts_on").first()
    return Assignment.objects.create(person=person, unit=unit, position=position, manager=manager or leading.superior(person, unit, starts_on),
                                     starts_on=starts_on, ends_on=later and later.starts_on - timedelta(days=1))


def _free_position(name, own=None):
    if Position.objects.filter(name=name).exclude(pk=own).exists():
        raise Refused(_("There is a position named %(name)s already. Choose another name.") % {"name": name}, field="name")


def _set_password(person, password):
    if not password:
        person.set_unusable_password()
        return
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages), field="password") from None
    person.set_password(password)


def _another(role, person):
    return Assignment.objects.filter(active_on(timezone.localdate()), position__role=role, person__is_active=True).exclude(person=person).exists()
