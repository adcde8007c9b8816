"""What may be said of a contract: its terms, its instalments, a paper, why it ends."""
from decimal import Decimal

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from squaredeal.kernel import fields
from squaredeal.kernel.money import fen, share_out

from .models import Contract, Event, Instalment

MOST = Decimal("100000000000")


class Yuan(fields.Yuan):
    """Yuan of a contract: above zero unless said otherwise, and at most what a contract may be."""

    def __init__(self, *, least=Decimal("0.01"), **given):
        super().__init__(min_value=least, max_value=MOST, max_digits=14, **given)


class Day(forms.DateInput):
    input_type = "date"

    def format_value(self, value):
        return value.isoformat() if hasattr(value, "isoformat") else value


def day(label, **given):
    return forms.DateField(label=label, widget=Day, **given)


def text(label, longest, **given):
    return forms.CharField(label=label, max_length=longest, strip=True, **given)


class Awaited(forms.CharField):
    """Text that the review asks for (clause 2.4.2): it is not optional, but a draft may leave it for later."""

    def __init__(self, label, longest):
        super().__init__(label=label, max_length=longest, strip=True)

    def validate(self, value):
        """Empty is no error here; policy.missing asks for it when the draft goes to review."""


class TermsForm(forms.Form):
    """The terms of a draft."""
    title = text(gettext_lazy("Subject matter"), 120)
    signed_on = day(gettext_lazy("Signed on"))
    place = Awaited(gettext_lazy("Signed at"), 60)
    quality = Awaited(gettext_lazy("Quality standard"), 200)
    delivery = Awaited(gettext_lazy("Delivery"), 200)
    acceptance = Awaited(gettext_lazy("Acceptance"), 200)
    warranty = Awaited(gettext_lazy("Warranty"), 200)
    liability = Awaited(gettext_lazy("Liability for breach"), 200)
    special_terms = text(gettext_lazy("Non-standard terms"), 300, required=False)


class InstalmentForm(forms.Form):
    """One instalment: its amount in yuan, or its share in percent of the contract when no amount is given."""
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Instalment.Kind.choices)
    due_on = day(gettext_lazy("Due on"))
    share = forms.DecimalField(label=gettext_lazy("Share in percent"), min_value=0, max_value=100, max_digits=7, decimal_places=4, required=False,
                               widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
    amount = Yuan(label=gettext_lazy("Amount, yuan"), required=False)

    def clean(self):
        said = super().clean()
        if not self.errors and said.get("amount") is None and not said.get("share"):
            self.add_error("amount", _("Write the amount, or its share."))
        return said


class BaseInstalments(BaseFormSet):
    def parts(self, total):
        """[(kind, due_on, amount)] of `total` yuan. Where only shares were said and they make 100 %, the fen are shared out."""
        said = [f.cleaned_data for f in self.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]
        shares = [x["share"] for x in said]
        if said and all(x["amount"] is None for x in said) and sum(shares) == 100:
            amounts = share_out(total, shares)
        else:
            amounts = [x["amount"] if x["amount"] is not None else fen(total * x["share"] / 100) for x in said]
        return [(x["kind"], x["due_on"], amount) for x, amount in zip(said, amounts, strict=True)]


InstalmentSet = formset_factory(InstalmentForm, formset=BaseInstalments, extra=0, max_num=24, absolute_max=24, validate_max=True, can_delete=True)


class PaperForm(forms.Form):
    upload = forms.FileField(label=gettext_lazy("Paper"), max_length=200, allow_empty_file=True,
                             error_messages={"required": gettext_lazy("Choose a file first.")})


class EndForm(forms.Form):
    reason = text(gettext_lazy("Reason"), 200)


class EventForm(forms.Form):
    """What happened on a contract; the goods are those of its lines."""
    kind = forms.ChoiceField(label=gettext_lazy("What happened"), choices=Event.Kind.choices)
    on = day(gettext_lazy("Day"))
    amount = Yuan(label=gettext_lazy("Amount, yuan including tax"), least=-MOST)
    product = forms.ModelChoiceField(label=gettext_lazy("Product"), queryset=None, required=False, empty_label="—")
    quantity = forms.DecimalField(label=gettext_lazy("Quantity"), min_value=0, max_digits=12, decimal_places=2, required=False,
                                  widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
    note = text(gettext_lazy("Note"), 200, required=False)

    def __init__(self, *given, goods, **named):
        super().__init__(*given, **named)
        self.fields["product"].queryset = goods


class RegisterFilter(forms.Form):
    """What the register is narrowed by; what is not understood is left aside."""
    state = forms.ChoiceField(choices=[("", "")] + Contract.State.choices, required=False)
    q = forms.CharField(max_length=60, required=False, strip=True)
    signed = forms.RegexField(r"^20\d\d(Q[1-4]|-(0[1-9]|1[0-2]))?$", required=False)
    customer = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    unit = forms.IntegerField(min_value=1, max_value=2**62, required=False)

    def said(self):
        self.is_valid()
        return {name: self.cleaned_data.get(name) or ("" if name in ("state", "q") else None) for name in self.fields}
