"""The doors to the desk and the leaderboard."""
from django.shortcuts import redirect, render
from django.utils import timezone

from squaredeal.kernel.page import page
from squaredeal.kernel.span import picked
from squaredeal.organisation.team.models import Role

from . import policy, queries


def desk(request):
    """Today: what needs this person, then how the money stands. Administrators begin with the organisation."""
    viewer = request.user
    if viewer.role == Role.ADMIN:
        return redirect("team:index")
    span, scope = picked(request)
    needs = queries.needs(viewer)
    shown = policy.WhatNeedsYou.on(timezone.localdate()).shown
    context = {"needs": needs[:shown], "more": needs[shown:], "count": len(needs), "today": timezone.localdate(),
               "cash": queries.cash(viewer, span, scope), "span": span, "scope": scope}
    if viewer.role == Role.REP:
        return page(request, "insight/today.html", "insight/today.html", context)
    context["curve"] = queries.curve(viewer, span, scope)
    context["rules"] = queries.rule_counts(viewer)
    return page(request, "insight/desk.html", "insight/desk.html", context)


def regions(request):
    """The regions' bars, as a part of the desk."""
    span, _scope = picked(request)
    return render(request, "insight/_regions.html", {"regions": queries.by_region(request.user, queries.people(request.user, span)), "span": span})


def due(request):
    """The money due this week, as a part of the desk."""
    _span, scope = picked(request)
    rows, count, total = queries.due_this_week(request.user, scope)
    return render(request, "insight/_due.html", {"rows": rows, "count": count, "total": total, "scope": scope})


def leaderboard(request):
    """Everybody in reach by three columns at once."""
    span, scope = picked(request)
    rows = queries.people(request.user, span)
    return page(request, "insight/leaderboard.html", "insight/_leaderboard.html",
                {"rows": rows, "regions": queries.by_region(request.user, rows), "span": span, "scope": scope,
                 "clause": policy.Leaderboard.on(timezone.localdate())})
