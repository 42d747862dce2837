"""`fetch_mail` and `ingest_mail` as a worker, an operator and a mail server use them."""

import io
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from clicksafely.celery import app
from clicksafely.common.checks import run_rules
from clicksafely.devserver.mock_services.generated_messages import make_messages
from clicksafely.devserver.mock_services.imap import ImapServer
from hotline.checks import RULES
from hotline.intake.email import mailbox_lease, mailbox_reader
from hotline.intake.email.sandbox import parse_message
from hotline.intake.email.services import keyed_identity
from hotline.intake.email.tasks import fetch_mail
from hotline.intake.email.types import UnreadableMessage
from hotline.management.commands import ingest_mail
from hotline.models import IncomingMail, MailboxState, Report
from tests.factories.mail import message, with_picture
from tests.hotline.intake.test_faults import closed_port, own_database
from tests.waiting import until

BASE_DIR = Path(__file__).resolve().parents[4]


def fetch() -> str:
    """What the command says."""
    output = io.StringIO()
    call_command("fetch_mail", stdout=output)
    return output.getvalue()


def ingest(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit status of the command, run in this process."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    try:
        call_command("ingest_mail")
    except CommandError as error:
        return error.returncode
    return 0


def piped(raw: bytes, environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """As a mail server runs it."""
    command = [sys.executable, "manage.py", "ingest_mail"]
    return subprocess.run(
        command, cwd=BASE_DIR, env=environment, input=raw, capture_output=True, timeout=240, check=False
    )


def identity(raw: bytes) -> bytes:
    try:
        return keyed_identity(parse_message(raw).identity)
    except UnreadableMessage as unreadable:
        return keyed_identity(unreadable.identity)


# --- fetch_mail ---


@pytest.mark.slow
@pytest.mark.django_db
def test_a_thousand_made_up_and_broken_messages_leave_a_thousand_entries(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None lost, none twice, and running it again takes none."""
    monkeypatch.setattr(mailbox_reader, "RUN", mailbox_reader.timedelta(minutes=10))  # also of a busy machine
    messages = make_messages(1000, seed=11)
    imap.append(*messages)
    assert fetch() == "1000 taken in, 0 known before, 0 left.\n"
    assert imap.messages() == []
    entries = list(IncomingMail.objects.values_list("identity", "kind", "reason"))
    assert sorted(bytes(key) for key, _kind, _reason in entries) == sorted(identity(raw) for raw in messages)
    assert not {reason for _key, _kind, reason in entries} & {"not_parsed", "not_stored", "too_large"}
    kinds = Counter(kind for _key, kind, _reason in entries)
    assert Report.objects.count() == kinds["report"]
    assert all(kinds[kind] > 20 for kind in ("report", "bounce", "unreadable"))
    imap.append(*messages[::5])
    assert fetch() == "0 taken in, 200 known before, 0 left.\n"
    assert (IncomingMail.objects.count(), imap.messages()) == (1000, [])


@pytest.mark.django_db
def test_a_mailbox_that_is_being_read_is_left_alone(imap: ImapServer) -> None:
    mailbox_lease.acquire_mailbox(token=mailbox_reader.uuid4(), now=timezone.now())
    assert fetch() == "Another process is reading the mailbox.\n"


@pytest.mark.django_db
def test_a_failing_or_missing_mailbox_fails_and_the_latter_deletes_the_mailbox_state(
    imap: ImapServer, settings: Settings
) -> None:
    settings.MAIL_IMAP_URL = settings.MAIL_IMAP_URL.replace("stand-in", "secret")
    with pytest.raises(CommandError, match="password") as failure:
        fetch()
    assert failure.value.returncode == 1
    assert "secret" not in str(failure.value)
    assert MailboxState.objects.get().error == "login"
    settings.MAIL_IMAP_URL = ""
    with pytest.raises(CommandError, match="MAIL_IMAP_URL"):
        fetch()
    assert not MailboxState.objects.exists()


@pytest.mark.django_db
def test_it_reads_on_while_something_new_comes(imap: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    imap.append(*[message(number) for number in range(4)])
    monkeypatch.setattr(mailbox_reader, "RUN", mailbox_reader.timedelta(0))
    assert fetch().splitlines() == [f"1 taken in, 0 known before, {remaining} left." for remaining in (3, 2, 1, 0)]


@pytest.mark.django_db(transaction=True)
def test_two_fetchers_at_once_make_no_second_report(imap: ImapServer) -> None:
    imap.append(*[message(number) for number in range(30)])

    def run(_number: int) -> mailbox_reader.FetchResult:
        try:
            return mailbox_reader.fetch_mail()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(run, range(4)))
    assert sum(outcome.new for outcome in outcomes) == 30
    assert (Report.objects.count(), imap.messages()) == (30, [])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_fetcher_that_is_killed_in_the_middle_loses_nothing_and_makes_no_second_report(imap: ImapServer) -> None:
    imap.append(*[message(number) for number in range(150)])
    names = {"DATABASE_URL": own_database(), "MAIL_IMAP_URL": imap.url, "MAIL_CA_FILE": str(imap.ca)}
    killed = subprocess.Popen(
        [sys.executable, "manage.py", "fetch_mail"], cwd=BASE_DIR, env=os.environ | names, stdout=subprocess.DEVNULL
    )
    try:
        until(lambda: Report.objects.count() >= 40, what="the middle")
    finally:
        killed.kill()
        killed.wait()
    stored_count = Report.objects.count()
    assert stored_count < 150
    assert MailboxState.objects.get().held_by is not None
    later = timezone.now() + mailbox_lease.LEASE * 2
    outcome = mailbox_reader.fetch_mail(clock=lambda: later)
    assert (outcome.new, outcome.error) == (150 - stored_count, None)
    assert (Report.objects.count(), IncomingMail.objects.count(), imap.messages()) == (150, 150, [])


@pytest.mark.django_db
def test_the_task_reads_the_mailbox_apart_from_triage(imap: ImapServer) -> None:
    imap.append(message())
    fetch_mail.apply().get()
    fetch_mail.apply().get()
    assert Report.objects.count() == 1
    assert app.conf.task_routes["hotline.fetch_mail"] == {"queue": "outside"}
    assert app.conf.beat_schedule["hotline.fetch_mail"]["task"] == fetch_mail.name


# --- ingest_mail ---


@pytest.mark.django_db
@pytest.mark.parametrize("raw", [with_picture(), b"", b"\xff\xd8" * 1000])
def test_every_piped_message_is_stored_once(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    assert ingest(raw, monkeypatch) == 0
    assert ingest(raw, monkeypatch) == 0
    assert IncomingMail.objects.get().size == len(raw)


@pytest.mark.django_db
def test_more_than_we_take_is_read_to_its_end_and_is_an_entry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ingest_mail, "MAX_BYTES", 3000)
    raw = message(text="Почетак. " + "x" * 5000)
    assert ingest(raw, monkeypatch) == 0
    assert sys.stdin.buffer.read() == b"", "a mail server whose pipe breaks sends the message back"
    mail = IncomingMail.objects.get()
    assert (mail.reason, mail.size) == ("too_large", len(raw))
    monkeypatch.setattr(ingest_mail, "MAX_BYTES", len(message(2)))
    assert ingest(message(2), monkeypatch) == 0
    assert IncomingMail.objects.latest("pk").kind == "report"


@pytest.mark.django_db
@pytest.mark.parametrize("failure", [MemoryError, OSError])
def test_failure_exits_with_tempfail(
    monkeypatch: pytest.MonkeyPatch, failure: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(**_: object) -> None:
        raise failure("vidi https://forum.example.org/tajna")

    monkeypatch.setattr(ingest_mail, "ingest_message", fails)
    assert ingest(message(), monkeypatch) == os.EX_TEMPFAIL
    assert "tajna" not in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_pipe_stores_the_message_or_exits_with_tempfail() -> None:
    delivery = piped(message("pipe"), os.environ | {"DATABASE_URL": own_database()})
    assert (delivery.returncode, Report.objects.count()) == (0, 1), delivery.stderr
    closed = f"postgresql://x@127.0.0.1:{closed_port()}/x"
    away = piped(message("later"), os.environ | {"DATABASE_URL": closed})
    assert away.returncode == os.EX_TEMPFAIL, away.stderr
    assert b"forum.example.org" not in away.stdout + away.stderr


@pytest.mark.parametrize(
    "wrong",
    [{"VAR_DIR": "/dev/null/var"}, {"MAIL_RETENTION_DAYS": "tajna"}],
    ids=["servers", "settings"],
)
def test_failed_start_exits_with_tempfail(wrong: dict[str, str]) -> None:
    plain = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment = wrong if "VAR_DIR" in wrong else dict(os.environ) | wrong
    run = piped(message(), plain | environment)
    assert run.returncode == os.EX_TEMPFAIL, run.stderr
    assert run.stderr
    assert b"tajna" not in run.stderr


# --- Settings ---


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"MAIL_IMAP_URL": ""}, []),
        ({"MAIL_IMAP_URL": "imap://a:b@mail.example.org/INBOX"}, ["hotline.E301"]),
        ({"MAIL_IMAP_URL": "imaps://a:b#c@mail.example.org"}, ["hotline.E301"]),
        ({"MAIL_RETENTION_DAYS": -1}, ["hotline.E302"]),
        ({"MAIL_PROCESSED_FOLDER": "Inbox"}, ["hotline.E303"]),
        ({"MAIL_UNPROCESSED_FOLDER": ""}, ["hotline.E303"]),
        ({"MAIL_UNPROCESSED_FOLDER": "done", "MAIL_PROCESSED_FOLDER": "Done"}, ["hotline.E303"]),
    ],
)
def test_settings_that_cannot_work_are_named(settings: Settings, changed: dict[str, Any], found: list[str]) -> None:
    settings.MAIL_IMAP_URL = "imaps://a:tajna@mail.example.org/INBOX"
    for name, value in changed.items():
        setattr(settings, name, value)
    messages = [each for each in run_rules(RULES) if str(each.id)[-3] == "3"]
    assert [each.id for each in messages] == found
    assert not [each for each in messages if "tajna" in each.msg]
