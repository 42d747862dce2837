"""Time travel for all clocks of the portal, including the database's."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from unittest.mock import patch

import time_machine
from django.utils import timezone


@contextlib.contextmanager
def travelling(to: datetime, *, tick: bool = False) -> Iterator[time_machine.Traveller]:
    """Set the time `to` in this process and in the database; `tick`: it continues from there."""
    with time_machine.travel(to, tick=tick) as traveller, patch("clicksafely.common.clock._read", timezone.now):
        yield traveller
