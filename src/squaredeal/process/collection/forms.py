"""What may be said about money: a receipt and how it is matched, a refund, a reversal, a promise, grace; and the lists' filters."""
from django import forms
from django.utils.translation import gettext_lazy as _

from squaredeal.process.contracts.forms import Yuan, day, text

from .models import Receipt

KINDS = [(k.value, k.label) for k in (Receipt.Kind.TRANSFER, Receipt.Kind.BILL, Receipt.Kind.CASH)]


class ReceiptForm(forms.Form):
    """A receipt of a customer, by the customer's number. `again`: yes, it is another one of the same customer, day and amount."""
    customer = forms.IntegerField(min_value=1, max_value=2**62, widget=forms.HiddenInput, error_messages={"required": _("Choose the customer first.")})
    amount = Yuan(label=_("Amount, yuan"))
    on = day(_("Came in on"))
    kind = forms.ChoiceField(label=_("How it came"), choices=KINDS)
    bank_reference = text(_("Bank reference"), 60, required=False)
    note = text(_("Note"), 200, required=False)
    again = forms.BooleanField(label=_("This is another receipt of the same customer, day and amount"), required=False)


class MatchForm(forms.Form):
    """How much of a receipt pays each of the instalments offered: a field `match-<id>` each, empty or 0 for none.

    `plan` "auto" with every field empty leaves it to the policy: the oldest due first.
    """
    plan = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)

    def __init__(self, *given, instalments=(), **more):
        super().__init__(*given, **more)
        self.instalments = list(instalments)
        for x in self.instalments:
            self.fields[f"match-{x.pk}"] = Yuan(label=str(x), required=False, least=0)

    def matches(self):
        """{instalment id: yuan}, or None when the policy is to match."""
        found = {x.pk: self.cleaned_data.get(f"match-{x.pk}") for x in self.instalments}
        found = {pk: amount for pk, amount in found.items() if amount}
        return None if not found and self.cleaned_data.get("plan") == "auto" else found


class RefundForm(forms.Form):
    amount = Yuan(label=_("Amount, yuan"))
    on = day(_("Paid back on"))
    bank_reference = text(_("Bank reference"), 60, required=False)
    note = text(_("Why"), 200)


class ReverseForm(forms.Form):
    reason = text(_("What was wrong"), 200)
    on = day(_("On"), required=False)


class PromiseForm(forms.Form):
    promised_on = day(_("They pay on"))
    said_by = text(_("Who said so"), 60, required=False)
    note = text(_("Note"), 200, required=False)


class GraceForm(forms.Form):
    until = day(_("Until"))


class ReceiptFilter(forms.Form):
    """What the list of receipts is narrowed by; what is not understood is left aside."""
    kind = forms.ChoiceField(choices=[("", "")] + Receipt.Kind.choices, required=False)
    q = forms.CharField(max_length=60, required=False, strip=True)
    customer = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    unit = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    open = forms.BooleanField(required=False)

    def said(self):
        self.is_valid()
        return {name: self.cleaned_data.get(name) or ("" if name in ("kind", "q") else None) for name in self.fields}
