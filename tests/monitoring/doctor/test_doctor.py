"""The doctor: every check is made to fail, and each problem has a remedy."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from django.core.management import call_command
from django.db import connection
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from psycopg2 import sql
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings
from redis import Redis

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log, chain
from clicksafely.common.crypto import sealing
from clicksafely.common.queue import failed_tasks, heartbeat
from clicksafely.devserver.ports import free_port
from clicksafely.monitoring.doctor import backlog, configuration, servers
from clicksafely.monitoring.doctor.results import Check, CheckResult, Severity
from clicksafely.monitoring.management.commands import doctor as doctor_command
from hotline.models import HashList, ListState
from tests.database import administration, as_role_of, drop_database
from tests.factories.alerts import alerting_works, give_shift, make_person
from tests.factories.hotline import ReportFactory
from tests.waiting import until

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def found(check: Check, now: datetime = NOW) -> list[CheckResult]:
    """Return the results of a check."""
    return list(check(now))


def worst(check: Check, now: datetime = NOW) -> CheckResult:
    """Return the most severe result of a check; each problem has a remedy."""
    findings = found(check, now)
    assert all(bool(one.remedy) == bool(one.level) for one in findings)
    return max(findings, key=lambda one: one.level)


@pytest.fixture
def other_rings(tmp_path: Path) -> Path:
    (folder := tmp_path / "other").mkdir()
    sealing.generate_rings(folder)
    return folder


class TestFiles:
    def test_settings(self, settings: Settings) -> None:
        assert worst(configuration.check_settings).level is Severity.OK
        settings.ALLOWED_HOSTS = ["*"]
        finding = worst(configuration.check_settings)
        assert finding.level is Severity.BROKEN
        assert "(clicksafely.E010)" in finding.what
        settings.ALLOWED_HOSTS, settings.MMDB_ASN = ["localhost"], "/nowhere.mmdb"
        finding = worst(configuration.check_settings)
        assert (finding.level, "(hotline.W103)" in finding.what) == (Severity.LOOK, True)

    def test_var_folder(self, settings: Settings, tmp_path: Path) -> None:
        settings.VAR_DIR = tmp_path / "var"
        settings.VAR_DIR.mkdir(mode=0o711)
        assert worst(configuration.check_var_folder).level is Severity.OK
        settings.VAR_DIR.chmod(0o755)
        finding = worst(configuration.check_var_folder)
        assert (finding.level, finding.remedy) == (Severity.BROKEN, f"chmod o-rw {settings.VAR_DIR}")

    def test_rings(self, settings: Settings, other_rings: Path) -> None:
        assert [one.level for one in found(configuration.check_key_rings)] == [Severity.OK] * 4
        settings.SEALING_PRIVATE_KEYS = other_rings / "private.json"
        assert "(WrongKey)" in worst(configuration.check_key_rings).what
        settings.SEALING_PRIVATE_KEYS = other_rings / "absent.json"
        assert "no private keys" in worst(configuration.check_key_rings).what
        settings.SEALING_PUBLIC_KEYS = other_rings / "absent.json"
        assert "(NoPublicKey)" in worst(configuration.check_key_rings).what

    @pytest.mark.django_db
    def test_stored_seals(self, settings: Settings, other_rings: Path) -> None:
        ReportFactory()
        assert worst(configuration.check_sealed_values).what.startswith("1 sealed values")
        settings.SEALING_PRIVATE_KEYS = other_rings / "private.json"
        finding = worst(configuration.check_sealed_values)
        assert finding.level is Severity.BROKEN
        assert "hotline_sealedtext " in finding.what

    def test_media(self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.MEDIA_ROOT = tmp_path / "media"
        monkeypatch.setattr(configuration, "FREE_LOOK", 1)
        monkeypatch.setattr(configuration, "FREE_BROKEN", 0)
        assert worst(configuration.check_media).level is Severity.OK
        assert list(settings.MEDIA_ROOT.iterdir()) == []
        monkeypatch.setattr(configuration, "FREE_LOOK", 2**62)
        assert worst(configuration.check_media).level is Severity.LOOK
        monkeypatch.setattr(configuration, "FREE_BROKEN", 2**62)
        assert worst(configuration.check_media).level is Severity.BROKEN
        (tmp_path / "file").touch()
        settings.MEDIA_ROOT = tmp_path / "file" / "media"
        assert "(Not a directory)" in worst(configuration.check_media).what

    def test_network_databases(self, settings: Settings, tmp_path: Path) -> None:
        assert [one.level for one in found(configuration.check_network_databases)] == [Severity.OK, Severity.OK]
        writer = MMDBWriter(ip_version=4, database_type="Test-ASN")
        writer.insert_network(IPSet(["192.0.2.0/24"]), {"autonomous_system_number": 64496})
        writer.to_db_file(str(tmp_path / "asn.mmdb"))
        settings.MMDB_ASN = str(tmp_path / "asn.mmdb")
        today = datetime.now(UTC)
        assert worst(configuration.check_network_databases, today).level is Severity.OK
        finding = worst(configuration.check_network_databases, today + timedelta(days=61))
        assert (finding.level, "asn.mmdb" in finding.what) == (Severity.LOOK, True)


class TestDatabase:
    @pytest.mark.django_db
    def test_a_part_of_an_installation_is_not_the_owner(self, settings: Settings) -> None:
        settings.PORTAL = "staff"
        assert worst(servers.check_database).level is Severity.LOOK
        with as_role_of("staff"):
            assert worst(servers.check_database).level is Severity.OK

    @pytest.mark.filterwarnings("default")
    def test_unreachable(self, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker) -> None:
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", "1")
        with django_db_blocker.unblock():
            finding = worst(servers.check_database)
        assert (finding.level, "(OperationalError)" in finding.what) == (Severity.BROKEN, True)

    @pytest.mark.django_db
    def test_too_old_and_without_its_extension(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(servers, "MIN_POSTGRES_VERSION", 19)
        with connection.cursor() as cursor:
            cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        well, version, extension = found(servers.check_database)
        assert (well.level, "18" in version.what, "pg_trgm" in extension.what) == (Severity.OK, True, True)

    def test_a_locale_without_cyrillic(self, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
        own = connection.settings_dict["NAME"]
        name = f"{own}_plain_c"
        with django_db_blocker.unblock():
            drop_database(name)
            with administration() as cursor:
                statement = "CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C' ENCODING 'UTF8'"
                cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
            connection.close()
            connection.settings_dict["NAME"] = name
            try:
                findings = found(servers.check_database)
            finally:
                connection.close()
                connection.settings_dict["NAME"] = own
                drop_database(name)
        assert (findings[1].level, "Cyrillic" in findings[1].what) == (Severity.BROKEN, True)

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("log_min_error_statement", "error"),
            ("log_error_verbosity", "default"),
            ("log_statement", "all"),
            ("log_min_duration_statement", "250"),
            ("log_min_duration_sample", "250"),
            ("log_transaction_sample_rate", "0.5"),
            ("log_parameter_max_length_on_error", "-1"),
        ],
    )
    def test_a_log_of_statements_or_rows(self, name: str, value: str) -> None:
        with as_role_of("staff"):
            assert worst(servers.check_statement_log).level is Severity.OK
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL {name} = '{value}'")
        (finding,) = found(servers.check_statement_log)
        assert (finding.level, f"{name} is {value}" in finding.what) == (Severity.LOOK, True)
        assert f"Set {name} = " in finding.remedy

    @pytest.mark.real_time
    @pytest.mark.django_db
    @pytest.mark.parametrize(("seconds", "level"), [(0, Severity.OK), (5, Severity.LOOK), (-60, Severity.BROKEN)])
    def test_clock(self, seconds: int, level: Severity) -> None:
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds)):
            finding = worst(servers.check_clock)
        assert finding.level is level

    @pytest.mark.django_db
    def test_migrations(self) -> None:
        assert worst(servers.check_migrations).level is Severity.OK
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
            cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('hotline', '9999_x', now())")
        missing, newer = (one.what for one in found(servers.check_migrations))
        assert ("sessions.0001_initial" in missing, "hotline.9999_x" in newer) == (True, True)


class TestBroker:
    def test_away(self, settings: Settings) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        assert "(ConnectionError)" in worst(servers.check_broker).what
        assert worst(servers.check_processes).level is not Severity.OK

    def test_a_broker_that_evicts_or_stores_data(self, broker: Redis) -> None:
        assert [one.level for one in found(servers.check_broker)] == [Severity.OK]
        before = broker.config_get("save", "maxmemory-policy")
        try:
            broker.config_set("save", "86400 100000")
            broker.config_set("maxmemory-policy", "allkeys-lru")
            findings = found(servers.check_broker)
        finally:
            for name, value in before.items():
                broker.config_set(name, value)
        assert [one.level for one in findings] == [Severity.OK, Severity.LOOK, Severity.LOOK]

    def test_parts(self, broker: Redis, settings: Settings) -> None:
        levels = {one.what.split()[0]: one.level for one in found(servers.check_processes)}
        needed, optional = dict.fromkeys(("worker", "beat"), Severity.BROKEN), ("outside", "sealed")
        assert levels == needed | dict.fromkeys(optional, Severity.LOOK)
        for sign in heartbeat.HEARTBEATS:
            heartbeat.record_heartbeat(settings.REDIS_URL, sign)
        assert worst(servers.check_processes).level is Severity.OK


class TestMail:
    @pytest.fixture
    def smtp(self) -> Iterator[int]:
        controller = Controller(Sink(), hostname="127.0.0.1", port=free_port(), ready_timeout=60)
        controller.start()
        yield controller.port
        controller.stop()

    def test_outgoing(self, settings: Settings, smtp: int) -> None:
        assert worst(servers.check_outgoing_mail).level is Severity.OK
        settings.MAIL_SMTP_URL = "smtp://mail.example.org"
        assert worst(servers.check_outgoing_mail).level is Severity.BROKEN
        settings.MAIL_SMTP_URL = "smtp://127.0.0.1:1"
        assert "(ConnectionRefusedError)" in worst(servers.check_outgoing_mail).what
        settings.MAIL_SMTP_URL = f"smtp://127.0.0.1:{smtp}"
        assert worst(servers.check_outgoing_mail).level is Severity.OK
        settings.MAIL_SMTP_URL = f"smtps://user:marker-5512@127.0.0.1:{smtp}"
        finding = worst(servers.check_outgoing_mail)
        assert (finding.level, "(SSLError)" in finding.what) == (Severity.LOOK, True)

    @pytest.mark.parametrize("setting", ["MAIL_IMAP_URL", "EVENTS_MAIL_IMAP_URL"])
    def test_mailboxes(self, settings: Settings, setting: str) -> None:
        assert worst(servers.check_mailboxes).level is Severity.OK
        setattr(settings, setting, "http://mail.example.org")
        assert worst(servers.check_mailboxes).level is Severity.BROKEN
        setattr(settings, setting, "imaps://user:marker-5512@127.0.0.1:1/INBOX")
        finding = worst(servers.check_mailboxes)
        assert (finding.level, setting in finding.what) == (Severity.LOOK, True)


@pytest.mark.django_db
class TestWork:
    def test_audit(self, settings: Settings) -> None:
        chain.link_events(everything=True)
        assert worst(backlog.check_audit).level is Severity.OK
        audit_log.record(action="x", subject=None, actor=None, now=NOW)
        # NOW may be the rounded time of an event of the next full hour.
        assert worst(backlog.check_audit, NOW + timedelta(minutes=69)).level is Severity.OK
        assert "2026-04-01 12:00 UTC" in worst(backlog.check_audit, NOW + timedelta(minutes=71)).what

    @pytest.mark.slow
    @pytest.mark.django_db(transaction=True)
    def test_the_last_link(self, settings: Settings) -> None:
        for _ in range(2):
            audit_log.record(action="x", subject=None, actor=None, now=NOW)
            # Transactions in other databases of the server delay linking for a moment.
            until(lambda: chain.link_events(everything=True), what="a link")
        assert "the last link of the audit chain is valid: link" in worst(backlog.check_audit).what
        settings.AUDIT_KEY = "another key of more than thirty-two characters"
        assert "is invalid" in worst(backlog.check_audit).what
        settings.AUDIT_KEY = ""
        assert worst(backlog.check_audit).what == "AUDIT_KEY is not available here: the chain was not checked"

    def test_backup(self) -> None:
        assert worst(backlog.check_backup).level is Severity.LOOK
        audit_log.record(action="backup.created", subject=None, actor=None, now=NOW)
        assert worst(backlog.check_backup, NOW + timedelta(hours=25)).level is Severity.OK
        assert "2026-04-01 12:00 UTC" in worst(backlog.check_backup, NOW + timedelta(hours=27)).what

    def test_failed_tasks(self) -> None:
        assert worst(backlog.check_failed_tasks).level is Severity.OK
        failed_tasks.record_failure(task="x", args=(), kwargs={}, error=ValueError(), tries=1, now=NOW)
        assert worst(backlog.check_failed_tasks).what.startswith("1 tasks")

    def test_alerts(self, settings: Settings) -> None:
        settings.MAIL_SMTP_URL = ""
        assert worst(backlog.check_alerts).level is Severity.OK
        person = make_person("first")
        give_shift(person)
        assert "(not_planned)" in worst(backlog.check_alerts).what
        alerting_works(NOW)
        assert worst(backlog.check_alerts).level is Severity.OK
        User.objects.update(email="")
        assert worst(backlog.check_alerts).level is Severity.LOOK

    def test_hash_lists(self) -> None:
        assert worst(backlog.check_hash_lists).level is Severity.OK
        times = {"arrived_at": NOW, "imported_at": NOW}
        HashList.objects.create(
            name="L", source="s", label="l", state=ListState.ACTIVE, entries=1, file_size=33, **times
        )
        assert worst(backlog.check_hash_lists, NOW + timedelta(days=89)).level is Severity.OK
        assert "2026-04-01" in worst(backlog.check_hash_lists, NOW + timedelta(days=91)).what


class TestCommand:
    """With few of the checks, so that their results are known."""

    def run(self, monkeypatch: pytest.MonkeyPatch, *names: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
        monkeypatch.setattr(doctor_command, "CHECKS", {name: doctor_command.CHECKS[name] for name in names})
        out, code = StringIO(), 0
        try:
            call_command("doctor", *options, stdout=out)
        except SystemExit as end:
            code = int(str(end.code))
        return code, out.getvalue()

    @pytest.mark.django_db
    def test_a_warning(self, monkeypatch: pytest.MonkeyPatch) -> None:
        code, output = self.run(monkeypatch, "rings", "backup")
        finding, remedy = output.splitlines()
        assert (code, finding.startswith("LOOK   backup: "), remedy.startswith("       -> ")) == (1, True, True)
        code, output = self.run(monkeypatch, "rings")
        assert (code, len(output.splitlines())) == (0, 1)

    def test_something_broken_and_a_check_that_breaks_down(
        self, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
    ) -> None:
        settings.VAR_DIR = tmp_path / "absent"
        code, output = self.run(monkeypatch, "rings", "var", options=("--all",))
        assert code == 2
        assert "ok     rings: hotline: seals and opens.\n" in output
        assert "BROKEN var: could not be checked (FileNotFoundError).\n" in output

    def test_for_programs(self, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        code, output = self.run(monkeypatch, "rings", "broker", options=("--json",))
        assert code == 2
        assert [(one["check"], one["level"]) for one in json.loads(output)] == [("rings", "ok")] * 4 + [
            ("broker", "broken")
        ]
        assert set(json.loads(output)[0]) == {"check", "level", "what", "remedy"}

    @pytest.mark.django_db
    def test_no_secret_is_printed(self, settings: Settings) -> None:
        settings.MAIL_SMTP_URL = "smtps://user:marker-5512@127.0.0.1:1"
        settings.MAIL_IMAP_URL = "imaps://user:marker-5512@127.0.0.1:1/INBOX"
        settings.REDIS_URL = "redis://user:marker-5512@127.0.0.1:1/0"
        output = json.dumps([finding for _name, finding in doctor_command.run_checks(NOW)])
        assert "marker-5512" not in output
        for secret in (settings.SECRET_KEY, settings.AUDIT_KEY, settings.RECEIPT_PEPPER):
            assert secret not in output
        assert len(output) > 500
