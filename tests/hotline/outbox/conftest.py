"""Fixtures: a real mail server that stores messages, and its settings."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.smtp import SmtpSink


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("smtp"))


@pytest.fixture(autouse=True)
def _mail_settings(settings: Settings) -> None:
    settings.MAIL_ADDRESS = "prijava@hotline.test"
    settings.MAIL_AUTHSERV_ID = "mx.hotline.test"
    settings.MAIL_SECRET = "a secret of thirty-two characters"
    settings.MAIL_SMTP_URL = "smtp://127.0.0.1:9"
    settings.MAIL_CA_FILE = ""
    settings.SITE_URL = "https://portal.example.org"


@pytest.fixture
def sink(settings: Settings, _mail_settings: None) -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        settings.MAIL_SMTP_URL = sink.url
        yield sink
