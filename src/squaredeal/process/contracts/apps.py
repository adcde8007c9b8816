"""Contracts tell approvals what a contract is and what a decision does to it."""
from django.apps import AppConfig


class Contracts(AppConfig):
    name = "squaredeal.process.contracts"

    def ready(self):
        from django.utils.translation import gettext_lazy as _

        from squaredeal.organisation.approvals.subjects import Subject, register

        from . import actions
        from .models import Contract
        register("contract", Subject(Contract, _("Contract"), "contracts:contract", actions.settle, part="contracts:paper", css="contracts/contracts.css"))
