"""The doors to one customer: the record with its slots, facts and contacts changed in place, grades, people who work on it together."""
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import is_part
from squaredeal.kernel.reading import whole

from . import actions, doors, forms, policy, queries
from .models import Grade, GradeChange, ValueGrade


@require_GET
def record(request, pk):
    """One customer: what comes next, one timeline, contacts, facts, money, obligations; later sections fill their slots."""
    return render(request, "customers/record.html", _record(request, queries.customer(request.user, pk)))


def _record(request, customer):
    viewer = request.user
    return {"customer": customer, "c": customer, "today": timezone.localdate(), "sells": policy.sells(viewer), "at": "record",
            "leads": policy.leads(viewer, customer), "gives": policy.gives(viewer), "region": queries.region_of(viewer, customer),
            "contacts": queries.contacts(viewer, customer), "helpers": queries.collaborators(viewer, customer), "join": _join(request)}


def _join(request):
    """Who asked to work along, from the link in the notice."""
    return whole(request.GET.get("join", ""))


def fact(request, pk, cell):
    """One cell of facts: GET shows it, GET ?edit the field in its place, POST changes it; refused, the field stays with what was typed."""
    viewer, customer = request.user, queries.customer(request.user, pk)
    names = forms.CELLS.get(cell)
    if names is None:
        raise Http404(cell)
    context, status = {"c": customer, "customer": customer, "cell": cell, "sells": policy.sells(viewer)}, 200
    if request.method == "POST":
        form = forms.Facts.only(names, request.POST)
        if form.is_valid():
            try:
                doors.look_up(viewer, customer, form.cleaned_data)
                done = actions.correct(viewer, customer, **form.cleaned_data)
                context |= {"c": done, "customer": done, "named": cell == "name"}
                return render(request, "customers/_fact.html", context) if is_part(request) else redirect("customers:record", pk)
            except Refused as refusal:
                doors.refuse(form, refusal)
        context["form"], status = form, 422
    elif "edit" in request.GET and policy.sells(viewer):
        context["form"] = forms.Facts.only(names, initial={name: getattr(customer, name) for name in names})
    return render(request, "customers/_fact.html", context, status=status)


def contact(request, pk):
    """Somebody more at the customer."""
    viewer, customer = request.user, queries.customer(request.user, pk)
    form, status = forms.ContactForm(request.POST or None), 200
    if request.method == "POST":
        if form.is_valid():
            actions.add_contact(viewer, customer, **form.cleaned_data)
            return _contacts(request, customer)
        status = 422
    return render(request, "customers/_contact_form.html", {"form": form, "to": reverse("customers:contact", args=[pk]), "c": customer}, status=status)


def change_contact(request, pk):
    """What changed about a contact."""
    viewer, found = request.user, queries.contact(request.user, pk)
    form, status = forms.ContactForm(request.POST or None, initial={f: getattr(found, f) for f in forms.ContactForm.Meta.fields}), 200
    if request.method == "POST":
        if form.is_valid():
            actions.change_contact(viewer, found, **form.cleaned_data)
            return _contacts(request, found.customer)
        status = 422
    return render(request, "customers/_contact_form.html", {
        "form": form, "to": reverse("customers:change_contact", args=[pk]), "c": found.customer, "contact": found}, status=status)


def _contacts(request, customer):
    if not is_part(request):
        return redirect("customers:record", customer.pk)
    return render(request, "customers/_contacts.html", {
        "c": customer, "contacts": queries.contacts(request.user, customer), "sells": policy.sells(request.user), "today": timezone.localdate()})


def grade(request, pk, which):
    """Another grade of intention or of value, with its reason and what was given before."""
    viewer, customer = request.user, queries.customer(request.user, pk)
    if which not in GradeChange.Which.values:
        raise Http404(which)
    policy.may_lead(viewer, customer)
    form, status = forms.GradeForm(request.POST or None, initial={"which": which}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.grade(viewer, customer, which=which, grade=form.cleaned_data["grade"], reason=form.cleaned_data["reason"])
                return doors.go(request, reverse("customers:record", args=[pk]))
            except Refused as refusal:
                doors.refuse(form, refusal)
    intention = which == GradeChange.Which.INTENTION
    context = {"form": form, "c": customer, "which": which, "choices": Grade.choices if intention else ValueGrade.choices,
               "now": customer.grade if intention else customer.value_grade, "title": GradeChange.Which(which).label,
               "history": [g for g in queries.grade_changes(viewer, customer) if g.which == which],
               "letters": policy.Regraded.on(timezone.localdate()).letters}
    return render(request, "customers/_grade.html" if is_part(request) else "customers/grade.html", context, status=status)


def together(request, pk):
    """Who owned it when, who works on it; POST asks a colleague along."""
    viewer, customer = request.user, queries.customer(request.user, pk)
    if request.method != "POST":
        return _together(request, customer)
    form = forms.Invite(request.POST)
    if form.is_valid():
        try:
            actions.invite(viewer, customer, person=form.cleaned_data["person"])
            return _together(request, customer)
        except Refused as refusal:
            doors.refuse(form, refusal)
    return _together(request, customer, status=422, form=form)


@require_POST
def dismiss(request, pk, person):
    """The colleague stops working on it."""
    viewer, customer = request.user, queries.customer(request.user, pk)
    actions.dismiss(viewer, customer, person=queries.person(viewer, person))
    return _together(request, customer)


def _together(request, customer, *, status=200, form=None):
    if not is_part(request) and status == 200 and request.method == "POST":
        return redirect("customers:record", customer.pk)
    viewer, leads, helpers = request.user, policy.leads(request.user, customer), queries.collaborators(request.user, customer)
    context = {"c": customer, "leads": leads, "helpers": helpers, "owned": queries.ownerships(viewer, customer), "form": form,
               "colleagues": queries.colleagues(viewer, customer, helpers) if leads else [], "join": _join(request)}
    return render(request, "customers/_together.html", context, status=status)
