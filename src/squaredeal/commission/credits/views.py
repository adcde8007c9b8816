"""How people come to the shares of a contract: the page, and the decision."""
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.page import is_part, page

from . import actions, policy, queries
from .forms import SplitForm


@require_http_methods(["GET", "POST"])
def contract(request, pk):
    """Who shares this contract; a manager or the director may decide it here."""
    found = queries.contract(request.user, pk)
    if found is None:
        raise Http404
    splits = queries.splits_of(request.user, found)
    may = policy.decides(request.user, queries.earning(request.user, found))
    people = queries.sharers(request.user, timezone.localdate())
    form = SplitForm(request.POST or None, people=people, contract=found, splits=splits) if may else None
    status = 200
    if request.method == "POST":
        form = form or SplitForm(request.POST, people=people)
        status = 422
        if form.is_valid():
            try:
                actions.split(request.user, found, shares=form.cleaned_data["shares"], reason=form.cleaned_data["reason"])
            except Refused as refusal:
                form.add_error("reason" if refusal.field == "reason" else None, refusal.message)
            else:
                here = reverse("credits:contract", args=[pk])
                if not is_part(request):
                    return HttpResponseRedirect(here)
                splits, status = queries.splits_of(request.user, found), 200
                form = SplitForm(people=people, contract=found, splits=splits)
    context = {"contract": found, "splits": splits, "form": form, "history": queries.history(request.user, found)[:60],
               "clause": policy.Share.on(timezone.localdate())}
    return page(request, "credits/contract.html", "credits/_contract.html", context, status=status)
