"""Every address of the product, chapter by chapter. A section that has urls.py is found under its prefix."""
from importlib.util import find_spec

from django.urls import URLResolver, include, path, re_path
from django.urls.resolvers import RoutePattern

from . import views

PREFIXES = {
    "squaredeal.insight": "",
    "squaredeal.organisation.team": "organisation/",
    "squaredeal.organisation.approvals": "approvals/",
    "squaredeal.organisation.targets": "targets/",
    "squaredeal.organisation.appraisal": "appraisal/",
    "squaredeal.process.customers": "customers/",
    "squaredeal.process.followup": "followup/",
    "squaredeal.process.negotiation": "deals/",
    "squaredeal.process.contracts": "contracts/",
    "squaredeal.process.collection": "collection/",
    "squaredeal.commission.plans": "commission/plans/",
    "squaredeal.commission.credits": "commission/credits/",
    "squaredeal.commission.runs": "commission/runs/",
    "squaredeal.commission.statements": "commission/",
    "squaredeal.rulebook": "rulebook/",
    "squaredeal.kernel": "notices/",
}


class Later(URLResolver):
    """The addresses of a namespace that are imported when one of them is first asked for, and not when the server starts."""

    def _populate(self):
        """Asked of every resolver when a page's first address is made; what is in here is asked by its namespace, which needs no such table."""


urlpatterns = [
    re_path(r"^account/(password/reset|email|confirm-email|login/code)/", views.shut),
    path("account/", include("allauth.urls")),
    Later(RoutePattern("api/"), "squaredeal.site.api", app_name="ninja", namespace="api"),
    path("", include("squaredeal.site.doors")),
    *(path(prefix, include(f"{section}.urls")) for section, prefix in PREFIXES.items() if find_spec(f"{section}.urls")),
]
