"""What a line that is about a contract begins with: that it was signed, or something recorded on it. Pure."""
from django.utils.translation import gettext as _

from squaredeal.process.contracts.models import Event


def of_contract(line):
    """(in a word, yuan, day, the contract with what happened) of a line of a contract."""
    contract = line.contract
    if line.event:
        word = Event.Kind(line.event["kind"]).label
        return word, line.amount, line.on, _("%(contract)s, %(what)s") % {"contract": contract, "what": word}
    return _("Signed"), line.amount, line.on, _("%(contract)s signed") % {"contract": contract}
