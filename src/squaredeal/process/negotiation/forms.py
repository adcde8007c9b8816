"""What may be said to negotiation, one form for each shape: a deal, its next step, its card, a gate, a round, a quote's lines, a price."""
from decimal import Decimal

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from squaredeal.kernel.fields import Yuan
from squaredeal.process.customers.models import ContactKind

from .models import Stage

MOST = Decimal("1000000000000")
KINDS = [("", _("—")), *ContactKind.choices]


class Form(forms.Form):
    """A form in the house's dress: classes of the theme, ids of its own, wrong fields marked."""

    def __init__(self, *given, **more):
        more.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*given, **more)
        for field in self.fields.values():
            if not isinstance(field.widget, (forms.CheckboxInput, forms.HiddenInput)):
                field.widget.attrs["class"] = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            if isinstance(field, forms.DecimalField):
                field.widget.input_type = "text"
                field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def add_error(self, field, error):
        super().add_error(field, error)
        for name in (field,) if isinstance(field, str) else getattr(error, "error_dict", {}):
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["class"] = f"{attrs.get('class', '')} is-invalid".strip()


class Day(forms.DateInput):
    input_type = "date"

    def format_value(self, value):
        return value.isoformat() if hasattr(value, "isoformat") else value


def yuan(label, *, required=True, least=0):
    return Yuan(label=label, required=required, min_value=least, max_value=MOST, max_digits=15)


def day(label, *, required=True):
    return forms.DateField(label=label, required=required, widget=Day)


def text(label, longest=120, *, required=True):
    return forms.CharField(label=label, max_length=longest, required=required, strip=True)


class NewDeal(Form):
    """A deal: what, for how much, by when, and what happens next. `customer` is a customer's number."""
    customer = forms.IntegerField(label=_("Customer"), min_value=1, error_messages={"required": _("Choose the customer first.")})
    name = text(_("What it is about"))
    amount = yuan(_("Amount, yuan with tax"))
    expected_on = day(_("Signed by"), required=False)
    next_step = text(_("Next step"), required=False)
    next_step_kind = forms.ChoiceField(label=pgettext_lazy("channel", "How"), choices=KINDS, required=False)
    next_step_on = day(_("On"), required=False)

    def clean(self):
        said = super().clean()
        if said.get("next_step") and not said.get("next_step_on"):
            self.add_error("next_step_on", _("A next step needs its day."))
        return said


class DealForm(Form):
    """What we expect of a deal. `probability` is in percent."""
    name = text(_("What it is about"))
    amount = yuan(_("Amount, yuan with tax"))
    expected_on = day(_("Signed by"), required=False)
    probability = forms.DecimalField(label=_("Likelihood, %"), min_value=0, max_value=100, decimal_places=1, max_digits=4)
    committed = forms.BooleanField(label=_("I commit to this day"), required=False)
    competitor = text(_("Competitor"), 60, required=False)


class NextStep(Form):
    next_step = text(_("Next step"))
    next_step_kind = forms.ChoiceField(label=pgettext_lazy("channel", "How"), choices=KINDS, required=False)
    next_step_on = day(_("On"))


