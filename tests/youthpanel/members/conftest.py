"""A coordinator, and an erasure log for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from clicksafely.accounts.models import User
from tests.clients.staff import Person, make_staff, signed_in


@pytest.fixture(autouse=True)
def erasures(tmp_path: Path) -> Iterator[Path]:
    """The path of the erasure log, which does not exist yet."""
    path = tmp_path / "list" / "erasures.txt"
    with override_settings(PANEL_ERASURE_LOG=path, MEDIA_ROOT=tmp_path / "media"):
        yield path


@pytest.fixture
def coordinator() -> User:
    return make_staff("coordinator", "coordinator")


@pytest.fixture
def person() -> Person:
    """A signed-in coordinator."""
    return signed_in("person", "coordinator")
