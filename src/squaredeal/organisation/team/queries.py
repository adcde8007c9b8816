"""What can be asked of the organisation: who is where on a day, who reports to whom, whose token this is, who can see a record."""
import hashlib
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from squaredeal.kernel import calendar
from squaredeal.kernel.errors import OutOfReach
from squaredeal.kernel.memory import lasting

from . import policy, scope
from .models import Assignment, Deputy, Person, Position, Role, Token, Unit, active_on, line_of


def units(viewer):
    """Every unit as the tree reads: a parent, then its children with theirs, by rank."""
    def read():
        found = list(Unit.objects.all())
        rank = {u.pk: (u.rank, u.pk) for u in found}
        return sorted(found, key=lambda u: [rank[step] for step in u.line if step in rank])
    return list(lasting("team.units", read))


def unit(viewer, pk):
    """One unit, or OutOfReach."""
    found = next((u for u in units(viewer) if u.pk == pk), None)
    if found is None:
        raise OutOfReach("unit")
    return found


def positions(viewer):
    """[(Position, how many hold it today)], from the director's down."""
    held = Count("assignments", filter=active_on(timezone.localdate(), "assignments__"))
    rank = {role: place for place, role in enumerate(Role)}
    found = Position.objects.annotate(held=held)
    return [(p, p.held) for p in sorted(found, key=lambda p: (rank[Role(p.role)], p.pk))]


def position(viewer, pk):
    """One position, or OutOfReach."""
    found = Position.objects.filter(pk=pk).first()
    if found is None:
        raise OutOfReach("position")
    return found


def days(viewer, year):
    """[Holiday] of a year, and whether its public holidays can be filled in."""
    return calendar.marked(year), calendar.published(year)


def regions(viewer):
    """The units directly below the company, in order: the rows of reports by region."""
    tree = units(viewer)
    tops = {u.pk for u in tree if u.parent_id is None}
    return [u for u in tree if u.parent_id in tops]


def people(viewer, on=None):
    """[Assignment] in force on a day (default today), with person, unit, position: top down by unit, managers first."""
    on = on or timezone.localdate()
    rank = {Role.DIRECTOR: 0, Role.MANAGER: 1, Role.REP: 2, Role.FINANCE: 3, Role.ADMIN: 4}

    def read():
        rows = Assignment.objects.filter(active_on(on)).select_related("person", "unit", "position", "manager")
        return sorted(rows, key=lambda a: (a.unit.path.count("/"), a.unit.rank, a.unit_id, rank[a.position.role], a.person_id))
    return list(lasting(("team.people", on), read))


def reps(viewer):
    """People selling today within the viewer's answer: id → (person, unit). The director and finance see all."""
    rows = [a for a in people(viewer) if a.position.role == Role.REP]
    if not scope.sees_all(viewer, frozenset({Role.DIRECTOR, Role.FINANCE})):
        mine = scope.people_under(viewer)
        rows = [a for a in rows if a.person_id in mine]
    return {a.person_id: (a.person, a.unit) for a in rows}


def region_of(viewer, on=None):
    """{person id: region Unit} on a day, for grouping by region; people of the company itself are absent. Who has left belongs where they
    were last: what they left behind is that region's until it is handed over."""
    by_id = {u.pk: u for u in units(viewer)}
    lines = {pk: line_of(path) for pk, path in scope.gone(on or timezone.localdate()).items()} | {a.person_id: a.unit.line for a in people(viewer, on)}
    return {pk: by_id[line[1]] for pk, line in lines.items() if len(line) > 1}


def managers(viewer, on=None):
    """{unit id: Person} of the managers in force; a unit absent here has none."""
    return {a.unit_id: a.person for a in people(viewer, on) if a.position.role == Role.MANAGER}


def vacancies(viewer, on=None):
    """[(region, last day somebody held it or None)] of regions without a manager on the day."""
    on = on or timezone.localdate()
    held = managers(viewer, on)
    empty = [u for u in regions(viewer) if u.pk not in held]
    last = _last_managers(on)
    return [(unit, last[unit.pk].ends_on if unit.pk in last else None) for unit in empty]


