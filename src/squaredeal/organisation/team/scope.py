"""Reach, said once: a rep their own, a manager the subtree as of today, a director everything.

Further terms of the same expression: acting deputies (whatever the absent would see) and collaborators.
Lists, detail, search, export, reports, API and inline edits all go through `seen_by`; outside reach is a 404.

A model takes part by saying where its owner is, and optionally where its collaborators are and which roles see the
whole firm's rows:

    class Customer(models.Model):
        owned_through = "owner"
        shared_through = "collaborations"      # a dated row with `person`
        named_through = "steps__approver"      # people the row itself calls on, and whoever acts for them
        firm_wide_for = {Role.DIRECTOR, Role.FINANCE}
        opened_to = Q(state="published"), {Role.REP}    # rows that some roles see whoever owns them
        objects = Owned.as_manager()

What belongs to nobody says `owned_through = ""`: only roles reach it.
"""
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.memory import lasting, remember

from .models import Assignment, Deputy, Person, Role, active_on


class _Firm:
    """Reads for computations, which must miss nothing."""
    pk = None
    role = Role.DIRECTOR
    name = "Squaredeal"

    def __str__(self):
        return self.name


FIRM = _Firm()
DEFAULT_FIRM_WIDE = frozenset({Role.DIRECTOR})
NOBODY = Q(pk__in=[]), frozenset()


def deputies(day):
    """[Deputy] in force on a day, with both people."""
    return lasting(("team.deputies", day), lambda: list(Deputy.objects.filter(active_on(day)).select_related("absent", "deputy")))


def stands_for(viewer):
    """The people whose eyes the viewer has today: their own, and of those they deputise for; nobody's without a post."""
    def read():
        if not viewer.role:
            return []
        return [viewer, *(d.absent for d in deputies(timezone.localdate()) if d.deputy_id == viewer.pk)]
    return remember(("team.stands_for", viewer.pk), read)


def people_under(viewer):
    """Ids of the people whose rows the viewer answers for today: self; for those who lead, everybody in the unit's subtree."""
    def read():
        today, found = timezone.localdate(), set()
        for eyes in stands_for(viewer):
            found.add(eyes.pk)
            if eyes.role in {Role.MANAGER, Role.DIRECTOR}:
                found.update(_subtree(eyes.seat.unit.path, today))
        return frozenset(found)
    return remember(("team.people_under", viewer.pk), read)


def _subtree(path, day):
    """Ids of everybody with a post in the units below `path`, or at it, on a day; and of those whose last post was there, so that what
    they left behind is not out of sight before it is handed over."""
    def read():
        here = Assignment.objects.filter(active_on(day), unit__path__startswith=path).values_list("person", flat=True)
        return frozenset(here) | {pk for pk, last in gone(day).items() if last.startswith(path)}
    return lasting(("team.subtree", path, day), read)


def gone(day):
    """{person id: path of the unit of their last post} of everybody whose posts were all over by a day."""
    def read():
        seated = Assignment.objects.filter(active_on(day)).values("person")
        rows = Assignment.objects.filter(ends_on__lt=day).exclude(person__in=seated).order_by("ends_on", "pk")
        return dict(rows.values_list("person", "unit__path"))
    return lasting(("team.gone", day), read)


def departed(day):
    """Ids of everybody who has left the company by a day."""
    return lasting(("team.departed", day), lambda: frozenset(Person.objects.filter(left_on__lt=day).values_list("pk", flat=True)))


def sees_all(viewer, firm_wide=DEFAULT_FIRM_WIDE):
    """Whether the viewer, or somebody they deputise for, has a role that reaches every row."""
    if viewer is FIRM:
        return True
    return any(eyes.role in firm_wide for eyes in stands_for(viewer))


