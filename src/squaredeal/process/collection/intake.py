"""Many receipts at once: whose they are and what they pay, checked row by row; recorded with a journal; taken back by reversal."""
from collections import Counter, defaultdict
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel import figures, importing
from squaredeal.kernel.action import action
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry, Journal
from squaredeal.process.contracts import numbering
from squaredeal.process.contracts.models import Contract, Instalment
from squaredeal.process.contracts.policy import InForce
from squaredeal.process.customers.models import Customer
from squaredeal.process.customers.naming import name_key

from . import policy, posting
from .models import Allocation, Receipt

VERB = "receipts.import"
ZERO = Decimal(0)


def check(viewer, rows):
    """{line: Refused} of rows that would not be recorded."""
    return _settled(viewer, rows)[0]


def effect(viewer, rows):
    """The sum that would be recorded, and how much of it pays instalments now."""
    paid = _payments(viewer, rows, _settled(viewer, rows)[1], lock=False)[0]
    total, matched = sum((r.values["amount"] for r in rows), ZERO), sum((sum(parts.values(), ZERO) for parts in paid.values()), ZERO)
    return [(figures.wan_text(total), _("in all")), (figures.wan_text(matched), _("pay instalments that are open")),
            (figures.wan_text(total - matched), _("are prepayment until matched"))] if rows else []


@action("receipts.import", may=policy.may_record)
def bring_in(actor, batch):
    """The rows of the batch become receipts that pay the contract they name, else the oldest due; the rest is prepayment.

    Rows that were recorded meanwhile are left out: the Journal's `left_out` names them as {line: Refused}. Refused when none is left.
    The journal's `moves` are {"file", "ids"}.
    """
    customers = {c.pk for c, _named in _settled(actor, batch.rows)[1].values()}
    posting.hold(customers)
    parts = posting.locked(customers)
    _numbers({r.values["on"].year: 0 for r in batch.rows})   # whoever else records waits from here on
    refused, whose = _settled(actor, batch.rows)
    rows = sorted((r for r in batch.rows if r.line not in refused), key=lambda r: (r.values["on"], r.line))
    if not rows:
        raise Refused(_("No row is left to import: every one is recorded already."), clause=policy.Recording.number)
    paid, parts = _payments(actor, rows, whose, parts=parts)
    numbers = _numbers(Counter(r.values["on"].year for r in rows))
    made = [Receipt(number=next(numbers[r.values["on"].year]), customer=whose[r.line][0], on=r.values["on"], amount=r.values["amount"],
                    unmatched=r.values["amount"] - sum(paid[r.line].values(), ZERO), kind=r.values["kind"],
                    bank_reference=r.values["bank_reference"], note=r.values["note"], recorded_by=actor) for r in rows]
    Receipt.objects.bulk_create(made, batch_size=2000)
    Allocation.objects.bulk_create(
        [Allocation(receipt=receipt, instalment=parts[pk], amount=amount, on=receipt.on, by=actor,
                    days_overdue=policy.days_overdue(receipt.on, parts[pk].due_on))
         for row, receipt in zip(rows, made, strict=True) for pk, amount in paid[row.line].items()], batch_size=2000)
    posting.keep(parts[pk] for pk in {pk for matches in paid.values() for pk in matches})
    _write_down(actor, VERB, made)
    journal = Journal.objects.create(actor=actor, verb=VERB, count=len(made), moves={"file": batch.file, "ids": [r.pk for r in made]})
    journal.left_out = refused
    return journal


def may_undo(actor, journal, **given):
    policy.may_record(actor, None)
    importing.check_undo(actor, journal, VERB)


@action("receipts.undo_import", may=may_undo)
def undo(actor, journal):
    """Reverse what the import recorded; receipts reversed or refunded since stay. Returns (how many went, how many stay)."""
    made = posting.reverse(actor, journal.moves["ids"], _("import of %(file)s taken back") % {"file": journal.moves["file"]})
    _write_down(actor, "receipts.undo_import", made)
    journal.undone_at = timezone.now()
    journal.save(update_fields=["undone_at"])
    return len(made), journal.count - len(made)


def _settled(viewer, rows):
    """({line: Refused}, {line: (customer, contract or None)}) of rows; the second only of those not refused."""
    refused, whose, today = {}, {}, timezone.localdate()
    contracts, names = _contracts(viewer, rows), _customers(viewer, rows)
    for row in rows:
        try:
            policy.check_day(row.values["on"], today)
            policy.check_amount(row.values["amount"])
            whose[row.line] = _whose(row, contracts, names)
        except Refused as no:
            refused[row.line] = no
    seen = _recorded(rows)
    for row in rows:
        if row.line not in whose:
            continue
        customer, v = whose[row.line][0], row.values
        key = (v["on"], v["amount"], v["bank_reference"] or customer.pk)
        if key in seen:
            refused[row.line] = Refused(_("%(twin)s has this reference, day and amount already.") % {"twin": seen[key]} if v["bank_reference"] else
                                        _("%(twin)s is the same customer, day and amount. Write a bank reference if it is another one.")
                                        % {"twin": seen[key]}, field="bank_reference", clause=policy.Recording.number)
            del whose[row.line]
        else:
            seen[key] = seen[v["on"], v["amount"], customer.pk] = _("Row %(line)s") % {"line": row.line}
    return refused, whose


