"""Many customers at once: rows checked against each other, the company and the limits; brought in with a journal; taken back."""
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel import progress
from squaredeal.kernel import rows as table
from squaredeal.kernel.action import action
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.models import Entry, Journal
from squaredeal.kernel.sweeping import unswept
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Person
from squaredeal.organisation.team.scope import FIRM, people_under, sees_all

from . import duplicates, naming, policy
from .models import Contact, Customer, Grade, GradeChange, Ownership

CHUNK = 800
"""Values asked for in one query."""


@action("customers.check_rows", may=policy.may_import)
def check(actor, what, *, rows):
    """{line: Refused} of rows about to be imported; on record, like every look for duplicates. `what` says how many they are."""
    return _refused(actor, rows)[0]


@action("customers.import", may=policy.may_import)
@unswept()
def bring_in(actor, batch):
    """The rows of the batch become customers, save those that clash by now: the Journal's `left_out` names them as {line: Refused}.

    Refused when none is left. The journal's `moves` are {"file", "ids", "digest"}.
    """
    duplicates.one_at_a_time()
    refused, owners, keys = _refused(actor, batch.rows)
    rows = [(row, owner, key) for row, owner, key in zip(batch.rows, owners, keys, strict=True) if row.line not in refused]
    if not rows:
        raise Refused(_("No row is left to import: every one of them clashes. Mend them, then import again."), clause=policy.Imported.number)
    today, now, said = timezone.localdate(), timezone.now(), _("import")
    pks = table.next_ids(Customer, len(rows))
    owners = [owner and owner.pk for _row, owner, _key in rows]
    told = [row.values for row, _owner, _key in progress.each(rows)]
    table.insert(Customer, {"id": pks, "owner_id": owners, **{f: [v[f] for v in told] for f in FACTS},
                            **{f: [key[f] for _row, _owner, key in rows] for f in naming.KEYS},
                            "next_step_kind": ["other" if v["next_step"] else "" for v in told]}, made_at=now)
    reached = [(pk, v["contact"], v["contact_title"], v["phone"], key["phone_key"])
               for pk, v, (_row, _owner, key) in zip(pks, told, rows, strict=True) if v["contact"]]
    table.insert(Contact, table.columns(("customer_id", "name", "title", "phone", "phone_key"), reached))
    table.insert(Ownership, {"customer_id": pks, "owner_id": owners, "reason": [v["note"] or said for v in told]}, starts_on=today, by_id=actor.pk)
    graded = [(pk, v["grade"]) for pk, v in zip(pks, told, strict=True) if v["grade"] != Grade.C]
    table.insert(GradeChange, table.columns(("customer_id", "after"), graded), before="", reason=said, by_id=actor.pk, at=now)
    journal = Journal.objects.create(actor=actor, verb=VERB, count=len(pks), moves={"file": batch.file, "ids": pks, "digest": batch.digest})
    journal.left_out = refused
    return journal


@action("customers.undo_import", may=policy.may_undo)
def undo(actor, journal):
    """Imported customers go again, save those touched since: changed, handed on, followed up, with a deal. (how many went, how many stay)."""
    if journal.verb != VERB:
        raise Refused(_("This is not an import of customers."))
    policy.check_undo(policy.Imported.on(timezone.localdate()), (timezone.now() - journal.at).days)
    there = {pk for part in _chunks(journal.moves["ids"]) for pk in Customer.objects.filter(pk__in=part).values_list("pk", flat=True)}
    touched = set()
    for part in _chunks(sorted(there)):
        touched |= _touched(part)
        progress.advance(len(part))
    for part in _chunks(sorted(there - touched)):
        Customer.objects.filter(pk__in=part).delete()
        progress.advance(len(part))
    journal.undone_at = timezone.now()
    journal.save(update_fields=["undone_at"])
    return len(there - touched), len(touched)


VERB = "customers.import"
FACTS = ("name", "grade", "channel", "tax_number", "phone", "industry", "size", "city", "address", "needs", "budget_low", "budget_high", "next_step",
         "next_step_on", "last_contact_on", "value_grade")
OWN = {Contact, Ownership, GradeChange}


def _refused(actor, rows):
    """({line: Refused}, owner of each row, derived keys of each row)."""
    owners, refused = _owners(actor, rows)
    keys = [naming.keys(r.values["name"], r.values["phone"]) for r in progress.each(rows)]
    looked = _looked_up(actor, rows)
    taken, first = _taken(rows[:looked], keys[:looked]), {"name": {}, "tax_number": {}, "phone": {}}
    regions = team.region_of(FIRM) if taken else {}
    for row, key in zip(rows[:looked], keys[:looked], strict=True):
        no = _clash(row, key, taken, first, regions)
        if no is None and bool(row.values["next_step"]) != bool(row.values["next_step_on"]):
            no = Refused(_("A next step has both a text and a day. Fill in both or neither."), field="next_step", clause=policy.NextStep.number)
        if no is not None:
            refused.setdefault(row.line, no)
    return refused | _over(actor, rows, refused), owners, keys


