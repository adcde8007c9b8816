"""What can be done with a customer: check, register, correct, grade, plan the next step, work on together, keep a view of the list."""
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.kernel.action import action, anyone
from squaredeal.kernel.clause import version_on
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.models import Entry
from squaredeal.kernel.notify import notify
from squaredeal.organisation.team.models import active_on

from . import duplicates, giving, naming, policy
from .models import Collaboration, Contact, Customer, Grade, GradeChange, Ownership, View

assign = giving.assign
undo_assign = giving.undo_assign

FACTS = frozenset({"name", "short_name", "tax_number", "phone", "industry", "size", "city", "address", "channel", "needs", "budget_low",
                   "budget_high", "credit_limit", "credit_days"})


@action("customers.check", may=policy.may_register)
def check(actor, typed, *, name="", tax_number="", phone=""):
    """[Match] of a customer about to be registered; each look is on record and they are limited. `typed` is what was typed, for the record."""
    today = timezone.localdate()
    _not_too_often(actor, "customers.check", policy.Checked.on(today))
    return duplicates.find(actor, name=name, tax_number=tax_number, phone=phone)


@action("customers.ask_to_join", may=policy.may_register)
def ask_to_join(actor, typed, *, name="", tax_number="", phone=""):
    """Ask the owners of what clashes to work together; returns how many were asked. The asker learns nothing more about them."""
    rule = policy.Checked.on(timezone.localdate())
    _not_too_often(actor, "customers.ask_to_join", rule)
    asked = 0
    for match in duplicates.find(actor, name=name, tax_number=tax_number, phone=phone):
        customer = Customer.objects.select_related("owner").get(pk=match.pk)
        if customer.owner and customer.owner != actor:
            notify(customer.owner, _("%(person)s asks to work on %(customer)s with you.") % {"person": actor, "customer": customer},
                   url=f"{reverse('customers:record', args=[customer.pk])}?join={actor.pk}", clause=policy.Together.number)
            asked += 1
    if not asked:
        raise Refused(_("There is nobody to ask: nobody owns a customer like this. Tell your manager, who can hand it to you."), clause=rule.number)
    return asked


@action("customers.create", may=policy.may_register)
def create(actor, subject, *, name, owner=None, contact="", contact_title="", note="", **facts):
    """A customer registered for `owner` (the actor unless given), checked for duplicates; `subject` is None.

    `contact` names a first contact with the same phone. `note` says how it differs from one that clashes by phone only. Facts are FACTS;
    `grade` (C unless given) and `next_step`, `next_step_kind`, `next_step_on` may come along.
    """
    today, owner = timezone.localdate(), owner or actor
    if owner != actor:
        policy.may_give(actor, None, owner=owner)
    duplicates.one_at_a_time()
    rule, checked = policy.Holding.on(today), policy.Checked.on(today)
    facts["tax_number"] = naming.tax_key(facts.get("tax_number", ""))
    for match in duplicates.find(actor, name=name, tax_number=facts["tax_number"], phone=facts.get("phone", "")):
        if policy.refuses(match, tax_number=facts["tax_number"], note=note):
            raise Refused(duplicates.text(match), field="tax_number" if "tax_number" in match.same else "name" if "name" in match.same else "phone",
                          clause=checked.number)
    policy.check_room(rule, owner, Customer.objects.filter(owner=owner).count())
    made = Customer.objects.create(name=name.strip(), owner=owner, **naming.keys(name, facts.get("phone", ""), facts.pop("short_name", "")), **facts)
    Ownership.objects.create(customer=made, owner=owner, starts_on=today, by=actor, reason=note.strip()[:200] or _("registered"))
    if contact.strip():
        Contact.objects.create(customer=made, name=contact.strip(), title=contact_title.strip(), phone=made.phone, phone_key=made.phone_key)
    return made


@action("customers.correct", may=policy.may_work)
def correct(actor, customer, **facts):
    """Facts of the customer (FACTS) as they are now. A new name or tax number must not be another customer's."""
    unknown = set(facts) - FACTS
    if unknown:
        raise Refused(_("%(fields)s cannot be changed here.") % {"fields": ", ".join(sorted(unknown))})
    if "tax_number" in facts:
        facts["tax_number"] = naming.tax_key(facts["tax_number"])
    if {"name", "tax_number"} & set(facts):
        duplicates.one_at_a_time()
        _still_the_only_one(actor, customer, facts)
    for field, value in facts.items():
        setattr(customer, field, value)
    low, high = customer.budget_low, customer.budget_high
    if low is not None and high is not None and low > high:
        raise Refused(_("The budget's lower end is above its upper end. Exchange them."), field="budget_high")
    if {"name", "phone"} & set(facts):
        given = customer.short_name if "name" not in facts or "short_name" in facts else ""
        for field, value in naming.keys(customer.name, customer.phone, given).items():
            setattr(customer, field, value)
    customer.save()
    return customer


@action("customers.grade", may=policy.may_grade)
def grade(actor, customer, *, which=GradeChange.Which.INTENTION, grade, reason):
    """Another grade of intention (A, B, C) or of value (A to D), with its reason; the history keeps both."""
    today = timezone.localdate()
    policy.check_grade(policy.Regraded.on(today), customer, which=which, grade=grade, reason=reason)
    field = "grade" if which == GradeChange.Which.INTENTION else "value_grade"
    if field == "grade" and grade not in Grade.values:
        raise Refused(_("Intention is graded A, B or C."), field="grade", clause=policy.Regraded.number)
    before = getattr(customer, field)
    setattr(customer, field, grade)
    customer.save(update_fields=[field])
    GradeChange.objects.create(customer=customer, which=which, before=before, after=grade, reason=reason.strip(), by=actor,
                               policy_version=version_on(today))
    return customer


