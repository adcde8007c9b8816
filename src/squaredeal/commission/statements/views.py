"""How people come to statements: their own, those within reach, a line's why, and what they say to it."""
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from squaredeal.commission.plans.templatetags.ledger import numbered
from squaredeal.commission.runs import queries as runs
from squaredeal.kernel import sheet, span
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import is_part, page
from squaredeal.organisation.team.scope import FIRM

from . import actions, explaining, policy, queries
from . import rows as listed
from .forms import AnswerForm, ObjectionForm

ZERO = Decimal(0)
PAGE, LISTERS = 50, ("manager", "director", "finance")


@require_GET
def index(request):
    """A rep's own statement; for those who answer for others, everybody's of a month within reach and scope."""
    if request.user.role not in LISTERS:
        own = queries.latest(request.user, request.user)
        return HttpResponseRedirect(reverse("statements:statement", args=[own.pk]) if own else reverse("statements:mine"))
    newest = queries.statements(request.user).order_by("-run__period__starts_on").first()
    _span, scope = span.picked(request)
    period = runs.period(FIRM, request.GET.get("period", "")) or (newest.run.period if newest else None)
    rows = queries.of_month(request.user, period, scope, request.GET.get("sort", "")) if period else queries.statements(request.user).none()
    shown, total = Paginator(rows, PAGE), queries.summed(request.user, rows)
    shown.count = total["n"]
    shown = shown.get_page(request.GET.get("page"))
    disputed = queries.disputed(request.user, period) if period else frozenset()
    return page(request, "statements/index.html", "statements/_index.html", {
        "period": period, "scope": scope, "months": queries.months_within(request.user), "own": queries.latest(request.user, request.user),
        "rows": [(row, row.payout - row.earned - row.earlier + row.reserved, "disputed" if row.person_id in disputed else "confirmed" if row.confirmed_at else "open")
                 for row in shown], "shown": shown, "total": total})


def _found(request, pk):
    found = queries.statement(request.user, pk)
    if found is None:
        raise Http404
    return found


@require_GET
def statement(request, pk):
    """One person's month: the sum, its lines, differences, objections, what is next."""
    found = _found(request, pk)
    if found.pk != pk:
        return HttpResponseRedirect(reverse("statements:statement", args=[found.pk]))
    return _show(request, found)


def _show(request, found, *, refusal=None, form=None, answer_form=None, answering=None, status=200):
    viewer, period = request.user, found.run.period
    own, late = queries.lines(viewer, found)
    months = queries.months(viewer, found.person)
    kept_before, kept = queries.reserve(viewer, months, found)
    objections = queries.objections(viewer, found)
    disputed = {o.line_key: o for o in objections if o.state == "open"}
    shown = [listed.row(line, disputed.get(line.key)) for line in own]
    differences = [listed.row(line, disputed.get(line.key)) for line in late if line.difference or not line.held]
    asked = request.POST.get("line") or request.GET.get("line")
    chosen = next((line for line in (*own, *late) if str(line.pk) == asked), (own or late or [None])[0])
    mine = found.person_id == viewer.pk
    by_key = {row["line"].key: row for row in (*shown, *differences)}
    for objection in objections:
        objection.about = by_key.get(objection.line_key)
    about = next((row for row in by_key.values() if str(row["line"].pk) == asked and not row["objection"]), None) if mine and asked else None
    context = {
        "about": about,
        "statement": found, "period": period, "run": found.run, "mine": mine, "months": months[:6] if found in months[:6] else [*months[:5], found],
        "rows": shown, "differences": differences, "kept_before": kept_before, "kept": kept, "returned": explaining.returned(found), "balance": found.balance, "carried": explaining.carried(found), "advanced": explaining.advanced(found), "limited": explaining.limited(found), "rounding": explaining.rounding(found), "waiting": queries.waiting(viewer, found) if found.held else ZERO, "minus_held": -found.held, "releases": listed.releases((*own, *late)), "signed": any(line.contract_id for line in own),
        "terms": 4 + sum(map(bool, (found.balance or found.carried, found.held, found.capped, found.advance))), "objections": objections,
        "zeroes": sum(1 for row in shown if not row["line"].earned), "open_objections": len(disputed),
        "added": sum(r["line"].difference for r in differences if r["line"].difference > 0),
        "taken": sum(r["line"].difference for r in differences if r["line"].difference < 0),
        "due": queries.due(viewer, found), "late": not found.confirmed_at and queries.due(viewer, found) < timezone.localdate(),
        "may_confirm": mine and not found.confirmed_at, "may_object": mine,
        "may_answer": viewer.role in ("finance", "director") and not mine,
        "why": explaining.why(viewer, chosen) if chosen else None, "refusal": refusal,
        "form": form or ObjectionForm(), "answer_form": answer_form or AnswerForm(), "answering": answering,
        "seat": queries.seat(viewer, found), "whole": found.earned + found.earlier,
        "clauses": {"checking": policy.Checking.on(period.ends_on), "answering": policy.Answering.on(period.ends_on)}}
    return page(request, "statements/statement.html", "statements/_statement.html", context, status=status)


@require_GET
def why(request, pk):
    """Why a line is what it is: from the receipt to the fen, each step with its clause, and where one stands on the curve."""
    line = queries.line(request.user, pk)
    if line is None:
        raise Http404
    return page(request, "statements/why.html", "statements/_why.html", {
        "why": explaining.why(request.user, line), "statement": queries.statement_of(request.user, line),
        "may_object": line.person_id == request.user.pk, "form": ObjectionForm(initial={"line": line.pk})})


