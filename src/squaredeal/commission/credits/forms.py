"""What may be said of shares: who, how many percent, besides or on top, and why."""
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import CreditRole
from .policy import plain

ROWS = 6


class SplitForm(forms.Form):
    """Rows person_n · percent_n · overlay_n, and one reason. `cleaned_data["shares"]` is [(person, share, role)]."""
    reason = forms.CharField(label=gettext_lazy("Reason for the shares"), max_length=200, required=False)

    def __init__(self, *args, people, contract=None, splits=(), **kwargs):
        super().__init__(*args, **kwargs)
        given = [(s.person_id, s.share * 100, s.role == CreditRole.OVERLAY) for s in splits] \
            or ([(contract.signed_by_id, Decimal(100), False)] if contract else [])
        for n in range(1, ROWS + 1):
            person, percent, overlay = given[n - 1] if n <= len(given) else (None, None, False)
            self.fields[f"person_{n}"] = forms.ModelChoiceField(people, label=gettext_lazy("Person"), required=False, initial=person, empty_label="—")
            self.fields[f"percent_{n}"] = forms.DecimalField(
                label=gettext_lazy("Percent"), required=False, min_value=Decimal("0.0001"), max_value=100, max_digits=7, decimal_places=4,
                initial=plain(percent) if percent is not None else None)
            self.fields[f"overlay_{n}"] = forms.BooleanField(label=gettext_lazy("On top"), required=False, initial=overlay)
        for name, field in self.fields.items():
            kind = name.partition("_")[0]
            field.widget.attrs.update({"class": {"person": "form-select", "overlay": "form-check-input"}.get(kind, "form-control")})

    def rows(self):
        """The bound fields, row by row."""
        return [(self[f"person_{n}"], self[f"percent_{n}"], self[f"overlay_{n}"]) for n in range(1, ROWS + 1)]

    def clean(self):
        given = super().clean()
        shares = []
        for n in range(1, ROWS + 1):
            person, percent = given.get(f"person_{n}"), given.get(f"percent_{n}")
            if person and percent is not None:
                shares.append((person, percent / 100, CreditRole.OVERLAY if given.get(f"overlay_{n}") else CreditRole.SPLIT))
            elif person and f"percent_{n}" not in self.errors:
                self.add_error(f"percent_{n}", _("Give %(person)s a percentage, or leave the row empty.") % {"person": person})
            elif percent is not None and f"person_{n}" not in self.errors:
                self.add_error(f"person_{n}", _("Whose %(percent)s%% is this? Choose a person, or empty the row.") % {"percent": percent})
        given["shares"] = shares
        return given
