"""What may be said of runs: which month to compute, why it is sent back, when it was paid."""
from django import forms
from django.utils.translation import gettext_lazy as _


class ComputeForm(forms.Form):
    """The month to compute, by its code."""
    period = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", label=_("Month"), error_messages={"invalid": _("Write a month as 2026-10.")})


class SendBackForm(forms.Form):
    note = forms.CharField(label=_("What to look at again"), max_length=200, widget=forms.TextInput(attrs={"class": "form-control"}))


class PayForm(forms.Form):
    paid_on = forms.DateField(label=_("Paid on"), required=False, widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}))
