"""Bounces in a mailbox on a real server are found, handled in a committed transaction, and removed; all other messages stay unread."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from clicksafely.common.mail import bounce_cursor, bounces, imap_mailbox
from clicksafely.common.mail.addresses import add_tag
from clicksafely.common.mail.bounces import Bounce, BounceRunResult, events_mailbox, process_bounces
from clicksafely.common.mail.errors import MailboxErrorCode
from clicksafely.common.mail.message_builder import compose_message
from clicksafely.common.models import BounceCursor
from clicksafely.devserver.mock_services.certificates import Certificate
from clicksafely.devserver.mock_services.imap import ImapServer
from clicksafely.devserver.mock_services.smtp import Letter, delivery_notice
from tests.mock_services.meddler import Meddler

pytestmark = pytest.mark.django_db

OWN = "dogadjaji@centar.test"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _events_settings(settings: Settings, imap: ImapServer) -> None:
    settings.EVENTS_MAIL_ADDRESS = OWN
    settings.EVENTS_MAIL_IMAP_URL = imap.url


@pytest.fixture
def meddler(imap: ImapServer, certificate: Certificate, settings: Settings) -> Iterator[Meddler]:
    """The mailbox behind a faulty proxy."""
    with Meddler(imap, certificate) as between:
        settings.EVENTS_MAIL_IMAP_URL = between.url
        yield between


def confirmation(tag: str = "7k3mq9", *, to: str = "skola@primer.example", message_id: str = "") -> Letter:
    """Return a confirmation as it was sent."""
    raw = compose_message(
        sender=OWN,
        sender_name="Кликни безбедно",
        to=to,
        subject="Потврда",
        text="Видимо се.",
        sent_at=NOW,
        message_id=message_id or f"{tag}.1@centar.test",
        reply_to=OWN,
    )
    return Letter(sender=add_tag(OWN, tag), recipients=[to], content=raw, greeting="", encrypted=False)


def answer(text: str = "Долазимо!", **lines: str) -> bytes:
    """Return a school's reply."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "skola@primer.example", OWN, "Одг: Потврда"
    for name, value in lines.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return bytes(message)


def bounce(tag: str, **options: Any) -> bytes:
    return delivery_notice(confirmation(tag), **options)


class Handled(list[Bounce]):
    """Records the bounces and claims them."""

    def __call__(self, bounce: Bounce) -> bool:
        self.append(bounce)
        return True

    @property
    def tags(self) -> list[str]:
        return [each.tag for each in self]


def run(handle: Callable[[Bounce], bool], *, clock: Callable[[], datetime] = timezone.now) -> BounceRunResult:
    found = events_mailbox()
    assert found is not None
    return process_bounces(mailbox=found, own=OWN, handle=handle, clock=clock)


def mark() -> BounceCursor:
    return BounceCursor.objects.get(address=OWN)


def test_bounces_are_handled_and_removed_and_replies_stay_unread(imap: ImapServer, settings: Settings) -> None:
    answers = [answer("Први."), answer("Одсутна сам.", Auto_Submitted="auto-replied"), answer("Трећи.")]
    imap.append(answers[0], bounce("aaa"), answers[1], bounce("bbb", action="delayed", status="4.4.1"), answers[2])
    handled = Handled()
    assert run(handled) == BounceRunResult(looked_at=5, handled=2)
    assert [(each.tag, each.message_ids, each.permanent, each.status) for each in handled] == [
        ("aaa", ("aaa.1@centar.test",), True, "5.1.1"),
        ("bbb", ("bbb.1@centar.test",), False, "4.4.1"),
    ]
    assert {each.recipients for each in handled} == {("skola@primer.example",)}
    assert imap.messages() == imap.unread() == answers
    assert imap.folders() == ["INBOX"]
    settings.EVENTS_MAIL_IMAP_URL = ""
    assert events_mailbox() is None


def test_processed_messages_are_not_read_again(imap: ImapServer, meddler: Meddler) -> None:
    imap.append(*[answer(str(number)) for number in range(30)], bounce("aaa"))
    assert run(Handled()) == BounceRunResult(looked_at=31, handled=1)
    # Only the header of other messages is fetched.
    fetches = [command for command in meddler.commands if b"FETCH" in command]
    assert len([command for command in fetches if b"BODY.PEEK[HEADER]<0." in command]) == 31
    assert len([command for command in fetches if b"BODY.PEEK[]" in command]) == 1
    meddler.commands.clear()
    assert run(Handled()) == BounceRunResult()
    assert not [command for command in meddler.commands if b"FETCH" in command]
    imap.append(bounce("bbb"))
    handled = Handled()
    assert run(handled) == BounceRunResult(looked_at=1, handled=1)
    assert handled.tags == ["bbb"]
    assert len(imap.unread()) == 30
    # UIDs of another validity refer to other messages.
    meddler.rewrite(rb"UIDVALIDITY \d+", b"UIDVALIDITY 7")
    assert run(Handled()).looked_at == 30
    assert run(Handled()).looked_at == 0


