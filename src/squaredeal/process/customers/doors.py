"""What both doors of customers, the list's and the record's, do with a refusal and with a way onward."""
from django.http import HttpResponse
from django.shortcuts import redirect

from squaredeal.kernel.page import is_part


def refuse(form, refusal):
    """A refusal beside its field, with its clause."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    form.clause = refusal.clause


def go(request, url):
    """On to another page, for htmx too."""
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
