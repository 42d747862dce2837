"""Delivery to a real mail server, including faulty behaviour."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from clicksafely.common.mail import smtp
from clicksafely.common.mail.errors import SERVER_ERRORS, SmtpErrorCode
from clicksafely.common.mail.smtp import DeliveryError, SmtpConnection
from clicksafely.common.mail.smtp_settings import SmtpSettings, read_smtp_settings
from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.smtp import SmtpSink

TEXT = b"Subject: x\r\n\r\n.a dot in front\r\n..\r\nlast line"


def deliver(url: str, settings: Settings, *, write: Callable[[], bytes | None] = lambda: TEXT) -> bool:
    settings.MAIL_SMTP_URL = url
    with SmtpConnection(read_smtp_settings(), name="hotline.test") as mail_server:
        return mail_server.deliver(sender="prijava+x@hotline.test", recipient="ana@sender.example", write=write)


def trouble(url: str, settings: Settings) -> tuple[SmtpErrorCode, bool]:
    with pytest.raises(DeliveryError) as refusal:
        deliver(url, settings)
    return refusal.value.trouble, refusal.value.final


@pytest.mark.parametrize(("scheme", "login"), [("smtp", False), ("smtp+tls", True), ("smtps", True)])
def test_a_message_arrives_as_it_was_written(
    settings: Settings, certificate: Certificate, scheme: str, login: bool
) -> None:
    settings.MAIL_CA_FILE = str(certificate.ca)
    with SmtpSink(certificate, scheme=scheme, login=login) as sink:
        assert deliver(sink.url, settings)
    (letter,) = sink.letters
    assert (letter.sender, letter.recipients) == ("prijava+x@hotline.test", ["ana@sender.example"])
    assert letter.content == TEXT + b"\r\n"
    assert letter.encrypted == (scheme != "smtp")
    # Not the host name of the machine.
    assert letter.greeting == "hotline.test"


def test_nothing_is_written_before_both_addresses_are_taken(settings: Settings, sink: SmtpSink) -> None:
    def write() -> bytes:
        raise AssertionError("written too early")

    for stage in ("MAIL", "RCPT"):
        sink.answers.append((stage, "451 greylisted, come again"))
        with pytest.raises(DeliveryError):
            deliver(sink.url, settings, write=write)
    assert sink.letters == []


def test_withdrawn_message_is_not_sent(settings: Settings, sink: SmtpSink) -> None:
    assert not deliver(sink.url, settings, write=lambda: None)
    assert (sink.letters, sink.tried) == ([], ["ana@sender.example"])


type Refusal = tuple[SmtpErrorCode, bool, bool, int] | None


def refusals_of(*recipients: str, server: SmtpSettings | None = None) -> list[Refusal]:
    """Return (error, final, of the server, reply code) for a message to each recipient over one connection; None if it was accepted."""
    refusals: list[Refusal] = []
    with SmtpConnection(server or read_smtp_settings(), name="events.test") as mail_server:
        for each in recipients:
            try:
                assert mail_server.deliver(sender="events+x@events.test", recipient=each, write=lambda: TEXT)
            except DeliveryError as no:
                refusals.append((no.trouble, no.final, no.server, no.code))
            else:
                refusals.append(None)
    return refusals


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (("MAIL", "451 later"), (SmtpErrorCode.DEFERRED, False, False, 451)),
        (("MAIL", "550 not from you"), (SmtpErrorCode.SENDER, False, True, 550)),
        (("MAIL", "nonsense"), (SmtpErrorCode.DEFERRED, False, False, -1)),
        (("MAIL", "drop"), (SmtpErrorCode.UNREACHABLE, False, True, 0)),
        (("RCPT", "450 greylisted"), (SmtpErrorCode.DEFERRED, False, False, 450)),
        (("RCPT", "550 no such user"), (SmtpErrorCode.RECIPIENT, True, False, 550)),
        (("RCPT", "drop"), (SmtpErrorCode.UNREACHABLE, False, True, 0)),
        (("TEXT", "451 later"), (SmtpErrorCode.DEFERRED, False, False, 451)),
        (("TEXT", "554 looks like spam"), (SmtpErrorCode.CONTENT, True, False, 554)),
        (("TEXT", "drop"), (SmtpErrorCode.LOST, False, False, 0)),
    ],
)
def test_each_refusal_has_its_error_and_the_next_message_is_sent(
    sink: SmtpSink, answer: tuple[str, str], refusal: Refusal
) -> None:
    sink.answers.append(answer)
    assert refusals_of("ana@sender.example", "eva@sender.example") == [refusal, None]
    (letter,) = sink.letters
    assert (letter.sender, letter.recipients) == ("events+x@events.test", ["eva@sender.example"])
    assert letter.greeting == "events.test"


@pytest.mark.parametrize(("stage", "error"), [("RCPT", SmtpErrorCode.UNREACHABLE), ("TEXT", SmtpErrorCode.LOST)])
def test_a_server_that_hangs_is_left(
    settings: Settings, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, stage: str, error: SmtpErrorCode
) -> None:
    # Not the limit of the steps before, which succeed.
    monkeypatch.setattr(smtp, {"RCPT": "ANSWER_SECONDS", "TEXT": "ACCEPT_SECONDS"}[stage], 1)
    sink.answers.append((stage, "hang"))
    assert trouble(sink.url, settings) == (error, False)


@pytest.mark.parametrize(
    ("scheme", "stage", "error"),
    [("smtp", "RCPT", SmtpErrorCode.UNREACHABLE), ("smtps", "TEXT", SmtpErrorCode.LOST)],
)
def test_a_server_that_drips_is_cut_off(
    settings: Settings,
    certificate: Certificate,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    stage: str,
    error: SmtpErrorCode,
) -> None:
    """It is never silent for long, and never finishes."""
    # Before TEXT other steps must succeed in this time.
    monkeypatch.setattr(smtp, "MESSAGE_SECONDS", {"RCPT": 1, "TEXT": 3}[stage])
    settings.MAIL_CA_FILE = str(certificate.ca)
    with SmtpSink(certificate, scheme=scheme, answers=[(stage, "drip")]) as sink:
        assert trouble(sink.url, settings) == (error, False)
    assert sink.tried == ["ana@sender.example"]


def test_a_silent_server_is_unreachable(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for scheme in ("smtp", "smtp+tls", "smtps"):
            assert trouble(f"{scheme}://127.0.0.1:{port}", settings) == (SmtpErrorCode.UNREACHABLE, False)


def test_untrusted_certificate_is_refused(settings: Settings, certificate: Certificate, tmp_path: Path) -> None:
    wrong = [
        ("smtps", certificate.ca, make_certificate(tmp_path / "authority")),
        ("smtp+tls", None, make_certificate(tmp_path / "name", host="mail.example.org")),
        ("smtps", None, make_certificate(tmp_path / "expired", expired=True)),
    ]
    for scheme, authority, served in wrong:
        settings.MAIL_CA_FILE = str(authority or served.ca)
        with SmtpSink(served, scheme=scheme, login=True) as sink:
            assert trouble(sink.url, settings) == (SmtpErrorCode.ENCRYPTION, False), scheme
            assert sink.tried == []


def test_a_server_without_encryption_gets_neither_password_nor_message(settings: Settings, sink: SmtpSink) -> None:
    for scheme in ("smtp+tls", "smtps"):
        assert trouble(sink.url.replace("smtp://", f"{scheme}://"), settings) == (SmtpErrorCode.ENCRYPTION, False)
    assert sink.tried == []


def test_a_wrong_password_is_named(settings: Settings, certificate: Certificate) -> None:
    settings.MAIL_CA_FILE = str(certificate.ca)
    with SmtpSink(certificate, scheme="smtp+tls", login=True) as sink:
        url = sink.url.replace("post%40", "other%40")
        assert trouble(url, settings) == (SmtpErrorCode.LOGIN, False)
        assert sink.tried == []


def test_a_closed_port_is_unreachable() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        server = SmtpSettings(scheme="smtp", host="127.0.0.1", port=sock.getsockname()[1])
        assert refusals_of("ana@sender.example", server=server) == [(SmtpErrorCode.UNREACHABLE, False, True, 0)]


@pytest.mark.parametrize("recipient", ["ана@школа.срб", "ana@sender.example>\r\nDATA"])
def test_invalid_address_never_reaches_the_server(sink: SmtpSink, recipient: str) -> None:
    assert refusals_of(recipient) == [(SmtpErrorCode.RECIPIENT, True, False, 0)]
    assert sink.tried == []


def test_an_authority_that_cannot_be_read_is_an_error_of_the_server(
    certificate: Certificate, settings: Settings
) -> None:
    settings.MAIL_CA_FILE = "/nowhere/ca.pem"
    with SmtpSink(certificate, scheme="smtps", login=True) as sink:
        settings.MAIL_SMTP_URL = sink.url
        (refusal,) = refusals_of("ana@sender.example")
        assert refusal
        assert (refusal[0] in SERVER_ERRORS, refusal[1]) == (True, False)
        assert sink.tried == []
