"""A server that behaves like ICCAM, settings that name it, and cases that are due to go there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from clicksafely.accounts.models import User
from hotline.models import Referral
from hotline.referral.iccam import client
from hotline.referral.iccam.client import Iccam
from hotline.referral.iccam.config import read_config
from tests.hotline.referral.iccam.cases import due_case
from tests.hotline.review.conftest import make_user
from tests.standins.certificates import Certificate, make_certificate
from tests.standins.iccam import PASSWORD, USER, IccamServer


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Certificate, Certificate]:
    """The server's, and the one we show."""
    folder = tmp_path_factory.mktemp("iccam")
    return make_certificate(folder / "server"), make_certificate(folder / "client", host="hotline.test", client=True)


@pytest.fixture
def iccam(
    certificates: tuple[Certificate, Certificate], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[IccamServer]:
    """A running server that the settings name; nobody waits for an answer that never comes."""
    server, ours = certificates
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    monkeypatch.setattr(client, "READ_SECONDS", 1.5)
    client.forget_tokens()
    with IccamServer(server, ours.ca) as running:
        settings.ICCAM_URL = running.url
        settings.ICCAM_CA_FILE = str(server.ca)
        settings.ICCAM_CERT_FILE, settings.ICCAM_KEY_FILE = str(ours.certificate), str(ours.key)
        settings.ICCAM_USER, settings.ICCAM_PASSWORD_FILE = USER, str(password)
        settings.ICCAM_COUNTRY = "RS"
        yield running
    client.forget_tokens()


@pytest.fixture
def caller(iccam: IccamServer) -> Iterator[Iccam]:
    with Iccam(read_config()) as calls:
        yield calls


@pytest.fixture
def analyst(db: None) -> User:
    return make_user("first", "analyst")


@pytest.fixture
def due(analyst: User) -> Referral:
    """One item of one case, hosted in Germany and due for ICCAM."""
    return due_case("https://album.example.org/a/7.jpg", actor=analyst)[0]
