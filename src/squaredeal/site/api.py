"""The API of every section under /api/: OpenAPI 3.1, a bearer token that acts as its person, the same reach and the same refusals."""
import json
import re
from decimal import InvalidOperation
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DataError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from squaredeal.kernel.action import gave_up_waiting
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.organisation.team import queries as team

from .middleware import BUSY
from .openapi import Documented


class Bearer(HttpBearer):
    """`Authorization: Bearer <token>`; the token's person is `request.auth`."""

    def authenticate(self, request, token):
        person = team.holder_of(None, token)
        if person is not None:
            request.user = person
        return person


class Plain(Parser):
    """Text with a NUL or half a character, which no database keeps, is refused before anybody reads it."""

    def parse_body(self, request):
        found = super().parse_body(request)
        if _unkeepable(json.dumps(found, ensure_ascii=False)):
            raise HttpError(400, str(UNKEEPABLE))
        return found

    def parse_querydict(self, data, list_fields, request):
        if any(_unkeepable(text) for key, said in data.lists() for text in (key, *(getattr(one, "name", one) for one in said))):
            raise HttpError(400, str(UNKEEPABLE))
        return super().parse_querydict(data, list_fields, request)


UNKEEPABLE = gettext_lazy("There is a character in it that cannot be kept. Type it again.")


def _unkeepable(text):
    return bool(re.search(r"\x00|(?<!\\)(?:\\\\)*\\u0000|[\ud800-\udfff]", text))


api = Documented(parser=Plain(), title="Squaredeal 公道", version="1", auth=Bearer(), urls_namespace="api", throttle=[AuthRateThrottle("600/m")],
               docs_decorator=login_not_required)

for section in settings.SECTIONS:
    if section != __package__ and find_spec(f"{section}.api"):
        name = section.rsplit(".", 1)[-1]
        api.add_router(f"/{name}/", import_module(f"{section}.api").router)

api.add_router("/imports/", import_module(f"{__package__}.imports.api").router)


@api.exception_handler(OutOfReach)
def _out_of_reach(request, error):
    return api.create_response(request, {"detail": str(error)}, status=404)


@api.exception_handler(Refused)
def _refused(request, error):
    return api.create_response(request, {"detail": str(error.message), "clause": error.clause}, status=422)


@api.exception_handler(OverflowError)
@api.exception_handler(InvalidOperation)
@api.exception_handler(DataError)
def _out_of_range(request, error):
    return api.create_response(request, {"detail": _("A day or a number in it is out of range. Correct it.")}, status=422)


@api.exception_handler(OperationalError)
def _busy(request, error):
    if not gave_up_waiting(error):
        raise error
    return api.create_response(request, {"detail": str(BUSY)}, status=422)


@api.exception_handler(Http404)
def _not_found(request, error):
    return api.create_response(request, {"detail": _("This is not here, or not within your reach.")}, status=404)


@api.exception_handler(HttpError)
def _unreadable(request, error):
    said = _("The body is no JSON. Send an object with the fields named in /api/docs.") if str(error).startswith("Cannot parse") else str(error)
    return api.create_response(request, {"detail": said}, status=error.status_code)


@api.exception_handler(AuthenticationError)
def _nobody(request, error):
    return api.create_response(request, {"detail": _("No token that is known. Make one on your own page and send it as “Authorization: Bearer …”.")},
                               status=401)


WRONG = {
    "missing": gettext_lazy("is missing"), "int_parsing": gettext_lazy("is no whole number"), "int_type": gettext_lazy("is no whole number"),
    "int_from_float": gettext_lazy("is no whole number"), "decimal_parsing": gettext_lazy("is no number"), "decimal_type": gettext_lazy("is no number"),
    "decimal_max_places": gettext_lazy("has more than %(decimal_places)s decimals"), "greater_than_equal": gettext_lazy("is below %(ge)s"),
    "greater_than": gettext_lazy("is not above %(gt)s"), "less_than_equal": gettext_lazy("is above %(le)s"), "string_too_long": gettext_lazy("is longer than %(max_length)s characters"),
    "string_too_short": gettext_lazy("is shorter than %(min_length)s characters"), "string_type": gettext_lazy("is no text"),
    "string_pattern_mismatch": gettext_lazy("is not written as asked: %(pattern)s"), "literal_error": gettext_lazy("is none of %(expected)s"),
    "enum": gettext_lazy("is none of %(expected)s"), "bool_parsing": gettext_lazy("is neither true nor false"), "bool_type": gettext_lazy("is neither true nor false"),
    **dict.fromkeys(("date_parsing", "date_from_datetime_parsing", "date_type", "date_from_datetime_inexact"), gettext_lazy("is no day such as 2026-11-26"))}
"""What pydantic finds, in the words of the person; what is not here is told in its own."""


@api.exception_handler(ValidationError)
def _ill_formed(request, error):
    """Where and what, in one sentence, and one by one in `errors`."""
    found = []
    for one in error.errors:
        where = ".".join(str(part) for part in one["loc"][1:] if part not in {"said", "given", "wanted"})
        what = WRONG.get(one["type"])
        found.append({"where": where, "what": str(what) % one.get("ctx", {}) if what else one["msg"]})
    said = "; ".join(f"{one['where']} {one['what']}".strip() for one in found)
    return api.create_response(request, {"detail": _("%(faults)s. Correct it and send again.") % {"faults": said}, "errors": found}, status=422)


urlpatterns = api.urls[0]
for address in urlpatterns:
    login_not_required(address.callback)  # type: ignore[type-var]  # a bearer token is the sign-in there, not the session
