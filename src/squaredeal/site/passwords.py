"""What a password must be, told in our own words: Django's rules, whose newest sentences its Chinese does not have yet."""
from django.contrib.auth import password_validation as rules
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(rules.MinimumLengthValidator):
    def get_error_message(self):
        return ngettext("The password is too short: at least %(n)s character.", "The password is too short: at least %(n)s characters.",
                        self.min_length) % {"n": self.min_length}


class NotTheName(rules.UserAttributeSimilarityValidator):
    def get_error_message(self):
        return _("The password is too like the name, login or e-mail of its owner.")


class NotCommon(rules.CommonPasswordValidator):
    def get_error_message(self):
        return _("Everybody tries this password first. Think of another.")


class NotOnlyDigits(rules.NumericPasswordValidator):
    def get_error_message(self):
        return _("The password has only digits. Add letters or words.")
