"""People at work on events."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import override_settings

from tests.factories.events import NOW
from tests.signing import HASHERS, Person, signed_in


@pytest.fixture
def at_now() -> Iterator[time_machine.Traveller]:
    """It is `NOW`, and time stands still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def enter_as(*roles: str, language: str = "en") -> Person:
    with override_settings(PASSWORD_HASHERS=HASHERS):
        person = signed_in("-".join(roles) or "nobody", *roles)
    person.client.cookies["lang"] = language
    return person


@pytest.fixture
def coordinator(at_now: time_machine.Traveller, db: None) -> Person:
    """Signed in at `NOW`, reading English."""
    return enter_as("coordinator")
