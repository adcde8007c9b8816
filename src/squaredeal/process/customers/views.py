"""The doors to the list of customers: finding, planning the next step in the row, registering, handing over, exporting, kept views."""
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from squaredeal.kernel import figures, sheet, span
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import is_part, page

from . import actions, conditions, doors, forms, giving, listing, policy, queries, search


@require_GET
def index(request):
    """The list, whole or the part below its head."""
    return page(request, "customers/list.html", "customers/_part.html", _list(request, request.GET))


def _list(request, query):
    viewer, scope = request.user, span.picked(request)[1]
    asked = forms.Filter(query).asked()
    head = _head(viewer, scope, query, asked)
    found, heard = listing.page(viewer, scope, asked, query.get("page") or 1, head["counted"])
    for customer in found.object_list if heard else ():
        customer.hit = search.hit(heard, str(customer))
    shown, more = conditions.chips(viewer, query, asked)
    gives = policy.gives(viewer)
    return {"page": found, "heard": heard, "asked": asked, "chips": shown, "more": more, "gives": gives, "lately": queries.hand_overs(viewer) if gives and not is_part(request) else [], "sells": policy.sells(viewer),
            "here": conditions.address(query), "clear": conditions.address(QueryDict(), scope=query.get("scope")), "today": timezone.localdate(),
            "sizes": [(n, conditions.address(query, size=n), n == found.paginator.per_page) for n in listing.SIZES], "part": is_part(request),
            "kept": [(k, v) for k in conditions.KEPT if k != "q" for v in query.getlist(k)],
            "count_shown": figures.grouped(found.paginator.count), "ids": ",".join(str(c.pk) for c in found), **head}


def _head(viewer, scope, query, asked):
    """The sentence above the list and the tabs with their counts, all in one query."""
    kept = queries.views(viewer)
    conditions_of = [forms.Filter(QueryDict(v.query)).asked() for v in kept]
    counted = listing.counts(viewer, scope, [{} if c.get("q") else c for c in conditions_of])
    plain = QueryDict(mutable=True)
    plain.update({"scope": query["scope"]} if query.get("scope") else {})
    pure = not set(asked) - {"view", "sort", "size"}

    def tab(text, view, count):
        return {"text": text, "url": conditions.address(plain, view=view), "count": figures.grouped(count), "now": pure and asked.get("view") == view}

    tabs = [tab(_("Mine") if scope == "me" else _("All"), None, counted["all"]), tab(pgettext("customers", "Late"), "late", counted["late"]),
            tab(_("Without next step"), "none", counted["none"])]
    if counted["pool"]:
        tabs.append(tab(_("Without owner"), "pool", counted["pool"]))
    if counted["shared"]:
        tabs.append(tab(_("Worked on together"), "shared", counted["shared"]))
    for place, (view, its) in enumerate(zip(kept, conditions_of, strict=True)):
        tabs.append({"text": view.name, "url": f"?{view.query}", "count": None if its.get("q") else figures.grouped(counted[place]), "pk": view.pk,
                     "now": its == {k: v for k, v in asked.items() if k in its} and len(its) == len(asked)})
    return {"tabs": tabs, "counted": counted, "shown": {k: figures.grouped(n) for k, n in counted.items() if isinstance(k, str)}, "scope": scope, "late": tabs[1]["url"], "none": tabs[2]["url"], "can_keep": not pure and bool(asked)}


def _came_from(request):
    """The list's query as it stood in the browser when a part of the page asked something."""
    at = request.headers.get("HX-Current-URL", "")
    return QueryDict(at.partition("?")[2])


def step(request, pk):
    """The next step in its place: the row of the list, or the head of the record (?at=record). GET with ?edit opens the field."""
    viewer, at = request.user, request.GET.get("at", "")
    customer = queries.customer(viewer, pk)
    part = "customers/_next.html" if at == "record" else "customers/_step.html"
    context = {"customer": customer, "c": customer, "today": timezone.localdate(), "sells": policy.sells(viewer), "at": at}
    if request.method == "POST":
        form = forms.NextStepForm(request.POST)
        if form.is_valid():
            try:
                said = dict(form.cleaned_data)
                done = actions.set_next_step(viewer, customer, **said)
            except Refused as refusal:
                doors.refuse(form, refusal)
                return render(request, part, {**context, "form": form}, status=422)
            if not is_part(request):
                return redirect("customers:record", pk)
            if at != "record":
                query = _came_from(request)
                scope = span.picked(_Like(viewer, query))[1]
                context |= {"oob": True, **_head(viewer, scope, query, forms.Filter(query).asked())}
            done.owner = customer.owner
            return render(request, part, {**context, "customer": done, "c": done})
        return render(request, part, {**context, "form": form}, status=422)
    if "edit" in request.GET and policy.sells(viewer):
        context["form"] = forms.NextStepForm(initial={
            "kind": customer.next_step_kind or "call", "on": max(customer.next_step_on or context["today"], context["today"]),
            "at": customer.next_step_at, "text": customer.next_step})
    return render(request, part, context)


class _Like:
    """What kernel.span reads of a request, for another address than this one's."""

    def __init__(self, user, query):
        self.user, self.GET = user, query


