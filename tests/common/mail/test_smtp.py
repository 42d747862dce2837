"""Delivery to a real mail server, well and badly behaved."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from clicksafely.common.mail import smtp
from clicksafely.common.mail.errors import SmtpErrorCode
from clicksafely.common.mail.smtp import DeliveryError, DeliveryOutcome, DeliveryResult, SmtpConnection
from clicksafely.common.mail.smtp_settings import SmtpSettings, read_smtp_settings
from tests.standins.certificates import Certificate, make_certificate
from tests.standins.smtp import SmtpSink

TEXT = b"Subject: x\r\n\r\n.a dot in front\r\n..\r\nlast line"


def deliver(url: str, settings: Settings, *, write: Callable[[], bytes | None] = lambda: TEXT) -> bool:
    settings.MAIL_SMTP_URL = url
    with SmtpConnection(read_smtp_settings(), name="hotline.test") as mail_server:
        return mail_server.deliver(sender="prijava+x@hotline.test", recipient="ana@sender.example", write=write)


def trouble(url: str, settings: Settings) -> tuple[SmtpErrorCode, bool]:
    with pytest.raises(DeliveryError) as refusal:
        deliver(url, settings)
    return refusal.value.trouble, refusal.value.final


@pytest.mark.parametrize("login", [False, True])
@pytest.mark.parametrize("scheme", ["smtp", "smtp+tls", "smtps"])
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
    # Not the name of the machine.
    assert letter.greeting == "hotline.test"


def test_one_connection_carries_many_and_is_made_anew_after_a_failure(settings: Settings, sink: SmtpSink) -> None:
    with SmtpConnection(read_smtp_settings(), name="hotline.test") as mail_server:
        for answers in ([], [("RCPT", "550 no")], [], []):
            sink.answers += answers
            try:
                mail_server.deliver(sender="a@hotline.test", recipient="b@sender.example", write=lambda: TEXT)
            except DeliveryError:
                assert answers
    assert len(sink.letters) == 3


def test_nothing_is_written_before_both_addresses_are_taken(settings: Settings, sink: SmtpSink) -> None:
    def write() -> bytes:
        raise AssertionError("written too early")

    for stage in ("MAIL", "RCPT"):
        sink.answers.append((stage, "451 greylisted, come again"))
        with pytest.raises(DeliveryError):
            deliver(sink.url, settings, write=write)
    assert sink.letters == []


def test_what_is_not_to_be_sent_after_all_is_not_sent(settings: Settings, sink: SmtpSink) -> None:
    assert not deliver(sink.url, settings, write=lambda: None)
    assert (sink.letters, sink.tried) == ([], ["ana@sender.example"])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (("MAIL", "451 later"), (SmtpErrorCode.DEFERRED, False)),
        (("MAIL", "550 not from you"), (SmtpErrorCode.SENDER, False)),
        (("RCPT", "450 greylisted"), (SmtpErrorCode.DEFERRED, False)),
        (("RCPT", "452 mailbox full"), (SmtpErrorCode.DEFERRED, False)),
        (("RCPT", "550 nobody here"), (SmtpErrorCode.RECIPIENT, True)),
        (("TEXT", "451 later"), (SmtpErrorCode.DEFERRED, False)),
        (("TEXT", "554 looks like spam"), (SmtpErrorCode.CONTENT, True)),
        (("MAIL", "drop"), (SmtpErrorCode.UNREACHABLE, False)),
        (("RCPT", "drop"), (SmtpErrorCode.UNREACHABLE, False)),
        (("TEXT", "drop"), (SmtpErrorCode.LOST, False)),
    ],
)
def test_every_no_has_its_name(
    settings: Settings, sink: SmtpSink, answer: tuple[str, str], expected: tuple[SmtpErrorCode, bool]
) -> None:
    sink.answers.append(answer)
    assert trouble(sink.url, settings) == expected
    assert sink.letters == []


@pytest.mark.parametrize(("stage", "error"), [("RCPT", SmtpErrorCode.UNREACHABLE), ("TEXT", SmtpErrorCode.LOST)])
def test_a_server_that_hangs_is_left(
    settings: Settings, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, stage: str, error: SmtpErrorCode
) -> None:
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 1)
    monkeypatch.setattr(smtp, "ACCEPT_SECONDS", 1)
    sink.answers.append((stage, "hang"))
    begun = time.monotonic()
    assert trouble(sink.url, settings) == (error, False)
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(("stage", "error"), [("RCPT", SmtpErrorCode.UNREACHABLE), ("TEXT", SmtpErrorCode.LOST)])
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_drips_is_cut_off(
    settings: Settings,
    certificate: Certificate,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    stage: str,
    error: SmtpErrorCode,
) -> None:
    """It is never silent for long, and never done."""
    monkeypatch.setattr(smtp, "MESSAGE_SECONDS", 1.5)
    settings.MAIL_CA_FILE = str(certificate.ca)
    with SmtpSink(certificate, scheme=scheme, answers=[(stage, "drip")]) as sink:
        begun = time.monotonic()
        assert trouble(sink.url, settings) == (error, False)
        assert 1 < time.monotonic() - begun < 30


def test_a_server_that_takes_the_connection_and_says_nothing_is_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for scheme in ("smtp", "smtp+tls", "smtps"):
            assert trouble(f"{scheme}://127.0.0.1:{port}", settings) == (SmtpErrorCode.UNREACHABLE, False)


def test_nobody_listens(settings: Settings) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        assert trouble(f"smtp://127.0.0.1:{held.getsockname()[1]}", settings) == (SmtpErrorCode.UNREACHABLE, False)


@pytest.mark.parametrize("scheme", ["smtp+tls", "smtps"])
def test_a_certificate_of_somebody_else_is_not_trusted(
    settings: Settings, certificate: Certificate, tmp_path: Path, scheme: str
) -> None:
    wrong = {
        "another authority": make_certificate(tmp_path / "other"),
        "another name": make_certificate(tmp_path / "name", host="mail.example.org"),
        "expired": make_certificate(tmp_path / "expired", expired=True),
    }
    for what, served in wrong.items():
        settings.MAIL_CA_FILE = str(certificate.ca if what == "another authority" else served.ca)
        with SmtpSink(served, scheme=scheme, login=True) as sink:
            assert trouble(sink.url, settings) == (SmtpErrorCode.ENCRYPTION, False), what
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


def handed_over(*recipients: str) -> list[DeliveryResult]:
    """What the server of the settings says to a message to each, over one connection."""
    with SmtpConnection(read_smtp_settings(), name="events.test") as mail_server:
        return [mail_server.hand_over(TEXT, sender="events+x@events.test", recipient=each) for each in recipients]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (
            ("RCPT", "550 nobody here"),
            DeliveryResult(outcome=DeliveryOutcome.REFUSED, trouble=SmtpErrorCode.RECIPIENT, code=550),
        ),
        (
            ("TEXT", "554 looks like spam"),
            DeliveryResult(outcome=DeliveryOutcome.REFUSED, trouble=SmtpErrorCode.CONTENT, code=554),
        ),
        (
            ("RCPT", "450 greylisted"),
            DeliveryResult(outcome=DeliveryOutcome.LATER, trouble=SmtpErrorCode.DEFERRED, code=450),
        ),
        (("TEXT", "drop"), DeliveryResult(outcome=DeliveryOutcome.LATER, trouble=SmtpErrorCode.LOST)),
        (
            ("MAIL", "550 not from you"),
            DeliveryResult(outcome=DeliveryOutcome.LATER, trouble=SmtpErrorCode.SENDER, code=550),
        ),
        (("MAIL", "nonsense"), DeliveryResult(outcome=DeliveryOutcome.LATER, trouble=SmtpErrorCode.DEFERRED, code=-1)),
    ],
)
def test_whatever_the_server_does_is_a_verdict_and_the_next_message_goes(
    sink: SmtpSink, answer: tuple[str, str], verdict: DeliveryResult
) -> None:
    sink.answers.append(answer)
    first, second = handed_over("ana@sender.example", "eva@sender.example")
    assert first == verdict
    assert first.stops == (verdict.trouble is SmtpErrorCode.SENDER)
    assert second == DeliveryResult(outcome=DeliveryOutcome.ACCEPTED, code=250)
    assert (second.is_accepted, second.stops) == (True, False)
    (letter,) = sink.letters
    assert (letter.sender, letter.recipients) == ("events+x@events.test", ["eva@sender.example"])
    assert letter.greeting == "events.test"


def test_an_unreachable_server_says_that_the_rest_need_not_be_tried() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = SmtpSettings(scheme="smtp", host="127.0.0.1", port=held.getsockname()[1])
        with SmtpConnection(server, name="events.test") as mail_server:
            verdict = mail_server.hand_over(TEXT, sender="events@events.test", recipient="ana@sender.example")
    assert verdict == DeliveryResult(outcome=DeliveryOutcome.LATER, trouble=SmtpErrorCode.UNREACHABLE)
    assert verdict.stops


@pytest.mark.parametrize("recipient", ["ана@школа.срб", "ana@sender.example>\r\nDATA", "root@localhost", ""])
def test_what_is_no_address_never_reaches_the_server(sink: SmtpSink, recipient: str) -> None:
    assert handed_over(recipient) == [DeliveryResult(outcome=DeliveryOutcome.REFUSED, trouble=SmtpErrorCode.RECIPIENT)]
    assert sink.tried == []


@pytest.mark.parametrize("scheme", ["smtp+tls", "smtps"])
def test_an_authority_that_cannot_be_read_is_a_verdict_too(
    certificate: Certificate, scheme: str, settings: Settings
) -> None:
    settings.MAIL_CA_FILE = "/nowhere/ca.pem"
    with SmtpSink(certificate, scheme=scheme, login=True) as sink:
        settings.MAIL_SMTP_URL = sink.url
        (verdict,) = handed_over("ana@sender.example")
        assert (verdict.outcome, verdict.stops) == (DeliveryOutcome.LATER, True)
        assert sink.tried == []
