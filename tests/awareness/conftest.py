"""Fixtures of the tests of content."""

import pytest
from django.test import override_settings

from tests.clients.staff import HASHERS, Person, signed_in


@pytest.fixture
def writer(db: None) -> Person:
    """Return a signed-in author, who sees previews."""
    with override_settings(PASSWORD_HASHERS=HASHERS):
        return signed_in("pisac", "author")
