"""Fixtures every test may ask for: the cast; the rigging of databases (tests/rigging.py); pages in Chromium (tests/browser.py)."""
import pytest

pytest_plugins = ["tests.rigging", "tests.browser"]


@pytest.fixture
def firm(db):
    """The cast of tests/firm.py, in the database."""
    from tests.firm import found
    return found()
