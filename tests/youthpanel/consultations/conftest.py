"""A signed-in coordinator with English pages."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.clients.staff import HASHERS, Person, signed_in


@pytest.fixture(autouse=True)
def quick_passwords() -> Iterator[None]:
    """A fast password hash."""
    with override_settings(PASSWORD_HASHERS=HASHERS):
        yield


@pytest.fixture
def coordinator() -> Person:
    person = signed_in("koordinatorka", "coordinator")
    person.client.cookies["lang"] = "en"
    return person
