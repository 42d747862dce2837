"""Travelling in time with every clock of the portal, the database's included."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from unittest.mock import patch

import time_machine
from django.utils import timezone


@contextlib.contextmanager
def travelling(to: datetime, *, tick: bool = False) -> Iterator[time_machine.Traveller]:
    """It is `to` in this process, and the database says so too; `tick`: time goes on from there."""
    with time_machine.travel(to, tick=tick) as traveller, patch("clicksafely.common.clock._read", timezone.now):
        yield traveller
