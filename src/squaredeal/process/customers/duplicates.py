"""Who has this customer already: the same name, tax number or phone, over the whole company, shown masked."""
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.scope import FIRM

from . import naming
from .models import Contact, Customer

MOST = 5
SAME = {"name": gettext_lazy("same name"), "tax_number": gettext_lazy("same tax number"), "phone": gettext_lazy("same phone")}


@dataclass(frozen=True)
class Match:
    """One customer that clashes. Doors show `same`, `region`, `owner` (masked) and, within reach, the customer itself; never `pk`."""
    pk: int
    same: tuple
    region: str
    owner: str
    tax_number: str
    customer: Customer | None = None

    @property
    def reasons(self):
        return [SAME[kind] for kind in self.same]

    @property
    def holder(self):
        """华东 王*, or that nobody has it."""
        return f"{self.region} {self.owner}".strip() or _("nobody at present")


def find(viewer, *, name="", tax_number="", phone=""):
    """[Match] for what is about to be registered, those with more in common first; at most five."""
    key, tax, tail = naming.name_key(name), naming.tax_key(tax_number), naming.phone_key(phone)
    like = Q()
    if len(key) >= 2:
        like |= Q(name_key=key)
    if len(tax) >= 8:
        like |= Q(tax_number=tax)
    if len(tail) >= 7:
        like |= Q(phone_key=tail) | Q(pk__in=list(Contact.objects.filter(phone_key=tail).values_list("customer", flat=True)[:MOST]))
    if not like:
        return []
    rows = list(Customer.objects.filter(like).select_related("owner")[:MOST])
    if not rows:
        return []
    regions, own = team.region_of(FIRM), set(Customer.objects.seen_by(viewer).filter(pk__in=[c.pk for c in rows]).values_list("pk", flat=True))
    found = []
    for c in rows:
        same = tuple(kind for kind, is_same in [("name", len(key) >= 2 and c.name_key == key), ("tax_number", bool(tax) and c.tax_number == tax)]
                     if is_same) or ("phone",)
        if tail and c.phone_key == tail and "phone" not in same:
            same += ("phone",)
        found.append(Match(c.pk, same, str(regions.get(c.owner_id, "")), naming.masked(c.owner), c.tax_number, c if c.pk in own else None))
    return sorted(found, key=lambda m: -len(m.same))


def text(match):
    """The refusal a clash earns: what, why, and the ways out."""
    said = {"same": pgettext("several", ", ").join(str(reason) for reason in match.reasons), "holder": match.holder}
    if not match.owner:
        return _("This customer is here already (%(same)s), without an owner. Ask your manager to hand it to you.") % said
    if match.same == ("phone",):
        return _("A customer with the same phone belongs to %(holder)s. If it is another company, write down how it differs; "
                 "else ask to work together.") % said
    if match.customer:
        return _("This customer is here already (%(same)s), within your own reach. Open it and go on there.") % said
    return _("This customer is here already (%(same)s); it belongs to %(holder)s. Ask to work together, or tell your manager.") % said


def one_at_a_time():
    """Two people who register the same company at once come one after the other; SQLite's writers do anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REGISTERING])


REGISTERING = 212
"""The lock of clause 2.1.2."""