class CardForm(Form):
    """The negotiation card. `walk_away` is left out for those who may not change it."""
    needs = forms.CharField(label=_("What the customer needs"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    budget_low = yuan(_("Budget from"), required=False)
    budget_high = yuan(_("Budget to"), required=False)
    deadline = text(_("Their deadline"), required=False)
    their_alternative = text(_("Their alternative"), 200, required=False)
    objective = text(_("Our objective"), 200, required=False)
    walk_away = yuan(_("Our walk-away, yuan"), required=False)
    never = text(_("Never"), 200, required=False)
    our_alternative = text(_("Our alternative"), 200, required=False)
    win_win = text(_("Win-win"), 200, required=False)

    def __init__(self, *given, walk_away=True, **more):
        super().__init__(*given, **more)
        if not walk_away:
            del self.fields["walk_away"]


class Move(Form):
    """A deal into another stage, with what its gate may ask."""
    stage = forms.ChoiceField(choices=Stage.choices)
    needs = forms.CharField(label=_("What the customer needs"), max_length=2000, required=False)
    budget_low = yuan(_("Budget from"), required=False)
    budget_high = yuan(_("Budget to"), required=False)
    objective = text(_("Our objective"), 200, required=False)
    walk_away = yuan(_("Our walk-away, yuan"), required=False)
    lost_reason = text(_("Reason"), 200, required=False)
    competitor = text(_("Who won it"), 60, required=False)

    def given(self):
        """Only what was said: an empty field changes nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class RoundForm(Form):
    on = day(_("On"))
    channel = forms.ChoiceField(label=pgettext_lazy("channel", "How"), choices=ContactKind.choices)
    who = text(_("With whom"), 80, required=False)
    ours = yuan(_("We asked, yuan"), required=False)
    theirs = yuan(_("They offered, yuan"), required=False)
    outcome = text(pgettext_lazy("talks", "What was said"), 300, required=False)


class QuoteLine(Form):
    """A line: product's number, quantity (0 takes the line out), and the price of one, in the unit of the form (empty = list price)."""
    product = forms.IntegerField(min_value=1, label=_("Product"))
    quantity = forms.DecimalField(min_value=0, max_value=999_999, decimal_places=2, max_digits=8, label=_("Quantity"))
    offer = forms.DecimalField(min_value=0, max_value=MOST, decimal_places=6, max_digits=19, required=False, label=_("Offer"))


QuoteLines = formset_factory(QuoteLine, extra=1, max_num=60, absolute_max=60, validate_max=True)
QuoteLinesAsTheyAre = formset_factory(QuoteLine, extra=0, max_num=60, absolute_max=60, validate_max=True)
"""The same without an empty row, which is fetched when it is wanted."""


class QuoteForm(Form):
    """What belongs to the quote as a whole. `unit` is how many yuan the prices of the lines count in; `prepayment` is in percent."""
    unit = forms.TypedChoiceField(choices=[("1", "1"), ("10000", "10000")], coerce=int, required=False, empty_value=1)
    prepayment = forms.DecimalField(label=_("Prepayment, %"), min_value=0, max_value=100, decimal_places=2, max_digits=5)
    condition = text(_("What we get for it, and for which scope"), 300, required=False)
    on = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *given, concessions=(), **more):
        super().__init__(*given, **more)
        self.fields["on"].choices = [(c.pk, str(c)) for c in concessions]

    def prepaid(self):
        return self.cleaned_data["prepayment"] / 100


class ConcessionForm(Form):
    """What we give, what they give, and what it costs us; a negative cost saves. Its fields stand below the lines and go with their form."""
    give = text(_("We give"))
    get = text(_("They give"))
    price_cut = yuan(_("Off the price, yuan"), required=False)
    added_cost = yuan(_("Costs us, yuan"), required=False, least=-MOST)

    def __init__(self, *given, **more):
        super().__init__(*given, **more)
        for field in self.fields.values():
            field.widget.attrs["form"] = "qform"

    def typed(self):
        """Whether anything was."""
        return any(self.data.get(name, "").strip() for name in self.fields)

    def said(self):
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class Reason(Form):
    reason = text(_("Reason"), 200)


class ProductForm(Form):
    code = text(_("Code"), 30)
    name = text(pgettext_lazy("product", "Name"), 80)
    line = text(_("Product line"), 40)
    spec = text(_("Specification"), 120, required=False)
    measure = text(_("Unit"), 10)


class ProductChange(Form):
    name = text(pgettext_lazy("product", "Name"), 80)
    line = text(_("Product line"), 40)
    spec = text(_("Specification"), 120, required=False)
    measure = text(_("Unit"), 10)
    active = forms.BooleanField(label=_("Still sold"), required=False)


class PriceForm(Form):
    starts_on = day(_("From"))
    list_price = yuan(_("List price, yuan with tax"))
    floor_price = yuan(_("Floor price, yuan with tax"))
    cost = yuan(_("Standard cost, yuan without tax"))
