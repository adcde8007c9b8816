"""What may be said to targets: one cell."""
import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from squaredeal.kernel import figures
from squaredeal.kernel.fields import Yuan

from .models import Measure

MOST_TYPED = 100_000
"""万元 beyond which a bare figure is more likely yuan: ten 亿 a month."""


def unit():
    """How many yuan one in a cell stands for: 10,000 in Chinese, as the pages write sums, 1 in English."""
    return 10_000 if figures.chinese() else 1


def place(kind, pk, month):
    """The id of a cell on the page."""
    return f"c-{kind}-{pk}-{month:%Y%m}"


class Celled(Yuan):
    """A sum in the unit of the column; with its own unit (48万, 472000 元) it is what it says."""

    def to_python(self, value):
        said = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
        bare = re.fullmatch(r"[-+]?[\d,，.\s]+", said)
        found = super().to_python(f"{said}万" if bare and unit() > 1 else value)
        if bare and found is not None and unit() > 1 and found > MOST_TYPED * unit():
            raise ValidationError(gettext("The column counts in 10,000 yuan. Write 47.2, or %(said)s 元.") % {"said": said})
        return found


class Cell(forms.Form):
    """A person's or unit's target of one measure and month, as its cell counts; an empty amount removes it."""
    kind = forms.ChoiceField(choices=[("person", "person"), ("unit", "unit")])
    pk = forms.IntegerField(min_value=1)
    measure = forms.ChoiceField(choices=Measure.choices)
    month = forms.DateField()
    amount = Celled(label=_("Target, yuan"), max_digits=16, required=False, error_messages={
        "invalid": _("Write a number in the unit of the column, such as 47.2."), "min_value": _("A target is not negative. Enter 0 or more."),
        **dict.fromkeys(["max_digits", "max_whole_digits"], _("This is more than a target can be. Write a smaller sum."))})
