"""The mailbox on a real server and behind a tampering proxy: no message lost or stored twice, every problem reported."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from clicksafely.common.mail import imap_mailbox
from clicksafely.common.mail.imap_settings import ImapSettings
from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.imap import ImapServer
from hotline.intake.email import mailbox_lease, mailbox_reader
from hotline.intake.email.mailbox_reader import FetchResult, fetch_mail
from hotline.models import IncomingMail, MailboxError, MailboxState, MailKind, Message, Report
from tests.factories.mail import message
from tests.mock_services.meddler import Meddler

pytestmark = pytest.mark.django_db

DONE, ASIDE = "Taken in by the portal", "Not read by the portal"


@pytest.fixture
def meddler(imap: ImapServer, certificate: Certificate, settings: Settings) -> Iterator[Meddler]:
    """The mailbox behind a tampering proxy."""
    with Meddler(imap, certificate) as between:
        settings.MAIL_IMAP_URL = between.url
        yield between


@contextmanager
def little_patience() -> Iterator[None]:
    """A client with a short time limit, only for servers that never answer: on a slow machine others could exceed it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imap_mailbox, "SILENCE_SECONDS", 2)
        patch.setattr(imap_mailbox, "COMMAND_SECONDS", 4)
        yield


def state() -> MailboxState:
    return MailboxState.objects.get()


def three(imap: ImapServer) -> list[bytes]:
    """Three messages in the inbox."""
    messages = [message(number) for number in (1, 2, 3)]
    imap.append(*messages)
    return messages


def test_messages_become_reports_and_leave_the_mailbox(imap: ImapServer) -> None:
    three(imap)
    assert fetch_mail() == FetchResult(new=3, already_stored=0, remaining=0)
    assert Report.objects.count() == IncomingMail.objects.filter(kind=MailKind.REPORT).count() == 3
    assert imap.messages() == []
    assert imap.folders() == ["INBOX"]
    assert (state().error, state().failing_since, state().held_by, state().at_uid) == ("", None, None, None)
    assert state().last_success is not None
    assert fetch_mail() == FetchResult()


def test_a_message_that_comes_twice_makes_one_report_and_a_copied_message_id_hides_no_other(imap: ImapServer) -> None:
    imap.append(message(1), message(1), message(1, text="Исти број, друго."))
    assert fetch_mail() == FetchResult(new=2, already_stored=1)
    assert imap.messages() == []
    assert Report.objects.count() == 2


def test_messages_can_be_retained_for_some_days(imap: ImapServer, settings: Settings) -> None:
    settings.MAIL_RETENTION_DAYS = 30
    sent = three(imap)
    now = timezone.localtime().replace(hour=12)
    fetch_mail(clock=lambda: now)
    assert (imap.messages(), imap.messages(DONE)) == ([], sent)
    imap.append(message("old"), folder=DONE, when=now - timedelta(days=32))
    fetch_mail(clock=lambda: now + timedelta(hours=1))
    assert len(imap.messages(DONE)) == 4, "the folder is gone through once a day"
    fetch_mail(clock=lambda: now + timedelta(days=1))
    assert imap.messages(DONE) == sent
    fetch_mail(clock=lambda: now + timedelta(days=32))
    assert imap.messages(DONE) == []


def test_the_folder_is_cleaned_once_on_each_day_in_belgrade(imap: ImapServer, settings: Settings) -> None:
    settings.MAIL_RETENTION_DAYS = 30
    evening = datetime(2026, 12, 2, 22, 30, tzinfo=UTC)
    sent = three(imap)
    fetch_mail(clock=lambda: evening)
    assert state().cleaned_on == date(2026, 12, 2)
    imap.append(message("old"), folder=DONE, when=evening - timedelta(days=60))
    fetch_mail(clock=lambda: evening + timedelta(hours=1))
    assert (imap.messages(DONE), state().cleaned_on) == (sent, date(2026, 12, 3))
    settings.MAIL_RETENTION_DAYS = 0
    fetch_mail(clock=lambda: evening + timedelta(days=400))
    assert imap.messages(DONE) == sent, "without a number of days the folder is not cleaned"


def test_the_whole_of_a_message_of_several_pieces_is_read(imap: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_mailbox, "FETCH_CHUNK_BYTES", 1000)
    sizes = [999, 1000, 1001, 2000, 2500, 10_000]
    for size in sizes:
        head = message(size, text="")
        imap.append(head + b"x" * (size - len(head)))
    assert fetch_mail() == FetchResult(new=6)
    assert list(IncomingMail.objects.order_by("pk").values_list("size", flat=True)) == sizes


