"""One page, two ways to ask for it: whole, or only the part that HTMX replaces."""
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def is_part(request):
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request") \
        and not request.headers.get("HX-Boosted")


def page(request, whole, part, context, *, status=200):
    """Render template `whole`, or `part` when HTMX asks; an invalid form passes status=422."""
    response = render(request, part if is_part(request) else whole, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request", "Cookie"])
    return response
