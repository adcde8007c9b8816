"""What may be said of runs: which month to compute, why it is sent back, when it was paid."""
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from squaredeal.kernel.fields import Yuan


class ComputeForm(forms.Form):
    """The month to compute, by its code."""
    period = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", label=_("Month"), error_messages={"invalid": _("Write a month as 2026-10.")})


class SendBackForm(forms.Form):
    note = forms.CharField(label=_("What to look at again"), max_length=200, error_messages={"required": _("Write what is to be looked at again; finance is told.")},
                            widget=forms.TextInput(attrs={"class": "form-control"}))


class UnpayForm(forms.Form):
    note = forms.CharField(label=_("Why it is withdrawn"), max_length=200, error_messages={"required": _("Write why the payment is withdrawn; it stays beside the entry.")},
                            widget=forms.TextInput(attrs={"class": "form-control"}))


class FromForm(forms.Form):
    """A day from which a plan would apply."""
    starts_on = forms.DateField()


class PayForm(forms.Form):
    paid_on = forms.DateField(label=_("Paid on"), required=False, widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"))


class SimulateForm(forms.Form):
    """Two versions of the plan and the months they are laid over; a rate and a budget to solve it for, when asked."""
    old = forms.ChoiceField(label=_("As it is"))
    new = forms.ChoiceField(label=_("Changed to"))
    first = forms.ChoiceField(label=_("From"))
    last = forms.ChoiceField(label=pgettext_lazy("months", "To"))
    by = forms.ChoiceField(label=_("Compare"), choices=[("earned", _("what is earned")), ("payout", _("what is paid"))])

    def __init__(self, given, versions, months):
        super().__init__(given)
        self.versions = {str(v.pk): v for v in versions}
        kinds = [(str(v.pk), f"{v} · {v.get_state_display()}") for v in versions]
        days = [(f"{m:%Y-%m}", f"{m:%Y-%m}") for m in months]
        for name, choices in (("old", kinds), ("new", kinds), ("first", days), ("last", days)):
            self.fields[name].choices = choices
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def clean(self):
        said = super().clean()
        if said.get("first", "") > said.get("last", "9"):
            self.add_error("last", _("The last month lies before the first; choose a later one."))
        return said


class SeekForm(forms.Form):
    """A rate by its path and what the months may cost."""
    rate = forms.ChoiceField(label=_("Rate to change"), widget=forms.Select(attrs={"class": "form-select"}))
    budget = Yuan(label=_("Total, yuan"), max_digits=16, widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal"}))

    def __init__(self, given, rates, **more):
        super().__init__(given, **more)
        self.fields["rate"].choices = rates
