"""The pages of quotes: one quote with its live try, the verbs on it, and the part that an approver sees."""
from django.forms.utils import ErrorDict
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from squaredeal.kernel import figures
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.organisation.approvals import queries as approvals

from . import drawing, face, policy, queries, quoting
from .forms import ConcessionForm, QuoteForm, QuoteLine, QuoteLines, QuoteLinesAsTheyAre, Reason


def quote(request, pk):
    """One quote: lines, concessions, who must sign, its approval, the card and the rounds."""
    return _quote(request, queries.quote(request.user, pk))


def _quote(request, quote, *, status=200, made=None, **forms):
    """The page of a quote; `made` is a face that was tried, `forms` are those that came back with errors."""
    made = made or face.of(request.user, quote)
    asked = approvals.of_subject(request.user, "quote", quote.pk)
    unit, adding = 10_000 if figures.chinese() else 1, made.editable and ("add" in request.GET or not made.lines or "line_forms" in forms)
    shown = {
        "quote": quote, "deal": quote.deal, "face": made, "asked": asked[0] if asked else None,
        "mine": bool(asked) and approvals.may_decide(request.user, asked[0]), "say": face.say(made, asked[0] if asked else None),
        "card": queries.card(request.user, quote.deal), "knows": made.knows, "unit": unit, "refusal": None,
        "catalogue": queries.catalogue(request.user, quote.made_on, sold=True) if adding else [],
        "quote_form": QuoteForm(initial={"unit": str(unit), "prepayment": _plain(quote.prepayment * 100), "condition": quote.condition},
                                concessions=quote.concessions.all()),
        "line_forms": (QuoteLines if adding else QuoteLinesAsTheyAre)(prefix="line", initial=[{"product": x.product.pk, "quantity": _plain(x.quantity), "offer": _plain(x.offer / unit)}
                                                         for x in made.lines]),
        "concession_form": ConcessionForm(), "signer": _signer(made, asked[0] if asked else None),
        "valid": not quote.valid_until or quote.valid_until >= timezone.localdate()}
    shown |= forms
    if shown["quote_form"].is_bound:
        typed = shown["quote_form"].data.getlist("on")
        for give in made.gives:
            give.on = str(give.concession.pk) in typed
    shown["rows"] = _rows(shown["line_forms"], made)
    return render(request, "negotiation/quote.html", shown, status=status)


def _signer(made, asked):
    """Who has or had the last word on this price: the chain it would take, or took."""
    if made.signer or asked is None:
        return made.signer
    steps = [step for step in asked.steps.all() if step.state != "skipped"]
    return steps[-1].approver if steps and asked.state in {"open", "approved"} else None


def rounds(request, pk):
    """The rounds of talks beside the quote, as a part."""
    found = queries.quote(request.user, pk)
    rows, card = queries.rounds(request.user, found.deal), queries.card(request.user, found.deal)
    return render(request, "negotiation/_rounds.html", {"rounds": rows[::-1], "chart": drawing.rounds(rows, card),
                                                        "deal_url": reverse("negotiation:deal", args=[found.deal_id])})


def new_line(request, pk):
    """One more empty row for the table, numbered as asked."""
    found, at = queries.quote(request.user, pk), request.GET.get("line-TOTAL_FORMS", "")
    at = min(int(at), 59) if at.isdecimal() and len(at) < 4 else 0
    return render(request, "negotiation/_new_line.html", {
        "quote": found, "at": at, "total": at + 1, "form": QuoteLine(prefix=f"line-{at}"), "knows": policy.may_know_floor(request.user),
        "unit": 10_000 if figures.chinese() else 1, "catalogue": queries.catalogue(request.user, found.made_on, sold=True)})


def _rows(line_forms, made):
    """[(form, line of the face or None)]: the fields beside the line they make; a row without a quantity makes none."""
    lines, rows = iter(made.lines), []
    for form in line_forms.forms:
        counts = bool(getattr(form, "cleaned_data", {}).get("quantity")) if line_forms.is_bound else bool(form.initial)
        rows.append((form, next(lines, None) if counts else None))
    return rows


def _plain(number):
    """Without trailing zeros, never in scientific notation: 88.5, 9, 0.75."""
    return f"{number.normalize():f}"


def _read(request, quote, adding=None):
    """({"quote_form", "line_forms", "concession_form"}, what was typed as `quoting.revise` takes it, or None when something is wrong).

    All of the page is one form, so that no verb on it loses what was typed elsewhere: a concession begun is kept with the rest; one being
    added is asked for (`adding` True); a try leaves it alone (False).
    """
    form, lines = QuoteForm(request.POST, concessions=quote.concessions.all()), QuoteLines(request.POST, prefix="line")
    more = ConcessionForm(request.POST)
    wanted = more.typed() if adding is None else adding
    forms = {"quote_form": form, "line_forms": lines, "concession_form": more if wanted else ConcessionForm()}
    if not (form.is_valid() & lines.is_valid() & (not wanted or more.is_valid())):
        return forms, None
    unit, said = form.cleaned_data["unit"], []
    for row in lines.forms:
        typed = row.cleaned_data
        if not typed or not typed["quantity"]:
            continue
        try:
            product = queries.product(request.user, typed["product"])
        except OutOfReach as gone:
            row.add_error("product", gone.message)
            return forms, None
        said.append({"product": product, "quantity": typed["quantity"], "offer": None if typed["offer"] is None else round(typed["offer"] * unit, 2)})
    return forms, {"lines": said, "on": form.cleaned_data["on"], "prepayment": form.prepaid(), "condition": form.cleaned_data["condition"],
                   "concession": more.said() if wanted else None}


