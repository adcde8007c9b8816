"""Runs tell approvals which of them wait for the director: they stand in the list of what is to be signed."""
from django.apps import AppConfig


class Runs(AppConfig):
    name = "squaredeal.commission.runs"

    def ready(self):
        from squaredeal.organisation.approvals.subjects import beside

        from . import queries
        beside(queries.to_approve)