@require_POST
def confirm(request, pk):
    """核对无误."""
    found = _found(request, pk)
    try:
        actions.confirm(request.user, found)
    except Refused as refusal:
        return _show(request, _found(request, pk), refusal=refusal, status=422)
    return _back(request, found)


@require_POST
def object_to(request, pk):
    """Raise an objection to a line or to the whole."""
    found, form = _found(request, pk), ObjectionForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form=form, status=422)
    line = queries.line(request.user, form.cleaned_data["line"]) if form.cleaned_data["line"] else None
    try:
        actions.object_to(request.user, found, text=form.cleaned_data["text"], line=line)
    except Refused as refusal:
        form.add_error("text", refusal.message)
        return _show(request, found, form=form, status=422)
    return _back(request, found)


@require_POST
def answer(request, pk):
    """Accept or decline an objection."""
    objection = queries.objection(request.user, pk)
    if objection is None:
        raise Http404
    found, form = queries.of_objection(request.user, objection), AnswerForm(request.POST)
    if found is None:
        raise Http404
    if not form.is_valid():
        return _show(request, found, answer_form=form, answering=objection.pk, status=422)
    try:
        actions.answer(request.user, objection, upheld=form.cleaned_data["upheld"], answer=form.cleaned_data["answer"])
    except Refused as refusal:
        form.add_error("answer", refusal.message)
        return _show(request, found, answer_form=form, answering=objection.pk, status=422)
    return _back(request, found)


@require_POST
def withdraw(request, pk):
    """Take one's own objection back."""
    objection = queries.objection(request.user, pk)
    found = queries.of_objection(request.user, objection) if objection else None
    if found is None:
        raise Http404
    try:
        actions.withdraw(request.user, objection)
    except Refused as refusal:
        return _show(request, found, refusal=refusal, status=422)
    return _back(request, found)


def _back(request, found):
    if is_part(request):
        return _show(request, _found(request, found.pk))
    return HttpResponseRedirect(reverse("statements:statement", args=[found.pk]))


@require_GET
def mine(request):
    """My commission on a phone: this month so far (a slot), and the statement to check."""
    today = timezone.localdate()
    months = queries.months(request.user, request.user)
    latest = months[0] if months else None
    return page(request, "statements/mine.html", "statements/_mine.html", {
        "latest": latest, "today": today, "months": months[:3],
        "due": queries.due(request.user, latest) if latest else None, "paid": queries.payee(request.user, request.user.pk) is not None})


@require_GET
def estimate(request, pk):
    """The running estimate of a person within reach: a part of their statement, or with ?whole=1 of the phone page."""
    person = queries.payee(request.user, pk)
    if person is None:
        raise Http404
    part = "statements/_estimate.html" if request.GET.get("whole") else "statements/_soon.html"
    return page(request, "statements/soon.html", part, {
        "estimate": explaining.estimate(request.user, person), "settled": queries.settled(request.user, person), "person": person, "mine": person.pk == request.user.pk})


@require_GET
def of_receipt(request, pk):
    """提成 n 笔: the lines a receipt made, within the viewer's reach; not found when neither they nor the receipt are."""
    lines = queries.of_receipt(request.user, pk)
    if not lines and not queries.reaches_receipt(request.user, pk):
        raise Http404
    return page(request, "statements/receipt.html", "statements/_receipt.html", {"rows": [listed.row(line) for line in lines]})


@require_GET
def download(request, pk):
    """A statement as XLSX: a row per line with everything it was computed from."""
    found = _found(request, pk)
    own, late = queries.lines(request.user, found)
    rows = []
    for line in (*own, *late):
        shown = listed.row(line)
        rows.append((line.fact_period, line.component, shown["on"], str(shown["customer"]) if line.about else "", str(shown["number"]), shown["amount"], shown["share"], line.base, " ".join([shown["rate"], *shown["mods"]]).strip(),
                     line.earned, line.posted_before, line.difference, -line.held, -line.reserved, line.payout, shown["reason"] or line.reason, numbered(line.clause)))
    balance, blank, drawn = found.balance, (None,) * 7, explaining.advanced(found)
    sums = found.earned + found.earlier, -found.held, -found.reserved
    lines = [sum((getattr(x, name) for x in (*own, *late)), ZERO) for name in ("difference", "held", "reserved")]
    rest = sums[0] - lines[0], sums[1] + lines[1], sums[2] + lines[2]
    if any(rest):
        rows.append((found.run.period.code, _("Rounded once per statement"), *blank, None, None, *rest, sum(rest), "", ""))
    for label, amount, said in ((_("Over the limit"), -found.capped, explaining.limited(found)), (drawn["label"] if drawn else _("Draw"), found.advance, drawn["text"] if drawn else ""),
                                (_("Carried"), balance, explaining.carried(found))):
        if amount:
            rows.append((found.run.period.code, label, *blank, None, None, None, None, None, amount, said, ""))
    rows.append((found.run.period.code, _("Total"), *blank, found.earned, None, *sums, found.payout, "", ""))
    head = [_("Month"), _("Component"), _("Received on"), _("Customer"), _("Contract"), _("Received"), _("Share"), _("Base"), _("Rate"),
            _("Earned"), _("Posted before"), _("Difference"), _("Released later"), _("Reserve"), _("Payable, before tax"), _("Reason"), _("Clause")]
    return sheet.xlsx(_("Commission") + f" {found.person.name} {found.run.period.code}", head, rows)
