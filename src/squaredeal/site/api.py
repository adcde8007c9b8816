"""The API of every section under /api/: OpenAPI 3.1, a bearer token that acts as its person, the same reach and the same refusals."""
import json
import re
from decimal import InvalidOperation
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DataError
from django.http import Http404
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.organisation.team import queries as team


class Problem(Schema):
    """What was refused, why, and what to do."""
    detail: str
    clause: str | None = None


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
            raise HttpError(400, UNKEEPABLE)
        return found

    def parse_querydict(self, data, list_fields, request):
        if any(_unkeepable(text) for key, said in data.lists() for text in (key, *said)):
            raise HttpError(400, UNKEEPABLE)
        return super().parse_querydict(data, list_fields, request)


UNKEEPABLE = "a character in it cannot be kept"


def _unkeepable(text):
    return bool(re.search(r"\x00|(?<!\\)(?:\\\\)*\\u0000|[\ud800-\udfff]", text))


api = NinjaAPI(parser=Plain(), title="Squaredeal 公道", version="1", auth=Bearer(), urls_namespace="api", throttle=[AuthRateThrottle("600/m")],
               docs_decorator=login_not_required)

for section in settings.SECTIONS:
    if section != __package__ and find_spec(f"{section}.api"):
        name = section.rsplit(".", 1)[-1]
        api.add_router(f"/{name}/", import_module(f"{section}.api").router)


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


@api.exception_handler(Http404)
def _not_found(request, error):
    return api.create_response(request, {"detail": "not found"}, status=404)
