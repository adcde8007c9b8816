"""What can be asked about one customer, its contacts, history and helpers; and what the palette, the timeline and the desk ask of customers."""
from datetime import timedelta

from django.db.models import Count, Window
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from squaredeal.kernel.errors import OutOfReach
from squaredeal.kernel.models import Journal
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Person, Role, active_on
from squaredeal.organisation.team.policy import HandOver

from . import listing, policy
from . import search as finding
from .models import NO_STEP, Contact, Customer, GradeChange, Ownership, View


def customer(viewer, pk):
    """One customer within reach with its owner, or OutOfReach."""
    found = Customer.objects.seen_by(viewer).select_related("owner").filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This customer is not here, or not within your reach."))
    return found


def some(viewer, pks):
    """{id: Customer} of those within reach, with owners; for pages that show what stands beside many customers."""
    return Customer.objects.seen_by(viewer).select_related("owner").in_bulk(list(pks))


def contacts(viewer, customer):
    """The contacts of a customer within reach, the one who decides first."""
    order = {part: place for place, part in enumerate(Contact.Part.values)}
    return sorted(customer.contacts.all(), key=lambda c: (order.get(c.part, 9), c.pk))


def contact(viewer, pk):
    """One contact of a customer within reach, or OutOfReach."""
    found = Contact.objects.seen_by(viewer).select_related("customer__owner").filter(pk=pk).first()
    if found is None:
        raise OutOfReach(_("This contact is not here, or not within your reach."))
    return found


def collaborators(viewer, customer):
    """[Person] working on a customer within reach today."""
    return [c.person for c in customer.collaborations.filter(active_on(timezone.localdate())).select_related("person").order_by("pk")]


def ownerships(viewer, customer):
    """Who owned a customer within reach, latest first."""
    return list(Ownership.objects.filter(customer=customer).select_related("owner", "by").order_by("-starts_on", "-pk"))


def grade_changes(viewer, customer):
    """Grades given to a customer within reach, latest first."""
    return list(GradeChange.objects.filter(customer=customer).select_related("by"))


def region_of(viewer, customer):
    """The name of the unit the customer's owner works in today, or ""."""
    seat = customer.owner.seat if customer.owner else None
    return str(seat.unit) if seat else ""


def colleagues(viewer, customer, helpers):
    """People who could be asked to work on the customer: whoever sells today, save the owner and those who do already."""
    taken = {customer.owner_id, *(p.pk for p in helpers)}
    return [a.person for a in team.people(viewer) if a.position.role in policy.SELLERS and a.person_id not in taken]


def person(viewer, pk):
    """A colleague, by id, or OutOfReach."""
    return team.person(viewer, pk)


def owners(viewer, chosen=()):
    """[Person] who may own customers the viewer sees, for the owner filter; with those `chosen` (ids) who have left, while customers of theirs are in sight."""
    selling = {pk: person for pk, (person, _unit) in team.reps(viewer).items()}
    if missing := set(chosen) - set(selling):
        selling |= {c.owner_id: c.owner for c in Customer.objects.seen_by(viewer).filter(owner__in=missing).select_related("owner").order_by("owner").distinct()}
    return list(selling.values())


def regions(viewer):
    """The units the list can be narrowed to."""
    return team.regions(viewer)


def views(viewer):
    """The viewer's saved views, oldest first."""
    return list(View.objects.filter(person=viewer).order_by("pk"))


def hand_overs(viewer, most=3):
    """The viewer's own hand-overs that can still be undone, latest first: [{"pk", "at", "count", "to": Person}]."""
    since = timezone.now() - timedelta(days=policy.Transfer.on(timezone.localdate()).days)
    rows = Journal.objects.filter(actor=viewer, verb="customers.assign", undone_at=None, at__gte=since).order_by("-pk")
    found = list(rows.values("pk", "at", "count", to=KT("moves__0__2"))[:most])
    people = Person.objects.in_bulk({int(row["to"]) for row in found})
    return [{**row, "to": people[int(row["to"])]} for row in found]


def hand_over(viewer, pk):
    """The journal of a hand-over the viewer made, or, for the director, anybody's; OutOfReach otherwise."""
    found = Journal.objects.filter(pk=pk, verb="customers.assign").first()
    if found is None or not (found.actor_id == viewer.pk or Role.DIRECTOR in policy.roles(viewer)):
        raise OutOfReach(_("This is not here, or not within your reach."))
    return found


