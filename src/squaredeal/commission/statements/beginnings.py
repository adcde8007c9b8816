"""What a line that is about a contract begins with: that it was signed, or something recorded on it. Pure."""
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from squaredeal.process.contracts.models import Event


def of_contract(line):
    """(in a word, yuan, day, the contract with what happened) of a line of a contract."""
    said, contract = line.detail.get("event"), line.contract
    if isinstance(said, dict):
        word = Event.Kind(said["kind"]).label
        return word, Decimal(said["amount"]), date.fromisoformat(said["on"]), _("%(contract)s, %(what)s") % {"contract": contract, "what": word}
    return _("Signed"), contract.amount, contract.signed_on, _("%(contract)s signed") % {"contract": contract}
