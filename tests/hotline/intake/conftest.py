"""Reporters, a media folder of the test's own, and counters that other tests did not fill."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from redis import Redis

from clicksafely.common import limits
from tests.hotline.intake.journey import Reporter


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _room_under_the_limits(counters: Redis) -> Iterator[None]:
    """The backstop counts all networks together, so tests would count each other."""
    limits._breaker.reset()
    limits._local.clear()
    counters.delete(*(f"limit:{scope}:all" for scope in ("report", "pictures", "receipt", "message")))
    yield
    limits._breaker.reset()


@pytest.fixture
def reporter() -> Reporter:
    return Reporter()
