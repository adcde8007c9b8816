"""What may be said to the rulebook."""
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Publish(forms.Form):
    starts_on = forms.DateField(label=_("In force from"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label=_("What changes and why"), max_length=300, required=False)
    seal = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)


class Note(forms.Form):
    note = forms.CharField(label=_("What changes and why"), max_length=300, required=False)
