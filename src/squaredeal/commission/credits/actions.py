"""What can be done with credits: deciding the shares of a contract, and taking the dated snapshot of receipts."""
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.commission.plans import queries as plans
from squaredeal.kernel.action import action
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.notify import notify
from squaredeal.organisation.team.scope import FIRM

from . import policy, queries
from .models import Credit, CreditRole, Split


def _may_split(actor, contract, **given):
    policy.may_split(actor, contract, earning=queries.earning(actor, contract), **given)


@action("credit.split", may=_may_split)
def split(actor, contract, *, shares, reason):
    """Decide who shares `contract`: [(person, share, role)]. Receipts already credited are taken again with the new shares.

    What is posted stays posted: the difference goes to the open month.
    """
    policy.check_shares(shares, policy.Share.on(timezone.localdate()).most)
    extra = [person for person, _share, role in shares if role == CreditRole.OVERLAY]
    if extra and not plans.pays_on_top(FIRM, timezone.localdate()):
        raise Refused(_("The plan in force pays nothing on top, so %(person)s would get nothing. Give a part of the 100%%, or have the plan credit overlay.")
                      % {"person": extra[0]}, field="shares", clause=policy.Share.number)
    contract.splits.all().delete()
    Split.objects.bulk_create([Split(contract=contract, person=person, share=share, role=role, reason=reason[:200])
                               for person, share, role in shares])
    _take_again(contract)
    for person in {person for person, _share, _role in shares}:
        notify(person, f"{contract.number} {contract.title}: {reason}", clause=policy.Share.number)
    return contract


@action("credit.take", may=policy.may_take)
def take(actor, until):
    """Give every receipt up to `until` that has none its credits, in the unit of its day; returns how many were made."""
    found = queries.untaken(FIRM, until)
    made = _credits(found, queries.shares_by_contract(FIRM))
    Credit.objects.bulk_create(made, batch_size=2000)
    return len(made)


def _take_again(contract):
    """Supersede the live credits of one contract and take them afresh from its splits."""
    now = timezone.now()
    standing = Credit.objects.filter(allocation__instalment__contract=contract, superseded_at__isnull=True)
    again = list(standing.values_list("allocation_id", "allocation__on").distinct().order_by("allocation_id"))
    standing.update(superseded_at=now)
    rows = [(allocation, on, contract.pk, contract.signed_by_id) for allocation, on in again]
    Credit.objects.bulk_create(_credits(rows, queries.shares_by_contract(FIRM, {contract.pk})), batch_size=2000)


def _credits(rows, shares):
    """Unsaved credits for (allocation, day, contract, signer) rows: by the contract's shares, else all to its signer."""
    seats, now, made = queries.seats(FIRM), timezone.now(), []
    for allocation, on, contract, signer in rows:
        for person, share, role, reason in shares.get(contract) or [(signer, policy.WHOLE, CreditRole.OWNER, "")]:
            made.append(Credit(allocation_id=allocation, person_id=person, share=share, role=role, reason=reason, taken_at=now,
                               unit_id=policy.unit_on(seats.get(person, ()), on)))
    return made
