"""A refusal that no form caught still reaches the person: what, why, what to do; nothing has changed."""
from django.http import Http404
from django.shortcuts import render

from squaredeal.kernel.errors import OutOfReach, Refused


class Refusals:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, OutOfReach):
            return render(request, "404.html", {"exception": Http404()}, status=404)
        if isinstance(exception, Refused):
            return render(request, "site/refused.html", {"refusal": exception}, status=422)
        return None