def test_foreign_messages_stay(imap: ImapServer) -> None:
    foreign = delivery_notice(confirmation("aaa"), to="neko@centar.test", headers=False)
    unknown = bounce("bbb")
    unclear = (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.test\r\nTo: dogadjaji+ccc@centar.test\r\n\r\nHi. This is "
        b"the qmail-send program.\r\n"
    )
    imap.append(foreign, unknown, unclear)
    tags: list[str] = []

    def not_ours(bounce: Bounce) -> bool:
        tags.append(bounce.tag)
        return False

    assert run(not_ours) == BounceRunResult(looked_at=3)
    assert tags == ["bbb"]
    assert imap.unread() == [foreign, unknown, unclear]
    assert run(not_ours) == BounceRunResult()


def test_a_message_is_known_by_its_id_where_the_tag_is_lost(imap: ImapServer) -> None:
    """The callback commits; the message is still in the mailbox at that time."""
    message = delivery_notice(confirmation("aaa", message_id="M1@centar.test"), to="neko.drugi@primer.example")
    imap.append(message)

    def handle(bounce: Bounce) -> bool:
        assert (bounce.tag, bounce.message_ids) == ("", ("M1@centar.test",))
        assert imap.messages() == [message]
        return True

    assert run(handle).handled == 1
    assert imap.messages() == []


def test_messages_over_the_limit_of_a_run_are_read_by_the_next(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounces, "MESSAGES", 3)
    monkeypatch.setattr(bounces, "BATCH", 2)
    imap.append(*[bounce(f"t{number}") for number in range(5)])
    handled = Handled()
    assert run(handled) == BounceRunResult(looked_at=3, handled=3, remaining=2)
    assert run(handled) == BounceRunResult(looked_at=2, handled=2)
    assert handled.tags == ["t0", "t1", "t2", "t3", "t4"]
    assert imap.messages() == []


def test_a_long_run_stops_between_messages(imap: ImapServer) -> None:
    imap.append(*[bounce(f"t{number}") for number in range(5)])
    ticks = iter(NOW + timedelta(seconds=20 * n) for n in range(100))
    first = run(Handled(), clock=lambda: next(ticks))
    assert (first.error, first.handled > 0, first.remaining > 0) == (None, True, True)
    assert run(Handled()).remaining == 0
    assert imap.messages() == []


# --- Failures ---


def test_exception_of_the_callback_ends_the_run_and_the_message_is_retried(imap: ImapServer) -> None:
    imap.append(bounce("aaa"), bounce("bbb"), bounce("ccc"))
    handled = Handled()

    def fails(bounce: Bounce) -> bool:
        if bounce.tag == "bbb":
            raise OperationalError("away")
        return handled(bounce)

    with pytest.raises(OperationalError):
        run(fails)
    # Committed bounces are removed, the others remain.
    assert (handled.tags, len(imap.messages())) == (["aaa"], 2)
    assert (mark().error, mark().tries, mark().held_by) == ("interrupted", 1, None)
    assert mark().failing_since is not None
    assert run(handled) == BounceRunResult(looked_at=2, handled=2)
    assert (handled.tags, imap.messages()) == (["aaa", "bbb", "ccc"], [])
    assert (mark().error, mark().tries, mark().failing_since) == ("", 0, None)


def test_message_that_fails_three_runs_is_skipped(imap: ImapServer, caplog: pytest.LogCaptureFixture) -> None:
    broken = bounce("bbb")
    imap.append(bounce("aaa"), broken, bounce("ccc"))
    handled = Handled()

    def fails(bounce: Bounce) -> bool:
        if bounce.tag == "bbb":
            raise ZeroDivisionError
        return handled(bounce)

    for _time in range(3):
        with pytest.raises(ZeroDivisionError):
            run(fails)
    assert handled.tags == ["aaa"]
    assert run(fails) == BounceRunResult(looked_at=2, handled=1)
    assert (handled.tags, imap.unread()) == (["aaa", "ccc"], [broken])
    assert "stays there unread" in caplog.text
    assert "centar.test" not in caplog.text


