"""What can be asked of credits: the shares of a contract, what still has no credit, and the rows a computation reads."""
from collections import defaultdict

from django.db.models import Exists, F, OuterRef, Q

from squaredeal.organisation.team.models import Assignment, Person, Role, active_on
from squaredeal.organisation.team.scope import FIRM, may_see
from squaredeal.process.collection.models import Allocation
from squaredeal.process.contracts.models import Contract

from .models import Credit, Split
from .policy import EARNING


def contract(viewer, pk):
    """One contract within reach, with its customer and signer, or None."""
    return Contract.objects.seen_by(viewer).select_related("customer", "signed_by").filter(pk=pk).first()


def splits_of(viewer, contract):
    """The shares decided for `contract`, largest first; empty when its signer earns alone or it is out of reach."""
    if viewer is not FIRM and not may_see(viewer, contract):
        return []
    return list(contract.splits.select_related("person"))


def earning(viewer, contract):
    """Ids of the people who earn from a contract within reach as it stands."""
    return set(contract.splits.values_list("person", flat=True)) or {contract.signed_by_id}


def untaken(viewer, until):
    """[(allocation, day, contract, signer)] ids of receipts up to `until`, on contracts that earn, without a live credit."""
    live = Credit.objects.filter(allocation=OuterRef("pk"), superseded_at__isnull=True)
    return list(Allocation.objects.seen_by(viewer)
                .filter(on__lte=until, instalment__contract__state__in=EARNING).exclude(Exists(live)).order_by("on", "pk")
                .values_list("pk", "on", "instalment__contract_id", "instalment__contract__signed_by_id"))


def of_people(viewer, people):
    """The condition that an allocation pays a contract one of `people` signed or shares."""
    return Q(instalment__contract__signed_by__in=people) | Q(instalment__contract__in=Split.objects.filter(person__in=people).values("contract"))


def shares_by_contract(viewer, contracts=None):
    """{contract id: [(person id, share, role, reason)]} of every decided split, for those who compute."""
    found = defaultdict(list)
    rows = Split.objects.filter(contract__in=contracts) if contracts is not None else Split.objects.all()
    for contract, *share in rows.order_by("contract_id", "pk").values_list("contract_id", "person_id", "share", "role", "reason"):
        found[contract].append(tuple(share))
    return found


def seats(viewer):
    """{person id: [(starts_on, ends_on, unit id)]}, oldest first: who sat where, when."""
    found = defaultdict(list)
    for person, *seat in Assignment.objects.order_by("starts_on", "pk").values_list("person_id", "starts_on", "ends_on", "unit_id"):
        found[person].append(tuple(seat))
    return found


def live(viewer, until=None):
    """Credits in force as dicts (allocation, person, unit, share, role, reason), for a computation."""
    rows = Credit.objects.filter(superseded_at__isnull=True)
    if viewer is not FIRM:
        rows = rows.seen_by(viewer)
    if until is not None:
        rows = rows.filter(allocation__on__lte=until)
    return rows.order_by("allocation_id", "pk").values("allocation", "person", "unit", "share", "role", "reason")


def history(viewer, contract):
    """Every credit ever taken on `contract`'s receipts that the viewer may see, superseded ones too, newest first."""
    return (Credit.objects.seen_by(viewer).filter(allocation__instalment__contract=contract)
            .select_related("person", "unit", "allocation__receipt").order_by(F("superseded_at").asc(nulls_first=True), "-pk"))


def sharers(viewer, day):
    """People of sales in a seat on `day`, who can be given a share; the viewer is not among them."""
    sellers = Assignment.objects.filter(active_on(day), position__role__in=[Role.REP, Role.MANAGER])
    return Person.objects.filter(Q(pk__in=sellers.values("person")), is_active=True).exclude(pk=viewer.pk).order_by("name")
