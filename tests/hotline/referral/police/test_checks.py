"""Wrong settings of packages are named before anything starts."""

import pytest
from pytest_django.fixtures import Settings

from hotline.referral.police.checks import check_packages


def test_right_settings_pass() -> None:
    assert check_packages(None) == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("POLICE_PACKAGE_HOUR", 24, "hotline.E701"),
        ("POLICE_PACKAGE_HOUR", -1, "hotline.E701"),
        ("POLICE_RETENTION_DAYS", 0, "hotline.E702"),
        ("POLICE_RETENTION_DAYS", 366, "hotline.E702"),
    ],
)
def test_others_are_errors(settings: Settings, name: str, value: int, code: str) -> None:
    setattr(settings, name, value)
    (message,) = check_packages(None)
    assert (message.id, f"{name} is {value}." == message.msg) == (code, True)
