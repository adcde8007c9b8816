"""Handing customers over: what it would do (a count first, in words), doing it with a journal, taking it back. Contracts and pay stay."""
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from squaredeal.kernel.action import action
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import Entry, Journal
from squaredeal.kernel.notify import notify
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Person, active_on
from squaredeal.organisation.team.scope import people_under, sees_all

from . import policy
from .models import Collaboration, Customer, Ownership

MOST = 2000
"""Customers moved at once."""


@dataclass
class Plan:
    """What a hand-over to `owner` would do: `moves` [Customer], `stays` [(Customer, why, clause)], `loses` {Person: how many}."""
    owner: Person
    holds: int
    limit: int | None
    moves: list = field(default_factory=list)
    stays: list = field(default_factory=list)
    loses: Counter = field(default_factory=Counter)
    steps: int = 0
    """How many of the moving have a next step, which goes along."""

    @property
    def after(self):
        return self.holds + len(self.moves)

    @property
    def losers(self):
        """[(Person or None, how many)], who loses most first."""
        return self.loses.most_common()

    @property
    def more(self):
        """The words for what stays beyond the six that are named."""
        return ngettext("%(n)s more stays", "%(n)s more stay", len(self.stays) - 6) % {"n": len(self.stays) - 6}


def plan(viewer, rows, owner, *, lock=False):
    """The Plan for `rows` (customers or their ids) within the viewer's reach; OutOfReach when none of them is."""
    pks = [getattr(row, "pk", row) for row in rows][:MOST]
    found = Customer.objects.seen_by(viewer).filter(pk__in=pks)
    found = list(found.select_for_update(of=("self",)) if lock else found)
    if not found:
        raise OutOfReach(_("These customers are not here, or not within your reach."))
    rule = policy.Holding.on(timezone.localdate())
    holds = Customer.objects.filter(owner=owner).count()
    left = policy.room(rule, owner, holds)
    made = Plan(owner, holds, None if left is None else rule.limit)
    people = {p.pk: p for p in Person.objects.filter(pk__in={c.owner_id for c in found} - {None})}
    order = {pk: place for place, pk in enumerate(pks)}
    for customer in sorted(found, key=lambda c: order[c.pk]):
        if customer.owner_id == owner.pk:
            made.stays.append((customer, _("%(person)s owns it already") % {"person": owner}, ""))
        elif customer.owner_id and not policy.leads(viewer, customer):
            made.stays.append((customer, _("you work on it, %(person)s decides") % {"person": people[customer.owner_id]}, policy.Together.number))
        elif left is not None and len(made.moves) >= left:
            made.stays.append((customer, _("%(person)s is full: %(limit)s of %(limit)s") % {"person": owner, "limit": rule.limit}, rule.number))
        else:
            made.moves.append(customer)
            made.loses[people.get(customer.owner_id)] += 1
            made.steps += bool(customer.next_step_on)
    return made


def receivers(viewer, wanted=""):
    """[(Person, how many they hold, limit or None)] of those the viewer may hand to, whose name or initials begin with `wanted`."""
    wanted, rule = wanted.strip().lower(), policy.Holding.on(timezone.localdate())
    people = [p for p, _unit in team.reps(viewer).values() if wanted in p.name.lower() or policy.initials(p.name).startswith(wanted)]
    held = Counter(dict(Customer.objects.filter(owner__in=people).order_by().values_list("owner").annotate(n=Count("pk"))))
    return [(p, held[p.pk], rule.limit) for p in people]


@action("customers.assign", may=policy.may_give)
def assign(actor, rows, *, owner, reason=""):
    """Hand `rows` (customers or ids) to `owner`: those that can move do, the others stay. Returns the Journal for undoing it.

    Refused when none can move. The journal's `moves` are [customer, from, to].
    """
    made = plan(actor, rows, owner, lock=True)
    if not made.moves:
        customer, why, clause = made.stays[0]
        raise Refused(_("%(customer)s stays where it is: %(why)s.") % {"customer": customer, "why": why}, field="owner", clause=clause)
    said = reason.strip()[:200] or _("hand-over")
    moves = [[c.pk, c.owner_id, owner.pk] for c in made.moves]
    _move(actor, {c.pk: owner.pk for c in made.moves}, said)
    Collaboration.objects.filter(active_on(timezone.localdate()), customer__in=made.moves, person=owner).delete()
    journal = Journal.objects.create(actor=actor, verb="customers.assign", count=len(moves), moves=moves)
    _write_down(actor, "customers.assign", moves)
    _tell(actor, made)
    return journal


@action("customers.undo_assign", may=policy.may_undo)
def undo_assign(actor, journal):
    """Back to whom they came from; customers handed on since, or of people the actor leads no more, stay. Returns (how many went back, how many stayed)."""
    if journal.verb != "customers.assign":
        raise Refused(_("This is not a hand-over of customers."))
    rule = policy.Transfer.on(timezone.localdate())
    policy.check_undo(rule, (timezone.now() - journal.at).days)
    now = dict(Customer.objects.select_for_update().filter(pk__in=[m[0] for m in journal.moves]).values_list("pk", "owner"))
    mine = None if sees_all(actor) else people_under(actor)
    back = {pk: before for pk, before, after in journal.moves if now.get(pk) == after and (mine is None or after in mine)}
    _move(actor, back, _("taken back"))
    _write_down(actor, "customers.undo_assign", [[pk, now[pk], before] for pk, before in back.items()])
    journal.undone_at = timezone.now()
    journal.save(update_fields=["undone_at"])
    return len(back), len(journal.moves) - len(back)


def _move(actor, to, reason):
    """Owners as in `to` ({customer id: person id or None}) from today, with the history of ownership kept by days."""
    today = timezone.localdate()
    for owner in set(to.values()):
        pks = [pk for pk, goes in to.items() if goes == owner]
        Customer.objects.filter(pk__in=pks).update(owner=owner)
    held = Ownership.objects.filter(customer__in=list(to), ends_on__isnull=True)
    held.filter(starts_on__gte=today).delete()
    held.update(ends_on=today - timedelta(days=1))
    Ownership.objects.bulk_create([Ownership(customer_id=pk, owner_id=owner, starts_on=today, by=actor, reason=reason)
                                   for pk, owner in to.items()])


def _write_down(actor, verb, moves):
    Entry.objects.bulk_create([Entry(actor=actor, actor_name=str(actor), verb=verb, subject=f"customers.customer:{pk}",
                                     change={"owner_id": [before, after]}) for pk, before, after in moves])


def _tell(actor, made):
    """The new owner and those who lose customers each learn how many, and of what kind of decision it was."""
    url, number = reverse("customers:list"), policy.Transfer.number
    if made.owner != actor:
        notify(made.owner, ngettext("%(actor)s handed %(n)s customer to you.", "%(actor)s handed %(n)s customers to you.", len(made.moves))
               % {"actor": actor, "n": len(made.moves)}, url=url, clause=number)
    for person, count in made.loses.items():
        if person and person != actor:
            notify(person, ngettext("%(actor)s handed %(n)s of your customers to %(owner)s.", "%(actor)s handed %(n)s of your customers to %(owner)s.", count)
                   % {"actor": actor, "n": count, "owner": made.owner}, url=url, clause=number)