def new(request):
    """Registering: the form, in the side sheet or as a page; refused with the clash and the ways out."""
    viewer, form, matches, status = request.user, forms.Create(request.POST or None), [], 200
    policy.may_register(viewer, None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                matches = actions.check(viewer, said["name"], name=said["name"], tax_number=said["tax_number"], phone=said["phone"])
                made = actions.create(viewer, None, **said)
                return doors.go(request, reverse("customers:record", args=[made.pk]))
            except Refused as refusal:
                doors.refuse(form, refusal)
    return page(request, "customers/new.html", "customers/_new.html", {"form": form, "matches": matches, "times": policy.Checked.on(
        timezone.localdate()).times}, status=status)


@require_POST
def check(request):
    """What clashes with what is being typed, masked; on record and limited."""
    said = {key: request.POST.get(key, "").strip()[:120] for key in ("name", "tax_number", "phone")}
    if len(said["name"]) < 2 and len(said["tax_number"]) < 8 and len(said["phone"]) < 7:
        return render(request, "customers/_dup.html", {"matches": []})
    matches = actions.check(request.user, said["name"] or said["tax_number"] or said["phone"], **said)
    return render(request, "customers/_dup.html", {"matches": matches, "looked": True})


@require_POST
def ask(request):
    """Ask whoever owns the clashing customer to work together."""
    said = {key: request.POST.get(key, "").strip()[:120] for key in ("name", "tax_number", "phone")}
    asked = actions.ask_to_join(request.user, said["name"] or said["tax_number"] or said["phone"], **said)
    return render(request, "customers/_asked.html", {"asked": asked})


def _picked(request, sent):
    """(form, ids within reach) of a hand-over: the ticked rows, or all that the conditions hold."""
    form = forms.Picked(sent)
    form.is_valid()
    said = form.cleaned_data
    query = _came_from(request) if request.headers.get("HX-Current-URL") else request.GET
    scope = span.picked(_Like(request.user, query))[1]
    pks = listing.chosen(request.user, scope, forms.Filter(query).asked(), [] if said.get("all") else said.get("pk") or [0])
    return form, pks


@require_GET
def give(request):
    """Whom the picked customers could go to, and what it would do, before anything is done."""
    form, pks = _picked(request, request.GET)
    viewer, said = request.user, form.cleaned_data
    if not policy.gives(viewer):
        raise Refused(_("Customers are handed over by the manager or the director. Ask yours."), clause=policy.Transfer.number)
    owner = said.get("owner")
    plan = giving.plan(viewer, pks, owner) if owner and pks else None
    everyone = giving.receivers(viewer, said.get("who") or "")
    context = {"plan": plan, "owner": owner, "people": everyone, "count": len(pks), "form": form, "days": policy.Transfer.on(timezone.localdate()).days,
               "pks": [] if said.get("all") else pks, "all": said.get("all"), "who": said.get("who") or "", "drawer": "drawer" in request.GET}
    return render(request, "customers/_give_people.html" if request.headers.get("HX-Target") == "give-people" else "customers/_give.html", context)


@require_POST
def assign(request):
    """Hand the picked customers over; the page comes again with the way back."""
    form, pks = _picked(request, request.POST)
    owner = form.cleaned_data.get("owner")
    if owner is None:
        raise Refused(_("Nobody is chosen. Choose who takes the customers."), field="owner")
    journal = actions.assign(request.user, pks, owner=owner, reason=form.cleaned_data["reason"])
    said = ngettext("%(n)s customer went to %(owner)s", "%(n)s customers went to %(owner)s", journal.count) % {"n": journal.count, "owner": owner}
    messages.success(request, said, extra_tags=reverse("customers:undo", args=[journal.pk]))
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("customers:list")


@require_POST
def undo(request, pk):
    """Take a hand-over back."""
    back, stayed = actions.undo_assign(request.user, queries.hand_over(request.user, pk))
    if stayed:
        messages.info(request, ngettext("%(n)s customer was handed on since and stays.", "%(n)s customers were handed on since and stay.", stayed)
                      % {"n": stayed})
    return HttpResponse(status=204) if is_part(request) else redirect("customers:list")


@require_GET
def export(request):
    """The filtered list as XLSX or CSV: the same reach, formulas neutralised, on record with its count."""
    viewer, scope = request.user, span.picked(request)[1]
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    head, rows = queries.exported(viewer, scope, forms.Filter(request.GET).asked())
    actions.export(viewer, f"{len(rows)} · {kind} · {conditions.address(request.GET)}")
    name = _("Customers") + f" {timezone.localdate()}"
    return sheet.csv_file(name, head, rows) if kind == "csv" else sheet.xlsx(name, head, rows)


@require_POST
def keep_view(request):
    """Keep the conditions as they are, under a name."""
    form = forms.KeepView(request.POST)
    query = conditions.address(QueryDict(request.POST.get("query", "").lstrip("?")), q=request.POST.get("q") or None)[1:]
    if form.is_valid():
        try:
            actions.keep_view(request.user, None, name=form.cleaned_data["name"], query=query)
            return doors.go(request, f"{reverse('customers:list')}?{query}")
        except Refused as refusal:
            doors.refuse(form, refusal)
    return render(request, "customers/_keep.html", {"form": form, "here": f"?{query}"}, status=422)


@require_POST
def drop_view(request, pk):
    actions.drop_view(request.user, None, pk=pk)
    return doors.go(request, reverse("customers:list"))
