"""Fixtures of the tests of content."""

import pytest

from tests.clients.staff import Person, signed_in


@pytest.fixture
def writer(db: None) -> Person:
    """Return a signed-in author, who sees previews."""
    return signed_in("pisac", "author")
