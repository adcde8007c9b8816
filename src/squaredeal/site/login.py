"""Signing in: accounts are made by an administrator, never by a visitor; what allauth says to people, in our words."""
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _


class Adapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask the administrator."),
        "email_password_mismatch": _("Login or password is wrong. Five misses close the door for five minutes."),
        "username_password_mismatch": _("Login or password is wrong. Five misses close the door for five minutes."),
        "invalid_login": _("Login or password is wrong. Five misses close the door for five minutes."),
        "too_many_login_attempts": _("Too many misses. Try again in five minutes, or ask the administrator."),
        "rate_limited": _("Too many tries. Wait a minute."),
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("The present password is wrong."),
        "incorrect_code": _("The code is wrong or has run out. Type the one shown now."),
    }

    def is_open_for_signup(self, request):
        return False

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        """Nothing: the page that follows shows what was done; toasts are for undo."""


class SecondStep(DefaultMFAAdapter):
    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": Adapter.error_messages["incorrect_code"]}

    def get_totp_issuer(self):
        """The name the authenticator app shows."""
        return "Squaredeal"
