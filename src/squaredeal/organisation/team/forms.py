"""What may be said to the organisation: one form per verb."""
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Person, Position, Role, Unit


def day(label, **given):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)


class AddPerson(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    login = forms.CharField(label=_("Login"), max_length=60)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.all(), empty_label="—")
    position = forms.ModelChoiceField(label=_("Position"), queryset=Position.objects.all(), empty_label="—")
    starts_on = day(_("From"), initial=timezone.localdate)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    password = forms.CharField(label=_("First password"), required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
                               help_text=_("At least 10 characters. Left empty, the person cannot sign in yet."))


class Appoint(forms.Form):
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.all(), empty_label="—")
    position = forms.ModelChoiceField(label=_("Position"), queryset=Position.objects.all(), empty_label="—")
    starts_on = day(_("From"), initial=timezone.localdate)


class Facts(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)


class RenameUnit(forms.Form):
    name = forms.CharField(label=_("New name"), max_length=60)


class StayAfterAll(forms.Form):
    """Nothing but the press."""


class LetGo(forms.Form):
    left_on = day(_("Last day"), initial=timezone.localdate)


class NameDeputy(forms.Form):
    deputy = forms.ModelChoiceField(label=_("Deputy"), queryset=Person.objects.filter(is_active=True), empty_label="—")
    starts_on = day(_("From"), initial=timezone.localdate)
    ends_on = day(_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def offer(self, people):
        """Name in the list those who may act; anybody else is refused with the reason."""
        self.fields["deputy"].choices = [("", "—"), *((p.pk, p.name) for p in people)]
        return self


class SetPassword(forms.Form):
    password = forms.CharField(label=_("New password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))


class MakeToken(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=60)


class AddUnit(forms.Form):
    parent = forms.ModelChoiceField(label=_("Below"), queryset=Unit.objects.all(), empty_label="—")
    name = forms.CharField(label=pgettext_lazy("unit", "Name"), max_length=60)


class AddPosition(forms.Form):
    name = forms.CharField(label=_("Position"), max_length=60)
    role = forms.ChoiceField(label=_("Sees and decides as"), choices=Role.choices, initial=Role.REP)
    duties = forms.CharField(label=_("Duties"), max_length=500, required=False)
    second_step = forms.BooleanField(label=_("Signs in with two steps"), required=False)


class ChangePosition(forms.Form):
    name = forms.CharField(label=_("Position"), max_length=60)
    duties = forms.CharField(label=_("Duties"), max_length=500, required=False)
    second_step = forms.BooleanField(label=_("Signs in with two steps"), required=False)


class MarkDay(forms.Form):
    on = day(_("Day"))
    working = forms.TypedChoiceField(label=_("It is"), choices=[("", _("off")), ("1", _("a working day"))], coerce=bool, empty_value=False, required=False)
    name = forms.CharField(label=_("Reason"), max_length=40, required=False)


class OneDay(forms.Form):
    on = forms.DateField()


class AsOf(forms.Form):
    on = day(_("As of"), required=False)
