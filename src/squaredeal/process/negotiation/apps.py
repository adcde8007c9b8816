"""Negotiation tells approvals what a quote is and what a decision does to it."""
from django.apps import AppConfig


class Negotiation(AppConfig):
    name = "squaredeal.process.negotiation"

    def ready(self):
        from django.utils.translation import gettext_lazy as _

        from squaredeal.organisation.approvals.subjects import Subject, register

        from . import quoting
        from .models import Quote
        register("quote", Subject(Quote, _("Quote"), "negotiation:quote", quoting.settle, part="negotiation:lines", css="negotiation/negotiation.css"))
