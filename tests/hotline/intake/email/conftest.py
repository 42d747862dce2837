"""Messages, and a mailbox on a real server."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.imap import ImapServer


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def imap(certificate: Certificate, settings: Settings) -> Iterator[ImapServer]:
    """An empty mailbox, which the settings name."""
    with ImapServer(certificate) as server:
        settings.MAIL_IMAP_URL = server.url
        settings.MAIL_CA_FILE = str(certificate.ca)
        yield server
