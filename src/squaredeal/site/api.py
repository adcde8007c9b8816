"""The API of every section under /api/: OpenAPI 3.1, a bearer token that acts as its person, the same reach and the same refusals."""
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from ninja import NinjaAPI, Schema
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


api = NinjaAPI(title="Squaredeal 公道", version="1", auth=Bearer(), urls_namespace="api", throttle=[AuthRateThrottle("600/m")],
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


@api.exception_handler(Http404)
def _not_found(request, error):
    return api.create_response(request, {"detail": "not found"}, status=404)
