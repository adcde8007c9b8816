"""The doors to the desk and the leaderboard."""
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from squaredeal.kernel.page import page
from squaredeal.kernel.span import picked
from squaredeal.organisation.team.models import Role

from . import drawing, policy, queries


def desk(request):
    """Today: what needs this person, then how the money stands. Administrators begin with the organisation."""
    viewer = request.user
    if viewer.role == Role.ADMIN:
        return redirect("team:index")
    span, scope = picked(request)
    context = {"today": timezone.localdate(), "span": span, "scope": scope}
    if viewer.role == Role.REP:
        return page(request, "insight/today.html", "insight/today.html", context | _waiting(viewer))
    context["cash"] = queries.cash(viewer, span, scope)
    context["chart"] = drawing.chart(context["cash"], context["today"])
    context["rules"] = queries.rule_counts(viewer)
    return page(request, "insight/desk.html", "insight/desk.html", context)


def _waiting(viewer):
    needs, shown = queries.needs(viewer), policy.WhatNeedsYou.on(timezone.localdate()).shown
    return {"needs": needs[:shown], "more": needs[shown:], "count": len(needs)}


def needs(request):
    """What waits for the viewer, as a part of the desk."""
    return render(request, "insight/_waiting.html", _waiting(request.user) | {"here": reverse("insight:desk")})


def own(request):
    """The viewer's own cash against target, as a part of the representative's day."""
    cash = queries.cash(request.user, *picked(request))
    return render(request, "insight/_own.html", {"cash": cash | drawing.own(cash)})


def regions(request):
    """The regions' bars, as a part of the desk."""
    span, _scope = picked(request)
    rows = queries.by_region(request.user, queries.people(request.user, span))
    for row in rows:
        row["bars"] = drawing.bars(row, *span.elapsed(timezone.localdate()))
    return render(request, "insight/_regions.html", {"regions": rows, "span": span})


def due(request):
    """The money due this week, as a part of the desk."""
    _span, scope = picked(request)
    rows, count, total = queries.due_this_week(request.user, scope)
    return render(request, "insight/_due.html", {"rows": rows, "count": count, "total": total, "scope": scope})


def leaderboard(request):
    """Everybody in reach by three columns at once."""
    span, scope = picked(request)
    rows = queries.people(request.user, span)
    gone, days = span.elapsed(timezone.localdate())
    for row in rows:
        row["cash_percent"], row["compliance_percent"] = drawing.percent(row["cash_rate"]), drawing.percent(row["compliance"])
        row["margin_percent"] = drawing.percent(row["margin"], drawing.Decimal("0.5"))
    return page(request, "insight/leaderboard.html", "insight/_leaderboard.html",
                {"rows": rows, "regions": queries.by_region(request.user, rows), "span": span, "scope": scope,
                 "should": drawing.percent(drawing.Decimal(gone) / days), "clause": policy.Leaderboard.on(timezone.localdate())})
