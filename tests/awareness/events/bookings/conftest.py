"""Letters go to a server of our own."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.standins.certificates import Certificate, make_certificate
from tests.standins.imap import ImapServer
from tests.standins.smtp import SmtpSink


@pytest.fixture(autouse=True)
def _mail_settings(settings: Settings) -> None:
    settings.SITE_URL = "https://portal.example.org"
    settings.EVENTS_MAIL_ADDRESS = "events@portal.example.org"
    settings.EVENTS_MAIL_IMAP_URL = settings.EVENTS_MAIL_IMAP_PASSWORD_FILE = ""
    settings.MAIL_SMTP_URL = "smtp://127.0.0.1:9"
    settings.MAIL_SMTP_PASSWORD_FILE = settings.MAIL_CA_FILE = ""


@pytest.fixture
def sink(settings: Settings, _mail_settings: None) -> Iterator[SmtpSink]:
    """A mail server that keeps what it gets."""
    with SmtpSink() as sink:
        settings.MAIL_SMTP_URL = sink.url
        yield sink


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("bookings"))


@pytest.fixture
def imap(certificate: Certificate, settings: Settings, _mail_settings: None) -> Iterator[ImapServer]:
    """The mailbox of events, empty."""
    with ImapServer(certificate) as server:
        settings.MAIL_CA_FILE = str(certificate.ca)
        yield server