def _whose(row, contracts, names):
    """(customer, contract or None) that a row names."""
    number, said = row.values["contract"], row.values["customer"]
    contract = contracts.get(number) if number else None
    if number and contract is None:
        raise Refused(_("There is no contract %(number)s. Correct it, or leave it empty.") % {"number": number}, field="contract")
    if contract and contract.state != Contract.State.APPROVED:
        raise Refused(_("%(contract)s is “%(state)s”: a contract that is not in force takes no receipt.")
                      % {"contract": contract, "state": contract.get_state_display()}, field="contract", clause=InForce.number)
    if not said:
        if contract is None:
            raise Refused(_("Neither customer nor contract is named. Write one of them."), field="customer")
        return contract.customer, contract
    found = names.get(said) or names.get(name_key(said)) or []
    if contract:
        if contract.customer not in found:
            raise Refused(_("%(contract)s is a contract of %(customer)s. Correct one of them.")
                          % {"contract": contract, "customer": contract.customer.name}, field="customer")
        return contract.customer, contract
    if len(found) != 1:
        raise Refused(_("No customer is called so. Write the name as it is registered, or the contract.") if not found else
                      _("%(n)s customers are called so. Name the contract.") % {"n": len(found)}, field="customer")
    return found[0], None


def _contracts(viewer, rows):
    numbers = sorted({r.values["contract"] for r in rows} - {""})
    return {c.number: c for part in posting.chunks(numbers)
            for c in Contract.objects.seen_by(viewer).filter(number__in=part).select_related("customer")}


def _customers(viewer, rows):
    """{name or its key: [customer]} for what the rows name."""
    said, found = {r.values["customer"] for r in rows} - {""}, defaultdict(list)
    there = Customer.objects.seen_by(viewer).only("name", "name_key", "short_name")
    for field, wanted in (("name_key", {name_key(s) for s in said}), ("name", said)):
        for part in posting.chunks(sorted(wanted)):
            for c in there.filter(**{f"{field}__in": part}):
                found[getattr(c, field)].append(c)
    return found


def _recorded(rows):
    """{(day, amount, reference or customer id): number} of receipts that stand, of the days of the rows."""
    days, found = sorted({r.values["on"] for r in rows}), {}
    for part in posting.chunks(days):
        there = Receipt.objects.filter(on__in=part, amount__gt=0, reversed_by__isnull=True)
        for number, on, amount, reference, customer in there.values_list("number", "on", "amount", "bank_reference", "customer"):
            found[on, amount, customer] = number
            if reference:
                found[on, amount, reference] = number
    return found


def _payments(viewer, rows, whose, *, parts=None, lock=True):
    """({line: {instalment id: yuan}}, {id: Instalment with `collected` as it will be}) of rows, the earliest money first."""
    if parts is None:
        parts = posting.locked({customer.pk for customer, _contract in whose.values()}, lock=lock)
    of_customer, of_contract = defaultdict(list), defaultdict(list)
    for x in sorted(parts.values(), key=lambda x: (x.due_on, x.pk)):
        of_customer[x.contract.customer_id].append(x)
        of_contract[x.contract_id].append(x)
    paid = {}
    for row in sorted(rows, key=lambda r: (r.values["on"], r.line)):
        customer, contract = whose[row.line]
        owed = of_contract[contract.pk] if contract else of_customer[customer.pk]
        paid[row.line] = policy.spread(row.values["amount"], [(x.pk, x.amount - x.collected) for x in owed])
        for pk, amount in paid[row.line].items():
            part: Instalment = parts[pk]
            part.collected += amount
            if part.collected == part.amount:
                part.delivery_stopped, part.grace_until = False, None
    return paid, parts


def _numbers(years):
    """{year: fresh numbers} for {year: how many}, the rows of numbers locked from now on."""
    return {year: iter(numbering.take(Receipt, "SK", year, count)) for year, count in sorted(years.items())}


def _write_down(actor, verb, receipts):
    Entry.objects.bulk_create([Entry(actor=actor, actor_name=str(actor), verb=verb, subject=f"collection.receipt:{r.pk}",
                                     change={"amount": [None, str(r.amount)]}) for r in receipts], batch_size=2000)