@action("customers.set_next_step", may=policy.may_work)
def set_next_step(actor, customer, *, kind, on, text, at=None, contacted_on=None):
    """What comes next, on which day and, when agreed, at what time. `contacted_on` is the day of the contact it comes of, if one was:
    an earlier day than the last known changes nothing."""
    today = timezone.localdate()
    if not text.strip():
        raise Refused(_("The next step is empty. Say what you will do."), field="text", clause=policy.NextStep.number)
    if on < today:
        raise Refused(_("The next step lies in the past. Choose today or later."), field="on", clause=policy.NextStep.number)
    if on > today + timedelta(days=366):
        raise Refused(_("The next step is more than a year away. Choose a nearer day."), field="on", clause=policy.NextStep.number)
    customer.next_step, customer.next_step_kind, customer.next_step_on, customer.next_step_at = text.strip()[:120], kind, on, at
    changed = ["next_step", "next_step_kind", "next_step_on", "next_step_at"]
    if contacted_on and (customer.last_contact_on is None or contacted_on > customer.last_contact_on):
        customer.last_contact_on = contacted_on
        changed.append("last_contact_on")
    customer.save(update_fields=changed)
    return customer


@action("customers.add_contact", may=policy.may_work)
def add_contact(actor, customer, *, name, **facts):
    """Somebody at the customer."""
    return Contact.objects.create(customer=customer, name=name, phone_key=naming.phone_key(facts.get("phone", "")), **facts)


@action("customers.change_contact", may=policy.may_work_with)
def change_contact(actor, contact, **facts):
    """What changed about a contact."""
    for field, value in facts.items():
        setattr(contact, field, value)
    contact.phone_key = naming.phone_key(contact.phone)
    contact.save()
    return contact


@action("customers.invite", may=policy.may_lead)
def invite(actor, customer, *, person):
    """A colleague works on the customer too, from today."""
    today = timezone.localdate()
    if person.pk == customer.owner_id:
        raise Refused(_("%(person)s owns this customer already.") % {"person": person}, field="person", clause=policy.Together.number)
    if not person.is_active or not policy.sells(person):
        raise Refused(_("%(person)s does not sell at present. Choose somebody else.") % {"person": person}, field="person", clause=policy.Together.number)
    if customer.collaborations.filter(active_on(today), person=person).exists():
        raise Refused(_("%(person)s works on this customer already.") % {"person": person}, field="person", clause=policy.Together.number)
    made = Collaboration.objects.create(customer=customer, person=person, starts_on=today)
    notify(person, _("You now work on %(customer)s with %(owner)s.") % {"customer": customer, "owner": customer.owner or "—"},
           url=reverse("customers:record", args=[customer.pk]), clause=policy.Together.number)
    return made


@action("customers.dismiss", may=policy.may_lead)
def dismiss(actor, customer, *, person):
    """The colleague stops working on the customer."""
    today = timezone.localdate()
    found = customer.collaborations.filter(active_on(today), person=person).first()
    if found is None:
        raise Refused(_("%(person)s does not work on this customer any more.") % {"person": person}, field="person")
    if found.starts_on >= today:
        found.delete()
        return customer
    found.ends_on = today - timedelta(days=1)
    found.save(update_fields=["ends_on"])
    return found


@action("customers.keep_view", may=anyone)
def keep_view(actor, subject, *, name, query):
    """The list as it is filtered now, under a name; the same name again replaces it. `subject` is None."""
    if not query:
        raise Refused(_("Nothing is filtered. Choose a condition first, then keep the view."), field="name")
    if actor.views.exclude(name=name).count() >= MOST_VIEWS:
        raise Refused(_("You have %(most)s views already. Drop one first.") % {"most": MOST_VIEWS}, field="name")
    return View.objects.update_or_create(person=actor, name=name, defaults={"query": query[:500]})[0]


@action("customers.drop_view", may=anyone)
def drop_view(actor, subject, *, pk):
    """One of the actor's own views is dropped. `subject` is None."""
    if not View.objects.filter(person=actor, pk=pk).delete()[0]:
        raise OutOfReach(_("This view is not here, or not yours."))


@action("customers.export", may=policy.may_export)
def export(actor, what):
    """Customers leave as a sheet; `what` says how many, in which form, under which conditions."""


MOST_VIEWS = 8


def _still_the_only_one(actor, customer, facts):
    for match in duplicates.find(actor, name=facts.get("name", ""), tax_number=facts.get("tax_number", "")):
        if match.pk != customer.pk and policy.refuses(match, tax_number=facts.get("tax_number", customer.tax_number)):
            raise Refused(duplicates.text(match), field="tax_number" if "tax_number" in match.same else "name", clause=policy.Checked.number)


def _not_too_often(actor, verb, rule):
    """At most `rule.times` of this verb by this person within a minute."""
    since = timezone.now() - timedelta(minutes=1)
    if sum(1 for v in Entry.objects.filter(at__gte=since, actor=actor).values_list("verb", flat=True) if v == verb) >= rule.times:
        raise Refused(_("You looked %(times)s times within a minute. Wait a moment, then go on.") % {"times": rule.times}, clause=rule.number)
