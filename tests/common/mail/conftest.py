"""A real mail server that records messages, a mailbox on a real server, and their settings."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.imap import ImapServer
from clicksafely.devserver.mock_services.smtp import SmtpSink


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("mail"))


@pytest.fixture(autouse=True)
def _mail_settings(settings: Settings) -> None:
    settings.MAIL_SMTP_URL = "smtp://127.0.0.1:9"
    settings.MAIL_CA_FILE = ""


@pytest.fixture
def sink(settings: Settings, _mail_settings: None) -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        settings.MAIL_SMTP_URL = sink.url
        yield sink


@pytest.fixture
def imap(certificate: Certificate, settings: Settings, _mail_settings: None) -> Iterator[ImapServer]:
    """An empty mailbox."""
    with ImapServer(certificate) as server:
        settings.MAIL_CA_FILE = str(certificate.ca)
        yield server
