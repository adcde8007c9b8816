"""Django's own sentences on a form in the words of this house: named here, so that their Chinese stands in our catalogue and is found first."""
from django.utils.translation import gettext_noop

ON_FORMS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
)
