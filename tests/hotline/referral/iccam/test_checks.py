"""Tests of the system check of the ICCAM settings."""

from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from django.core.checks import CheckMessage
from pytest_django import Settings

from clicksafely.common.checks import run_rules
from clicksafely.devserver.mock_services.certificates import Certificate
from clicksafely.devserver.mock_services.iccam import PASSWORD, USER, IccamServer
from hotline.checks import ICCAM_HINTS, RULES
from hotline.referral.iccam.config import read_config


def found() -> list[CheckMessage]:
    return [message for message in run_rules(RULES) if message.id == "hotline.E401"]


def test_good_settings_and_none_pass(iccam: IccamServer, settings: Settings) -> None:
    assert found() == []
    settings.ICCAM_URL = ""
    settings.ICCAM_CERT_FILE = "/nowhere"
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ICCAM_URL", "http://iccam.example.org/", "https"),
        ("ICCAM_URL", "https://", "https"),
        ("ICCAM_URL", "https://iccam.example.org:x/", "not a URL"),
        ("ICCAM_URL", "https://iccam.example.org/", "no user name and password"),
        ("ICCAM_URL", "https://me@iccam.example.org/", "no user name and password"),
        ("ICCAM_URL", "https://me:@iccam.example.org/", "no user name and password"),
        ("ICCAM_URL", "https://:secret@iccam.example.org/", "no user name and password"),
        ("ICCAM_URL", "https://me:secret@iccam.example.org/?a=b", "more than user, password, host and path"),
        ("ICCAM_URL", "https://me:secret@iccam.example.org/#a", "more than user, password, host and path"),
        ("ICCAM_CA_FILE", "/nowhere", "cannot be used"),
        ("ICCAM_CERT_FILE", "", "not set"),
        ("ICCAM_CERT_FILE", "/nowhere", "cannot be used"),
    ],
)
def test_each_mistake_is_named(iccam: IccamServer, settings: Settings, name: str, value: str, words: str) -> None:
    setattr(settings, name, value)
    (message,) = found()
    assert message.id == "hotline.E401"
    assert name in message.msg
    assert words in message.msg
    assert message.hint in ICCAM_HINTS.values()
    assert "secret" not in message.msg
    assert PASSWORD not in message.msg


def test_the_url_of_the_client_has_no_credentials(iccam: IccamServer, settings: Settings) -> None:
    settings.ICCAM_URL = iccam.url_with_password.rstrip("/")
    config = read_config()
    assert (config.url, config.user, config.password) == (iccam.url, USER, PASSWORD)
    assert quote(PASSWORD, safe="") not in f"{config}{config.url}"


def test_a_certificate_without_its_key_is_a_mistake(
    certificates: tuple[Certificate, Certificate], iccam: IccamServer, settings: Settings
) -> None:
    settings.ICCAM_CERT_FILE = str(certificates[1].certificate)
    assert "cannot be used" in found()[0].msg


def test_a_locked_key_is_a_mistake(
    certificates: tuple[Certificate, Certificate], iccam: IccamServer, settings: Settings, tmp_path: Path
) -> None:
    ours = certificates[1]
    key = serialization.load_pem_private_key(ours.key.read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        ours.certificate.read_bytes()
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"word"),
        )
    )
    settings.ICCAM_CERT_FILE = str(locked)
    assert "cannot be used" in found()[0].msg
