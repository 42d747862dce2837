"""A mail server, settings that name it, and keys to seal answers with."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.standins.smtp import SmtpSink


@pytest.fixture(autouse=True)
def _mail_settings(settings: Settings) -> None:
    settings.MAIL_ADDRESS = "prijava@hotline.test"
    settings.MAIL_AUTHSERV_ID = "mx.hotline.test"
    settings.MAIL_SECRET = "a secret of thirty-two characters"
    settings.MAIL_SMTP_URL = "smtp://127.0.0.1:9"
    settings.MAIL_SMTP_PASSWORD_FILE = ""
    settings.MAIL_CA_FILE = ""
    settings.TAKEDOWN_SENDER_NAME = "Net Patrola"


@pytest.fixture
def sink(settings: Settings, _mail_settings: None) -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        settings.MAIL_SMTP_URL = sink.url
        yield sink
