"""Fixtures with signed-in staff."""

import pytest
import time_machine

from tests.clients.staff import Person, signed_in


def enter_as(*roles: str, language: str = "en") -> Person:
    person = signed_in("-".join(roles) or "nobody", *roles)
    person.client.cookies["lang"] = language
    return person


@pytest.fixture
def organiser(clock: time_machine.Traveller, db: None) -> Person:
    """A organiser signed in at `NOW` with an English interface."""
    return enter_as("events")
