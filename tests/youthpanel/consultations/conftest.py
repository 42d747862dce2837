"""A signed-in coordinator with English pages."""

import pytest

from tests.clients.staff import Person, signed_in


@pytest.fixture
def coordinator() -> Person:
    person = signed_in("koordinatorka", "coordinator")
    person.client.cookies["lang"] = "en"
    return person
