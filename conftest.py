"""Fixtures every test may ask for: the cast; the rigging of databases (tests/rigging.py); pages in Chromium (tests/browser.py)."""
import gc

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
"""A property holds or not; how fast one example runs is the machine's matter and is measured in bench/."""

def pytest_configure(config):
    """Translations are compiled before the first test and the first worker; the repository holds none. What is loaded stays: it is seldom looked at for circles."""
    gc.set_threshold(100_000)
    if not hasattr(config, "workerinput"):
        from squaredeal.site import words
        words.compile_all()


pytest_plugins = ["tests.rigging", "tests.browser"]


@pytest.fixture
def firm(db):
    """The cast of tests/firm.py, in the database."""
    from tests.firm import found
    return found()
