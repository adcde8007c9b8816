"""Why a line of a closed month differs now: found when it is computed, kept as a code, told in the reader's language."""
from decimal import Decimal

from django.utils.translation import gettext as _

from squaredeal.commission.plans.templatetags.ledger import share as percent
from squaredeal.kernel.money import fen

from . import performed, signings


def of(line, last, credit, reversal, ruling=""):
    """The cause as JSON: plan · reversed · shares · late · released · held · base · moved, with what it takes to say it.

    `line` is the engine's, `last` the last posted line of its key or None, `credit` the credit as it is now or None, `ruling` the name of
    the version that the month is computed by now when what is posted was computed by another.
    """
    if ruling and not reversal:
        return {"code": "plan", "plan": ruling}
    if line.day is None and not (line.fact or "").isdigit() and not signings.contract_of(line.fact):
        return {"code": "reserve"}
    if line.day is None and performed.event_of(line.fact):
        return {"code": "gone"}
    if line.day is None:
        if reversal:
            return {"code": "reversed", "receipt": reversal[0], "on": reversal[1]}
        return {"code": "shares", "was": last.detail.get("share") if last else None, "now": "0"} if credit is None else {"code": "gone"}
    if last is None:
        return {"code": "late"} if not credit or not credit["reason"] else {"code": "shares", "was": "0", "now": _plain(line.share)}
    if last.detail.get("share") != _plain(line.share):
        return {"code": "shares", "was": last.detail.get("share"), "now": _plain(line.share)}
    if line.earned == line.posted_before and line.released != line.posted_released:
        return {"code": "released" if line.released > line.posted_released else "held"}
    if last.base is not None and last.base != fen(line.base):
        return {"code": "base", "was": f"{last.base:.2f}", "now": f"{fen(line.base):.2f}"}
    return {"code": "moved"}


def _plain(number):
    shown = f"{Decimal(number):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def told(line):
    """The cause of a ledger line in words; "" for lines of the month itself."""
    cause = line.detail.get("cause") or {}
    code = cause.get("code")
    if code == "reversed":
        return _("Receipt reversed by %(receipt)s on %(day)s") % {"receipt": cause["receipt"], "day": cause["on"]}
    if code == "shares":
        said = _("Share from %(was)s to %(now)s") % {"was": percent(cause.get("was") or 0), "now": percent(cause["now"])}
        return _("%(reason)s: %(said)s") % {"reason": line.reason, "said": said} if line.reason else said
    if code == "late" and line.detail.get("event"):
        return _("Recorded after the month was closed")
    if code == "late" and line.contract_id:
        return _("Contract in force only after the month was closed")
    if code == "late":
        return _("Receipt recorded after the month was closed")
    if code == "base":
        return _("Base from %(was)s to %(now)s") % {"was": cause["was"], "now": cause["now"]}
    if code == "released":
        return _("Released now")
    if code == "held":
        return _("Waits again: less has come on the contract")
    if code == "moved":
        return _("Another line of that month changed, so this one meets other rates or the gate")
    if code == "plan":
        return _("That month is computed by %(plan)s now") % {"plan": cause["plan"]}
    if code == "reserve":
        return _("The year's reserve changed")
    return _("No longer counts") if code == "gone" else ""
