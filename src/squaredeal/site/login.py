"""Signing in: accounts are made by an administrator, never by a visitor."""
from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False
