"""Fixtures with signed-in staff."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.clients.staff import Person, signed_in
from tests.factories.events import NOW


@pytest.fixture
def at_now() -> Iterator[time_machine.Traveller]:
    """Freeze the time at `NOW`."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def enter_as(*roles: str, language: str = "en") -> Person:
    person = signed_in("-".join(roles) or "nobody", *roles)
    person.client.cookies["lang"] = language
    return person


@pytest.fixture
def organiser(at_now: time_machine.Traveller, db: None) -> Person:
    """A organiser signed in at `NOW` with an English interface."""
    return enter_as("events")
