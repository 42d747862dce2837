"""Fixtures with a local SMTP server and mailbox."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.imap import ImapServer
from clicksafely.devserver.mock_services.smtp import SmtpSink


@pytest.fixture(autouse=True)
def _mail_settings(settings: Settings) -> None:
    settings.SITE_URL = "https://portal.example.org"
    settings.EVENTS_MAIL_ADDRESS = "events@portal.example.org"
    settings.EVENTS_MAIL_IMAP_URL = ""
    settings.MAIL_SMTP_URL = "smtp://127.0.0.1:9"
    settings.MAIL_CA_FILE = ""


@pytest.fixture
def sink(settings: Settings, _mail_settings: None) -> Iterator[SmtpSink]:
    """An SMTP server that stores received messages."""
    with SmtpSink() as sink:
        settings.MAIL_SMTP_URL = sink.url
        yield sink


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("bookings"))


@pytest.fixture
def imap(certificate: Certificate, settings: Settings, _mail_settings: None) -> Iterator[ImapServer]:
    """The empty events mailbox."""
    with ImapServer(certificate) as server:
        settings.MAIL_CA_FILE = str(certificate.ca)
        yield server
