"""Fixtures every test may ask for."""
import pytest


@pytest.fixture
def firm(db):
    """The cast of tests/firm.py, in the database."""
    from tests.firm import found
    return found()
