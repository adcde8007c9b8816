"""What happens around every page: its time is told, a refusal no form caught still reaches the person, an ended session leads to the door."""
from decimal import InvalidOperation
from time import perf_counter

from django.conf import settings
from django.db import DataError
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.urls import resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from squaredeal.kernel.action import gave_up_waiting
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.page import is_part
from squaredeal.organisation.team import queries as team

API = "/api/"


class Timing:
    """Server-Timing: page;dur=84, from which the rail's foot says how long the page took."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = perf_counter()
        response = self.get_response(request)
        response.headers.setdefault("Server-Timing", f"page;dur={(perf_counter() - began) * 1000:.1f}")
        return response


class Weight:
    """What is larger than any file that may be sent is turned away unread: nobody fills the disk, least of all a stranger at the door."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length[:18]) <= settings.MOST_SENT:
            return self.get_response(request)
        said = _("This is over %(limit)s MB. Send less at once.") % {"limit": settings.MOST_SENT // 1024**2}
        return JsonResponse({"detail": said}, status=413) if request.path.startswith(API) else HttpResponse(said, content_type="text/plain", status=413)


BUSY = gettext_lazy("Somebody else's writing takes long just now; nothing of yours was written. Try again in a minute.")
BEYOND = (OverflowError, InvalidOperation, DataError)
"""What a day or a number beyond all bounds ends as, wherever it is first computed or stored."""
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class Refusals:
    """Refused → 422 with the sentence, OutOfReach → 404; both as a page or, for htmx, as a part. So is a day or a number beyond what can
    be computed, text with a character that no database keeps, and whoever waited too long for another's writing. A browser led to an
    address that only takes forms (back from the login, from the other language, by the address bar) goes to the page the form stands on."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 404 and request.path.startswith(API) and not response.get("Content-Type", "").startswith("application/json"):
            return JsonResponse({"detail": _("This is not here, or not within your reach.")}, status=404)
        if response.status_code == 405 and request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate":
            return HttpResponseRedirect(page_above(request.path))
        return response

    def process_view(self, request, view, args, kwargs):
        if request.path.startswith(API):
            return None  # refuses such text itself, in its own form
        sent = [request.GET] + ([request.POST] if request.content_type in FORMS else [])
        if any("\x00" in text for part in sent for key, said in part.lists() for text in (key, *said)):
            return self.process_exception(request, Refused(_("There is a character in it that cannot be kept. Type it again.")))
        return None

    def process_exception(self, request, exception):
        if isinstance(exception, BEYOND):
            exception = Refused(_("A day or a number in it is out of range. Correct it."))
        if gave_up_waiting(exception):
            exception = Refused(BUSY)
        if isinstance(exception, OutOfReach):
            return render(request, "404.html", {"exception": Http404()}, status=404)
        if isinstance(exception, Refused):
            whole = "site/refused.html" if request.user.is_authenticated else "site/refused_at_door.html"
            return render(request, "site/_refused.html" if is_part(request) else whole, {"refusal": exception}, status=422)
        return None


class Door:
    """Somebody who is not signed in: htmx is told to leave the page (a login form inside a table helps nobody), and in
    the demo company they come to the page with the five people. Who may have been writing comes back to that page, and the mark behind its
    address has the page put back what the tab kept of it (frame.js). What a page shows is one person's: no proxy keeps it, and a browser
    asks again before it shows it to who signs in next."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if response.status_code != 302 or request.user.is_authenticated or not self.leads_to_login(response):
            return response
        part = is_part(request)
        wrote = "#unsent" if part or request.method == "POST" else ""
        if part:
            here = request.headers.get("HX-Current-URL", "/")
            away = HttpResponse(status=204)
            away["HX-Redirect"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': path_of(here) + wrote})}"
            return away
        if wrote and QueryDict(response["Location"].partition("?")[2]).get("next") == request.get_full_path():
            back = path_of(request.headers.get("Referer", "")) or request.get_full_path()
            response["Location"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back + wrote})}"
        if settings.SQUAREDEAL_DEMO:
            return HttpResponseRedirect(f"{reverse('site:welcome')}?{response['Location'].partition('?')[2]}")
        return response

    @staticmethod
    def leads_to_login(response):
        return response["Location"].split("?")[0] == resolve_url(settings.LOGIN_URL)


class SecondStepDue:
    """Whose position asks for a second step sets it up before anything else; nobody in the demo company has a password to begin with."""

    FREE = ("/account/", "/language/", "/static/")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        viewer = request.user
        if settings.SQUAREDEAL_DEMO or not viewer.is_authenticated or request.path.startswith(self.FREE) or not team.owes_second_step(viewer):
            return self.get_response(request)
        to = reverse("mfa_index")
        if is_part(request):
            away = HttpResponse(status=204)
            away["HX-Redirect"] = to
            return away
        return HttpResponseRedirect(to)


def page_above(path):
    """The nearest address above `path` that some door answers; in the end the first page."""
    while path.strip("/"):
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Http404:
            continue
        return path
    return "/"


def path_of(url):
    from urllib.parse import urlsplit
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")