def timeline(viewer, customer):
    """Ownership and grades of a customer within reach, for its one timeline."""
    found, before = [], None
    noon = timezone.datetime.min.time().replace(hour=12)
    for row in Ownership.objects.filter(customer=customer).select_related("owner", "by").order_by("starts_on", "pk"):
        here, was = row.owner or _("nobody"), before or _("nobody")
        found.append({
            "at": timezone.make_aware(timezone.datetime.combine(row.starts_on, noon)), "kind": "ownership", "icon": "users", "who": row.by,
            "title": f"{was} → {here}" if before is not None else str(here), "text": row.reason, "url": "", "clause": policy.Transfer.number})
        before = row.owner
    for change in grade_changes(viewer, customer):
        found.append({
            "at": change.at, "kind": "grade", "icon": "adjustments", "who": change.by, "text": change.reason, "url": "",
            "title": f"{change.get_which_display()} {change.before or '—'} → {change.after}", "clause": policy.Regraded.number})
    return found


def needs(viewer):
    """What needs this person now: own customers without a next step, as one need; and what somebody who left has left behind."""
    if viewer.role not in policy.SELLERS:
        return []
    return _left_behind(viewer) + _without_step(viewer)


def _left_behind(viewer):
    """For those who lead: customers of people who are gone wait to be handed over."""
    people = team.left_behind(viewer)
    if not people:
        return []
    rule, today, found = HandOver.on(timezone.localdate()), timezone.localdate(), []
    held = dict(Customer.objects.filter(owner__in=[p.pk for p, _manager in people]).order_by().values_list("owner").annotate(n=Count("pk")))
    for person, manager in people:
        if count := held.get(person.pk):
            url, by = f"{reverse('customers:list')}?owner={person.pk}", person.left_on + timedelta(days=rule.days)
            found.append({
                "clause": rule.number, "due": by, "late": by < today, "weight": 70, "url": url,
                "title": ngettext("%(person)s has left, %(n)s customer waits to be handed over",
                                  "%(person)s has left, %(n)s customers wait to be handed over", count) % {"person": person, "n": count},
                "text": _("%(manager)s hands them over.") % {"manager": manager} if manager and manager != viewer else
                _("Pick them in the list and hand them to colleagues; earned commission stays with the signer."),
                "verbs": [{"label": _("Hand over"), "url": url, "primary": False, "method": "get"}]})
    return found


def _without_step(viewer):
    rows = Customer.objects.filter(owner=viewer, due_on=NO_STEP).annotate(all=Window(Count("pk"))).only("name", "short_name").order_by("grade", "pk")[:3]
    if not rows:
        return []
    count = rows[0].all
    url = f"{reverse('customers:list')}?view=none"
    first = [str(c) for c in rows]
    return [{
        "clause": policy.NextStep.number, "due": None, "late": False, "weight": 30, "url": url, "text": pgettext("several", ", ").join(first),
        "title": ngettext("%(n)s customer has no next step", "%(n)s customers have no next step", count) % {"n": count},
        "verbs": [{"label": _("Set next step"), "url": url, "primary": False, "method": "get"}]}]


def search(viewer, text, limit=6):
    """[(label, hint, url)] of customers within reach by name, initials or phone."""
    found = finding.find(Customer.objects.seen_by(viewer), text)
    if not found or not found.pks:
        return []
    rows = Customer.objects.filter(pk__in=found.pks).select_related("owner").order_by("due_on", "pk")[:limit]
    return [(str(c), f"{c.grade} · {c.owner or _('no owner')}", reverse("customers:record", args=[c.pk])) for c in rows]


def exported(viewer, scope, asked):
    """(head, rows) of the filtered list for a sheet: the same reach and conditions as the page."""
    regions = {pk: str(unit) for pk, unit in team.region_of(viewer).items()}
    rows = Customer.objects.filter(pk__in=listing.chosen(viewer, scope, asked, most=100_000)).select_related("owner").order_by("due_on", "pk")
    head = [_("Customer"), _("Tax number"), _("Phone"), _("Industry"), _("City"), _("Address"), _("Channel"), _("Owner"), pgettext("list", "Region"), _("Intention"),
            _("Value"), _("Next step on"), _("Next step"), _("Last contact")]
    return head, [[c.name, c.tax_number, c.phone, c.industry, c.city, c.address, c.get_channel_display(), c.owner and c.owner.name,
                   regions.get(c.owner_id, ""), c.grade, c.value_grade, c.next_step_on, c.next_step, c.last_contact_on] for c in rows.iterator()]
