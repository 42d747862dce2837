"""The clock of tests of events."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories.events import NOW


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Freeze the time at `NOW`."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
