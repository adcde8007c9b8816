"""Many receipts at once: whose they are and what they pay, checked row by row; recorded with a journal; taken back by reversal."""
from collections import Counter, defaultdict, deque
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel import figures, importing, progress
from squaredeal.kernel import rows as table
from squaredeal.kernel.action import action
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry, Journal
from squaredeal.kernel.sweeping import unswept
from squaredeal.process.contracts import numbering
from squaredeal.process.contracts.models import Contract
from squaredeal.process.contracts.policy import InForce
from squaredeal.process.customers.models import Customer
from squaredeal.process.customers.naming import name_key

from . import policy, posting
from .models import Receipt

VERB = "receipts.import"
ZERO = Decimal(0)


def check(viewer, rows):
    """{line: Refused} of rows that would not be recorded."""
    return _twice(rows, *_named(viewer, rows))


def effect(viewer, rows):
    """The sum that would be recorded, and how much of it pays instalments now."""
    whose = _named(viewer, rows)[1]
    paid = _payments(rows, whose, posting.locked({customer.pk for customer, _contract in whose.values()}, lock=False))
    total, matched = sum((r.values["amount"] for r in rows), ZERO), sum((sum(parts.values(), ZERO) for parts in paid.values()), ZERO)
    return [(figures.wan_text(total), _("in all")), (figures.wan_text(matched), _("pay instalments that are open")),
            (figures.wan_text(total - matched), _("are prepayment until matched"))] if rows else []


@action("receipts.import", may=policy.may_record)
@unswept()
def bring_in(actor, batch):
    """The rows of the batch become receipts that pay the contract they name, else the oldest due; the rest is prepayment.

    Rows that were recorded meanwhile are left out: the Journal's `left_out` names them as {line: Refused}. Refused when none is left.
    The journal's `moves` are {"file", "ids", "digest"}.
    """
    refused, whose = _named(actor, batch.rows)
    customers = {customer.pk for customer, _contract in whose.values()}
    posting.hold(customers)
    parts = posting.locked(customers)
    _numbers({r.values["on"].year: 0 for r in batch.rows})   # whoever else records waits from here on
    _twice(batch.rows, refused, whose)
    rows = sorted((r for r in batch.rows if r.line in whose), key=_earliest)
    if not rows:
        raise Refused(_("No row is left to import: every one is recorded already."), clause=policy.Recording.number)
    paid = _payments(rows, whose, parts)
    numbers = _numbers(Counter(r.values["on"].year for r in rows))
    ids = posting.record(actor, [(next(numbers[r.values["on"].year]), whose[r.line][0].pk, r.values, paid[r.line]) for r in rows], parts)
    _write_down(actor, VERB, zip(ids, (r.values["amount"] for r in rows), strict=True))
    journal = Journal.objects.create(actor=actor, verb=VERB, count=len(ids), moves={"file": batch.file, "ids": ids, "digest": batch.digest})
    journal.left_out = refused
    return journal


def may_undo(actor, journal, **given):
    policy.may_record(actor, None)
    importing.check_undo(actor, journal, VERB)


@action("receipts.undo_import", may=may_undo)
def undo(actor, journal):
    """Reverse what the import recorded; receipts reversed or refunded since stay. Returns (how many went, how many stay)."""
    made = posting.reverse(actor, journal.moves["ids"], _("import of %(file)s taken back") % {"file": journal.moves["file"]})
    _write_down(actor, "receipts.undo_import", [(r.pk, r.amount) for r in made])
    journal.undone_at = timezone.now()
    journal.save(update_fields=["undone_at"])
    return len(made), journal.count - len(made)


class Payer(NamedTuple):
    """What is read of a customer here: many are, so no more than needed."""
    pk: int
    name: str


class Named(NamedTuple):
    """What is read of a contract here."""
    pk: int
    number: str
    state: str
    customer: Payer


def _named(viewer, rows):
    """({line: Refused}, {line: (Payer, Named or None)}) of rows: whose they are; the second only of those not refused."""
    refused, whose, today = {}, {}, timezone.localdate()
    contracts, names = _contracts(viewer, rows), _customers(viewer, rows)
    days, sums = set(), set()   # those that are right, so that each is checked once
    for row in progress.each(rows):
        on, amount = row.values["on"], row.values["amount"]
        try:
            if on not in days:
                policy.check_day(on, today)
                days.add(on)
            if amount not in sums:
                policy.check_amount(amount)
                sums.add(amount)
            whose[row.line] = _whose(row, contracts, names)
        except Refused as no:
            refused[row.line] = no
    return refused, whose


def _twice(rows, refused, whose):
    """Refuse also what is recorded already, or stands twice in the sheet; returns `refused`."""
    seen = _recorded(rows)
    for row in progress.each(rows):
        if row.line not in whose:
            continue
        customer, v = whose[row.line][0], row.values
        key = (v["on"], v["amount"], v["bank_reference"] or customer.pk)
        if key in seen:
            twin = seen[key] if isinstance(seen[key], str) else _("Row %(line)s") % {"line": seen[key]}
            refused[row.line] = Refused(_("%(twin)s has this reference, day and amount already.") % {"twin": twin} if v["bank_reference"] else
                                        _("%(twin)s is the same customer, day and amount. Write a bank reference if it is another one.")
                                        % {"twin": twin}, field="bank_reference", clause=policy.Recording.number)
            del whose[row.line]
        else:
            seen[key] = seen[v["on"], v["amount"], customer.pk] = row.line
    return refused


