"""The mailbox on a real server and behind a tampering proxy: no message lost or stored twice, every problem reported."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
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


def test_a_message_that_comes_twice_makes_one_report_and_leaves_twice(imap: ImapServer) -> None:
    imap.append(message(1), message(1))
    assert fetch_mail() == FetchResult(new=1, already_stored=1)
    assert imap.messages() == []
    assert Report.objects.count() == 1


def test_a_copied_message_id_does_not_hide_another_message(imap: ImapServer) -> None:
    imap.append(message(1), message(1, text="Исти број, друго."))
    assert fetch_mail() == FetchResult(new=2, already_stored=0)
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


def test_without_retention_the_folder_is_not_cleaned(imap: ImapServer, settings: Settings) -> None:
    settings.MAIL_RETENTION_DAYS = 1
    three(imap)
    fetch_mail()
    settings.MAIL_RETENTION_DAYS = 0
    fetch_mail(clock=lambda: timezone.now() + timedelta(days=400))
    assert len(imap.messages(DONE)) == 3


def test_the_whole_of_a_message_of_several_pieces_is_read(imap: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_mailbox, "FETCH_CHUNK_BYTES", 1000)
    sizes = [999, 1000, 1001, 2000, 2500, 10_000]
    for size in sizes:
        head = message(size, text="")
        imap.append(head + b"x" * (size - len(head)))
    assert fetch_mail() == FetchResult(new=6)
    assert list(IncomingMail.objects.order_by("pk").values_list("size", flat=True)) == sizes


def test_too_large_a_message_is_an_entry_and_its_original_is_put_aside(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_mailbox, "FETCH_CHUNK_BYTES", 1000)
    monkeypatch.setattr(mailbox_reader, "MAX_BYTES", 5000)
    large = message("large", text="Почетак. " + "x" * 6000)
    imap.append(message(1), large, message(2))
    now = timezone.now()
    assert fetch_mail(clock=lambda: now) == FetchResult(new=3)
    entry = IncomingMail.objects.get(kind=MailKind.UNREADABLE)
    assert (entry.reason, entry.state, entry.size) == ("too_large", "open", len(large))
    assert (imap.messages(), imap.messages(ASIDE)) == ([], [large])
    fetch_mail(clock=lambda: now + timedelta(days=13))
    assert imap.messages(ASIDE) == [large]
    fetch_mail(clock=lambda: now + timedelta(days=15))
    assert imap.messages(ASIDE) == []
    assert IncomingMail.objects.count() == 3


@pytest.mark.parametrize("message_id", ["", "<large@example.org>"])
def test_oversized_message_is_read_after_the_limit_is_raised(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch, message_id: str
) -> None:
    monkeypatch.setattr(mailbox_reader, "MAX_BYTES", 300)
    imap.append(message("large", Message_ID=message_id, text="x " * 200))
    fetch_mail()
    assert Report.objects.count() == 0
    monkeypatch.setattr(mailbox_reader, "MAX_BYTES", 10_000)
    fetch_mail(clock=lambda: timezone.now() + timedelta(days=1))
    assert Report.objects.count() == 1
    assert imap.messages(ASIDE) == []


# --- Interference by the server or another client ---


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("imaps://hotline:wrong@127.0.0.1:{port}/INBOX", MailboxError.LOGIN),
        ("imaps://somebody:stand-in%20password@127.0.0.1:{port}", MailboxError.LOGIN),
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


def test_an_untrusted_certificate_is_not_accepted(imap: ImapServer, settings: Settings, tmp_path: Path) -> None:
    for authority in ("", str(make_certificate(tmp_path).ca)):
        settings.MAIL_CA_FILE = authority
        assert fetch_mail() == FetchResult(error=MailboxError.CERTIFICATE)
    settings.MAIL_CA_FILE = "/nowhere/ca.pem"
    assert fetch_mail() == FetchResult(error=MailboxError.SETTINGS)


def test_an_expired_certificate_is_not_accepted(settings: Settings, tmp_path: Path) -> None:
    with ImapServer(make_certificate(tmp_path, expired=True)) as server:
        settings.MAIL_IMAP_URL, settings.MAIL_CA_FILE = server.url, str(tmp_path / "ca.pem")
        assert fetch_mail() == FetchResult(error=MailboxError.CERTIFICATE)


def test_a_password_with_non_ascii_characters(certificate: Certificate, settings: Settings) -> None:
    with ImapServer(certificate, password="лозинка šđ") as server:
        settings.MAIL_IMAP_URL, settings.MAIL_CA_FILE = server.url, str(certificate.ca)
        three(server)
        assert fetch_mail() == FetchResult(new=3)


@pytest.mark.parametrize(
    ("refusal", "why"),
    [(b"NO [AUTHENTICATIONFAILED] wrong", MailboxError.LOGIN), (b"NO [UNAVAILABLE] later", MailboxError.BUSY)],
)
def test_refused_login_differs_from_a_busy_server(meddler: Meddler, refusal: bytes, why: MailboxError) -> None:
    meddler.refuse(rb" LOGIN ", refusal)
    assert fetch_mail() == FetchResult(error=why)
    assert meddler.fault_count == 1


def test_a_server_that_greets_with_a_farewell(meddler: Meddler) -> None:
    meddler.rewrite(rb"^\* OK .*\r\n", b"* BYE too many connections\r\n")
    assert fetch_mail() == FetchResult(error=MailboxError.BUSY)


@pytest.mark.parametrize("command", [rb" LOGIN ", rb" SELECT ", rb"SEARCH", rb"RFC822.SIZE", rb"BODY.PEEK"])
def test_the_line_breaks_between_commands(imap: ImapServer, meddler: Meddler, command: bytes) -> None:
    sent = three(imap)
    meddler.cut_at(command)
    assert fetch_mail().error == MailboxError.BROKEN
    assert (imap.messages(), Report.objects.count()) == (sent, 0)
    meddler.behave()
    assert fetch_mail() == FetchResult(new=3)


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


def test_the_line_breaks_before_the_removal(imap: ImapServer, meddler: Meddler) -> None:
    """The messages were stored but not moved: the next run moves them without a second report."""
    sent = three(imap)
    meddler.cut_at(rb"UID EXPUNGE")
    assert fetch_mail() == FetchResult(new=3, remaining=3, error=MailboxError.BROKEN)
    assert imap.messages() == sent
    meddler.behave()
    assert fetch_mail() == FetchResult(already_stored=3)
    assert (Report.objects.count(), imap.messages()) == (3, [])


def test_a_server_that_hangs_in_the_middle_of_a_message(imap: ImapServer, meddler: Meddler) -> None:
    three(imap)
    meddler.hang_at(rb"UID 103 BODY")
    with little_patience():
        assert fetch_mail() == FetchResult(new=2, remaining=3, error=MailboxError.TIMEOUT)
    meddler.behave()
    assert fetch_mail() == FetchResult(new=1, already_stored=2)


def test_a_server_that_hangs_at_once(meddler: Meddler) -> None:
    meddler.hang_at(rb"^\* OK")
    with little_patience():
        assert fetch_mail() == FetchResult(error=MailboxError.TIMEOUT)


def test_a_server_that_drips_is_cut_off(imap: ImapServer, meddler: Meddler) -> None:
    """It is never silent for long, and never done."""
    three(imap)
    meddler.drip_at(rb"UID 101 BODY")
    with little_patience():
        assert fetch_mail() == FetchResult(remaining=3, error=MailboxError.TIMEOUT)
    assert Report.objects.count() == 0
    meddler.behave()
    assert fetch_mail() == FetchResult(new=3)


@pytest.mark.parametrize("lie", [b"1", b"99999999", b"20000", b"0"])
def test_wrong_message_sizes_of_the_server_are_ignored(
    imap: ImapServer, meddler: Meddler, monkeypatch: pytest.MonkeyPatch, lie: bytes
) -> None:
    """Its word is not needed: the message is read to its end."""
    monkeypatch.setattr(imap_mailbox, "FETCH_CHUNK_BYTES", 1000)
    long = message("long", text="дуго " * 700 + "https://forum.example.org/kraj")
    imap.append(message(1), long)
    meddler.rewrite(rb"RFC822\.SIZE \d+", b"RFC822.SIZE " + lie)
    if int(lie) <= mailbox_reader.MAX_BYTES:
        assert fetch_mail() == FetchResult(new=2)
        assert Report.objects.latest("pk").locations == [{"kind": "url", "canonical": "https://forum.example.org/kraj"}]
    else:
        assert fetch_mail() == FetchResult(new=2)
        assert sorted(IncomingMail.objects.values_list("kind", "reason")) == [
            ("report", ""),
            ("unreadable", "too_large"),
        ]
        assert imap.messages(ASIDE) == [long]
    assert imap.messages() == []


def test_a_message_larger_than_announced(imap: ImapServer, meddler: Meddler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_mailbox, "FETCH_CHUNK_BYTES", 1000)
    monkeypatch.setattr(mailbox_reader, "MAX_BYTES", 5000)
    imap.append(message("large", text="x" * 20_000))
    meddler.rewrite(rb"RFC822\.SIZE \d+", b"RFC822.SIZE 400")
    assert fetch_mail() == FetchResult(new=1)
    assert IncomingMail.objects.get().reason == "too_large"
    commands = b"".join(meddler.commands).partition(b"MOVE")[0]
    assert commands.count(b"BODY.PEEK") == 6, "no more than the limit is fetched"


def test_a_literal_larger_than_requested(imap: ImapServer, meddler: Meddler) -> None:
    sent = three(imap)
    meddler.rewrite(rb"(UID 101 BODY\[\]<0> )\{\d+\}", rb"\1{5000000000}")
    assert fetch_mail().error == MailboxError.NONSENSE
    assert imap.messages() == sent


def test_a_literal_smaller_than_its_content(imap: ImapServer, meddler: Meddler) -> None:
    sent = three(imap)
    meddler.rewrite(rb"(UID 102 BODY\[\]<0> )\{\d+\}", rb"\1{10}")
    outcome = fetch_mail()
    assert outcome.error in {MailboxError.BROKEN, MailboxError.NONSENSE, MailboxError.TIMEOUT}
    assert imap.messages()[-2:] == sent[1:]
    meddler.behave()
    assert fetch_mail().remaining == 0
    assert Report.objects.count() == 3


def test_an_empty_answer_for_a_message_that_has_a_size(imap: ImapServer, meddler: Meddler) -> None:
    """Treated as an empty message, it would be lost."""
    sent = three(imap)
    meddler.rewrite(rb"(UID 102 BODY\[\]<0> )\{\d+\}\r\n", rb'\1""', swallow=True)
    assert fetch_mail().error == MailboxError.NONSENSE
    assert sent[1] in imap.messages()


def test_a_short_message_in_quotes(imap: ImapServer, meddler: Meddler) -> None:
    """Servers may write short texts so instead of as literals."""
    imap.append(b"Subject: x")
    meddler.rewrite(rb"BODY\[\]<0> \{10\}\r\n", b'BODY[]<0> "Subject: \\\\"x\\\\""', swallow=True)
    assert fetch_mail().new == 1
    assert IncomingMail.objects.get().size == len(b'Subject: "x"')


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


def test_unavailable_message_does_not_block_others(imap: ImapServer, meddler: Meddler) -> None:
    sent = three(imap)
    meddler.refuse(rb"UID FETCH 102 \(UID BODY", b"NO [SERVERBUG] unreadable")
    assert fetch_mail() == FetchResult(new=2, remaining=1, error=MailboxError.NONSENSE)
    assert imap.messages() == [sent[1]]
    assert (state().error, state().at_uid) == ("nonsense", None)
    meddler.behave()
    assert fetch_mail() == FetchResult(new=1)


def test_messages_marked_as_deleted_are_read(imap: ImapServer) -> None:
    three(imap)
    imap.flag(rb"\Deleted")
    assert fetch_mail() == FetchResult(new=3)


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


def test_messages_that_cannot_be_removed(imap: ImapServer, meddler: Meddler) -> None:
    three(imap)
    meddler.refuse(rb"UID STORE", b"NO [NOPERM] not yours")
    assert fetch_mail() == FetchResult(new=3, remaining=3, error=MailboxError.REMOVAL)
    meddler.behave()
    assert fetch_mail() == FetchResult(already_stored=3)


def test_a_folder_that_may_only_be_read(imap: ImapServer, meddler: Meddler) -> None:
    three(imap)
    meddler.rewrite(rb"\[READ-WRITE\]", b"[READ-ONLY]")
    assert fetch_mail() == FetchResult(error=MailboxError.FOLDER)


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


def test_two_runs_never_overlap(imap: ImapServer) -> None:
    three(imap)
    now = timezone.now()
    token = mailbox_reader.uuid4()
    assert mailbox_lease.acquire_mailbox(token=token, now=now) is not None
    assert fetch_mail() == FetchResult(busy=True)
    assert len(imap.messages()) == 3
    mailbox_lease.release_mailbox(token=token, error=None, at_uid=None, now=now)
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
