"""The doors to what happens on a contract: record it, take it back; to a script only its box comes back."""
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.page import is_part

from . import actions, policy, queries
from .forms import EventForm


@require_GET
def events(request, pk):
    """The box of what happened on one contract."""
    return _box(request, queries.contract(request.user, pk))


def _box(request, contract, form=None, *, status=200, wrong="", at=None):
    records = request.user.role in policy.RECORDERS
    form = form or EventForm(goods=queries.goods(request.user, contract), initial={"on": timezone.localdate()})
    whole = "contracts/_events.html" if is_part(request) else "contracts/events.html"
    return render(request, whole, {"contract": contract, "events": queries.events(request.user, contract), "event_form": form, "records": records,
                                   "policy": policy, "wrong": wrong, "at": at}, status=status)


@require_POST
def record(request, pk):
    """Something happened on the contract."""
    contract = queries.contract(request.user, pk)
    form = EventForm(request.POST, goods=queries.goods(request.user, contract))
    if form.is_valid():
        try:
            actions.record_event(request.user, contract, **form.cleaned_data)
            return _back(request, contract)
        except OutOfReach:
            raise
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return _box(request, contract, form, status=422)


@require_POST
def withdraw(request, pk):
    """It was recorded wrongly."""
    event = queries.event(request.user, pk)
    try:
        actions.withdraw_event(request.user, event, reason=request.POST.get("reason", ""))
    except OutOfReach:
        raise
    except Refused as refusal:
        return _box(request, event.contract, status=422, wrong=refusal.message, at=event.pk)
    return _back(request, event.contract)


def _back(request, contract):
    if is_part(request):
        return _box(request, contract)
    return HttpResponseRedirect(f"{reverse('contracts:contract', args=[contract.pk])}#events", status=303)
