"""What may be said to scores and wages: one cell, or one correction."""
import unicodedata
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from squaredeal.kernel.fields import Yuan

from .models import Kind


class Number(forms.DecimalField):
    """A score as people write it: 0.95, 95%, ９５％, 1,200."""
    default_error_messages = {"invalid": _("Write a number such as 0.95 or 88.")}

    def to_python(self, value):
        said = unicodedata.normalize("NFKC", value).translate(str.maketrans("", "", ", \t")) if isinstance(value, str) else value
        if isinstance(said, str) and said.endswith("%"):
            try:
                said = f"{Decimal(said[:-1]) / 100:f}"
            except InvalidOperation:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        return super().to_python(said)


class Cell(forms.Form):
    """Whose, under which name, in which month; an empty value takes it away."""
    kind = forms.ChoiceField(choices=Kind.choices)
    pk = forms.IntegerField(min_value=1, max_value=2**62)
    name = forms.CharField(max_length=40)
    month = forms.DateField()
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        wage = self.data.get("kind") == Kind.WAGE
        self.fields["value"] = (Yuan(max_digits=14, required=False, error_messages={"min_value": _("A wage is not negative. Write 0 or more.")}) if wage
                                else Number(max_digits=12, decimal_places=4, required=False))
