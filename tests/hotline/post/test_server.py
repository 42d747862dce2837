"""Delivery to a real mail server, well and badly behaved."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from hotline.models import OutgoingError
from hotline.post import config, server
from hotline.post.server import MailServer, Undelivered
from tests.standins.certificates import Certificate, make_certificate
from tests.standins.smtp import SmtpSink

TEXT = b"Subject: x\r\n\r\n.a dot in front\r\n..\r\nlast line"


def deliver(url: str, settings: Settings, *, write: Callable[[], bytes | None] = lambda: TEXT) -> bool:
    settings.MAIL_SMTP_URL = url
    with MailServer(config.read_server()) as mail_server:
        return mail_server.deliver(sender="prijava+x@hotline.test", recipient="ana@sender.example", write=write)


def trouble(url: str, settings: Settings) -> tuple[OutgoingError, bool]:
    with pytest.raises(Undelivered) as refusal:
        deliver(url, settings)
    return refusal.value.error, refusal.value.final


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
    with MailServer(config.read_server()) as mail_server:
        for answers in ([], [("RCPT", "550 no")], [], []):
            sink.answers += answers
            try:
                mail_server.deliver(sender="a@hotline.test", recipient="b@sender.example", write=lambda: TEXT)
            except Undelivered:
                assert answers
    assert len(sink.letters) == 3


def test_nothing_is_written_before_both_addresses_are_taken(settings: Settings, sink: SmtpSink) -> None:
    def write() -> bytes:
        raise AssertionError("written too early")

    for stage in ("MAIL", "RCPT"):
        sink.answers.append((stage, "451 greylisted, come again"))
        with pytest.raises(Undelivered):
            deliver(sink.url, settings, write=write)
    assert sink.letters == []


def test_what_is_not_to_be_sent_after_all_is_not_sent(settings: Settings, sink: SmtpSink) -> None:
    assert not deliver(sink.url, settings, write=lambda: None)
    assert (sink.letters, sink.tried) == ([], ["ana@sender.example"])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (("MAIL", "451 later"), (OutgoingError.DEFERRED, False)),
        (("MAIL", "550 not from you"), (OutgoingError.SENDER, False)),
        (("RCPT", "450 greylisted"), (OutgoingError.DEFERRED, False)),
        (("RCPT", "452 mailbox full"), (OutgoingError.DEFERRED, False)),
        (("RCPT", "550 nobody here"), (OutgoingError.RECIPIENT, True)),
        (("TEXT", "451 later"), (OutgoingError.DEFERRED, False)),
        (("TEXT", "554 looks like spam"), (OutgoingError.CONTENT, True)),
        (("MAIL", "drop"), (OutgoingError.UNREACHABLE, False)),
        (("RCPT", "drop"), (OutgoingError.UNREACHABLE, False)),
        (("TEXT", "drop"), (OutgoingError.LOST, False)),
    ],
)
def test_every_no_has_its_name(
    settings: Settings, sink: SmtpSink, answer: tuple[str, str], expected: tuple[OutgoingError, bool]
) -> None:
    sink.answers.append(answer)
    assert trouble(sink.url, settings) == expected
    assert sink.letters == []


@pytest.mark.parametrize(("stage", "error"), [("RCPT", OutgoingError.UNREACHABLE), ("TEXT", OutgoingError.LOST)])
def test_a_server_that_hangs_is_left(
    settings: Settings, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, stage: str, error: OutgoingError
) -> None:
    monkeypatch.setattr(server, "ANSWER_SECONDS", 2)
    monkeypatch.setattr(server, "ACCEPT_SECONDS", 2)
    sink.answers.append((stage, "hang"))
    begun = time.monotonic()
    assert trouble(sink.url, settings) == (error, False)
    assert time.monotonic() - begun < 9


def test_a_server_that_takes_the_connection_and_says_nothing_is_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "ANSWER_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for scheme in ("smtp", "smtp+tls", "smtps"):
            assert trouble(f"{scheme}://127.0.0.1:{port}", settings) == (OutgoingError.UNREACHABLE, False)


def test_nobody_listens(settings: Settings) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        assert trouble(f"smtp://127.0.0.1:{held.getsockname()[1]}", settings) == (OutgoingError.UNREACHABLE, False)


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
            assert trouble(sink.url, settings) == (OutgoingError.ENCRYPTION, False), what
            assert sink.tried == []


def test_a_server_without_encryption_gets_neither_password_nor_message(settings: Settings, sink: SmtpSink) -> None:
    for scheme in ("smtp+tls", "smtps"):
        assert trouble(sink.url.replace("smtp://", f"{scheme}://"), settings) == (OutgoingError.ENCRYPTION, False)
    assert sink.tried == []


def test_a_wrong_password_is_named(settings: Settings, certificate: Certificate) -> None:
    settings.MAIL_CA_FILE = str(certificate.ca)
    with SmtpSink(certificate, scheme="smtp+tls", login=True) as sink:
        url = sink.url.replace("post%40", "other%40")
        assert trouble(url, settings) == (OutgoingError.LOGIN, False)
        assert sink.tried == []
