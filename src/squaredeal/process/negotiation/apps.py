"""Negotiation tells approvals what a quote is and what a decision does to it, and the list of customers what is open with each."""
from django.apps import AppConfig


class Negotiation(AppConfig):
    name = "squaredeal.process.negotiation"

    def ready(self):
        from django.utils.translation import gettext_lazy as _

        from squaredeal.organisation.approvals.subjects import Subject, register
        from squaredeal.process.customers import sums

        from . import policy, quoting
        from .models import Deal, Quote
        register("quote", Subject(Quote, _("Quote"), "negotiation:quote", quoting.settle, part="negotiation:lines", css="negotiation/negotiation.css"))
        sums.register("deal", sums.Money(lambda viewer: Deal.objects.seen_by(viewer).filter(stage__in=policy.OPEN), "customer", "amount"))
