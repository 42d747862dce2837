"""A partner with a key, and a program of theirs."""

from collections.abc import Iterator

import pytest
from redis import Redis

from clicksafely.common import limits
from hotline.models import Partner
from tests.hotline.intake.api.program import Program, make_partner


@pytest.fixture(autouse=True)
def _own_counters(settings: object) -> Iterator[None]:
    """Partners of other tests had the same ids."""
    limits._breaker.reset()
    limits._local.clear()
    with Redis.from_url(settings.REDIS_URL) as redis:  # type: ignore[attr-defined]
        for key in redis.scan_iter("limit:partner*"):
            redis.delete(key)
    yield
    limits._breaker.reset()


@pytest.fixture
def partner(db: None) -> Partner:
    return make_partner()


@pytest.fixture
def program(partner: Partner) -> Program:
    return Program.of(partner)
