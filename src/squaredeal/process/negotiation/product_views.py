"""The price list: what is sold at which price from which day, and its keeping by the director and the administrator."""
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import page

from . import actions, policy, queries
from .forms import PriceForm, ProductChange, ProductForm


def index(request):
    """Products with their prices of today."""
    return _index(request)


def _index(request, *, form=None, status=200):
    return page(request, "negotiation/products.html", "negotiation/_products.html", {
        "products": queries.catalogue(request.user), "knows": policy.may_know_floor(request.user), "today": timezone.localdate(),
        "keeps": request.user.role in policy.PRICE_KEEPERS, "form": form or ProductForm(), "open": form is not None}, status=status)


@require_POST
def add(request):
    """A new product."""
    form = ProductForm(request.POST)
    if form.is_valid():
        try:
            made = actions.add_product(request.user, None, **form.cleaned_data)
            return HttpResponseRedirect(reverse("negotiation:product", args=[made.pk]), status=303)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return _index(request, form=form, status=422)


def product(request, pk):
    """One product with every price it had, has and will have."""
    return _product(request, queries.product(request.user, pk))


def _product(request, found, *, status=200, **forms):
    shown = {
        "product": found, "prices": queries.prices(request.user, found), "knows": policy.may_know_floor(request.user),
        "keeps": request.user.role in policy.PRICE_KEEPERS, "today": timezone.localdate(), "price_form": PriceForm(initial={"starts_on": timezone.localdate()}),
        "product_form": ProductChange(initial={name: getattr(found, name) for name in ProductChange.base_fields})}
    return render(request, "negotiation/product.html", shown | forms, status=status)


def _written(name, make, act):
    @require_POST
    def door(request, pk):
        found, form = queries.product(request.user, pk), make(request.POST)
        if form.is_valid():
            try:
                act(request.user, found, **form.cleaned_data)
                return HttpResponseRedirect(reverse("negotiation:product", args=[pk]), status=303)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _product(request, queries.product(request.user, pk), status=422, **{name: form})
    return door


price, change = _written("price_form", PriceForm, actions.set_price), _written("product_form", ProductChange, actions.change_product)
