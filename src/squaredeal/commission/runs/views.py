"""How finance and the director come to runs; for anybody else they are not there."""
from decimal import Decimal
from functools import wraps

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from squaredeal.kernel import actions as kernel
from squaredeal.kernel import sheet
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import is_part, page
from squaredeal.kernel.reading import whole
from squaredeal.organisation.team.scope import FIRM

from . import actions, comparing, policy, queries
from .forms import ComputeForm, FromForm, PayForm, SendBackForm, UnpayForm


def readers(view):
    """Runs exist for finance and the director only."""
    @wraps(view)
    def seen(request, *args, **kwargs):
        if not queries.may_read(request.user):
            raise Http404
        return view(request, *args, **kwargs)
    return seen


@readers
@require_GET
def index(request):
    """Every month with the run that counts, the open one on top with its verb."""
    return page(request, "runs/index.html", "runs/_index.html", _months(request.user))


def _months(viewer, refusal=None):
    live = {}
    for run in queries.runs(viewer).exclude(state="replaced"):
        live.setdefault(run.period_id, run)
    months = [(period, live.get(period.pk)) for period in queries.periods(viewer)]
    open_period = queries.open_period(viewer)
    return {"months": months, "open": open_period, "open_run": live.get(open_period.pk) if open_period else None, "refusal": refusal,
            "over": bool(open_period) and open_period.ends_on < timezone.localdate(),
            "facts": queries.facts_so_far(viewer, open_period) if open_period else 0,
            "clauses": [policy.Difference.on(timezone.localdate()), policy.SignOff.on(timezone.localdate()), policy.PayDay.on(timezone.localdate())]}


@readers
@require_POST
def compute(request):
    """Compute a month; the page of the new run follows, or the refusal on the list."""
    form = ComputeForm(request.POST)
    try:
        actions.open_months(request.user, timezone.localdate())
        period = queries.period(FIRM, form.cleaned_data["period"]) if form.is_valid() else queries.open_period(FIRM)
        if period is None:
            raise Refused(_("There is no such month yet: months begin with the first receipt that earns."))
        run = actions.compute(request.user, period)
    except Refused as refusal:
        return page(request, "runs/index.html", "runs/_index.html", _months(request.user, refusal), status=422)
    return _go(request, reverse("runs:run", args=[run.pk]))


@readers
@require_GET
def run(request, pk):
    """One run: what it comes to, what changed, what to look at, who signs."""
    known = queries.history(request.user)
    found = next((r for r in known if r.pk == pk), None) or _found(request, pk)
    return page(request, "runs/run.html", "runs/_run.html", _whole(request.user, found, known=known))


def _found(request, pk):
    found = queries.run(request.user, pk)
    if found is None:
        raise Http404
    return found


def _whole(viewer, run, refusal=None, forms=None, known=None):
    known, forms = known or queries.history(viewer), forms or {}
    earlier, last = queries.before(viewer, run, known)
    written, lines = queries.statements(viewer, run, earlier), queries.lines_of(viewer, run, earlier)
    statements, old = written[run.pk], {s.person_id: s for s in written[earlier.pk]} if earlier else {}
    objections = queries.objections(viewer, run)
    disputed = {o.person_id for o in objections}
    people = [{"statement": s, "total": s.earned + s.earlier,
               "change": s.earned + s.earlier - (old[s.person_id].earned + old[s.person_id].earlier) if s.person_id in old else None,
               "state": "disputed" if s.person_id in disputed else "confirmed" if s.confirmed_at else "open"} for s in statements]
    mine = queries.by_component(viewer, run, lines[run.pk])
    theirs = queries.by_component(viewer, earlier, lines[earlier.pk]) if earlier else {}
    before = queries.sums_by_component(viewer, last)
    components = [{**mine.get(name, {"component": name or "", "clause": "", "earned": 0, "people": 0, "lines": 0}), "late": name is None,
                   "change": mine.get(name, {}).get("earned", 0) - theirs.get(name, {}).get("earned", 0) if earlier else None,
                   "last": before.get(name)}
                  for name in sorted({*mine, *theirs}, key=lambda n: (n is None, n or ""))]
    live = {}
    for other in known:
        if other.state != "replaced":
            live.setdefault(other.period_id, other)
    total, later = run.earned + run.earlier, sum((s.left + Decimal(s.steps.get("small", 0)) for s in statements), Decimal(0))
    return {
        "run": run, "earlier": earlier, "last": last, "components": components, "people": people, "total": total,
        "rounding": total - sum((c["earned"] for c in mine.values()), Decimal(0)),
        "settled": [(label, amount) for label, amount in ((_("Released later"), -run.held), (_("Over the limit"), -run.capped), (_("Draws and guarantees"), run.advance)) if amount],
        "balance": run.balance, "later": later, "owed": later - run.carried, "total_change": total - earlier.earned - earlier.earlier if earlier else None,
        "reserved_change": earlier.reserved - run.reserved if earlier else None,
        "payout_change": run.payout - earlier.payout if earlier else None,
        "last_total": last.earned + last.earlier if last else None,
        "base": sum(s.base for s in statements), "confirmed": sum(1 for p in people if p["state"] == "confirmed"),
        "unseen": sum(1 for p in people if p["state"] == "open"), "disputed": len(disputed),
        "changes": comparing.changes(viewer, lines[run.pk], lines[earlier.pk]) if earlier else [],
        "exceptions": [*comparing.since(viewer, run), *comparing.exceptions(viewer, statements, lines[run.pk], objections)] if run.state in policy.UNDECIDED else [],
        "stages": comparing.stages(viewer, run), "steps": steps(viewer, run),
        "months": [(month, live.get(month.pk)) for month in queries.periods(viewer)[:4]],
        "approvers": [run.approved_by] if run.approved_by else queries.approvers(viewer), "sign_off": policy.SignOff.on(run.period.ends_on), "refusal": refusal,
        "payment": queries.payment(viewer, run) if run.state == "paid" else None, "withdrawn": queries.withdrawn(viewer, run) if run.posted_at else [], "send_back": SendBackForm(),
        "unpay": UnpayForm(), "pay": PayForm(initial={"paid_on": min(run.pay_on or timezone.localdate(), timezone.localdate())}), **forms}


