"""The first day of a company: its root unit, its posts, the public holidays, and an administrator, made from the console before anyone can
sign in."""
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel import calendar
from squaredeal.kernel.action import action, anyone
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.team.models import Assignment, Person, Position, Role, Unit


def database_is_new():
    """Nobody is in it yet: the demo company may be loaded, or the first administrator made."""
    return not Person.objects.exists()


@action("team.administrator", may=anyone)
def administrator(actor, company, *, login, name, password):
    """A person who can sign in as administrator, in the root unit, which is made and named `company`, with the posts of chapter 一, when there is none.

    `actor` is None: whoever has the console has the database. Raises Refused for a login taken, an empty name or a weak password.
    """
    if not login.strip() or not name.strip():
        raise Refused(_("Give a login and a name."))
    if Person.objects.filter(login=login).exists():
        raise Refused(_("The login %(login)s is taken. Choose another.") % {"login": login})
    made = Person(login=login.strip(), name=name.strip(), hired_on=timezone.localdate())
    try:
        validate_password(password, made)
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages)) from None
    made.set_password(password)
    made.save()
    root = Unit.objects.filter(parent=None).first() or _root(company)
    post = Position.objects.filter(role=Role.ADMIN).first() or Position.objects.create(name=_("Administrator"), role=Role.ADMIN)
    Assignment.objects.create(person=made, unit=root, position=post, starts_on=timezone.localdate())
    return made


def _root(company):
    if not company.strip():
        raise Refused(_("Give the name of the company."))
    root = Unit.objects.create(name=company.strip())
    root.path = f"/{root.pk}/"
    root.save(update_fields=["path"])
    for post, role in [(_("Sales director"), Role.DIRECTOR), (_("Regional manager"), Role.MANAGER), (_("Sales representative"), Role.REP),
                       (_("Commission officer"), Role.FINANCE), (_("Administrator"), Role.ADMIN)]:
        Position.objects.create(name=post, role=role)
    year = timezone.localdate().year
    calendar.seed(year - 2, year + 1)
    return root
