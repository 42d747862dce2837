"""Reporters, and a media folder of the test's own."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.hotline.intake.journey import Reporter


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def reporter() -> Reporter:
    return Reporter()
