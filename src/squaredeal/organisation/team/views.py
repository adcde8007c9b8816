"""The doors to the organisation: who is where, one person, who can see a record, one's own account."""
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import page
from squaredeal.kernel.reading import whole

from . import actions, bars, forms, policy, queries

VERBS = {"appoint": (forms.Appoint, actions.appoint), "let_go": (forms.LetGo, actions.let_go),
         "deputy": (forms.NameDeputy, actions.name_deputy), "password": (forms.SetPassword, actions.set_password),
         "facts": (forms.Facts, actions.change_facts), "stay": (forms.StayAfterAll, actions.take_back_leaving)}


@require_GET
def index(request):
    """The tree with dated assignments as bars, as of a day."""
    asked = forms.AsOf(request.GET)
    on = (asked.cleaned_data["on"] if asked.is_valid() else None) or timezone.localdate()
    first, last = bars.span_around(on)
    viewer = request.user
    units = queries.units(viewer)
    seats = queries.assignments_between(viewer, first, last)
    table = bars.rows(units, seats, queries.deputising_between(viewer, first, last), first, last, on)
    context = {"table": table, "on": on, "months": bars.months(first, last), "today": bars.place(first, last, on),
               "reps": sum(1 for s in seats if s.position.role == "rep" and s.starts_on <= on and (s.ends_on is None or s.ends_on >= on)),
               "vacancies": queries.vacancies(viewer, on), "leaving": queries.leaving(viewer), "may_arrange": policy.arranges(viewer)}
    return page(request, "team/index.html", "team/_bars.html", context)


@require_GET
def person(request, pk):
    """One colleague: posts held, deputies, and for those who may, the verbs."""
    viewer, found = request.user, queries.person(request.user, pk)
    return page(request, "team/person.html", "team/person.html", _person(viewer, found))


def _person(viewer, found, **more):
    blank = {name: form() for name, (form, _action) in VERBS.items()}
    blank["facts"] = forms.Facts(initial={"name": found.name, "phone": found.phone, "email": found.email})
    if policy.arranges(viewer) or viewer == found:
        (more.get("deputy") or blank["deputy"]).offer(queries.stand_ins(viewer, found))
    return {"person": found, "history": queries.history(viewer, found), "deputies": queries.deputyships(viewer, found),
            "may_arrange": policy.arranges(viewer), "may_deputise": policy.arranges(viewer) or viewer == found,
            "second_step": policy.arranges(viewer) and queries.second_step(viewer, found),
            "tokens": [t for t in queries.tokens(viewer, found) if t.revoked_at is None] if policy.arranges(viewer) else [], "forms": {**blank, **more}}


@require_POST
def decide(request, pk, verb):
    """One verb on one person; a refusal comes back beside its field with what was typed."""
    viewer, found = request.user, queries.person(request.user, pk)
    if verb not in VERBS:
        raise Http404(verb)
    shape, action = VERBS[verb]
    form = shape(request.POST)
    if form.is_valid():
        try:
            action(viewer, found, **form.cleaned_data)
            return redirect("team:person", pk)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    return render(request, "team/person.html", {**_person(viewer, found, **{verb: form}), "open": verb}, status=422)


@require_POST
def end_deputy(request, pk):
    """The deputy acts no more."""
    deputy = queries.deputyship(request.user, pk)
    actions.end_deputy(request.user, deputy)
    return redirect("team:person", deputy.absent_id)


def add(request):
    """Somebody new."""
    form = forms.AddPerson(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = actions.add_person(request.user, said.pop("unit"), **said)
            return redirect("team:person", made.pk)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    return render(request, "team/add.html", {"form": form}, status=422 if form.errors else 200)


def add_unit(request):
    """A unit below another."""
    form = forms.AddUnit(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_unit(request.user, form.cleaned_data["parent"], name=form.cleaned_data["name"])
            return redirect("team:index")
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    return render(request, "team/add_unit.html", {"form": form}, status=422 if form.errors else 200)


def rename_unit(request, pk):
    """Another name for a unit."""
    unit = queries.unit(request.user, pk)
    form = forms.RenameUnit(request.POST or None, initial={"name": unit.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_unit(request.user, unit, **form.cleaned_data)
            return redirect("team:index")
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    return render(request, "team/add_unit.html", {"form": form, "unit": unit}, status=422 if form.errors else 200)


@require_GET
def why(request):
    """Who can see a record, and by which term of the rule; asked only of records within one's own reach."""
    pk = whole(request.GET.get("pk", ""))
    if pk is None:
        raise Http404
    seen = queries.seers(request.user, request.GET.get("kind", ""), pk)
    return page(request, "team/why.html", "team/_why.html", {"seen": seen})


def me(request):
    """One's own account: access tokens for the API, sign-in safety."""
    form, plain, status = forms.MakeToken(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            plain, form, status = actions.make_token(request.user, request.user, name=form.cleaned_data["name"]).plain, forms.MakeToken(), 200
    return render(request, "team/me.html", {"form": form, "plain": plain, "tokens": queries.tokens(request.user)}, status=status)


@require_POST
def revoke(request, pk):
    """One's own token."""
    actions.revoke_token(request.user, request.user, pk=pk)
    return redirect("team:me")


@require_POST
def revoke_of(request, pk, key):
    """A colleague's token, for those who arrange."""
    actions.revoke_token(request.user, queries.person(request.user, pk), pk=key)
    return redirect("team:person", pk)


@require_POST
def drop_second_step(request, pk):
    """For a colleague who lost phone and recovery codes."""
    actions.drop_second_step(request.user, queries.person(request.user, pk))
    return redirect("team:person", pk)
