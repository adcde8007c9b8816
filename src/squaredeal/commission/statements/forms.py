"""What may be said of a statement: an objection, and its answer."""
from django import forms
from django.utils.translation import gettext_lazy as _


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
