"""How finance and the director try a version of the plan on months gone by; for anybody else the pages are not there."""
from urllib.parse import urlencode

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from squaredeal.kernel import sheet, waiting
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import is_part, page

from . import simulating, spreading
from .forms import SeekForm, SimulateForm
from .views import readers

PATIENCE = 1.0
"""Seconds a page waits for what is worked on apart before it shows how far it is."""
SORTS = {"difference": lambda r: r["pair"].difference, "share": lambda r: (r["pair"].share is not None, r["pair"].share or 0), "old": lambda r: r["pair"].old,
         "new": lambda r: r["pair"].new, "name": lambda r: r["person"].name}


def _form(request):
    """The form as asked, each field that is not said filled with what is usual; without a version there is no form."""
    versions = simulating.versions(request.user)
    if not versions:
        return None
    first, last = simulating.usual(request.user)
    draft = next((v for v in versions if v.state == "draft"), versions[0])
    now = next((v for v in versions if v.state == "published"), versions[-1])
    if request.GET.get("new") == str(now.pk):
        now = next((v for v in versions if v.state == "published" and v.pk != now.pk), now)
    usual = {"old": str(now.pk), "new": str(draft.pk), "first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}", "by": "earned"}
    return SimulateForm({name: request.GET.get(name) or value for name, value in usual.items()}, versions, simulating.months(request.user))


def _asked(request, without=422):
    """(the form, the Asked of it, None); or, when it cannot be asked, (form, None, the page that says so); `without` is its status where there is no plan."""
    form = _form(request)
    if form is None or not form.is_valid():
        return form, None, page(request, "runs/simulate.html", "runs/_simulate.html", {"form": form, "no_plan": form is None}, status=without if form is None else 422)
    said, months = form.cleaned_data, {label: day for day, label in ((m, f"{m:%Y-%m}") for m in simulating.months(request.user))}
    return form, simulating.Asked(form.versions[said["old"]], form.versions[said["new"]], months[said["first"]], months[said["last"]], said["by"]), None


@readers
@require_GET
def simulate(request):
    """The form, and in a slot below it the result; with ?show=1 the whole page holds the result."""
    form, asked, refused = _asked(request, without=200)
    if refused:
        return refused
    context = {"form": form, "query": urlencode(form.data)}
    if is_part(request) or request.GET.get("show"):
        try:
            context |= _result(request, asked)
        except Refused as refusal:
            context["refusal"] = refusal
    if is_part(request):
        return render(request, "runs/_simulated.html", context, status=422 if "refusal" in context else 200)
    return page(request, "runs/simulate.html", "runs/_simulate.html", context)


def _result(request, asked):
    found = simulating.simulation(request.user, asked)
    rows = _rows(request.user, found)
    key = request.GET.get("sort", "-difference")
    name = key.lstrip("-") if key.lstrip("-") in SORTS else "difference"
    rows.sort(key=SORTS[name], reverse=key.startswith("-"))
    for row, bar in zip(rows, spreading.bars([r["pair"].difference for r in rows]), strict=True):
        row["bar"] = bar
    total = found.of(found.total)
    return {"found": found, "asked": asked, "rows": rows, "total": total, "sort": name, "down": key.startswith("-"), "spread": spreading.spread(found.buckets),
            "regions": _regions(rows), "components": [(c, found.of(c)) for c in found.components], "middle": found.quantiles.get(50),
            "seek": SeekForm(None, _rates(asked.new), initial={"budget": f"{total.old:.2f}"}),
            "most_gained": _most(rows, found.gains.most), "most_lost": _most(rows, found.losses.most), "same_plan": asked.old.pk == asked.new.pk}


def _most(rows, change):
    """(person, difference) of the one a side moves most, or None."""
    return next(((row["person"], row["pair"].difference) for row in rows if change is not None and row["change"].payee == change.payee), None)


def _rows(viewer, found):
    known = simulating.people(viewer, found)
    return [{"person": known[c.payee][0], "region": known[c.payee][1], "pair": found.of(c), "change": c, "parts": [(p, found.of(p)) for p in found.parts[c.payee]]}
            for c in found.people if c.payee in known]


def _regions(rows):
    """[(region, sum before, sum after, difference)], the largest gain first."""
    sums = {}
    for row in rows:
        before, after = sums.get(row["region"], (0, 0))
        sums[row["region"]] = (before + row["pair"].old, after + row["pair"].new)
    return sorted(((region, old, new, new - old) for region, (old, new) in sums.items() if region is not None), key=lambda r: (-r[3], str(r[0])))