def _clash(row, key, taken, first, regions):
    """The refusal a row earns for what is in the file before it or in the company already, or None."""
    note, tax = row.values["note"], row.values["tax_number"]
    for kind, value in (("name", key["name_key"]), ("tax_number", tax), ("phone", key["phone_key"] if len(key["phone_key"]) >= 7 else "")):
        if not value or (kind == "phone" and note):
            continue
        earlier = first[kind].setdefault(value, row.line)
        if earlier != row.line:
            return Refused(_("%(same)s as line %(line)s. Keep one of them.") % {"same": duplicates.SAME[kind], "line": earlier}, field=kind,
                           clause=policy.Checked.number)
        if (kind, value) in taken:
            owner, theirs = taken[kind, value]
            match = duplicates.Match(0, (kind,), str(regions.get(owner.pk, "")) if owner else "", naming.masked(owner), theirs)
            if policy.refuses(match, tax_number=tax, note=note):
                return Refused(duplicates.text(match), field=kind, clause=policy.Checked.number)
    return None


def _owners(actor, rows):
    """(Person or None of each row, {line: Refused}): a rep imports for themselves; nobody named is the manager's own, or nobody's for the
    director."""
    names = sorted({r.values["owner"] for r in rows} - {""})
    known: dict = {}
    for part in _chunks(names):
        for person in Person.objects.filter(Q(name__in=part) | Q(login__in=part), is_active=True):
            for said in {person.name, person.login}:
                known.setdefault(said, []).append(person)
    unnamed = None if sees_all(actor) else actor
    allowed = None if sees_all(actor) else people_under(actor)
    sellers = {a.person_id for a in team.people(actor) if a.position.role in policy.SELLERS}
    why = {}
    for said in names:
        found = known.get(said, [])
        if len(found) != 1:
            why[said] = (_("Several people are called %(name)s. Write the login.") if found else _("Nobody is called %(name)s. Write the login.")) \
                % {"name": said}
        elif found[0].pk not in sellers:
            why[said] = _("%(person)s does not sell at present. Choose somebody else.") % {"person": said}
        elif allowed is not None and found[0].pk not in allowed:
            why[said] = _("%(person)s is not in your region. Ask the director.") % {"person": said}
    owners = [known[said][0] if (said := r.values["owner"]) and said not in why else unnamed for r in rows]
    return owners, {r.line: Refused(why[r.values["owner"]], field="owner", clause=policy.Transfer.number) for r in rows if r.values["owner"] in why}


def _taken(rows, keys):
    """{("name", key): (owner, tax number)} of what the company has already, likewise for tax_number and phone."""
    found = {}
    wanted = (("name", "name_key", {k["name_key"] for k in keys}), ("tax_number", "tax_number", {r.values["tax_number"] for r in rows} - {""}),
              ("phone", "phone_key", {k["phone_key"] for k in keys if len(k["phone_key"]) >= 7}))
    for kind, field, values in wanted:
        for c in Customer.objects.filter(**{f"{field}__in": table.among(sorted(values))}).select_related("owner"):
            found[kind, getattr(c, field)] = (c.owner, c.tax_number)
    for contact in Contact.objects.filter(phone_key__in=table.among(sorted(wanted[2][2]))).select_related("customer__owner"):
        found.setdefault(("phone", contact.phone_key), (contact.customer.owner, contact.customer.tax_number))
    return found


def _looked_up(actor, rows):
    """How many of the rows are compared with the company: of a rep's, as many as one can hold at all. A list of a hundred thousand names is
    no import but a question whose customers they are, which 2.1.2 allows one by one."""
    return len(rows) if policy.roles(actor) & policy.GIVERS else policy.Holding.on(timezone.localdate()).limit


def _over(actor, rows, refused):
    """{line: Refused} where a rep's own import passes the holding limit; what managers and the director import is taken."""
    if policy.roles(actor) & policy.GIVERS:
        return {}
    rule, held, over = policy.Holding.on(timezone.localdate()), Customer.objects.filter(owner=actor).count(), {}
    for place, row in enumerate(rows):
        if row.line in refused:
            continue
        if held >= rule.limit or place >= rule.limit:
            over[row.line] = Refused(_("%(person)s looks after %(holds)s customers, the limit is %(limit)s. Hand one over first.")
                                     % {"person": actor, "holds": held, "limit": rule.limit}, field="owner", clause=rule.number)
        held += 1
    return over


def _touched(pks):
    """Which of these customers somebody did something with after the import."""
    contacts = dict(Contact.objects.filter(customer__in=pks).values_list("pk", "customer"))
    subjects = {f"customers.customer:{pk}": pk for pk in pks} | {f"customers.contact:{pk}": customer for pk, customer in contacts.items()}
    touched = {subjects[s] for part in _chunks(list(subjects)) for s in Entry.objects.filter(subject__in=part).values_list("subject", flat=True)}
    for relation in Customer._meta.related_objects:
        if relation.related_model not in OWN:
            name = relation.field.name
            touched |= set(relation.related_model._base_manager.filter(**{f"{name}__in": pks}).values_list(name, flat=True))
    return touched


def _chunks(values):
    return [values[i:i + CHUNK] for i in range(0, len(values), CHUNK)]
