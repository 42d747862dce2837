"""Mistakes in the settings about ICCAM."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from pytest_django import Settings

from hotline.referral.iccam.checks import HINTS, check_iccam
from tests.standins.iccam import PASSWORD, IccamServer


def test_good_settings_and_none_pass(iccam: IccamServer, settings: Settings) -> None:
    assert check_iccam(None) == []
    settings.ICCAM_URL = ""
    settings.ICCAM_CERT_FILE = "/nowhere"
    assert check_iccam(None) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ICCAM_URL", "http://iccam.example.org/", "https"),
        ("ICCAM_URL", "https://", "https"),
        ("ICCAM_URL", "https://iccam.example.org:x/", "no URL"),
        ("ICCAM_URL", "https://me:secret@iccam.example.org/", "more than host and path"),
        ("ICCAM_USER", "", "not set"),
        ("ICCAM_PASSWORD_FILE", "", "not set"),
        ("ICCAM_PASSWORD_FILE", "/nowhere", "cannot be read"),
        ("ICCAM_COUNTRY", "Serbia", "two capital letters"),
        ("ICCAM_CA_FILE", "/nowhere", "cannot be used"),
        ("ICCAM_CERT_FILE", "", "not set"),
        ("ICCAM_KEY_FILE", "", "not set"),
        ("ICCAM_CERT_FILE", "/nowhere", "cannot be used"),
        ("ICCAM_KEY_FILE", "/nowhere", "cannot be used"),
    ],
)
def test_each_mistake_is_named(iccam: IccamServer, settings: Settings, name: str, value: str, words: str) -> None:
    setattr(settings, name, value)
    (message,) = check_iccam(None)
    assert message.id == "hotline.E401"
    assert name in message.msg
    assert words in message.msg
    assert message.hint in HINTS.values()
    assert "secret" not in message.msg
    assert PASSWORD not in message.msg


def test_an_empty_password_and_a_locked_key_are_mistakes(
    iccam: IccamServer, settings: Settings, tmp_path: Path
) -> None:
    key = serialization.load_pem_private_key(Path(settings.ICCAM_KEY_FILE).read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"word"),
        )
    )
    settings.ICCAM_KEY_FILE = str(locked)
    assert "cannot be used" in check_iccam(None)[0].msg
    Path(settings.ICCAM_PASSWORD_FILE).write_text("\n")
    assert "is empty" in check_iccam(None)[0].msg
