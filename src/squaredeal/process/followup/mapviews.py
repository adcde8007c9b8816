"""The page of kept promises: the map, one cell of it, and calling somebody in."""
from datetime import date

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from squaredeal.kernel.calendar import monday_of
from squaredeal.kernel.errors import OutOfReach
from squaredeal.kernel.page import page
from squaredeal.kernel.span import picked
from squaredeal.organisation.team import queries as team
from squaredeal.process.customers.models import Grade

from . import actions, forms, heat, policy

GRADES = [*Grade.values, "all"]
FEW = 8
"""So many representatives a phone shows at once; of more it shows those who fall short, the rest on demand."""


def compliance(request):
    """Representative × week; ?grade=A|B|C|all, ?person=&week= opens a cell."""
    span, scope = picked(request)
    wanted = request.GET.get("grade")
    shown = wanted if wanted in GRADES else "A"
    grade = "" if shown == "all" else shown
    weeks, regions = heat.chart(request.user, span, scope, grade)
    place = forms.Place(request.GET)
    at = None
    if place.is_valid():
        at = place.cleaned_data["person"], monday_of(place.cleaned_data["week"])
    elif worst := heat.worst(request.user, regions):
        at = worst[0].pk, worst[1]
    opened, standing = None, heat.standing(request.user, scope)
    if at:
        try:
            opened = heat.cell(request.user, *at, grade, known=heat.find(request.user, regions, *at))
        except OutOfReach:
            opened = None
    people = sum(len(region.rows) for region in regions)
    return page(request, "followup/compliance.html", "followup/_map.html", {
        "weeks": weeks, "regions": regions, "told": heat.told(request.user, regions), "shown": shown, "grade": grade, "grades": GRADES,
        "others": [g for g in Grade.values if grade and g != grade], "at": at, "cell": opened, "week": at and at[1],
        "people": people, "everybody": request.GET.get("all") == "1" or people <= FEW,
        "standing": standing[grade], "late": standing[""]["late"],
        "talkable": bool(opened) and _may_talk(request.user, opened["person"])})


def cell(request):
    """The side part of one cell."""
    place = forms.Place(request.GET)
    if not place.is_valid():
        raise OutOfReach(_("This is not here, or not within your reach."))
    said = place.cleaned_data
    return _cell(request, said["person"], monday_of(said["week"]), said["grade"])


@require_POST
def talk(request):
    """Call the person of a cell in; the part comes back saying so."""
    place = forms.Place(request.POST)
    if not place.is_valid():
        raise OutOfReach(_("This is not here, or not within your reach."))
    said, week = place.cleaned_data, monday_of(place.cleaned_data["week"])
    opened = heat.cell(request.user, said["person"], week, said["grade"])
    actions.talk(request.user, team.person(request.user, said["person"]), week=week, grade=said["grade"], missed=opened["total"].asked - opened["total"].met)
    return _cell(request, said["person"], week, said["grade"], called=True)


def _cell(request, person, week: date, grade, *, called=False):
    opened = heat.cell(request.user, person, week, grade)
    return render(request, "followup/_cell.html", {"cell": opened, "week": week, "grade": grade, "shown": grade or "all", "called": called,
                                                   "talkable": _may_talk(request.user, opened["person"])})


def _may_talk(viewer, person):
    try:
        policy.may_talk(viewer, person)
    except policy.Refused:
        return False
    return True
