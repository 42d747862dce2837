"""Database, broker, workers and mail servers."""

import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.exceptions import RedisError, ResponseError

from clicksafely.common.mail.bounces import events_mailbox
from clicksafely.common.mail.errors import MailboxUnreadable
from clicksafely.common.mail.imap_mailbox import ImapMailbox
from clicksafely.common.mail.imap_settings import ImapSettings, ImapSettingsInvalid
from clicksafely.common.mail.smtp_settings import read_smtp_settings
from clicksafely.common.queue import heartbeat
from clicksafely.monitoring.doctor.results import CheckResult, Severity, failed, passed, warning

LEAST_POSTGRES: Final = 15
SKEW_LOOK, SKEW_BROKEN = 2.0, 30.0
MAIL_SECONDS: Final = 5
_START_DATABASE: Final = "Start PostgreSQL, or mend DATABASE_URL: host, port, name and password in it, and whether pg_hba.conf lets this machine in"


def check_database(now: datetime) -> Iterator[CheckResult]:
    """It answers, is new enough, knows Cyrillic capitals and has its extension."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, pg_encoding_to_char(encoding), lower('ЂЖШ') = 'ђжш' "
                "FROM pg_database WHERE datname = current_database()"
            )
            version, encoding, cyrillic = cursor.fetchone()
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            has_trigrams = cursor.fetchone() is not None
    except DatabaseError as error:
        yield failed(f"the database cannot be asked ({type(error).__name__})", _START_DATABASE)
        return
    yield passed(f"PostgreSQL {version} answers")
    if version < LEAST_POSTGRES:
        yield failed(f"PostgreSQL {version} is too old", f"Upgrade it to {LEAST_POSTGRES} or later")
    if encoding != "UTF8" or not cyrillic:
        yield failed(
            f"the database has the encoding {encoding} or a locale that knows no Cyrillic capitals: the search finds nothing",
            "Make a database in UTF8 with any locale but plain C, and bring a backup into it",
        )
    if not has_trigrams:
        yield failed("the extension pg_trgm is missing", "Install postgresql-contrib, then run `manage.py migrate`")


def check_clock(now: datetime) -> Iterator[CheckResult]:
    """This machine and the database agree on the time."""
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
        after = datetime.now(UTC)
    skew = (theirs - before - (after - before) / 2).total_seconds()
    what = f"the clocks of this machine and of the database differ by {abs(skew):.1f} s"
    remedy = "Let both ask the same time server (systemd-timesyncd or chrony): claims, codes and deadlines depend on it"
    level = Severity.BROKEN if abs(skew) > SKEW_BROKEN else Severity.LOOK if abs(skew) > SKEW_LOOK else Severity.OK
    yield CheckResult(level, what, remedy if level else "")


def check_migrations(now: datetime) -> Iterator[CheckResult]:
    """The database has the tables of this version."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = sorted(set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations))
    if pending:
        yield failed(
            f"{len(pending)} migrations are not applied, the first is {pending[0][0]}", "Run `manage.py prepare`"
        )
    if unknown:
        yield failed(
            f"the database was migrated by a newer version ({'.'.join(unknown[0])})",
            "Install that version, or restore the backup of before",
        )
    if not pending and not unknown:
        yield passed("all migrations are applied")


def check_broker(now: datetime) -> Iterator[CheckResult]:
    """It answers, and keeps nothing on a disk."""
    try:
        with heartbeat.redis_client(settings.REDIS_URL) as server:
            server.ping()
            kept = server.config_get("save", "appendonly", "maxmemory-policy")
    except ResponseError:
        yield warning(
            "the broker answers and does not say how it is set", 'Make sure that it has `save ""` and `appendonly no`'
        )
        return
    except RedisError as error:
        yield failed(
            f"the broker does not answer ({type(error).__name__})",
            "Start Valkey, or mend REDIS_URL; reports are kept and wait",
        )
        return
    yield passed("the broker answers")
    if kept.get("save") or kept.get("appendonly") == "yes":
        yield warning(
            "the broker writes to a disk: counters of the limits, which follow from addresses, are to be forgotten",
            'Set `save ""` and `appendonly no`, restart it and erase its files',
        )
    if kept.get("maxmemory-policy", "noeviction") != "noeviction":
        yield warning("the broker throws messages away when its memory is full", "Set `maxmemory-policy noeviction`")


def check_processes(now: datetime) -> Iterator[CheckResult]:
    """Beat and the workers of every queue have left their signs."""
    try:
        alive = heartbeat.live_processes(settings.REDIS_URL)
    except RedisError:
        yield warning("nobody knows whether workers run: the broker does not answer", "Mend the broker first")
        return
    for sign in heartbeat.HEARTBEATS:
        if sign in alive:
            yield passed(f"{sign} is alive")
        elif sign in {"worker", "beat"}:
            yield failed(
                f"{sign} gives no sign of life",
                f"Start the part `{sign}` and look at its log; without beat no worker has anything to do",
            )
        else:
            yield warning(f"{sign} gives no sign of life", f"Start the part `{sign}`; what it does waits")


def check_outgoing_mail(now: datetime) -> Iterator[CheckResult]:
    """The mail server takes a connection."""
    if not settings.MAIL_SMTP_URL:
        yield passed("no mail server is set: nothing goes out by e-mail")
        return
    try:
        server = read_smtp_settings()
    except ValueError as error:
        yield failed(
            f"MAIL_SMTP_URL cannot be used: {error}", "docs/operations.md, E-mail to reporters, says how it is written"
        )
        return
    try:
        context = ssl.create_default_context(cafile=settings.MAIL_CA_FILE or None)
        if server.scheme == "smtps":
            with smtplib.SMTP_SSL(server.host, server.port, timeout=MAIL_SECONDS, context=context):
                pass
        else:
            with smtplib.SMTP(server.host, server.port, timeout=MAIL_SECONDS) as client:
                if server.scheme == "smtp+tls":
                    client.starttls(context=context)
    except (OSError, smtplib.SMTPException) as error:
        yield warning(
            f"the mail server cannot be reached from here ({type(error).__name__})",
            "Run this where the part `outside` runs; if it says the same there, look at the server, its certificate and the firewall",
        )
        return
    yield passed("the mail server answers")


def check_mailboxes(now: datetime) -> Iterator[CheckResult]:
    """The hotline's mailbox and that of events can be opened; nothing in them is read."""
    url, password_file = settings.MAIL_IMAP_URL, settings.MAIL_IMAP_PASSWORD_FILE
    try:
        mailboxes = {
            "MAIL_IMAP_URL": ImapSettings.parse(url, password_file=password_file) if url else None,
            "EVENTS_MAIL_IMAP_URL": events_mailbox(),
        }
    except ImapSettingsInvalid as error:
        yield failed(
            f"a mailbox cannot be read: {error}",
            "Write it as imaps://user:password@host:993/INBOX, special characters percent-encoded",
        )
        return
    for setting, address in mailboxes.items():
        if address is None:
            yield passed(f"{setting} is not set: no mailbox is read")
            continue
        try:
            with ImapMailbox(address, ca_file=settings.MAIL_CA_FILE):
                yield passed(f"the mailbox of {setting} can be opened")
        except MailboxUnreadable as error:
            yield warning(
                f"the mailbox of {setting} cannot be opened from here ({error.why.value})",
                "Run `manage.py fetch_mail` where the part `outside` runs, which says more",
            )
