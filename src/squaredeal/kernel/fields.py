"""Form fields that every section asks with: an amount as people write it."""
import unicodedata
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .reading import MANY


class Yuan(forms.DecimalField):
    """Yuan to the fen as people type or paste them: 2,200,000 · 220万 · 3.1 亿 · ¥9800 · ５２０ 元; half and full width alike."""
    default_error_messages = {"invalid": _("Write an amount such as 2,200,000 or 220万."), "min_value": _("Write an amount above zero.")}

    def __init__(self, *, max_digits=18, decimal_places=2, min_value=0, widget=None, **given):
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, min_value=min_value,
                         widget=widget or forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **given)

    def to_python(self, value):
        if not isinstance(value, str):
            return super().to_python(value)
        said = unicodedata.normalize("NFKC", value).translate(str.maketrans("", "", ",，¥ \t")).removesuffix("元")
        many = MANY.get(said[-1:])
        if many is None:
            return super().to_python(said)
        try:
            number = Decimal(said[:-1]) * many
        except ArithmeticError:
            number = Decimal("NaN")
        if not number.is_finite() or number.adjusted() > self.max_digits:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(f"{number.normalize():f}")
