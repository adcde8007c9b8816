"""The pages of deals: the board and the table, a new deal, one deal with its card and rounds, and the verbs on it."""
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.page import is_part, page
from squaredeal.kernel.span import picked

from . import actions, board, drawing, policy, queries
from .forms import CardForm, DealForm, Move, NewDeal, NextStep, RoundForm
from .models import Stage

GATE_FIELDS = {"needs", "budget_low", "budget_high", "objective", "walk_away", "lost_reason"}


def index(request):
    """The board of open deals, or the same deals as a table."""
    as_table = request.GET.get("view") == "table"
    return _board(request) if not as_table else _table(request)


def _narrowed(request):
    """What the chips say: {"only", "owner", "unit"}."""
    def number(name):
        text = request.GET.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 15 else None
    only = request.GET.get("only", "")
    return {"only": only if only in board.ONLY else "", "owner": number("owner"), "unit": number("unit")}


def _shown(request):
    """How many cards of each column were on the screen: shown-<stage>."""
    said = {stage: (request.POST or request.GET).get(f"shown-{stage}", "") for stage in policy.OPEN}
    return {stage: int(text) for stage, text in said.items() if text.isdecimal() and len(text) < 6}


def _around(request, columns, narrowed):
    """What board and table share: totals, chips, scope, and the addresses that keep them."""
    span, _scope = picked(request)
    total, (owners, units) = board.summary(columns), board.sellers(request.user)
    here, as_board, as_table = _query(request), _query(request, view=None), _query(request, view="table")
    return {
        "span": span, "narrowed": narrowed, "sum": total, "owners": owners, "units": units, "rule": policy.Stalled.on(timezone.localdate()), "stages": Stage.choices, "part": is_part(request),
        "board_query": as_board, "here_board": reverse("negotiation:board") + as_board, "here": reverse("negotiation:board") + here,
        "as_board": reverse("negotiation:board") + as_board, "as_table": reverse("negotiation:board") + as_table,
        "carried": [(key, value) for key, value in request.GET.items() if key in {"period", "scope", "view", "only", "sort"}],
        "chip_links": [(key, label, total["chips"][key], reverse("negotiation:board") + _query(request, only=None if narrowed["only"] == key else key))
                       for key, label in (("stalled", _("Stalled")), ("nostep", _("No next step")), ("late", _("Next step late")))]}


def _query(request, **changed):
    """The query string of the board as it is looked at, changed; "" when nothing is picked."""
    found = {key: value for key, value in request.GET.items() if key in {"period", "scope", "view", "only", "owner", "unit", "sort"} and value}
    found = {key: value for key, value in (found | changed).items() if value}
    return f"?{urlencode(found)}" if found else ""


def _board(request, *, gate=None, status=200):
    span, scope = picked(request)
    narrowed = _narrowed(request)
    columns = board.columns(request.user, scope, shown=_shown(request), **narrowed)
    return page(request, "negotiation/index.html", "negotiation/_board.html", {
        **_around(request, columns, narrowed), "columns": columns, "won": board.won(request.user, scope, span), "gate": gate}, status=status)


def _table(request):
    narrowed, (_span, scope) = _narrowed(request), picked(request)
    totals = list(board.totals_by_stage(request.user, scope, **narrowed).values())
    rows = Paginator(board.table(request.user, scope, request.GET.get("sort", "-amount"), **narrowed), 50)
    rows.count = board.summary(totals)["count"]
    shown = rows.get_page(request.GET.get("page"))
    today = timezone.localdate()
    for deal in shown:
        board.mark(deal, today, policy.Stalled.on(today))
    return page(request, "negotiation/table.html", "negotiation/_table.html", {**_around(request, totals, narrowed), "shown": shown})


def column(request, stage):
    """One column again, with more cards."""
    if stage not in policy.OPEN:
        raise OutOfReach(_("There is no such stage."))
    _span, scope = picked(request)
    shown = _shown(request).get(stage, board.FIRST)
    return render(request, "negotiation/_column.html", {
        "column": board.column(request.user, scope, stage, shown, **_narrowed(request)), "stages": Stage.choices,
        "board_query": _query(request, view=None), "here": reverse("negotiation:board") + _query(request)})


@require_POST
def move(request, pk):
    """A card dropped on a stage: the board again, or 422 with the gate open on the card."""
    deal, form = queries.deal(request.user, pk), Move(request.POST)
    if not form.is_valid():
        return _board(request, gate=_gate(request, deal, form), status=422)
    try:
        actions.move(request.user, deal, **form.given())
    except OutOfReach:
        raise
    except Refused as refusal:
        return _board(request, gate=_gate(request, deal, form, refusal), status=422)
    if is_part(request):
        return _board(request)
    return _back(request, reverse("negotiation:deal", args=[pk]))


def _gate(request, deal, form, refusal=None):
    """What the gate form shows: the card, what is there, what is missing, and why not. What was typed stays in its fields; dropped for the
    first time, the fields hold what the customer's page knows."""
    stage, tried = form.data.get("stage", ""), bool(form.data.keys() & GATE_FIELDS)
    known = queries.prepared(request.user, deal) | {"lost_reason": ""}
    asked = policy.NEEDED.get(stage, ())
    gaps = [name for name in asked if not known.get(name)]
    if not tried:
        form = Move(initial={"stage": stage, **_of_the_customer(deal)})
    elif refusal is not None and refusal.field in form.fields and not isinstance(refusal, policy.Missing):
        form.add_error(refusal.field, refusal.message)
        refusal = None
    board.mark(deal, timezone.localdate(), policy.Stalled.on(timezone.localdate()))
    return {"deal": deal, "stage": stage, "inside": stage in policy.OPEN, "label": dict(Stage.choices).get(stage, stage), "form": form, "refusal": refusal,
            "first": "" if tried or not gaps else {"budget": "budget_low"}.get(gaps[0], gaps[0]),
            "lacks": {name: tried and not _typed(form, name) for name in gaps}, "asked": [(name, policy.NAMES[name], name not in gaps) for name in asked], "missing": gaps, "count": len(asked),
            "quotes": queries.quotes_of(request.user, deal) if {"sent_quote", "accepted_quote"} & set(gaps) else [],
            "odds": policy.odds(stage, policy.Odds.on(timezone.localdate())) if stage in policy.NEEDED else None}


