"""Counters that other tests did not fill."""

import pytest
from pytest_django.fixtures import Settings
from redis import Redis

from clicksafely.common import limits


@pytest.fixture(autouse=True)
def _room_for_complaints(settings: Settings) -> None:
    limits._breaker.reset()
    limits._local.clear()
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.delete("limit:complaint:all", "limit:receipt:all")