# What goes wrong, the error of that run, and which bounces that run and the next one handle.
FAULTS: dict[str, tuple[Callable[[Meddler], object], MailboxErrorCode, list[str], list[str]]] = {
    "break at login": (lambda it: it.cut_at(rb" LOGIN "), MailboxErrorCode.BROKEN, [], ["aaa"]),
    "break at a head": (lambda it: it.cut_at(rb"BODY.PEEK\[HEADER\]"), MailboxErrorCode.BROKEN, [], ["aaa"]),
    "break at a message": (lambda it: it.cut_at(rb"BODY.PEEK\[\]"), MailboxErrorCode.BROKEN, [], ["aaa"]),
    "break before the removal": (lambda it: it.cut_at(rb"UID EXPUNGE"), MailboxErrorCode.BROKEN, ["aaa"], ["aaa"]),
    "no removal": (lambda it: it.refuse(rb"UID STORE", b"NO [NOPERM] x"), MailboxErrorCode.REMOVAL, ["aaa"], []),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_fault_the_next_run_continues(imap: ImapServer, meddler: Meddler, fault: str) -> None:
    disturb, error, handled_first, handled_then = FAULTS[fault]
    imap.append(answer(), bounce("aaa"))
    disturb(meddler)
    first, then = Handled(), Handled()
    assert run(first).error is error
    assert (first.tags, len(imap.messages())) == (handled_first, 2)
    meddler.behave()
    assert run(then).error is None
    assert (then.tags, len(imap.unread())) == (handled_then, 1 if handled_then else 2)


def test_a_server_that_hangs_is_left_and_its_message_passed_over_at_last(imap: ImapServer, meddler: Meddler) -> None:
    imap.append(bounce("aaa"), bounce("bbb"))
    meddler.hang_at(rb"UID 101 BODY\[HEADER\]")
    handled = Handled()
    with pytest.MonkeyPatch.context() as patch:
        # Short for the server that hangs only: on a slow machine, one that answers could exceed it.
        patch.setattr(imap_mailbox, "SILENCE_SECONDS", 1)
        patch.setattr(imap_mailbox, "COMMAND_SECONDS", 2)
        for _time in range(3):
            assert run(handled).error is MailboxErrorCode.TIMEOUT
    assert run(handled) == BounceRunResult(looked_at=2, handled=1)
    assert handled.tags == ["bbb"]


def test_a_message_refused_by_the_server_is_tried_again_until_it_vanishes(imap: ImapServer, meddler: Meddler) -> None:
    imap.append(bounce("aaa"), bounce("bbb"))
    meddler.refuse(rb"UID FETCH 101 \(UID BODY", b"NO [SERVERBUG] unreadable")
    assert run(Handled()) == BounceRunResult(remaining=2, error=MailboxErrorCode.NONSENSE)
    meddler.behave()
    meddler.refuse(rb"UID FETCH 101 \(UID BODY.PEEK\[HEADER\]", b"OK nothing")
    meddler.rewrite(rb"^\* SEARCH 101\r\n", b"* SEARCH\r\n")
    handled = Handled()
    assert run(handled) == BounceRunResult(looked_at=2, handled=1)
    assert handled.tags == ["bbb"]


def test_a_head_may_be_quoted_or_missing(imap: ImapServer, meddler: Meddler) -> None:
    imap.append(answer())
    line = rb"BODY\[HEADER\]<0> \{\d+\}\r\n"
    for instead in (b'BODY[HEADER]<0> "Subject: x"', b"BODY[HEADER]<0> NIL"):
        meddler.rewrite(line, instead, swallow=True)
        assert run(Handled()).error is None
        BounceCursor.objects.update(uid=0)
        meddler.behave()
    assert len(imap.unread()) == 1


def test_wrong_password_is_reported_without_secrets(
    settings: Settings, imap: ImapServer, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EVENTS_MAIL_IMAP_URL = imap.url.replace("stand-in%20password", "secret-word")
    assert run(Handled()) == BounceRunResult(error=MailboxErrorCode.LOGIN)
    assert mark().error == "login"
    since = mark().failing_since
    assert run(Handled()).error is MailboxErrorCode.LOGIN
    assert mark().failing_since == since, "it is told since when"
    assert "secret-word" not in caplog.text


def test_a_large_message_is_read_up_to_its_first_megabyte(imap: ImapServer, meddler: Meddler) -> None:
    message = confirmation("aaa")
    filling = b"X-Filling: " + b"x" * 3_000_000 + b"\r\nMIME-Version"
    large = replace(message, content=message.content.replace(b"MIME-Version", filling))
    imap.append(delivery_notice(large))
    handled = Handled()
    assert run(handled) == BounceRunResult(looked_at=1, handled=1)
    assert handled.tags == ["aaa"]
    assert len([command for command in meddler.commands if b"BODY.PEEK[]" in command]) == 1


def test_two_runs_never_overlap(imap: ImapServer) -> None:
    imap.append(bounce("aaa"))
    lease = bounce_cursor.acquire_cursor(address=OWN, now=NOW)
    assert lease is not None
    assert run(Handled(), clock=lambda: NOW + timedelta(minutes=4)) == BounceRunResult(busy=True)
    # The lease of a killed run expires, and the run can no longer write.
    assert run(Handled(), clock=lambda: NOW + timedelta(minutes=6)) == BounceRunResult(looked_at=1, handled=1)
    last_uid = mark().uid
    bounce_cursor.advance_cursor(lease=lease, uid_validity=1, uid=1)
    bounce_cursor.release_cursor(lease=lease, error=MailboxErrorCode.BROKEN, interrupted_uid=1, now=NOW)
    assert (mark().uid, mark().error) == (last_uid, "")
