"""The pages of approvals: the inbox, one request as its approver decides it, and the verbs."""
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.page import page
from squaredeal.organisation.team import queries as team

from . import actions, queries
from .forms import Another, Decision

BOXES = {"waiting": queries.waiting, "asked": queries.asked, "decided": queries.decided}


def inbox(request):
    """What waits for me, what I asked, what I decided."""
    box = request.GET.get("box", "waiting")
    box = box if box in BOXES else "waiting"
    shown = Paginator(BOXES[box](request.user), 50).get_page(request.GET.get("page"))
    beside = queries.beside(request.user)
    return page(request, "approvals/index.html", "approvals/_inbox.html", {
        "box": box, "shown": shown, "beside": beside if box == "waiting" and shown.number == 1 else [],
        "waiting": queries.count_all(request.user, shown.paginator.count if box == "waiting" else None)})


def one(request, pk):
    """One request: the approver's page, one thumb on a phone."""
    return _show(request, queries.request(request.user, pk))


def _show(request, asked, *, refusal=None, back=None, picked=None, onward="", status=200):
    """The request; after a refusal with the reason, the note (`back`), whom was picked for which verb (`picked`) and where a verb leads (`onward`)."""
    mine, (subject_url, part_url, css) = queries.may_decide(request.user, asked), queries.shown_at(request.user, asked)
    pass_to, countersigners = queries.candidates(request.user, asked) if mine else ([], [])
    return page(request, "approvals/request.html", "approvals/_request.html", {
        "asked": asked, "facts": queries.facts(request.user, asked), "mine": mine, "subject_url": subject_url, "onward": onward or reverse("approvals:request", args=[asked.pk]),
        "part_url": part_url, "css": css, "pass_to": pass_to, "countersigners": countersigners,
        "refusal": refusal, "note": back, "picked": picked or {}, "place": queries.place(request.user, asked) if mine else None,
        "following": None if mine else queries.following(request.user, asked)}, status=status)


def _decide(verb):
    """The door of one verb: read the form, act, go on; a refusal shows the request again with the reason and the typed text."""
    @require_POST
    def door(request, pk):
        asked = queries.request(request.user, pk)
        form = Decision(request.POST)
        if not form.is_valid():
            return _show(request, asked, refusal=Refused(_("The note is longer than 500 characters. Shorten it."), field="note"), status=422)
        said, given = form.cleaned_data, {}
        if verb is not actions.withdraw:
            given = {"note": said["note"], "step": said["step"]}
        try:
            verb(request.user, asked, **given)
        except OutOfReach:
            raise
        except Refused as refusal:
            return _show(request, queries.request(request.user, pk), refusal=refusal, back=said["note"], onward=said["next"], status=422)
        return _onward(request, said["next"], pk)
    return door


def _pass(verb):
    """The door of a verb that brings in somebody else."""
    @require_POST
    def door(request, pk):
        asked = queries.request(request.user, pk)
        form = Another(request.POST)
        if not form.is_valid():
            return _show(request, asked, refusal=Refused(_("Choose a person."), field="person"), status=422)
        said = form.cleaned_data
        given = {"note": said["note"]} if verb is actions.countersign else {}
        try:
            verb(request.user, asked, person=team.person(request.user, said["person"]), step=said["step"], **given)
        except OutOfReach:
            raise
        except Refused as refusal:
            return _show(request, queries.request(request.user, pk), refusal=refusal, back=said["note"], picked={verb.__name__: said["person"]},
                         status=422)
        return _onward(request, said["next"], pk)
    return door


approve, send_back, withdraw = _decide(actions.approve), _decide(actions.send_back), _decide(actions.withdraw)
countersign, delegate = _pass(actions.countersign), _pass(actions.delegate)


def chain(request, pk):
    """The chain of one request as a part, for pages that show its subject."""
    asked = queries.request(request.user, pk)
    return render(request, "approvals/_chain.html", {"asked": asked, "mine": queries.may_decide(request.user, asked)})


def _onward(request, wanted, pk):
    """Back to where the verb was pressed, when that is a page of ours; else the request itself."""
    target = wanted if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) \
        else reverse("approvals:request", args=[pk])
    return HttpResponseRedirect(target, status=303)