def steps(viewer, run):
    """The verbs this viewer has on this run now."""
    may = {"review": viewer.role == "finance", "approve": viewer.role == "director" and run.computed_by_id != viewer.pk,
           "send_back": viewer.role == "director", "post": viewer.role == "finance", "pay": viewer.role == "finance", "unpay": viewer.role in ("finance", "director")}
    return {name: True for name in policy.RUN.open_to(run) if may.get(name)}


MOVES = {"review": actions.review, "approve": actions.approve, "post": actions.post}
ASKING = {"send_back": (SendBackForm, actions.send_back), "pay": (PayForm, actions.pay), "unpay": (UnpayForm, actions.unpay)}
"""Steps that ask for something: the form of a verb is called as the verb is."""


@readers
@require_POST
def move(request, pk, step):
    """Send, approve, send back, post, pay, withdraw a payment; a refusal comes back on the page with what to do, under its field where it has one."""
    found, forms = _found(request, pk), {}
    try:
        if step in MOVES:
            MOVES[step](request.user, found)
        elif step in ASKING:
            make, act = ASKING[step]
            form = forms[step] = make(request.POST)
            if form.is_valid():
                act(request.user, found, **form.cleaned_data)
        else:
            raise Http404
    except Refused as refusal:
        if step not in forms or refusal.field not in forms[step].fields:
            return _again(request, pk, refusal, forms)
        forms[step].add_error(refusal.field, refusal.message)
    if step in forms and forms[step].errors:
        return _again(request, pk, None, forms)
    if is_part(request):
        return page(request, "runs/run.html", "runs/_run.html", _whole(request.user, _found(request, pk)))
    return _go(request, reverse("runs:run", args=[pk]))


def _again(request, pk, refusal, forms):
    """The page as it was, with what was refused and what was typed."""
    return page(request, "runs/run.html", "runs/_run.html", _whole(request.user, _found(request, pk), refusal, forms), status=422)


@readers
@require_GET
def lines(request, pk):
    """The lines of a run, one page at a time: of one component, of closed months, or all."""
    found = _found(request, pk)
    rows = queries.lines(request.user, found)
    component, late = request.GET.get("component", ""), request.GET.get("late") == "1"
    if late:
        rows = rows.exclude(fact_period=found.period.code)
    elif component:
        rows = rows.filter(component=component, fact_period=found.period.code)
    size, first = 100, min(whole(request.GET.get("from", ""), 0), 10_000_000)
    shown = list(rows[first:first + size + 1])
    return page(request, "runs/lines.html", "runs/_lines.html", {
        "run": found, "lines": shown[:size], "component": component, "late": late,
        "next": first + size if len(shown) > size else None, "previous": max(0, first - size) if first else None})


@readers
@require_GET
def touched(request):
    """What is closed already from a day on: a plan that begins then is laid over it again. A slot of the plan's page."""
    form = FromForm(request.GET)
    closed = queries.closed_from(request.user, form.cleaned_data["starts_on"]) if form.is_valid() else []
    return page(request, "runs/touched.html", "runs/_touched.html", {"closed": closed, "open": queries.open_period(request.user)})


@readers
@require_GET
def verify(request, pk):
    """核对指纹: whether the ledger still is what was computed."""
    found = _found(request, pk)
    return page(request, "runs/verified.html", "runs/_verified.html", {"run": found, "same": queries.verified(request.user, found)})


@readers
@require_GET
def payout(request, pk):
    """The payout table of a run as XLSX: one row per person, amounts as numbers."""
    found = _found(request, pk)
    rows = [(s.person.name, s.person.login, s.base, None if s.attainment is None else sheet.Share(s.attainment), s.earned, s.earlier, -s.held, -s.reserved, -s.capped, s.advance, s.balance, s.payout,
             found.pay_on, _("confirmed") if s.confirmed_at else "", s.carried) for s in queries.statements(request.user, found)[found.pk]]
    head = [_("Person"), _("Login"), _("Base"), _("Attainment"), _("Earned"), _("Differences of closed months"), _("Released later"), _("Reserve"),
            _("Over the limit"), _("Draws and guarantees"), _("Carried"), _("Payable, before tax"), _("Pay day"), _("Checked"), _("Still owed afterwards")]
    kernel.export(request.user, _("Payout") + f" {found.period.code} #{found.number} × {len(rows)}")
    return sheet.xlsx(_("Payout") + f" {found.period.code} #{found.number}", head, rows)


def _go(request, url):
    response = HttpResponseRedirect(url)
    if is_part(request):
        response.status_code = 204
        response["HX-Redirect"] = url
        del response["Location"]
    return response
