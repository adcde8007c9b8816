"""What may be said to 二.2: a contact with its next step, another day, an excuse, a word on it; and how the pages are asked."""
from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from squaredeal.process.customers.models import ContactKind, Grade

from .policy import Result

NO_DAY = {"required": _("No day is chosen. Choose one."), "invalid": _("This is no day. Write it as 2026-03-31.")}
NO_TIME = {"invalid": _("This is no time of day. Write it as 14:30.")}
NO_STEP = {"required": _("A follow-up without a next step is not saved. Say what comes next.")}
NO_CHOICE = {"required": _("Nothing is chosen. Choose one."), "invalid_choice": _("This is not offered. Choose one of those shown.")}
TOO_LONG = {"max_length": _("This is longer than %(limit_value)s characters. Shorten it.")}
NOBODY = {"invalid": _("This is nobody on the list. Choose one of those shown."), "min_value": _("This is nobody on the list. Choose one of those shown.")}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class Contacted(forms.Form):
    """One contact: kind, how it went, what was said, with whom and when, and the next step. The words may be left to the result."""
    kind = forms.ChoiceField(label=_("How"), choices=ContactKind.choices, error_messages=NO_CHOICE)
    result = forms.ChoiceField(label=_("How it went"), choices=Result.choices, initial=Result.MOVED, error_messages=NO_CHOICE)
    body = forms.CharField(label=_("What was said"), max_length=5000, required=False, strip=True, error_messages=TOO_LONG)
    contact = forms.IntegerField(label=_("With"), min_value=1, required=False, error_messages=NOBODY)
    on = forms.DateField(label=_("Day of the contact"), required=False, widget=DAY, error_messages=NO_DAY)
    next_kind = forms.ChoiceField(label=_("Next step: kind"), choices=ContactKind.choices, error_messages=NO_CHOICE)
    next_on = forms.DateField(label=_("Next step: day"), widget=DAY, error_messages=NO_DAY)
    next_at = forms.TimeField(label=_("Next step: time"), required=False, widget=HOUR, error_messages=NO_TIME)
    next_text = forms.CharField(label=_("Next step"), max_length=120, strip=True, error_messages=NO_STEP | TOO_LONG)

    def given(self):
        """The keywords of `actions.record`, save the contact."""
        said = self.cleaned_data
        return {"kind": said["kind"], "body": said["body"] or str(Result(said["result"]).label), "at": _moment(said["on"]),
                "effective": said["result"] != Result.UNREACHED, "next_kind": said["next_kind"], "next_on": said["next_on"],
                "next_at": said["next_at"], "next_text": said["next_text"]}


class Kind(forms.Form):
    """What the next-step block is asked for; nonsense falls back to a call that moved on."""
    kind = forms.ChoiceField(choices=ContactKind.choices, required=False)
    result = forms.ChoiceField(choices=Result.choices, required=False)

    def said(self):
        self.is_valid()
        return self.cleaned_data.get("kind") or ContactKind.CALL.value, self.cleaned_data.get("result") or Result.MOVED.value


class AnotherDay(forms.Form):
    """The next step on another day."""
    on = forms.DateField(label=_("Next step: day"), widget=DAY, error_messages=NO_DAY)
    at = forms.TimeField(label=_("Next step: time"), required=False, widget=HOUR, error_messages=NO_TIME)


class Excuse(forms.Form):
    """An excuse asked for: first and last day, and why."""
    starts_on = forms.DateField(label=_("First day"), widget=DAY, error_messages=NO_DAY)
    ends_on = forms.DateField(label=_("Last day"), widget=DAY, error_messages=NO_DAY)
    reason = forms.CharField(label=pgettext_lazy("excuse", "Reason"), max_length=200, strip=True,
                             error_messages=TOO_LONG | {"required": _("An excuse needs a reason. Write one sentence.")})


class Word(forms.Form):
    """A word on an excuse."""
    note = forms.CharField(label=pgettext_lazy("excuse", "Reason"), max_length=200, required=False, strip=True)


class Narrowed(forms.Form):
    """The list of obligations: which ones; every field may be missing, and nonsense counts as missing."""
    state = forms.ChoiceField(choices=[(s, s) for s in ("late", "risk", "soon", "due", "met", "missed", "excused")], required=False)
    grade = forms.ChoiceField(choices=Grade.choices, required=False)
    person = forms.IntegerField(min_value=1, max_value=2**31, required=False)
    week = forms.DateField(required=False)

    def said(self):
        self.is_valid()
        found = {name: self.cleaned_data.get(name) for name in self.fields}
        found["state"] = found["state"] or ("missed" if found["week"] else "late")
        if found["state"] not in ("late", "risk", "soon") and not found["week"]:
            found["state"] = "late"
        return found


class Place(forms.Form):
    """A place on the map: a person and the Monday of a week."""
    person = forms.IntegerField(min_value=1, max_value=2**31)
    week = forms.DateField()
    grade = forms.ChoiceField(choices=Grade.choices, required=False)


def _moment(on):
    """The moment of a contact of which only the day is known: now for today, noon for a day before; None for no day."""
    if on is None or on == timezone.localdate():
        return None
    return timezone.make_aware(datetime.combine(on, time(12)))