def _rates(version):
    from squaredeal.engine.trials import trying
    return [(x.path, f"{_said(x.path)} · {trying.shown(x.value, x.kind)}") for x in simulating.rates(version)]


def _said(path):
    """components.回款提成.rate.table.2 as people say it."""
    name, rest = path.removeprefix("components.").split(".rate" if ".rate" in path else ".limit" if ".limit" in path else ".uplift" if ".uplift" in path else ".factor", 1)
    number = rest.rsplit(".", 1)[-1]
    words = _("the whole table") if rest == ".scale" else _("row %(number)s") % {"number": number} if rest.startswith(".table") else \
        _("cell %(place)s") % {"place": rest.removeprefix(".matrix.")} if rest.startswith(".matrix") else _("the cap") if rest == ".cap" else \
        _("addition %(number)s") % {"number": number} if ".uplift" in path else _("factor %(number)s") % {"number": number} if ".factor" in path else _("the rate")
    return f"{name} {words}"


@readers
@require_http_methods(["GET", "POST"])
def seek(request):
    """One rate of the new version, solved so that the months stay within a total: a part under the form. What takes longer than a second shows
    how far it is; POST calls it off."""
    form, asked, refused = _asked(request)
    if refused:
        return refused
    wanted = SeekForm(request.GET, _rates(asked.new))
    context = {"seek": wanted, "form": form, "query": urlencode(form.data), "asked": asked}
    if not wanted.is_valid():
        return page(request, "runs/sought.html", "runs/_sought.html", context, status=422)
    rate, budget = wanted.cleaned_data["rate"], wanted.cleaned_data["budget"]
    key = simulating.key_of(asked, rate, budget)
    if request.method == "POST":
        waiting.call_off(request.user, key)
        waiting.settle(request.user, key, PATIENCE)
    try:
        answer = _sought(request, asked, rate, budget, key)
        if isinstance(answer, dict):
            return page(request, "runs/sought.html", "runs/_sought.html", {**context, **answer, "here": request.get_full_path()})
    except Refused as refusal:
        return page(request, "runs/sought.html", "runs/_sought.html", {**context, "refusal": refusal}, status=422)
    from squaredeal.engine.trials import trying
    kind = next(x.kind for x in simulating.rates(asked.new) if x.path == answer.path)
    shown = {name: None if getattr(answer, name) is None else trying.shown(getattr(answer, name), kind) for name in ("was", "value", "following")}
    return page(request, "runs/sought.html", "runs/_sought.html", {**context, "answer": answer, "shown": shown, "rate": _said(answer.path)})


def _sought(request, asked, rate, budget, key):
    """The Sought; or {"percent"} while it is worked on, {"said"} when it was called off."""
    for _turn in range(2):
        told, ended = waiting.heard(request.user, key)
        if told:
            return {"percent": waiting.percent(told)}
        if ended and "refused" in ended:
            raise Refused(ended["refused"], clause=ended.get("clause") or None)
        if ended and "said" in ended:
            return ended
        answer = simulating.sought(request.user, asked, rate, budget, apart=key)
        if answer is not None:
            return answer
        waiting.settle(request.user, key, PATIENCE)
    return {"percent": 0}


@readers
@require_GET
def download(request):
    """The simulation as XLSX: a row per person and component, amounts as numbers."""
    form, asked, refused = _asked(request)
    if refused:
        return refused
    try:
        found = simulating.simulation(request.user, asked)
    except Refused as refusal:
        return page(request, "runs/simulate.html", "runs/_simulate.html", {"form": form, "query": urlencode(form.data), "refusal": refusal}, status=422)
    rows = []
    for row in _rows(request.user, found):
        region = str(row["region"] or "")
        for part, whole in [(_("all together"), row["change"]), *((p.component, p) for p, _pair in row["parts"])]:
            rows.append((row["person"].name, region, part, whole.earned.old, whole.earned.new, whole.earned.difference, whole.payout.old, whole.payout.new, whole.payout.difference))
    head = [_("Person"), _("Region"), _("Component"), _("Earned, as it is"), _("Earned, changed"), _("Difference"), _("Paid, as it is"), _("Paid, changed"), _("Difference")]
    return sheet.xlsx(_("Trial run") + f" {asked.old} {asked.new} {asked.periods[0]} {asked.periods[-1]}", head, rows)


