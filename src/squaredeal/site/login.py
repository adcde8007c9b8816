"""Signing in: accounts are made by an administrator, never by a visitor; what allauth says to people, in our words."""
import unicodedata

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.messages import ERROR
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

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Misses count by whom they try: another port in the address, or a letter that a database takes for the same, is no new start."""
        tried = credentials.get("email") or credentials.get("username") or ""
        return unicodedata.normalize("NFKC", tried).strip().upper()

    def is_open_for_signup(self, request):
        return False

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        """Only what went wrong: otherwise the page that follows shows what was done, and toasts are for undo."""
        if level >= ERROR:
            super().add_message(request, level, message_template, message_context, extra_tags, message)


class SecondStep(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": Adapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _("Your position signs in with two steps: it stays on. Set up another one first, or ask the administrator."),
    }

    def can_delete_authenticator(self, authenticator):
        """The last one stays where the position asks for a second step."""
        person = authenticator.user
        others = Authenticator.objects.filter(user=person, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)).exclude(pk=authenticator.pk)
        return not (person.seat and person.seat.position.second_step) or others.exists()

    def generate_authenticator_name(self, user, type):
        return _("Passkey")

    def get_public_key_credential_rp_entity(self):
        return {**super().get_public_key_credential_rp_entity(), "name": "Squaredeal"}

    def get_totp_issuer(self):
        """The name the authenticator app shows."""
        return "Squaredeal"