def reach(viewer, model):
    """The condition under which a row of `model` lies within the viewer's reach."""
    if sees_all(viewer, getattr(model, "firm_wide_for", DEFAULT_FIRM_WIDE)):
        return Q()
    if not viewer.role:
        return Q(pk__in=[])
    mine = Q(**{f"{model.owned_through}__in": people_under(viewer)}) if model.owned_through else Q(pk__in=[])
    condition, roles = getattr(model, "opened_to", NOBODY)
    if sees_all(viewer, roles):
        mine |= condition
    shared = getattr(model, "shared_through", None)
    if shared:
        today = timezone.localdate()
        rows = model._base_manager.filter(active_on(today, f"{shared}__"), **{f"{shared}__person": viewer.pk})
        mine |= Q(pk__in=rows.values("pk"))
    named = getattr(model, "named_through", None)
    if named:
        called = model._base_manager.filter(**{f"{named}__in": [eyes.pk for eyes in stands_for(viewer)]})
        mine |= Q(pk__in=called.values("pk"))
    return mine


class Owned(QuerySet):
    """For models that say where their owner is: `owned_through = "customer__owner"`."""

    def seen_by(self, viewer):
        return self.filter(reach(viewer, self.model))

    def in_scope(self, viewer, scope):
        """Within reach and narrowed to the scope picker: "me", "team" or "firm". Whom the viewer answers for is the first term of
        `reach`, so that of those nothing more is asked: the database need not look for what is shared among what is their own."""
        path, under = self.model.owned_through, people_under(viewer) if scope in {"me", "team"} else frozenset()
        if scope == "me":
            return self.filter(**{path: viewer}) if viewer.pk in under else self.none()
        return self.filter(**{f"{path}__in": under}) if scope == "team" else self.seen_by(viewer)


def reaches(viewer, model, pk):
    """Whether one row is within reach."""
    return model._base_manager.filter(reach(viewer, model), pk=pk).exists()


def may_see(viewer, thing):
    """Whether one row is within reach, held already."""
    return reaches(viewer, type(thing), thing.pk)


def who_can_see(thing):
    """[(person, reason)] of everybody whose reach holds `thing`, read from the same terms as `reach`."""
    model, today = type(thing), timezone.localdate()
    owner = _owner_of(thing)
    firm_wide = getattr(model, "firm_wide_for", DEFAULT_FIRM_WIDE)
    seats = list(Assignment.objects.filter(active_on(today), person__is_active=True).select_related("person", "unit", "position"))
    found = {}
    if owner is not None:
        found[owner] = _("owner")
    shared = getattr(model, "shared_through", None)
    if shared:
        rows = model._base_manager.filter(active_on(today, f"{shared}__"), pk=thing.pk).values_list(f"{shared}__person", flat=True)
        for person in Person.objects.filter(pk__in=list(rows)):
            found.setdefault(person, _("collaborator"))
    named = getattr(model, "named_through", None)
    if named:
        called = model._base_manager.filter(pk=thing.pk).values_list(named, flat=True)
        for person in Person.objects.filter(pk__in=[pk for pk in called if pk]):
            found.setdefault(person, _("called on to decide"))
    owner_units = [s.unit.path for s in seats if owner is not None and s.person_id == owner.pk]
    if owner is not None and owner.pk in gone(today):
        del found[owner]
        owner_units = [gone(today)[owner.pk]]
    for seat in seats:
        if seat.position.role == Role.MANAGER and any(path.startswith(seat.unit.path) for path in owner_units):
            found.setdefault(seat.person, _("manager of %(unit)s") % {"unit": seat.unit})
    for seat in seats:
        if seat.position.role in firm_wide:
            found.setdefault(seat.person, _("whole company (%(position)s)") % {"position": seat.position})
    condition, roles = getattr(model, "opened_to", NOBODY)
    if roles and model._base_manager.filter(condition, pk=thing.pk).exists():
        for seat in seats:
            if seat.position.role in roles:
                found.setdefault(seat.person, _("open to every %(position)s") % {"position": seat.position})
    for deputy in Deputy.objects.filter(active_on(today), absent__in=[p.pk for p in found]).select_related("absent", "deputy"):
        found.setdefault(deputy.deputy, _("acting for %(person)s") % {"person": deputy.absent})
    return list(found.items())


def _owner_of(thing):
    if not thing.owned_through:
        return None
    for step in thing.owned_through.split("__"):
        thing = getattr(thing, step, None)
        if thing is None:
            return None
    return thing
