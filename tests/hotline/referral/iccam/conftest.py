"""Fixtures: an ICCAM-like server with its settings, and cases due for ICCAM."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_django import Settings

from clicksafely.accounts.models import User
from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.iccam import IccamServer
from hotline.models import Referral
from hotline.referral.iccam import client
from hotline.referral.iccam.client import Iccam
from hotline.referral.iccam.config import read_config
from tests.hotline.referral.iccam.cases import due_case
from tests.hotline.review.conftest import make_user


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Certificate, Certificate]:
    """The server's certificate and ours."""
    folder = tmp_path_factory.mktemp("iccam")
    return make_certificate(folder / "server"), make_certificate(folder / "client", host="hotline.test", client=True)


@pytest.fixture
def iccam(certificates: tuple[Certificate, Certificate], settings: Settings) -> Iterator[IccamServer]:
    """A running server, named by the settings; pending requests end with the fixture."""
    server, ours = certificates
    with IccamServer(server, ours.ca) as running:
        settings.ICCAM_URL = running.url_with_password
        settings.ICCAM_CA_FILE = str(server.ca)
        settings.ICCAM_CERT_FILE = str(ours.identity)
        yield running


@contextmanager
def little_patience(what: object = "hang") -> Iterator[None]:
    """Run the block with a short time limit if the server hangs: on a slow machine, one that answers could exceed it."""
    with pytest.MonkeyPatch.context() as patch:
        if what == "hang":
            patch.setattr(client, "READ_SECONDS", 2)
        yield


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