def _last_managers(on):
    """{unit id: the Assignment of its last manager whose time was over by a day}."""
    def read():
        rows = Assignment.objects.filter(position__role=Role.MANAGER, ends_on__lt=on).order_by("ends_on", "pk")
        return {seat.unit_id: seat for seat in rows}
    return lasting(("team.last_managers", on), read)


def needs(viewer):
    """For the director: regions whose manager's post has been empty too long and that nobody deputises for."""
    if viewer.role != Role.DIRECTOR:
        return []
    today, found = timezone.localdate(), []
    rule, by_region = policy.ManagerSeat.on(today), region_of(viewer)
    for unit, last in vacancies(viewer):
        since = (today - last).days if last else None
        seat = _last_managers(today).get(unit.pk)
        if since is not None and (since <= rule.days or any(d.absent_id == seat.person_id for d in scope.deputies(today))):
            continue
        people_there = sum(by_region.get(pk) == unit for pk in reps(viewer))
        url = f"{reverse('team:person', args=[seat.person_id])}#deputy" if seat else reverse("team:index")
        found.append({
            "clause": rule.number, "due": last and last + timedelta(days=rule.days + 1), "late": since is not None, "weight": 80, "url": reverse("team:index"),
            "title": _("%(unit)s has no manager") % {"unit": unit},
            "text": ngettext("%(n)s representative has nobody to lead them", "%(n)s representatives have nobody to lead them", people_there) % {"n": people_there},
            "verbs": [{"label": _("Name a deputy"), "url": url, "primary": False, "method": "get"}]})
    return found


def left_behind(viewer):
    """[(Person, their manager or None)] of those who left and whose rows the viewer answers for: managers for their units; the director
    where nobody else does, and once the days of the hand-over are over."""
    if viewer.role not in {Role.MANAGER, Role.DIRECTOR}:
        return []
    today = timezone.localdate()
    paths, held, days = scope.gone(today), managers(viewer), policy.HandOver.on(today).days
    mine, found = scope.people_under(viewer), []
    for person in Person.objects.filter(pk__in=[pk for pk in paths if pk in mine], left_on__isnull=False):
        manager = next((held[u] for u in reversed(line_of(paths[person.pk])) if u in held), None)
        if viewer.role == Role.MANAGER or manager is None or (today - person.left_on).days > days:
            found.append((person, manager))
    return found


def superior(viewer, person, on=None):
    """Who signs for `person` on a day: the unit's manager or the nearest above, their deputy when the post is empty, else the director."""
    on = on or timezone.localdate()
    seat = person.seat_on(on)
    if seat is None:
        return director(viewer, on)
    held = managers(viewer, on)
    for unit in reversed(seat.unit.line):
        if unit in held and held[unit] != person:
            return held[unit]
    return director(viewer, on)


def director(viewer, on=None):
    """The director in force on a day, or None."""
    on = on or timezone.localdate()
    seat = Assignment.objects.filter(active_on(on), position__role=Role.DIRECTOR).select_related("person").first()
    return seat.person if seat else None


def with_role(viewer, role, on=None):
    """People holding a role on a day, in order of their number."""
    on = on or timezone.localdate()
    return list(Person.objects.filter(active_on(on, "assignments__"), assignments__position__role=role, is_active=True).distinct())


def deputies_of(viewer, person, on=None):
    """People acting for `person` on a day."""
    on = on or timezone.localdate()
    return [d.deputy for d in Deputy.objects.filter(active_on(on), absent=person).select_related("deputy")]


def deputyships(viewer, person):
    """[Deputy] of `person` that last until today or longer, soonest first."""
    rows = Deputy.objects.filter(absent=person, ends_on__gte=timezone.localdate())
    return list(rows.select_related("deputy", "absent").order_by("starts_on"))


