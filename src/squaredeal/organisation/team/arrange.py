"""The doors to what the organisation stands on: its positions and its working days. Everybody reads them, few change them."""
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.reading import whole

from . import actions, forms, policy, queries


def positions(request):
    """Every position with what it may see and how many hold it; adding one."""
    form = forms.AddPosition(request.POST or None)
    if request.method == "POST" and form.is_valid() and _done(form, actions.add_position, request.user, None):
        return redirect("team:positions")
    return _positions(request, form)


def position(request, pk):
    """One position: its name and duties."""
    found = queries.position(request.user, pk)
    form = forms.ChangePosition(request.POST or None, initial={"name": found.name, "duties": found.duties, "second_step": found.second_step})
    if request.method == "POST" and form.is_valid() and _done(form, actions.change_position, request.user, found):
        return redirect("team:positions")
    return _positions(request, forms.AddPosition(), changing=found, change=form)


def _positions(request, form, changing=None, change=None):
    refused = form.errors or (change is not None and change.errors)
    return render(request, "team/positions.html", {"form": form, "positions": queries.positions(request.user), "changing": changing, "change": change,
                                                   "may_arrange": policy.arranges(request.user)}, status=422 if refused else 200)


def days(request):
    """?year=: the days that differ from their weekday; marking one."""
    form = forms.MarkDay(request.POST or None)
    if request.method == "POST" and form.is_valid() and _done(form, actions.mark_day, request.user, None):
        return redirect(_of_year(form.cleaned_data["on"].year))
    year = whole(request.GET.get("year", "")) or timezone.localdate().year
    if not 2000 <= year <= 2100:
        raise Http404(year)
    marked, published = queries.days(request.user, year)
    return render(request, "team/days.html", {"form": form, "year": year, "days": marked, "published": published,
                                              "may_arrange": policy.arranges(request.user)}, status=422 if form.errors else 200)


@require_POST
def free_day(request):
    """The day is again what its weekday says."""
    form = forms.OneDay(request.POST)
    if not form.is_valid():
        raise Http404
    actions.unmark_day(request.user, None, on=form.cleaned_data["on"])
    return redirect(_of_year(form.cleaned_data["on"].year))


@require_POST
def fill_year(request):
    year = whole(request.POST.get("year", ""))
    if year is None:
        raise Http404
    actions.fill_year(request.user, None, year=year)
    return redirect(_of_year(year))


def _done(form, action, actor, subject):
    """Whether the action was done; a refusal stands beside its field, with what was typed."""
    try:
        action(actor, subject, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    return not form.errors


def _of_year(year):
    return f"{reverse('team:days')}?year={year}"
