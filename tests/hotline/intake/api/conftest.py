"""A partner with a key, and a program of theirs."""

from collections.abc import Iterator

import pytest
from redis import Redis

from clicksafely.common import limits
from hotline.models import Partner
from tests.hotline.intake.api.program import Program, make_partner


@pytest.fixture(autouse=True)
def _own_counters(counters: Redis) -> Iterator[None]:
    """Partners of other tests had the same ids."""
    limits._breaker.reset()
    limits._local.clear()
    for key in counters.scan_iter("limit:partner*"):
        counters.delete(key)
    yield
    limits._breaker.reset()


@pytest.fixture
def partner(db: None) -> Partner:
    return make_partner()


@pytest.fixture
def program(partner: Partner) -> Program:
    return Program.of(partner)
