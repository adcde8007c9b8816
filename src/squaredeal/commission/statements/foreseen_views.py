"""How a rep asks what a price or an amount would pay: the part beside a quote's price, its why, and the form on one's statement."""
from decimal import Decimal, InvalidOperation

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from squaredeal.kernel.page import is_part, page

from . import foreseen, queries
from .forms import AmountForm

MOST = Decimal(10) ** 14


@require_GET
def of_quote(request, pk):
    """这单提成: beside the price in a slot; with ?why=1 each step. `total` is a price typed and not kept, `list` what its lines are listed at. Empty for who may not see that pay."""
    quote = queries.quote(request.user, pk)
    told = foreseen.of_quote(request.user, quote, _total(request.GET.get("total", ""), quote.total), _total(request.GET.get("list", ""), quote.list_total))
    if is_part(request) and not request.GET.get("why"):
        part = render(request, "statements/_fee.html", {"told": told})
        if told is None:
            part["HX-Reswap"] = "delete"
        return part
    return page(request, "statements/foreseen.html", "statements/_foreseen.html", {"told": told})


def _total(text, otherwise):
    try:
        found = Decimal(text).quantize(Decimal("0.01"))
        return found if 0 <= found < MOST else otherwise
    except InvalidOperation:
        return otherwise


@require_GET
def of_amount(request, pk):
    """What an amount would pay somebody within reach: the form, and with an amount the answer."""
    person = queries.payee(request.user, pk)
    if person is None:
        raise Http404
    form = AmountForm(request.GET if "amount" in request.GET else None)
    context = {"form": form, "person": person, "told": None, "asked": form.is_bound and form.is_valid()}
    if context["asked"]:
        context["told"] = foreseen.of_amount(request.user, person, form.cleaned_data["amount"], form.cleaned_data["first_order"])
    elif not form.is_bound:
        foreseen.get_ready(request.user, person)
    return page(request, "statements/what_if.html", "statements/_what_if.html", context, status=422 if form.errors else 200)
