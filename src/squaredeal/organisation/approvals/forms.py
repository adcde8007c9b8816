"""What may be said about a request: a note, the step the decider saw, and a person to countersign or take over."""
from django import forms
from django.utils.translation import gettext_lazy as _


class Decision(forms.Form):
    """Approve, send back or withdraw. `step` is the step the decider was looking at; `next` where to go on."""
    note = forms.CharField(label=_("Note"), max_length=500, required=False, strip=True)
    step = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    next = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class Another(Decision):
    """Countersign or pass on: somebody else, by their number."""
    person = forms.IntegerField(label=_("Person"), min_value=1)
