"""The clock of tests of events, and a reader of public pages."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.clients.page_reader import PageReader
from tests.factories.events import NOW


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Freeze the time at `NOW`."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def read(client: Client, path: str) -> PageReader:
    """Return the parsed page."""
    response = client.get(path)
    assert response.status_code == 200, path
    return PageReader(response.content.decode())
