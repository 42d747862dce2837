"""Doctor checks of database, broker, workers and mail servers."""

import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.exceptions import RedisError, ResponseError

from clicksafely.common.database_roles.grant_table import role_name
from clicksafely.common.mail.bounces import events_mailbox
from clicksafely.common.mail.errors import MailboxUnreadable
from clicksafely.common.mail.imap_mailbox import ImapMailbox
from clicksafely.common.mail.imap_settings import ImapSettings, ImapSettingsInvalid
from clicksafely.common.mail.smtp_settings import read_smtp_settings
from clicksafely.common.queue import heartbeat
from clicksafely.monitoring.doctor.results import CheckResult, Severity, failed, passed, warning

MIN_POSTGRES_VERSION: Final = 17
SKEW_LOOK, SKEW_BROKEN = 2.0, 30.0
MAIL_SECONDS: Final = 5
# Safe values of PostgreSQL's settings, the recommended one first. psycopg2 sends values inside the statement.
_SAFE_LOG_SETTINGS: Final[dict[str, tuple[str, ...]]] = {
    "log_min_error_statement": ("panic", "fatal", "log"),
    "log_error_verbosity": ("terse",),
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
    "log_parameter_max_length_on_error": ("0",),
}
_START_DATABASE: Final = (
    "Start PostgreSQL, or correct DATABASE_URL: host, port, name and password; check that "
    "pg_hba.conf admits this machine"
)


def check_database(now: datetime) -> Iterator[CheckResult]:
    """Check that the database answers, is recent enough, maps Cyrillic case and has its extension."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, pg_encoding_to_char(encoding), lower('ЂЖШ') = 'ђжш', "
                "rolsuper OR datdba = pg_roles.oid FROM pg_database, pg_roles "
                "WHERE datname = current_database() AND rolname = current_user"
            )
            version, encoding, cyrillic, owns_all = cursor.fetchone()
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            has_trigrams = cursor.fetchone() is not None
    except DatabaseError as error:
        yield failed(f"the database cannot be queried ({type(error).__name__})", _START_DATABASE)
        return
    yield passed(f"PostgreSQL {version} answers")
    if version < MIN_POSTGRES_VERSION:
        yield failed(f"PostgreSQL {version} is too old", f"Upgrade it to {MIN_POSTGRES_VERSION} or later")
    if encoding != "UTF8" or not cyrillic:
        yield failed(
            f"the database has the encoding {encoding} or a locale without Cyrillic case mapping: the search finds nothing",
            "Create a database in UTF8 with any locale but plain C, and restore a backup into it",
        )
    if owns_all and settings.PORTAL != "all":
        yield warning(
            "this process connects as the owner of the database or a superuser: an intruder in it could change everything",
            f"Use the role {role_name('staff')} in DATABASE_URL: docs/operations/install.md",
        )
    if not has_trigrams:
        yield failed("the extension pg_trgm is missing", "Install postgresql-contrib, then run `manage.py migrate`")


def check_statement_log(now: datetime) -> Iterator[CheckResult]:
    """Check that the database logs neither statements nor rows: they contain what visitors and members typed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(_SAFE_LOG_SETTINGS)])
        found = dict(cursor.fetchall())
    unsafe = {name: value for name, value in sorted(found.items()) if value not in _SAFE_LOG_SETTINGS[name]}
    for name, value in unsafe.items():
        yield warning(
            f"PostgreSQL may log confidential values: {name} is {value}",
            f"Set {name} = {_SAFE_LOG_SETTINGS[name][0]} in postgresql.conf and reload PostgreSQL (docs/operations/install.md)",
        )
    if not unsafe:
        yield passed("PostgreSQL logs neither statements nor rows")


