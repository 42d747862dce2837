"""An erasure log for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings


@pytest.fixture(autouse=True)
def erasures(tmp_path: Path) -> Iterator[Path]:
    """The path of the erasure log, which does not exist yet."""
    path = tmp_path / "list" / "erasures.txt"
    with override_settings(PANEL_ERASURE_LOG=path, MEDIA_ROOT=tmp_path / "media"):
        yield path
