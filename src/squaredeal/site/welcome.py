"""What the first page of the demo company says: its size as counted, its five people and where each begins, a walk of fifteen minutes."""
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.organisation.team.models import Assignment, Role, Unit, active_on
from squaredeal.process.contracts.models import Contract
from squaredeal.process.customers.models import Customer

from .navigation import first_address
from .serve import demo_people as people


def facts():
    """Counts of the database as it is: company, regions, representatives, customers, months of books."""
    today = timezone.localdate()
    company = Unit.objects.filter(parent=None).first()
    first = Contract.objects.aggregate(day=Min("signed_on"))["day"]
    return {
        "company": company.name if company else "",
        "regions": Unit.objects.filter(parent=company).count() if company else 0,
        "reps": Assignment.objects.filter(active_on(today), position__role=Role.REP, person__is_active=True).count(),
        "customers": Customer.objects.count(),
        "months": (today.year - first.year) * 12 + today.month - first.month + 1 if first else 0,
    }


def five():
    """[(person, post, what they do here, where they begin)]."""
    says = {
        Role.DIRECTOR: (_("decides on prices below the floor, sees how far the quarter is from its target"), _("desk")),
        Role.MANAGER: (_("guides one region, signs concessions within the limit, sees only that region"), _("desk")),
        Role.REP: (_("follows up, quotes, collects, checks the statement line by line"), _("today, on the phone too")),
        Role.FINANCE: (_("matches receipts, runs the month's commission, answers objections"), _("desk")),
        Role.ADMIN: (_("keeps posts and people, hands over when somebody leaves"), _("organisation")),
    }
    return [(person, person.seat.position.name if person.seat else "", *says.get(person.role, ("", ""))) for person in people()]


def walk():
    """[(what, what to look at, address)]; a step whose page does not exist is left out."""
    steps = [
        (_("Change a clause"), _("A number in the sentence; it waits in your draft until you publish it"), ("rulebook:index",)),
        (_("Look at customers"), _("Who is late, who has no next step, who may see what"), ("customers:list",)),
        (_("Stop a concession"), _("Below the floor it waits for a signature"), ("approvals:inbox",)),
        (_("Take commission apart"), _("From the receipt to the clause, to the fen"), ("statements:index",)),
        (_("Read the numbers"), _("Everybody in reach, by three columns at once"), ("insight:leaderboard",)),
    ]
    return [(what, look, address) for what, look, names in steps if (address := first_address(names))]
