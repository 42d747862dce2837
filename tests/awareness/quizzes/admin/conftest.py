"""Fixtures of the tests of the quiz admin."""

import pytest
from django.test import Client

from tests.clients.staff import Person


@pytest.fixture
def client(person: Person) -> Client:
    """The browser of an editor."""
    return person.client
