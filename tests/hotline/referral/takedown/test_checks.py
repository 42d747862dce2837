"""Tests of the system checks of the notice settings."""

import pytest
from django.core.checks import run_checks
from pytest_django import Settings


def check_ids() -> list[str]:
    found = [message.id or "" for message in run_checks(tags=["clicksafely"])]
    return [each for each in found if each.startswith("hotline.E50")]


def test_the_defaults_are_let_pass() -> None:
    assert check_ids() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TAKEDOWN_FIRST_AFTER_MINUTES", -1, "hotline.E501"),
        ("TAKEDOWN_FIRST_AFTER_MINUTES", 1441, "hotline.E501"),
        ("TAKEDOWN_WEEKDAYS", [], "hotline.E502"),
        ("TAKEDOWN_WEEKDAYS", [0, 1], "hotline.E502"),
    ],
)
def test_a_bad_one_is_named(settings: Settings, name: str, value: object, expected: str) -> None:
    setattr(settings, name, value)
    assert check_ids() == [expected]
