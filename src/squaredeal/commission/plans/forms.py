"""What may be said of a plan: its text and a note; the day it is published from."""
from django import forms
from django.utils.translation import gettext_lazy as _


class PlanForm(forms.Form):
    """The YAML of a plan, and what changed in words."""
    text = forms.CharField(label=_("Plan"), max_length=200_000, strip=False,
                           widget=forms.Textarea(attrs={"class": "form-control", "rows": 32, "spellcheck": "false"}))
    note = forms.CharField(label=_("What changed"), max_length=200, required=False, widget=forms.TextInput(attrs={"class": "form-control"}))


class PublishForm(forms.Form):
    """From which first of a month people are paid by it."""
    starts_on = forms.DateField(label=_("Applies from"), widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"))
    seal = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
