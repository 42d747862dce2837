"""Tests of the system checks of the settings of outgoing e-mail."""

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

SECRET = "s3cret-of-the-server"


def found() -> list[CheckMessage]:
    return [
        message
        for message in run_checks(tags=["clicksafely"])
        if (message.id or "").startswith("hotline.") and (message.id or "")[9] == "2"
    ]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("MAIL_SMTP_URL", f"ftp://me:{SECRET}@mail.example.org", "hotline.E201"),
        ("MAIL_ADDRESS", "", "hotline.E202"),
        ("MAIL_ADDRESS", "x+y@example.org", "hotline.E202"),
        ("MAIL_SECRET", "", "hotline.E203"),
        ("MAIL_SECRET", "x" * 31, "hotline.E203"),
        ("SITE_URL", "", "hotline.E204"),
        ("MAIL_AUTHSERV_ID", "", "hotline.I205"),
    ],
)
def test_an_invalid_setting_is_reported_with_a_hint(settings: Settings, name: str, value: str, expected: str) -> None:
    setattr(settings, name, value)
    (message,) = found()
    assert message.id == expected
    assert message.hint
    assert SECRET not in f"{message.msg} {message.hint}"


def test_process_without_mail_needs_no_mail_settings(settings: Settings) -> None:
    for name in ("MAIL_SMTP_URL", "MAIL_ADDRESS", "MAIL_SECRET", "SITE_URL", "MAIL_AUTHSERV_ID"):
        setattr(settings, name, "")
    assert found() == []
