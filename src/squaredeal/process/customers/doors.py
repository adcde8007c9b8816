"""What the doors of customers, the list's, the record's and the API, do with a refusal, with a way onward, and before a new name is compared."""
from django.http import HttpResponse
from django.shortcuts import redirect

from squaredeal.kernel.page import is_part

from . import actions


def refuse(form, refusal):
    """A refusal beside its field, with its clause."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    form.clause = refusal.clause


def look_up(viewer, customer, facts):
    """Another name or tax number is compared with everybody's customers: that look is on record and limited, as before registering."""
    said = {name: facts[name] for name in ("name", "tax_number") if facts.get(name) and facts[name] != getattr(customer, name)}
    if said:
        actions.check(viewer, next(iter(said.values())), **said)


def go(request, url):
    """On to another page, for htmx too."""
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
