"""Many events of contracts at once: rows checked against the register and each other, recorded with a journal, taken back."""
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel import importing
from squaredeal.kernel.action import action
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Journal
from squaredeal.process.negotiation.models import Product

from . import policy
from .models import Contract, Event

VERB = "contracts.import_events"


def check(viewer, rows):
    """{line: Refused} of rows that would not be recorded."""
    return _read(viewer, rows)[0]


@action("contracts.import_events", may=policy.may_record)
def bring_in(actor, batch):
    """The rows become events; those recorded meanwhile are left out: the Journal's `left_out` names them. Refused when none is left."""
    list(Contract.objects.select_for_update(of=("self",)).filter(number__in={r["contract"] for r in batch.rows}).order_by("pk").values_list("pk"))
    refused, found = _read(actor, batch.rows)
    if not found:
        raise Refused(_("No row is left to import: every one is recorded already."), clause=policy.Performing.number)
    made = [Event.objects.create(recorded_by=actor, **values) for values in found.values()]
    journal = Journal.objects.create(actor=actor, verb=VERB, count=len(made), moves={"file": batch.file, "ids": [e.pk for e in made], "digest": batch.digest})
    journal.left_out = refused
    return journal


@action("contracts.undo_events", may=lambda actor, journal, **given: (policy.may_record(actor), importing.check_undo(actor, journal, VERB)) and None)
def undo(actor, journal):
    """What the import recorded is taken back, save what was taken back since. Returns (how many went, how many stay)."""
    now, why = timezone.now(), _("import of %(file)s taken back") % {"file": journal.moves["file"]}
    gone = Event.objects.filter(pk__in=journal.moves["ids"], withdrawn_at__isnull=True).update(withdrawn_by=actor, withdrawn_at=now, withdrawn_reason=why[:200])
    journal.undone_at = now
    journal.save(update_fields=["undone_at"])
    return gone, journal.count - gone


def _read(viewer, rows):
    """({line: Refused}, {line: fields of an Event}) of rows."""
    contracts = {c.number: c for c in Contract.objects.seen_by(viewer).filter(number__in={r["contract"] for r in rows})}
    products = {p.code: p for p in Product.objects.filter(code__in={r["product"] for r in rows} - {""})}
    there = {(e.contract_id, e.kind, e.on, e.amount, e.product_id, e.note) for e in Event.objects.filter(contract__in=contracts.values(), withdrawn_at__isnull=True)}
    today, refused, found, seen = timezone.localdate(), {}, {}, {}
    for row in rows:
        try:
            contract = contracts.get(row["contract"])
            if contract is None:
                raise Refused(_("There is no contract %(number)s. Correct it.") % {"number": row["contract"]}, field="contract")
            if row["product"] and row["product"] not in products:
                raise Refused(_("There is no product %(code)s. Write its code, or leave it empty.") % {"code": row["product"]}, field="product")
            product = products.get(row["product"])
            policy.check_event(contract, row["kind"], row["on"], row["amount"], today)
            key = (contract.pk, row["kind"], row["on"], row["amount"], product and product.pk, row["note"])
            if key in there or seen.setdefault(key, row.line) != row.line:
                raise Refused(_("This is recorded already. Write a note if it is another one."), field="note", clause=policy.Performing.number)
            found[row.line] = {"contract": contract, "product": product, **{name: row[name] for name in ("kind", "on", "amount", "quantity", "note")}}
        except Refused as no:
            refused[row.line] = no
    return refused, found
