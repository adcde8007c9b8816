"""What may be said to us about customers: the list's conditions, registering, facts, contacts, grades, the next step, handing over."""
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from squaredeal.kernel.fields import Yuan
from squaredeal.kernel.reading import whole
from squaredeal.organisation.team.models import Person

from . import listing
from .models import Channel, Contact, ContactKind, Customer, Grade, GradeChange, ValueGrade

SILENT = (7, 15, 30, 60, 90)


class Numbers(forms.Field):
    """?owner=3&owner=5 as [3, 5]; what is no number is left out."""
    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        return [n for v in value or [] if (n := whole(v)) is not None][:200]


class Chosen(forms.MultipleChoiceField):
    """Several of `choices`; what is none of them is left out, for an address typed by hand is not a mistake to be scolded."""

    def to_python(self, value):
        return [v for v in super().to_python(value) if v in dict(self.choices)]

    def validate(self, value):
        """Nothing chosen is as good as anything."""


def day(label, **given):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)


class Filter(forms.Form):
    """The conditions of the list as they stand in the address. `asked()` never fails: what makes no sense is not a condition."""
    q = forms.CharField(max_length=60, required=False)
    view = forms.ChoiceField(choices=[(v, v) for v in listing.VIEWS], required=False)
    grade = Chosen(choices=Grade.choices, required=False)
    value = Chosen(choices=ValueGrade.choices, required=False)
    channel = Chosen(choices=Channel.choices, required=False)
    unit = Numbers(required=False)
    owner = Numbers(required=False)
    silent = forms.TypedChoiceField(choices=[(n, n) for n in SILENT], coerce=int, required=False, empty_value=None)
    sort = forms.ChoiceField(choices=[(s, s) for s in (*listing.SORTS, *listing.MONEY, *(f"-{m}" for m in listing.MONEY))],
                             required=False)
    size = forms.TypedChoiceField(choices=[(n, n) for n in listing.SIZES], coerce=int, required=False, empty_value=None)

    def asked(self):
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}


class Create(forms.Form):
    """Who the customer is, before anything else is known."""
    name = forms.CharField(label=gettext_lazy("Company name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    contact = forms.CharField(label=gettext_lazy("Contact"), max_length=40, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}))
    tax_number = forms.CharField(label=gettext_lazy("Unified social credit code"), max_length=30, required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Where from"), choices=Channel.choices, initial=Channel.PHONE)
    industry = forms.CharField(label=gettext_lazy("Industry"), max_length=40, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=40, required=False)
    note = forms.CharField(label=gettext_lazy("How it differs"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class Facts(forms.ModelForm):
    """Facts of the customer; `Facts.only(...)` is the form of one cell."""
    budget_low = Yuan(label=gettext_lazy("Budget from"), required=False)
    budget_high = Yuan(label=gettext_lazy("Budget to"), required=False)
    credit_limit = Yuan(label=gettext_lazy("Credit limit"), required=False)

    class Meta:
        model = Customer
        fields = ["name", "short_name", "tax_number", "phone", "industry", "size", "city", "address", "channel", "needs", "budget_low",
                  "budget_high", "credit_limit", "credit_days"]
        labels = {"name": gettext_lazy("Company name"), "short_name": gettext_lazy("Short name"), "phone": gettext_lazy("Phone"),
                  "tax_number": gettext_lazy("Unified social credit code"), "industry": gettext_lazy("Industry"), "size": gettext_lazy("Size"),
                  "city": gettext_lazy("City"), "address": gettext_lazy("Address"), "channel": gettext_lazy("Where from"),
                  "needs": gettext_lazy("Needs and pain points"), "credit_days": gettext_lazy("Days of credit")}
        widgets = {"needs": forms.Textarea(attrs={"rows": 4}), "phone": forms.TextInput(attrs={"inputmode": "tel"})}

    def clean_credit_days(self):
        days = self.cleaned_data["credit_days"]
        if days is not None and days > 720:
            raise forms.ValidationError(_("At most 720 days of credit. Give fewer."))
        return days

    @classmethod
    def only(cls, names, *args, **given):
        """A form of just these fields."""
        form = cls(*args, **given)
        for name in list(form.fields):
            if name not in names:
                del form.fields[name]
        return form


CELLS = {"name": ("name", "short_name"), "tax_number": ("tax_number",), "phone": ("phone",), "industry": ("industry",), "size": ("size",),
         "address": ("city", "address"), "channel": ("channel",), "credit": ("credit_limit", "credit_days"), "needs": ("needs",),
         "budget": ("budget_low", "budget_high")}
"""What is edited together, in one place of the page."""


class ContactForm(forms.ModelForm):
    """Somebody at the customer."""

    class Meta:
        model = Contact
        fields = ["name", "title", "phone", "email", "part", "stance", "last_met_on"]
        labels = {"name": gettext_lazy("Name"), "title": gettext_lazy("Title"), "phone": gettext_lazy("Phone"), "email": gettext_lazy("E-mail"),
                  "part": gettext_lazy("Part in the decision"), "stance": gettext_lazy("Stance"), "last_met_on": gettext_lazy("Last met")}
        widgets = {"phone": forms.TextInput(attrs={"inputmode": "tel"}), "last_met_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class GradeForm(forms.Form):
    """A grade with its reason."""
    which = forms.ChoiceField(choices=GradeChange.Which.choices, initial=GradeChange.Which.INTENTION, widget=forms.HiddenInput)
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), choices=ValueGrade.choices)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class NextStepForm(forms.Form):
    """What comes next, how, and when."""
    kind = forms.ChoiceField(label=gettext_lazy("How"), choices=ContactKind.choices, initial=ContactKind.CALL)
    on = day(gettext_lazy("Day"))
    at = forms.TimeField(label=gettext_lazy("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    text = forms.CharField(label=gettext_lazy("Next step"), max_length=120)


class Picked(forms.Form):
    """Customers ticked on the page, or, with `all`, everything the conditions hold; and whom they go to."""
    pk = Numbers(required=False)
    all = forms.BooleanField(required=False)
    owner = forms.ModelChoiceField(queryset=Person.objects.filter(is_active=True), required=False,
                                   error_messages={"invalid_choice": gettext_lazy("This person is not here any more. Choose somebody else.")})
    reason = forms.CharField(max_length=200, required=False)
    who = forms.CharField(max_length=40, required=False)


class Invite(forms.Form):
    person = forms.ModelChoiceField(label=gettext_lazy("Colleague"), queryset=Person.objects.filter(is_active=True))


class KeepView(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=40)