def test_too_large_a_message_is_put_aside_until_it_can_be_read_or_two_weeks_have_passed(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_reader, "MAX_BYTES", 5000)
    large = [message("large", text="x " * 3000), message("large", Message_ID="", text="y " * 3000)]
    largest = message("largest", text="Почетак. " + "x" * 9000)
    imap.append(message(1), *large, largest)
    now = timezone.now()
    assert fetch_mail(clock=lambda: now) == FetchResult(new=4)
    entries = IncomingMail.objects.filter(kind=MailKind.UNREADABLE).order_by("pk")
    assert [(each.reason, each.state, each.size) for each in entries] == [
        ("too_large", "open", len(raw)) for raw in (*large, largest)
    ]
    assert (imap.messages(), imap.messages(ASIDE), Report.objects.count()) == ([], [*large, largest], 1)
    monkeypatch.setattr(mailbox_reader, "MAX_BYTES", 8000)
    fetch_mail(clock=lambda: now + timedelta(days=13))
    assert (imap.messages(ASIDE), Report.objects.count()) == ([largest], 3)
    fetch_mail(clock=lambda: now + timedelta(days=15))
    assert (imap.messages(ASIDE), Report.objects.count()) == ([], 3)


# --- Interference by the server or another client ---


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("imaps://hotline:wrong@127.0.0.1:{port}/INBOX", MailboxError.LOGIN),
        ("imaps://hotline:лозинка@127.0.0.1:{port}", MailboxError.LOGIN),
        ("imaps://hotline:stand-in%20password@127.0.0.1:{port}/Nowhere", MailboxError.FOLDER),
        ("imaps://hotline:stand-in%20password@localhost:{port}/INBOX", MailboxError.CERTIFICATE),
        ("imaps://hotline:x@127.0.0.1:1/INBOX", MailboxError.UNREACHABLE),
        ("imaps://hotline:x@127.0.0.1:{plain_port}/INBOX", MailboxError.NONSENSE),
        ("imap://hotline:x@127.0.0.1:{port}/INBOX", MailboxError.SETTINGS),
    ],
)
def test_unopenable_mailbox_is_reported(
    imap: ImapServer, settings: Settings, url: str, why: MailboxError, caplog: pytest.LogCaptureFixture
) -> None:
    sent = three(imap)
    good = settings.MAIL_IMAP_URL
    settings.MAIL_IMAP_URL = url.format(port=imap.port, plain_port=imap.plain_port)
    began = timezone.now()
    assert fetch_mail() == FetchResult(error=why)
    first = state()
    assert (first.error, first.last_success) == (why, None)
    assert first.failing_since is not None
    assert first.failing_since >= began
    assert fetch_mail().error == why
    assert state().failing_since == first.failing_since, "it is told since when"
    assert imap.messages() == sent
    assert not re.search("wrong|password|лозинка", caplog.text)
    settings.MAIL_IMAP_URL = good
    assert fetch_mail() == FetchResult(new=3)
    assert (state().error, state().failing_since) == ("", None)


def test_an_untrusted_or_expired_certificate_is_not_accepted(
    imap: ImapServer, settings: Settings, tmp_path: Path
) -> None:
    for authority in ("", str(make_certificate(tmp_path / "other").ca)):
        settings.MAIL_CA_FILE = authority
        assert fetch_mail() == FetchResult(error=MailboxError.CERTIFICATE)
    settings.MAIL_CA_FILE = "/nowhere/ca.pem"
    assert fetch_mail() == FetchResult(error=MailboxError.SETTINGS)
    expired = make_certificate(tmp_path / "expired", expired=True)
    with ImapServer(expired) as server:
        settings.MAIL_IMAP_URL, settings.MAIL_CA_FILE = server.url, str(expired.ca)
        assert fetch_mail() == FetchResult(error=MailboxError.CERTIFICATE)


def test_a_password_with_non_ascii_characters_and_a_short_message_in_quotes(
    certificate: Certificate, settings: Settings
) -> None:
    """Servers may write short texts in quotes instead of as literals."""
    with ImapServer(certificate, password="лозинка šđ") as server, Meddler(server, certificate) as between:
        settings.MAIL_IMAP_URL, settings.MAIL_CA_FILE = between.url, str(certificate.ca)
        server.append(b"Subject: x")
        between.rewrite(rb"BODY\[\]<0> \{10\}\r\n", b'BODY[]<0> "Subject: \\\\"x\\\\""', swallow=True)
        assert fetch_mail().new == 1
    assert IncomingMail.objects.get().size == len(b'Subject: "x"')


