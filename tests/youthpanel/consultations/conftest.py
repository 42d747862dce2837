"""A coordinator who has signed in, in English."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.signing import HASHERS, Person, signed_in


@pytest.fixture(autouse=True)
def quick_passwords() -> Iterator[None]:
    """The costly hash of production is none of these tests' business."""
    with override_settings(PASSWORD_HASHERS=HASHERS):
        yield


@pytest.fixture
def coordinator() -> Person:
    person = signed_in("koordinatorka", "coordinator")
    person.client.cookies["lang"] = "en"
    return person