def stand_ins(viewer, absent):
    """People who may be named to act for somebody."""
    return policy.stand_ins(absent, [seat for seat in people(viewer) if seat.person.is_active])


def deputyship(viewer, pk):
    """One Deputy, or OutOfReach."""
    found = Deputy.objects.filter(pk=pk).select_related("absent", "deputy").first()
    if found is None:
        raise OutOfReach("deputy")
    return found


def assignments_between(viewer, starts_on, ends_on):
    """[Assignment] touching the span, for the bars of the organisation page."""
    return list(Assignment.objects.filter(starts_on__lte=ends_on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
                .select_related("person", "unit", "position").order_by("starts_on"))


def last_seats(viewer, people):
    """[Assignment] of those who hold no post today, by id: each one's last, with person and unit."""
    rows = Assignment.objects.filter(person__in=people).select_related("person", "unit").order_by("ends_on", "pk") if people else ()
    return list({a.person_id: a for a in rows}.values())


def deputising_between(viewer, starts_on, ends_on):
    """[Deputy] touching the span."""
    return list(Deputy.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).select_related("absent", "deputy"))


def leaving(viewer, within=30):
    """People who left lately or leave soon: left_on from 30 days ago to `within` days ahead."""
    today = timezone.localdate()
    return list(Person.objects.filter(left_on__gte=today - timedelta(days=30), left_on__lte=today + timedelta(days=within)))


def person(viewer, pk):
    """One person of the firm, or OutOfReach. Everybody with a post may look up a colleague's name and post."""
    found = Person.objects.filter(scope.reach(viewer, Person), pk=pk).first()
    if found is None:
        raise OutOfReach("person")
    return found


def history(viewer, person):
    """[Assignment] a person held, latest first."""
    return list(person.assignments.select_related("unit", "position", "manager").order_by("-starts_on"))


def holder_of(viewer, token):
    """The active person an API token stands for, or None. `viewer` is None: nobody is known yet."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = Token.objects.filter(digest=digest, revoked_at__isnull=True).select_related("person").first()
    return found.person if found and found.person.is_active and found.person.role else None


def tokens(viewer, person=None):
    """The tokens of the viewer, or of `person` for those who arrange; newest first."""
    if person not in {None, viewer} and not policy.arranges(viewer):
        return []
    return list(Token.objects.filter(person=person or viewer).order_by("-made_at"))


def second_step(viewer, person):
    """Whether `person` signs in with an authenticator or a passkey."""
    return Authenticator.objects.filter(user=person.pk, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]).exists()


def owes_second_step(viewer):
    """Whether the viewer's position asks for a second step that they have not set up."""
    seat = viewer.seat
    return bool(seat and seat.position.second_step) and not second_step(viewer, viewer)


def who_can_see(viewer, kind, pk):
    """[(person, reason)] for a record of `kind` ("customers.customer") within the viewer's reach; OutOfReach otherwise."""
    model = apps.get_model(kind) if kind.count(".") == 1 and kind.lower() in _kinds() else None
    thing = model and model._default_manager.filter(scope.reach(viewer, model), pk=pk).first()
    if thing is None:
        raise OutOfReach(kind)
    return scope.who_can_see(thing)


def seers(viewer, kind, pk):
    """[(reason, [Person])] of who_can_see: who shares a reason stands together, so that a page names the line above and counts the rest."""
    found = {}
    for person, reason in who_can_see(viewer, kind, pk):
        found.setdefault(reason, []).append(person)
    return list(found.items())


def _kinds():
    return {m._meta.label_lower for m in apps.get_models() if hasattr(m, "owned_through")}


def search(viewer, text, limit=6):
    """[(label, hint, url)] of colleagues by name or login."""
    from django.urls import reverse
    found = Person.objects.filter(Q(name__icontains=text) | Q(login__istartswith=text), is_active=True)[:limit]
    return [(p.name, str(p.seat.position) if p.seat else "", reverse("team:person", args=[p.pk])) for p in found]
