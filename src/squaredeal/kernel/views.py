"""The doors to one's notices: the list, opening one, clearing the bell."""
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from . import actions, queries
from .page import page

ON_A_PAGE = 50


@require_GET
def index(request):
    """The viewer's notices, page by page."""
    rows = Paginator(queries.notices(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    return page(request, "kernel/notices.html", "kernel/_notices.html", {"rows": rows, "unread": queries.unread(request.user)})


@require_POST
def open_one(request, pk):
    """Read it and go where it leads; a notice that leads nowhere stays in the list."""
    notice = queries.notice(request.user, pk)
    if notice is None:
        raise Http404(pk)
    notice = actions.open_one(request.user, notice)
    ours = url_has_allowed_host_and_scheme(notice.url, {request.get_host()}, require_https=request.is_secure())
    return redirect(notice.url if notice.url and ours else "kernel:notices")


@require_POST
def clear(request):
    """All read."""
    actions.clear(request.user, None)
    return redirect("kernel:notices")
