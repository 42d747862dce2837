"""A broker without data of earlier tests."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings
from redis import Redis

TOKEN = "a-token-of-the-tests-0123456789abcdef"


@pytest.fixture
def broker(settings: Settings) -> Iterator[Redis]:
    """The tests' Valkey, emptied."""
    server = Redis.from_url(settings.REDIS_URL)
    server.flushdb()
    yield server
    server.flushdb()
    server.close()