def check_clock(now: datetime) -> Iterator[CheckResult]:
    """Check that the clocks of this machine and the database agree."""
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
        after = datetime.now(UTC)
    skew = (theirs - before - (after - before) / 2).total_seconds()
    what = f"the clocks of this machine and of the database differ by {abs(skew):.1f} s"
    remedy = "Use the same time server on both (systemd-timesyncd or chrony): claims, codes and deadlines depend on it"
    level = Severity.BROKEN if abs(skew) > SKEW_BROKEN else Severity.LOOK if abs(skew) > SKEW_LOOK else Severity.OK
    yield CheckResult(level, what, remedy if level else "")


def check_migrations(now: datetime) -> Iterator[CheckResult]:
    """Check that the migrations of this version are applied."""
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
            "Install that version, or restore the backup made before the upgrade",
        )
    if not pending and not unknown:
        yield passed("all migrations are applied")


def check_broker(now: datetime) -> Iterator[CheckResult]:
    """Check that the broker answers and stores nothing on disk."""
    try:
        with heartbeat.redis_client(settings.REDIS_URL) as server:
            server.ping()
            server_config = server.config_get("save", "appendonly", "maxmemory-policy")
    except ResponseError:
        yield warning(
            "the broker answers but does not return its configuration",
            'Make sure that it has `save ""` and `appendonly no`',
        )
        return
    except RedisError as error:
        yield failed(
            f"the broker is not responding ({type(error).__name__})",
            "Start Valkey, or correct REDIS_URL; reports are stored and queued",
        )
        return
    yield passed("the broker answers")
    if server_config.get("save") or server_config.get("appendonly") == "yes":
        yield warning(
            "the broker writes to disk: rate limit counters, derived from addresses, must not persist",
            'Set `save ""` and `appendonly no`, restart it and erase its files',
        )
    if server_config.get("maxmemory-policy", "noeviction") != "noeviction":
        yield warning("the broker evicts messages when its memory is full", "Set `maxmemory-policy noeviction`")


def check_processes(now: datetime) -> Iterator[CheckResult]:
    """Check the heartbeats of beat and the workers of every queue."""
    try:
        alive = heartbeat.live_processes(settings.REDIS_URL)
    except RedisError:
        yield warning("it is unknown whether workers run: the broker is not responding", "Fix the broker first")
        return
    for sign in heartbeat.HEARTBEATS:
        if sign in alive:
            yield passed(f"{sign} is alive")
        elif sign in {"worker", "beat"}:
            yield failed(
                f"{sign} has no heartbeat",
                f"Start the part `{sign}` and check its log; workers receive no periodic tasks without beat",
            )
        else:
            yield warning(f"{sign} has no heartbeat", f"Start the part `{sign}`; its tasks are queued")


def check_outgoing_mail(now: datetime) -> Iterator[CheckResult]:
    """Check that the mail server accepts a connection."""
    if not settings.MAIL_SMTP_URL:
        yield passed("no mail server is configured: no e-mail is sent")
        return
    try:
        server = read_smtp_settings()
    except ValueError as error:
        yield failed(
            f"MAIL_SMTP_URL cannot be used: {error}",
            "For the format, see docs/operations/configure.md, E-mail to reporters",
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
            (
                "Run this where the part `outside` runs; if it fails there too, check the server, its certificate "
                "and the firewall"
            ),
        )
        return
    yield passed("the mail server answers")


def check_mailboxes(now: datetime) -> Iterator[CheckResult]:
    """Check that the mailboxes of the hotline and of events can be opened; no message is read."""
    url = settings.MAIL_IMAP_URL
    try:
        mailboxes = {
            "MAIL_IMAP_URL": ImapSettings.parse(url) if url else None,
            "EVENTS_MAIL_IMAP_URL": events_mailbox(),
        }
    except ImapSettingsInvalid as error:
        yield failed(
            f"a mailbox cannot be read: {error}",
            "Use the format imaps://user:password@host:993/INBOX, special characters percent-encoded",
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
                "Run `manage.py fetch_mail` where the part `outside` runs, for details",
            )
