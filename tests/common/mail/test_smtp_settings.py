"""Settings of the mail server."""

import pytest
from pytest_django import Settings

from clicksafely.common.mail.smtp_settings import SmtpSettings, has_smtp_server, read_smtp_settings


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", SmtpSettings(scheme="smtp", host="localhost", port=25)),
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
        ("smtp://mail.example.org", "plain smtp://"),
        ("smtp://127.0.0.1.example.org", "plain smtp://"),
        ("http://mail.example.org", "scheme"),
        ("smtps://", "no host"),
        ("smtps://mail.example.org:many", "no URL"),
        ("smtps://[::1", "no URL"),
        ("smtps://me:secret#word@mail.example.org", "no URL"),
        ("smtps://me:%C5%A1ifra@mail.example.org", "ASCII"),
        ("smtps://mail.example.org/inbox", "after the host"),
    ],
)
def test_a_server_that_cannot_be_used_is_named_without_its_password(
    settings: Settings, url: str, complaint: str
) -> None:
    settings.MAIL_SMTP_URL = url
    with pytest.raises(ValueError, match=complaint) as refusal:
        read_smtp_settings()
    assert "secret" not in str(refusal.value)


def test_the_line_end_of_a_file_with_the_url_is_not_part_of_it(settings: Settings) -> None:
    settings.MAIL_SMTP_URL = "smtps://me:lozinka%207@mail.example.org\n"
    assert (read_smtp_settings().host, read_smtp_settings().password) == ("mail.example.org", "lozinka 7")
    assert "lozinka" not in repr(read_smtp_settings())
    assert has_smtp_server()
    settings.MAIL_SMTP_URL = ""
    assert not has_smtp_server()
