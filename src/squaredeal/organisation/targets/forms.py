"""What may be said to targets: one cell."""
from django import forms
from django.utils.translation import gettext_lazy as _

from squaredeal.kernel.fields import Yuan

from .models import Measure


class Cell(forms.Form):
    """A person's or unit's target of one measure and month; an empty amount removes it."""
    kind = forms.ChoiceField(choices=[("person", "person"), ("unit", "unit")])
    pk = forms.IntegerField(min_value=1)
    measure = forms.ChoiceField(choices=Measure.choices)
    month = forms.DateField()
    amount = Yuan(label=_("Target, yuan"), max_digits=16, required=False)