def _typed(form, name):
    """Whether the gate's form says something under a name of policy.NEEDED, sound or not."""
    return any(form.data.get(field, "").strip() for field in (("budget_low", "budget_high") if name == "budget" else (name,)))


def _of_the_customer(deal):
    """What the customer's page knows already, for the fields of the same names."""
    known = {name: getattr(deal.customer, name) for name in ("needs", "budget_low", "budget_high")}
    return {name: value for name, value in known.items() if value}


def new(request):
    """A new deal: the customer is found first, by name or initials."""
    text = request.GET.get("q", "")
    chosen, form = request.POST.get("customer") or request.GET.get("customer") or "", NewDeal(request.POST or None)
    customer = queries.customer(request.user, int(chosen)) if chosen.isdecimal() and len(chosen) < 15 else None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        said.pop("customer")
        try:
            made = actions.open_deal(request.user, customer, **said)
            return HttpResponseRedirect(reverse("negotiation:deal", args=[made.pk]), status=303)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
    elif request.method != "POST":
        form = NewDeal(initial={"customer": customer and customer.pk, "name": request.GET.get("name", "")})
    return page(request, "negotiation/new.html", "negotiation/_found.html", {
        "form": form, "customer": customer, "q": text, "found": queries.customers_like(request.user, text) if not customer else []},
        status=422 if form.is_bound else 200)


def deal(request, pk):
    """One deal: what is next, its quotes, the card, the rounds."""
    return _deal(request, queries.deal(request.user, pk))


def _deal(request, deal, *, status=200, **forms):
    """The page of a deal; `forms` are those that came back with errors."""
    card, rounds, today = queries.card(request.user, deal), queries.rounds(request.user, deal), timezone.localdate()
    board.mark(deal, today, policy.Stalled.on(today))
    shown = {
        "deal": deal, "card": card, "rounds": rounds[::-1], "chart": drawing.rounds(rounds, card), "quotes": queries.quotes_of(request.user, deal),
        "knows": policy.may_know_floor(request.user), "open": deal.stage in policy.OPEN, "steps": policy.DEAL.open_to(deal),
        "stages": [(value, label) for value, label in Stage.choices if value in policy.OPEN], "today": today,
        "reached": policy.OPEN.index(deal.stage) if deal.stage in policy.OPEN else len(policy.OPEN),
        "step_form": NextStep(initial={"next_step": deal.next_step, "next_step_kind": deal.next_step_kind, "next_step_on": deal.next_step_on}),
        "deal_form": DealForm(initial={"name": deal.name, "amount": deal.amount, "expected_on": deal.expected_on, "committed": deal.committed,
                                       "probability": policy.plain(deal.probability * 100), "competitor": deal.competitor}),
        "card_form": CardForm(initial=_of_the_customer(deal) | {name: value for name, value in card.__dict__.items() if value not in ("", None)}, walk_away=_may_set_walk_away(request, card)),
        "round_form": RoundForm(initial={"on": today}), "lost_form": Move(initial={"stage": "lost"}), "refusal": None}
    return render(request, "negotiation/deal.html", shown | forms, status=status)


def _may_set_walk_away(request, card):
    return policy.may_know_floor(request.user) or not card.walk_away_set


def _written(name, make, act):
    """The door of one form on the deal's page: valid → act and back; else the page again with the form as typed."""
    @require_POST
    def door(request, pk):
        found = queries.deal(request.user, pk)
        form = make(request, found)
        if not form.is_valid():
            return _deal(request, found, status=422, **{name: form})
        try:
            act(request.user, found, **form.cleaned_data)
        except OutOfReach:
            raise
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return _deal(request, queries.deal(request.user, pk), status=422, **{name: form})
        return _back(request, reverse("negotiation:deal", args=[pk]))
    return door


def _card_form(request, deal):
    return CardForm(request.POST, walk_away=_may_set_walk_away(request, queries.card(request.user, deal)))


def _deal_form(request, deal):
    return DealForm(request.POST)


def _revise(actor, deal, *, probability, **said):
    return actions.revise_deal(actor, deal, probability=probability / 100, **said)


card = _written("card_form", _card_form, actions.write_card)
revise = _written("deal_form", _deal_form, _revise)
next_step = _written("step_form", lambda request, deal: NextStep(request.POST), actions.set_next_step)
record_round = _written("round_form", lambda request, deal: RoundForm(request.POST), actions.record_round)


def of_customer(request, pk):
    """The deals of a customer, as a part of the customer's page."""
    customer = queries.customer(request.user, pk)
    return render(request, "negotiation/_of_customer.html", {
        "customer": customer, "deals": queries.of_customer(request.user, customer), "open": policy.OPEN,
        "sells": request.user.role in policy.SELLERS})


def _back(request, otherwise):
    """To the page the verb was pressed on, when it is one of ours."""
    from django.utils.http import url_has_allowed_host_and_scheme
    wanted = request.POST.get("next", "")
    return HttpResponseRedirect(wanted if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else otherwise, status=303)
