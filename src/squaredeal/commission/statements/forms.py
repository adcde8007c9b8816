"""What may be said of a statement: an objection, and its answer."""
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from squaredeal.kernel.fields import Yuan


class ObjectionForm(forms.Form):
    """What is wrong and what it should be; `line` is the id of the line it is about, empty for the whole statement."""
    text = forms.CharField(label=_("What is wrong"), max_length=500, widget=forms.Textarea(
        attrs={"rows": 2, "placeholder": _("Which amount is wrong, and what it should be")}))
    line = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """Accepted or not, and the arithmetic."""
    answer = forms.CharField(label=_("Answer"), max_length=500, widget=forms.Textarea(
        attrs={"rows": 2, "placeholder": _("How it was checked, and the arithmetic")}))
    upheld = forms.BooleanField(required=False)


class AmountForm(forms.Form):
    """An amount received, including tax, to be told what it would pay."""
    amount = Yuan(label=_("If this much is received, with tax"), max_digits=16, min_value=Decimal("0.01"),
                  error_messages={"required": _("Write an amount such as 113,000 or 11.3万.")}, widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal"}))
    first_order = forms.BooleanField(label=_("the customer's first order"), required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"}))