@require_POST
def attempt(request, pk):
    """What the quote would come to: the strip, the sentence and every changed figure. Writes nothing."""
    found = queries.quote(request.user, pk)
    forms, said = _read(request, found, adding=False)
    form, lines, error = forms["quote_form"], forms["line_forms"], ""
    if said is not None:
        try:
            made = face.tried(request.user, found, lines=said["lines"], on=said["on"], prepayment=said["prepayment"])
        except Refused as refusal:
            said, error = None, refusal.message
    if said is None:
        return render(request, "negotiation/_try_error.html", {"error": error or _first(form, lines)}, status=422)
    rows = [at for at, row in enumerate(lines.forms) if row.cleaned_data and row.cleaned_data["quantity"]]
    return render(request, "negotiation/_try.html", {
        "face": made, "quote": found, "say": face.say(made, None), "rows": list(zip(rows, made.lines, strict=True)), "oob": True,
        "knows": made.knows, "unit": 10_000 if figures.chinese() else 1, "signer": made.signer})


def _first(form, lines):
    """The first thing wrong, in words."""
    for errors in (form.errors, *lines.errors):
        for _name, said in (errors if isinstance(errors, ErrorDict) else {}).items():
            return said[0]
    return next(iter(lines.non_form_errors()), _("This cannot be computed. Check the figures."))


@require_POST
def save(request, pk):
    """Keep the draft, or keep and submit it, in one go."""
    found = queries.quote(request.user, pk)
    verb = quoting.submit if request.POST.get("do") == "submit" else quoting.revise
    return _keep(request, found, lambda said: verb(request.user, found, **said))


@require_POST
def add_concession(request, pk):
    """Something to give for something to get, kept with all that was typed."""
    found = queries.quote(request.user, pk)
    return _keep(request, found, lambda said: quoting.revise(request.user, found, **said), adding=True, place="#h-lad")


@require_POST
def drop_concession(request, pk, concession):
    """Take one off the list; what was typed is kept."""
    found = queries.quote(request.user, pk)
    return _keep(request, found, lambda said: quoting.drop_concession(request.user, found, pk=concession, typed=said), place="#h-lad")


def _keep(request, quote, act, *, adding=None, place=""):
    """Read the whole page and act on it; refused, it comes back with all that was typed."""
    forms, said = _read(request, quote, adding)
    if said is None:
        return _quote(request, quote, status=422, **forms)
    try:
        act(said)
    except OutOfReach:
        raise
    except Refused as refusal:
        if refusal.field in forms["quote_form"].fields:
            forms["quote_form"].add_error(refusal.field, refusal.message)
        return _quote(request, quote, status=422, refusal=refusal, made=_tried(request, quote, said), **forms)
    return HttpResponseRedirect(reverse("negotiation:quote", args=[quote.pk]) + place, status=303)


def _tried(request, quote, said):
    """The face of what was typed, to stand beside the reason it was refused; None when it cannot even be computed."""
    try:
        return face.tried(request.user, quote, lines=said["lines"], on=said["on"], prepayment=said["prepayment"])
    except Refused:
        return None


@require_POST
def draft(request, pk):
    """A first quote for the deal, from the lines of nothing: the lines are typed on its page."""
    made = quoting.draft(request.user, queries.deal(request.user, pk))
    return HttpResponseRedirect(reverse("negotiation:quote", args=[made.pk]), status=303)


def _do(act):
    """The door of a verb without words."""
    @require_POST
    def door(request, pk):
        found = queries.quote(request.user, pk)
        try:
            done = act(request.user, found)
        except OutOfReach:
            raise
        except Refused as refusal:
            return _quote(request, queries.quote(request.user, pk), status=422, refusal=refusal)
        return HttpResponseRedirect(reverse("negotiation:quote", args=[done.pk]), status=303)
    return door


send, accept, renew = _do(quoting.send), _do(quoting.accept), _do(quoting.renew)


@require_POST
def lose(request, pk):
    """The customer turned it down, and why."""
    found, form = queries.quote(request.user, pk), Reason(request.POST)
    try:
        quoting.lose(request.user, found, reason=form.data.get("reason", "")[:200])
    except OutOfReach:
        raise
    except Refused as refusal:
        return _quote(request, queries.quote(request.user, pk), status=422, refusal=refusal)
    return HttpResponseRedirect(reverse("negotiation:quote", args=[pk]), status=303)


def lines(request, pk):
    """The lines and concessions as a part, for the page on which the approver decides."""
    found = queries.quote(request.user, pk)
    made = face.of(request.user, found)
    made.frozen = True
    return render(request, "negotiation/_approver.html", {
        "quote": found, "face": made, "knows": made.knows, "card": queries.card(request.user, found.deal), "deal": found.deal,
        "unit": 10_000 if figures.chinese() else 1})
