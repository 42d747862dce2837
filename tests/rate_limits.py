"""Lower rate limits for tests."""

from dataclasses import replace

import pytest

from clicksafely.common.http import limits


def set_limit(monkeypatch: pytest.MonkeyPatch, name: str, limit: int) -> None:
    """Set the limit of a client network in the table."""
    monkeypatch.setattr(limits, name, replace(getattr(limits, name), limit=limit))
