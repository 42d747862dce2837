"""Time travel for all clocks of the portal, including the database's."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest.mock import patch

import time_machine
from django.utils import timezone

from clicksafely.common import clock


@contextlib.contextmanager
def travelling(to: datetime, *, tick: bool = False) -> Iterator[time_machine.Traveller]:
    """Set the time `to` in this process and in the database; `tick`: it continues from there."""
    with time_machine.travel(to, tick=tick) as traveller, patch.object(clock, "_read", timezone.now):
        yield traveller


@contextlib.contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Shift the clocks of this process and of the database. A test that sets the clock of this process does not set the database's."""
    read = clock._read
    with time_machine.travel(timezone.now() + by), patch.object(clock, "_read", lambda: read() + by):
        yield
