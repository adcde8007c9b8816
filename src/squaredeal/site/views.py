"""The doors of the frame itself: palette, language, and in the demo company its first page and entering as somebody."""
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from . import palette, welcome


@require_GET
def search(request):
    """The palette's list for ?find=."""
    text = request.GET.get("find", "")
    response = render(request, "site/_palette.html", {"groups": palette.find(request.user, text), "text": text.strip()})
    response["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@require_POST
def language(request):
    """Remember the language in a cookie and come back to the page."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(back(request))
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 86400, httponly=True, samesite="Lax",
                            secure=request.is_secure())
    return response


@login_not_required
@never_cache
@require_GET
def first_page(request):
    """The demo company: what it is, and the five people one may enter as. No such page anywhere else."""
    if not settings.SQUAREDEAL_DEMO:
        raise Http404
    return render(request, "site/welcome.html", {"facts": welcome.facts(), "five": welcome.five(), "walk": welcome.walk(),
                                                 "next": back(request, otherwise="")})


@login_not_required
@require_POST
def enter(request, pk):
    """Sign in as one of the five of the demo company, without a password."""
    person = next((p for p in welcome.people() if p.pk == pk), None) if settings.SQUAREDEAL_DEMO else None
    if person is None:
        raise Http404
    to = back(request, otherwise=reverse("insight:desk"))
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return HttpResponseRedirect(to)


@login_not_required
def shut(request, *given):
    """What the sign-in package can do by e-mail, which the product does not send: a lost password is set anew by the administrator, and an
    address that nobody can confirm kept its owner from ever setting up a second step."""
    raise Http404


def back(request, otherwise="/"):
    """The address in `next` when it is ours."""
    to = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if ours else otherwise
