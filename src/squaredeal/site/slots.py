"""Doors of the parts that gather several chapters: the timeline and the figures beside a list."""
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from squaredeal.kernel import span
from squaredeal.kernel.reading import whole
from squaredeal.process.customers import listing
from squaredeal.process.customers.forms import Filter

from . import gathering

MOST, STEP = 200, 20


@require_GET
def timeline(request, pk):
    """A customer's one timeline, filtered by kind, twenty at a time."""
    found = gathering.customer(request.user, pk)
    if found is None:
        raise Http404(pk)
    limit = min(whole(request.GET.get("n", "")) or STEP, MOST)
    kind = request.GET.get("kind", "")[:20]
    days, counts, more = gathering.timeline(request.user, found, kind, limit)
    return render(request, "site/_timeline.html", {"customer": found, "days": days, "counts": counts.most_common(), "all": sum(counts.values()),
                                                   "more": more, "kind": kind, "next": limit + STEP})


@require_GET
def customer_figures(request):
    """Cells for the list of customers, sent out of band, and the total of all that its conditions hold; ids outside reach are passed over."""
    ids = [n for pk in request.GET.get("ids", "")[:MOST * 20].split(",") if (n := whole(pk)) is not None][:MOST]
    asked, scope = Filter(request.GET).asked(), span.picked(request)[1]
    return render(request, "site/_customer_figures.html", {
        "rows": gathering.figures(request.user, ids), "total": listing.total(request.user, scope, asked) if request.GET.get("total") else None})
