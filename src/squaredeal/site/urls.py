"""Every address of the product, chapter by chapter. A section that has urls.py is found under its prefix."""
from importlib.util import find_spec

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from .api import api

PREFIXES = {
    "squaredeal.insight": "",
    "squaredeal.organisation.team": "organisation/",
    "squaredeal.organisation.approvals": "approvals/",
    "squaredeal.organisation.targets": "targets/",
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
for address in (doors := api.urls)[0]:
    login_not_required(address.callback)  # type: ignore[type-var]  # a bearer token is the sign-in there, not the session
urlpatterns = [
    path("account/", include("allauth.urls")),
    path("api/", doors),
    path("", include("squaredeal.site.doors")),
    *(path(prefix, include(f"{section}.urls")) for section, prefix in PREFIXES.items() if find_spec(f"{section}.urls")),
]
