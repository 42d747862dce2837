"""pytest plugin: sets the clock of each test, here and in the database.

Without TRAVEL_TO, a test that starts shortly before a full hour runs five minutes earlier, so that neither its hour nor its day changes by
chance. With TRAVEL_TO each test starts at that time, from where the clock continues. It is a time such as 2028-02-29T10:00, in the portal's
time zone unless it names its offset, or a number of days from now, with a local time or at this time: +365, +365T00:30. Other processes and
files keep the real time: tests marked `real_time` are skipped with TRAVEL_TO, and so are those with the fixture `site`.
"""

import contextlib
import os
from collections.abc import Generator
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from tests.clock import shifted

# A test in one process is shorter.
MARGIN, SHIFT = timedelta(minutes=2), timedelta(minutes=5)


def destination(value: str) -> datetime:
    """Return the aware time that TRAVEL_TO names."""
    if value.startswith("+"):
        days, _t, at = value.partition("T")
        moment = timezone.localtime() + timedelta(days=int(days))
        return timezone.make_aware(datetime.combine(moment, time.fromisoformat(at))) if at else moment
    moment = datetime.fromisoformat(value)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def away_from_full_hour(now: datetime) -> datetime | None:
    """Return when a test should start that would start at `now` and reach the next full hour; otherwise None."""
    return now - SHIFT if (now + MARGIN).hour != now.hour else None


def _keeps_real_time(item: pytest.Item) -> bool:
    return item.get_closest_marker("real_time") is not None or "site" in getattr(item, "fixturenames", ())


class Travel:
    """The hooks; `to` is the time of TRAVEL_TO."""

    def __init__(self, to: datetime | None) -> None:
        self._to = to

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        with shifted(self._to - timezone.now()) if self._to else contextlib.nullcontext():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        to = None if _keeps_real_time(item) else self._to or away_from_full_hour(timezone.now())
        with shifted(to - timezone.now()) if to else contextlib.nullcontext():
            return (yield)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        skip = pytest.mark.skip(reason="other processes and files have the real time")
        for item in items:
            if self._to and _keeps_real_time(item):
                item.add_marker(skip)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the hooks once Django has its settings."""
    value = os.environ.get("TRAVEL_TO")
    config.pluginmanager.register(Travel(destination(value) if value else None))


def pytest_report_header() -> list[str]:
    """Name the time on top of the results."""
    value = os.environ.get("TRAVEL_TO")
    return [f"tests start at {destination(value).isoformat(timespec='minutes')} (TRAVEL_TO)"] if value else []
