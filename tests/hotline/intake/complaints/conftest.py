"""Counters that other tests did not fill."""

import pytest
from redis import Redis

from clicksafely.common import limits


@pytest.fixture(autouse=True)
def _room_for_complaints(counters: Redis) -> None:
    limits._breaker.reset()
    limits._local.clear()
    counters.delete("limit:complaint:all", "limit:receipt:all")