def _whose(row, contracts, names):
    """(customer, contract or None) that a row names."""
    number, said = row.values["contract"], row.values["customer"]
    contract = contracts.get(number) if number else None
    if number and contract is None:
        raise Refused(_("There is no contract %(number)s. Correct it, or leave it empty.") % {"number": number}, field="contract")
    if contract and contract.state != Contract.State.APPROVED:
        raise Refused(_("%(contract)s is “%(state)s”: a contract that is not in force takes no receipt.")
                      % {"contract": contract.number, "state": Contract.State(contract.state).label}, field="contract", clause=InForce.number)
    if not said:
        if contract is None:
            raise Refused(_("Neither customer nor contract is named. Write one of them."), field="customer")
        return contract.customer, contract
    found = names.get(said) or names.get(name_key(said)) or set()
    if contract:
        if contract.customer not in found:
            raise Refused(_("%(contract)s is a contract of %(customer)s. Correct one of them.")
                          % {"contract": contract.number, "customer": contract.customer.name}, field="customer")
        return contract.customer, contract
    if len(found) != 1:
        raise Refused(_("No customer is called so. Write the name as it is registered, or the contract.") if not found else
                      _("%(n)s customers are called so. Name the contract.") % {"n": len(found)}, field="customer")
    return next(iter(found)), None


def _contracts(viewer, rows):
    numbers = sorted({r.values["contract"] for r in rows} - {""})
    return {number: Named(pk, number, state, Payer(customer, name)) for pk, number, state, customer, name in
            table.read(Contract.objects.seen_by(viewer).filter(number__in=table.among(numbers))
                       .values_list("pk", "number", "state", "customer", "customer__name"))}


def _customers(viewer, rows):
    """{name or its key: {Payer}} for what the rows name; of what is a name already the key is not asked for, unless the sheet writes it."""
    said, found = {r.values["customer"] for r in rows} - {""}, defaultdict(set)
    there = Customer.objects.seen_by(viewer)
    for name, pk in table.read(there.filter(name__in=table.among(sorted(said))).values_list("name", "pk")):
        found[name].add(Payer(pk, name))
    keys = {key for key, name in ((name_key(name), name) for name in said) if key in said or name not in found}
    for key, pk, name in table.read(there.filter(name_key__in=table.among(sorted(keys))).values_list("name_key", "pk", "name")):
        found[key].add(Payer(pk, name))
    return found


def _recorded(rows):
    """{(day, amount, reference or customer id): number} of receipts that stand, of the days of the rows."""
    days, found = {r.values["on"] for r in rows}, {}
    there = Receipt.objects.filter(on__in=table.among(sorted(days)), amount__gt=0, reversed_by__isnull=True)
    for number, on, amount, reference, customer in table.read(there.values_list("number", "on", "amount", "bank_reference", "customer")):
        found[on, amount, customer] = number
        if reference:
            found[on, amount, reference] = number
    return found


def _payments(rows, whose, parts):
    """{line: {instalment id: yuan}} of rows over `parts` {id: Owed}, the earliest money first; `parts` are left as paid."""
    of_customer, of_contract = defaultdict(deque), defaultdict(deque)
    for x in sorted(parts.values(), key=lambda x: (x.due_on, x.pk)):
        of_customer[x.customer].append(x)
        of_contract[x.contract].append(x)
    paid = {}
    for row in progress.each(sorted(rows, key=_earliest)):
        customer, contract = whose[row.line]
        owed = of_contract[contract.pk] if contract else of_customer[customer.pk]
        while owed and owed[0].collected == owed[0].amount:
            owed.popleft()
        paid[row.line] = policy.spread(row.values["amount"], ((x.pk, x.amount - x.collected) for x in owed))
        for pk, amount in paid[row.line].items():
            part = parts[pk]
            part.collected += amount
            if part.collected == part.amount:
                part.delivery_stopped, part.grace_until = False, None
    return paid


def _earliest(row):
    return row.values["on"], row.line


def _numbers(years):
    """{year: fresh numbers} for {year: how many}, the rows of numbers locked from now on."""
    return {year: iter(numbering.take(Receipt, "SK", year, count)) for year, count in sorted(years.items())}


def _write_down(actor, verb, receipts):
    """One audit entry for each of [(receipt id, yuan)]."""
    receipts = list(receipts)
    changes = {amount: {"amount": [None, str(amount)]} for amount in {amount for _pk, amount in receipts}}
    table.insert(Entry, {"subject": [f"collection.receipt:{pk}" for pk, _amount in receipts], "change": [changes[amount] for _pk, amount in receipts]},
                 actor_id=actor.pk, actor_name=str(actor), verb=verb)
