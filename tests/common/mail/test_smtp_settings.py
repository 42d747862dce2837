"""The server, as the settings name it."""

from pathlib import Path

import pytest
from pytest_django import Settings

from clicksafely.common.mail.smtp_settings import SmtpSettings, has_smtp_server, read_smtp_settings


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", SmtpSettings(scheme="smtp", host="localhost", port=25)),
        ("smtp://127.0.0.1:2525", SmtpSettings(scheme="smtp", host="127.0.0.1", port=2525)),
        ("smtp://[::1]:2525", SmtpSettings(scheme="smtp", host="::1", port=2525)),
        ("smtp+tls://mail.example.org", SmtpSettings(scheme="smtp+tls", host="mail.example.org", port=587)),
        (
            "smtps://post%40example.org:a%2Fb%3A%23@mail.example.org",
            SmtpSettings(
                scheme="smtps", host="mail.example.org", port=465, username="post@example.org", password="a/b:#"
            ),
        ),
    ],
)
def test_a_server_is_read(settings: Settings, url: str, server: SmtpSettings) -> None:
    settings.MAIL_SMTP_URL = url
    assert read_smtp_settings() == server


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("smtp://mail.example.org", "plain smtp:// is for a server on this machine only"),
        ("smtp://192.0.2.1", "plain smtp:// is for a server on this machine only"),
        ("smtp://127.0.0.1.example.org", "plain smtp:// is for a server on this machine only"),
        ("http://mail.example.org", "its scheme is none of smtp, smtp+tls, smtps"),
        ("mail.example.org:587", "its scheme is none of smtp, smtp+tls, smtps"),
        ("smtps://", "it names no host"),
        ("smtps://mail.example.org:many", "it is no URL"),
        ("smtps://[::1", "it is no URL"),
        ("smtps://me:secret#word@mail.example.org", "it is no URL"),
        (
            "smtps://me:%C5%A1ifra@mail.example.org",
            "name and password may hold ASCII letters only, the client knows no others",
        ),
        (
            "smtps://me:secret?word@mail.example.org",
            "it is no URL",
        ),
        (
            "smtps://mail.example.org/inbox",
            "something stands behind the host; percent-encode special characters of name and password",
        ),
    ],
)
def test_a_server_that_cannot_be_used_is_named_without_its_password(
    settings: Settings, url: str, complaint: str
) -> None:
    settings.MAIL_SMTP_URL = url
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the text is compared whole
        read_smtp_settings()
    assert str(refusal.value) == complaint


def test_the_password_may_lie_in_a_file(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("lozinka: 7\nnot this\n", encoding="utf-8")
    settings.MAIL_SMTP_URL = "smtps://me@mail.example.org"
    settings.MAIL_SMTP_PASSWORD_FILE = str(path)
    assert read_smtp_settings().password == "lozinka: 7"
    assert "lozinka" not in repr(read_smtp_settings())
    settings.MAIL_SMTP_PASSWORD_FILE = str(tmp_path / "nothing")
    with pytest.raises(ValueError, match=r"^MAIL_SMTP_PASSWORD_FILE cannot be read: FileNotFoundError$"):
        read_smtp_settings()


def test_without_an_address_there_is_none(settings: Settings) -> None:
    assert has_smtp_server()
    settings.MAIL_SMTP_URL = ""
    assert not has_smtp_server()