# What goes wrong, the error of that run, how many messages it stored, and how many stay in the mailbox.
FAULTS: dict[str, tuple[Callable[[Meddler], object], MailboxError, int, int]] = {
    "login refused": (
        lambda it: it.refuse(rb" LOGIN ", b"NO [AUTHENTICATIONFAILED] wrong"), MailboxError.LOGIN, 0, 3,
    ),
    "busy": (lambda it: it.refuse(rb" LOGIN ", b"NO [UNAVAILABLE] later"), MailboxError.BUSY, 0, 3),
    "farewell": (lambda it: it.rewrite(rb"^\* OK .*\r\n", b"* BYE too many\r\n"), MailboxError.BUSY, 0, 3),
    "read-only": (lambda it: it.rewrite(rb"\[READ-WRITE\]", b"[READ-ONLY]"), MailboxError.FOLDER, 0, 3),
    "break at login": (lambda it: it.cut_at(rb" LOGIN "), MailboxError.BROKEN, 0, 3),
    "break at sizes": (lambda it: it.cut_at(rb"RFC822.SIZE"), MailboxError.BROKEN, 0, 3),
    "break before the removal": (lambda it: it.cut_at(rb"UID EXPUNGE"), MailboxError.BROKEN, 3, 3),
    "silence at once": (lambda it: it.hang_at(rb"^\* OK"), MailboxError.TIMEOUT, 0, 3),
    "silence": (lambda it: it.hang_at(rb"UID 103 BODY"), MailboxError.TIMEOUT, 2, 3),
    "never silent and never done": (lambda it: it.drip_at(rb"UID 101 BODY"), MailboxError.TIMEOUT, 0, 3),
    "literal too long": (
        lambda it: it.rewrite(rb"(UID 101 BODY\[\]<0> )\{\d+\}", rb"\1{5000000000}"), MailboxError.NONSENSE, 0, 3,
    ),
    # Treated as an empty message, it would be lost.
    "empty answer": (
        lambda it: it.rewrite(rb"(UID 102 BODY\[\]<0> )\{\d+\}\r\n", rb'\1""', swallow=True),
        MailboxError.NONSENSE, 1, 3,
    ),
    "one refused": (
        lambda it: it.refuse(rb"UID FETCH 102 \(UID BODY", b"NO [SERVERBUG] x"), MailboxError.NONSENSE, 2, 1,
    ),
    "no removal": (lambda it: it.refuse(rb"UID STORE", b"NO [NOPERM] not yours"), MailboxError.REMOVAL, 3, 3),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_loses_no_message_and_stores_none_twice(imap: ImapServer, meddler: Meddler, fault: str) -> None:
    disturb, error, stored, left = FAULTS[fault]
    three(imap)
    disturb(meddler)
    with little_patience() if error == MailboxError.TIMEOUT else nullcontext():
        assert fetch_mail().error == error
    assert (Report.objects.count(), len(imap.messages()), state().error) == (stored, left, error)
    meddler.behave()
    assert fetch_mail() == FetchResult(new=3 - stored, already_stored=left + stored - 3)
    assert (Report.objects.count(), imap.messages(), state().error) == (3, [], "")


def test_the_line_breaks_in_the_middle_of_a_message(imap: ImapServer, meddler: Meddler) -> None:
    """The next run starts after that message and tries it last, so that it blocks no others."""
    three(imap)
    meddler.cut_after(rb"UID 102 BODY", 50)
    assert fetch_mail() == FetchResult(new=1, remaining=3, error=MailboxError.BROKEN)
    assert fetch_mail() == FetchResult(new=1, already_stored=1, remaining=3, error=MailboxError.BROKEN)
    assert state().at_uid == 102
    assert Report.objects.count() == 2
    meddler.behave()
    assert fetch_mail() == FetchResult(new=1, already_stored=2)
    assert (Report.objects.count(), imap.messages()) == (3, [])


@pytest.mark.parametrize("lie", [b"1", b"20000", b"99999999"])
def test_wrong_message_sizes_of_the_server_are_ignored(
    imap: ImapServer, meddler: Meddler, monkeypatch: pytest.MonkeyPatch, lie: bytes
) -> None:
    """Its word is not needed: the message is read to its end."""
    monkeypatch.setattr(imap_mailbox, "FETCH_CHUNK_BYTES", 1000)
    long = message("long", text="дуго " * 700 + "https://forum.example.org/kraj")
    imap.append(message(1), long)
    meddler.rewrite(rb"RFC822\.SIZE \d+", b"RFC822.SIZE " + lie)
    assert fetch_mail() == FetchResult(new=2)
    assert imap.messages() == []
    if int(lie) <= mailbox_reader.MAX_BYTES:
        assert Report.objects.latest("pk").locations == [{"kind": "url", "canonical": "https://forum.example.org/kraj"}]
    else:
        assert sorted(IncomingMail.objects.values_list("kind", "reason")) == [
            ("report", ""),
            ("unreadable", "too_large"),
        ]
        assert imap.messages(ASIDE) == [long]


def test_a_message_larger_than_announced(imap: ImapServer, meddler: Meddler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_mailbox, "FETCH_CHUNK_BYTES", 1000)
    monkeypatch.setattr(mailbox_reader, "MAX_BYTES", 5000)
    imap.append(message("large", text="x" * 20_000))
    meddler.rewrite(rb"RFC822\.SIZE \d+", b"RFC822.SIZE 400")
    assert fetch_mail() == FetchResult(new=1)
    assert IncomingMail.objects.get().reason == "too_large"
    commands = b"".join(meddler.commands).partition(b"MOVE")[0]
    assert commands.count(b"BODY.PEEK") == 6, "no more than the limit is fetched"


def test_a_literal_smaller_than_its_content(imap: ImapServer, meddler: Meddler) -> None:
    sent = three(imap)
    meddler.rewrite(rb"(UID 102 BODY\[\]<0> )\{\d+\}", rb"\1{10}")
    outcome = fetch_mail()
    assert outcome.error in {MailboxError.BROKEN, MailboxError.NONSENSE, MailboxError.TIMEOUT}
    assert imap.messages()[-2:] == sent[1:]
    meddler.behave()
    assert fetch_mail().remaining == 0
    assert Report.objects.count() == 3


def test_messages_that_vanish_before_they_are_fetched(
    imap: ImapServer, meddler: Meddler, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(imap)
    original_sizes = imap_mailbox.ImapMailbox.sizes

    def sizes(self: imap_mailbox.ImapMailbox, uids: list[int]) -> dict[int, int]:
        found = original_sizes(self, uids)
        imap.empty()
        self._client.noop()
        return found

    monkeypatch.setattr(imap_mailbox.ImapMailbox, "sizes", sizes)
    assert fetch_mail() == FetchResult()
    assert Report.objects.count() == 0


def test_without_uidplus_deleted_messages_are_expunged_after_storage(imap: ImapServer, meddler: Meddler) -> None:
    sent = three(imap)
    imap.flag(rb"\Deleted")
    meddler.rewrite(rb"UIDPLUS ", b"")
    meddler.cut_after(rb"UID 102 BODY", 10)
    assert fetch_mail() == FetchResult(new=1, remaining=3, error=MailboxError.BROKEN)
    assert imap.messages() == sent
    meddler._changed.pop()
    assert fetch_mail() == FetchResult(new=2, already_stored=1)
    assert imap.messages() == []
    assert any(re.fullmatch(rb"\S+ EXPUNGE\r\n", command) for command in meddler.commands)


def test_a_server_without_move_copies(imap: ImapServer, meddler: Meddler, settings: Settings) -> None:
    settings.MAIL_RETENTION_DAYS = 30
    sent = three(imap)
    meddler.rewrite(rb"MOVE ", b"")
    assert fetch_mail() == FetchResult(new=3)
    assert (imap.messages(), imap.messages(DONE)) == ([], sent)


@pytest.mark.parametrize("command", [rb"UID MOVE", rb" CREATE "])
def test_a_full_mailbox_takes_no_moved_messages(
    imap: ImapServer, meddler: Meddler, settings: Settings, command: bytes
) -> None:
    settings.MAIL_RETENTION_DAYS = 30
    sent = three(imap)
    meddler.refuse(command, b"NO [OVERQUOTA] mailbox is full")
    assert fetch_mail() == FetchResult(new=3, remaining=3, error=MailboxError.FULL)
    assert fetch_mail() == FetchResult(already_stored=3, remaining=3, error=MailboxError.FULL)
    assert (imap.messages(), state().error) == (sent, "full")
    meddler.behave()
    assert fetch_mail() == FetchResult(already_stored=3)
    assert (imap.messages(DONE), Report.objects.count()) == (sent, 3)


def test_uids_that_name_other_messages_now(imap: ImapServer, meddler: Meddler) -> None:
    """After a new UIDVALIDITY nothing is made of where the last run broke off."""
    three(imap)
    meddler.cut_after(rb"UID 103 BODY", 10)
    fetch_mail()
    meddler.behave()
    meddler.rewrite(rb"UIDVALIDITY \d+", b"UIDVALIDITY 7")
    meddler.commands.clear()
    assert fetch_mail() == FetchResult(new=1, already_stored=2)
    fetched = [command.split()[3] for command in meddler.commands if b"BODY.PEEK" in command]
    assert fetched == [b"101", b"102", b"103"]


# --- What may happen on our side ---


def test_the_database_fails_during_a_run(imap: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Committed messages are moved, the others stay, and the run ends."""
    sent = three(imap)
    take = mailbox_reader.ingest_message

    def fails(*, raw: bytes, now: datetime) -> IncomingMail:
        if raw == sent[1]:
            raise OperationalError
        return take(raw=raw, now=now)

    monkeypatch.setattr(mailbox_reader, "ingest_message", fails)
    with pytest.raises(OperationalError):
        fetch_mail()
    assert imap.messages() == sent[1:]
    assert (state().error, state().held_by) == ("interrupted", None)
    monkeypatch.undo()
    assert fetch_mail() == FetchResult(new=2)


def test_without_public_keys_no_message_is_fetched(imap: ImapServer, settings: Settings) -> None:
    sent = three(imap)
    keys, settings.SEALING_PUBLIC_KEYS = settings.SEALING_PUBLIC_KEYS, Path("/nowhere/public.json")
    assert fetch_mail() == FetchResult(remaining=3, error=MailboxError.SEALING)
    assert (imap.messages(), Report.objects.count(), IncomingMail.objects.count()) == (sent, 0, 0)
    settings.SEALING_PUBLIC_KEYS = keys
    assert fetch_mail() == FetchResult(new=3)


def test_a_run_that_was_killed_is_over_after_three_minutes(imap: ImapServer) -> None:
    """The next run takes the interrupted message last. A notice is shown until this succeeds."""
    three(imap)
    with imap_mailbox.ImapMailbox(
        ImapSettings.parse(mailbox_reader.settings.MAIL_IMAP_URL), ca_file=mailbox_reader.settings.MAIL_CA_FILE
    ) as box:
        validity = box.uid_validity
    now, token = timezone.now(), mailbox_reader.uuid4()
    mailbox_lease.acquire_mailbox(token=token, now=now)
    assert mailbox_lease.renew_lease(token=token, now=now, at_uid=101, uid_validity=validity)
    assert fetch_mail(clock=lambda: now + timedelta(minutes=2)) == FetchResult(busy=True)
    assert not mailbox_lease.renew_lease(token=mailbox_reader.uuid4(), now=now, at_uid=1, uid_validity=1)
    other = mailbox_reader.uuid4()
    held = mailbox_lease.acquire_mailbox(token=other, now=now + timedelta(minutes=4))
    assert held is not None
    assert (held.at_uid, held.uid_validity) == (101, validity)
    assert (state().error, state().failing_since) == ("interrupted", now + timedelta(minutes=4))
    mailbox_lease.release_mailbox(token=token, error=None, at_uid=None, now=now)
    assert state().held_by == other, "what was killed frees nothing that another holds"
    mailbox_lease.release_mailbox(token=other, error=MailboxError.BROKEN, at_uid=101, now=now)
    assert fetch_mail() == FetchResult(new=3)
    assert state().error == ""


def test_a_long_run_stops_between_messages_and_the_next_continues(imap: ImapServer) -> None:
    three(imap)
    ticks = iter(datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=10 * n) for n in range(1000))
    first = fetch_mail(clock=lambda: next(ticks))
    assert (first.error, first.new > 0, first.remaining > 0) == (None, True, True)
    assert state().error == ""
    assert fetch_mail().remaining == 0
    assert (Report.objects.count(), imap.messages(), Message.objects.count()) == (3, [], 0)
