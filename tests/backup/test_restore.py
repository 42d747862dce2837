"""A backup restored into an empty system is complete; invalid backups change no system."""

import hashlib
import io
import json
import stat
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg2
import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from clicksafely.backup import restore_target
from clicksafely.backup.exceptions import BackupError
from clicksafely.backup.manifest import count_tables
from clicksafely.common import restore_hooks
from clicksafely.common.alerts import planning
from clicksafely.common.alerts import selectors as alert_selectors
from clicksafely.common.alerts.models import Alert, AlertChannel
from clicksafely.common.alerts.secret_encryption import decrypt
from clicksafely.common.audit import chain
from clicksafely.common.crypto import sealing, secret_fingerprints
from clicksafely.common.database_roles.grant_table import role_name
from clicksafely.common.models import AuditEvent
from hotline.models import PartnerWebhook, Report, SealedText, TextField, Upload, WebhookStop
from hotline.models.sealed_content import sealed_path
from tests.backup.conftest import MARKER, MEMBER, REPORTS
from tests.backup.systems import System, system
from tests.factories.alerts import SECRET
from tests.factories.youthpanel import NOW as TODAY
from tests.waiting import until
from tests.youthpanel.member_auth.slips import MINE
from youthpanel.member_auth import services
from youthpanel.member_auth.services import CodeRefused
from youthpanel.models import InvitationCode, Member, MemberSession


def rewritten(backup: Path, path: Path, *, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return a tar with other members and a matching manifest checksum."""
    with tarfile.open(backup) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    change(members)
    members["manifest.sha256"] = hashlib.sha256(members["manifest.json"]).hexdigest().encode()
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def with_manifest(**fields: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | fields).encode()

    return change


def refuse(now: datetime) -> str:
    """A restore hook that fails."""
    raise BackupError("no")


@pytest.fixture(scope="module")
def restored(
    backup: Path, keys: Path, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    """A formerly empty system after the restore."""
    folder = tmp_path_factory.mktemp("restored")
    with system("restored", folder, keys=keys, blocker=django_db_blocker) as one:
        # A panel member was erased after the backup.
        (folder / "panel-erasures.txt").write_text(f"{MEMBER} {date(2026, 5, 5)}\n")
        assert "sealed values were opened as a test" in one.manage("restore", backup)
        yield one


class TestDrill:
    def test_the_database_roles_have_their_privileges_again(self, restored: System) -> None:
        with restored.here(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege(role, 'hotline_report', 'INSERT'), has_table_privilege(role, 'hotline_policefile', 'SELECT'), "
                "has_schema_privilege(role, 'public', 'USAGE'), has_schema_privilege(role, 'public', 'CREATE') "
                "FROM (SELECT %s::name AS role) AS part",
                [role_name("public")],
            )
            assert cursor.fetchone() == (True, False, True, False)

    """One restore into an empty system, checked in all aspects."""

    def test_every_table_has_its_rows(self, restored: System, backup: Path, filled: System) -> None:
        with tarfile.open(backup) as tar:
            row_counts = json.load(tar.extractfile("manifest.json"))["tables"]  # type: ignore[arg-type]
        with restored.here():
            found = count_tables()
        new = {"common_auditevent", "common_auditlink"}
        # The message that waits may have been sent since the backup.
        assert row_counts.pop("hotline_webhookmessage") == found.pop("hotline_webhookmessage") + 1 == 2
        changed = {name for name in row_counts if found[name] != row_counts[name]}
        assert changed <= new | {name for name in row_counts if name.startswith("youthpanel_")}
        assert row_counts["hotline_report"] == found["hotline_report"] == REPORTS
        assert len(row_counts) > 100

    def test_every_file_is_there_with_its_mode(self, restored: System, filled: System) -> None:
        assert restored.files() == filled.files()
        assert len(restored.files()) == REPORTS + 3
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (restored.media / "sealed").iterdir()}
        assert modes == {0o640}
        # For the group of all parts, whatever the umask.
        assert stat.S_IMODE((restored.media / "sealed").stat().st_mode) & 0o777 == 0o770
        assert not (restored.media / ".restoring").exists()

    def test_every_seal_opens(self, restored: System) -> None:
        with restored.here():
            words = []
            for text in SealedText.objects.filter(field=TextField.WORDS):
                place = {"table": "hotline_sealedtext", "field": text.field, "row": text.uuid}
                words.append(json.loads(sealing.open_sealed(text.sealed, ring="hotline", **place))["what"])
            assert sorted(words) == sorted(f"{MARKER} {number}" for number in range(REPORTS))
            for upload in Upload.objects.all():
                place = {"table": "hotline_upload", "field": "image", "row": upload.uuid}
                sealed = sealed_path(upload.uuid).read_bytes()
                assert sealing.open_sealed(sealed, ring="hotline", **place).startswith(b"picture ")
            assert Upload.objects.exclude(message=None).count() == REPORTS // 2

    def test_the_roster_is_back_and_no_alert_of_the_backup_is_sent_again(self, restored: System) -> None:
        night = datetime(2026, 5, 4, 1, tzinfo=UTC)
        with restored.here():
            assert [shift.person.username for shift in alert_selectors.on_duty(night)] == ["on-duty"]
            channel = AlertChannel.objects.get()
            assert (channel.address, decrypt(bytes(channel.encrypted_secret))) == (
                "https://alerts.example.org/",
                SECRET,
            )
            alert = Alert.objects.get()
            assert (alert.state, alert.count, alert.next_step_at) == ("ended", 2, None)
            assert list(alert.messages.values_list("state", flat=True)) == ["withdrawn"]
            assert planning.plan_alerts(now=night) == 0

    def test_webhooks_of_partners_have_their_secrets_and_are_stopped(self, restored: System) -> None:
        with restored.here():
            webhook = PartnerWebhook.objects.get()
            assert (webhook.stop, webhook.due_at) == (WebhookStop.RESTORED, None)
            assert decrypt(bytes(webhook.encrypted_secret)) == SECRET
            assert list(webhook.messages.values_list("delivered", flat=True)) == [True]

    def test_the_audit_chain_is_valid_and_continues(self, restored: System, backup: Path) -> None:
        with tarfile.open(backup) as tar:
            head = json.load(tar.extractfile("manifest.json"))["audit_head"]  # type: ignore[arg-type]
        with restored.here():
            assert AuditEvent.objects.filter(action="backup.restored").count() == 1

            def unlinked() -> int:
                chain.link_events(everything=True)
                return chain.verify_chain().unlinked

            # Transactions in other databases of the server delay linking for a moment.
            until(lambda: unlinked() == 0, what="a link for every event")
            assert chain.verify_chain().broken == ""
        assert "links are valid" in restored.manage("verify_audit", "--head", head)

    def test_restored_triggers_and_constraints_are_in_force(self, restored: System) -> None:
        with restored.here():
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                AuditEvent.objects.update(action="x")
            report = Report.objects.earliest("id")
            with pytest.raises(IntegrityError), transaction.atomic():
                Report.objects.filter(pk=report.pk).update(state="nonsense")

    def test_restore_keeps_accounts_and_ends_sessions(self, restored: System) -> None:
        with restored.here():
            assert Session.objects.count() == 0
            assert get_user_model().objects.get(username="analyst").check_password("a long password 5")

    def test_codes_and_sessions_of_members_are_revoked(self, restored: System, filled: System) -> None:
        *codes, key = (filled.folder / "papers").read_text().split()
        with filled.here():
            assert (InvitationCode.objects.filter(void_since=None).count(), MemberSession.objects.count()) == (3, 1)
            assert services.extend_session(key=key, now=TODAY) is not None
        with restored.here():
            assert (InvitationCode.objects.filter(void_since=None).count(), MemberSession.objects.count()) == (0, 0)
            # Void slips stay, for their members to see, without their digests.
            assert InvitationCode.objects.filter(digest=None, pictures=None).count() == 3
            assert services.extend_session(key=key, now=TODAY) is None
            for code in codes:
                with pytest.raises(CodeRefused):
                    services.choose_pictures(code=code, chosen=MINE, now=TODAY)
            revoked = AuditEvent.objects.filter(action="code.revoked")
            assert [(each.subject_table, each.actor_id) for each in revoked] == [("youthpanel_member", None)] * 3

    def test_members_erased_since_the_backup_are_erased_again(self, restored: System) -> None:
        with restored.here():
            assert Member.objects.get(uuid=MEMBER).erased_at is not None

    def test_nothing_is_left_to_migrate_and_new_rows_get_new_numbers(self, restored: System) -> None:
        with restored.here():
            call_command("migrate", "--check", verbosity=0)
            highest = Report.objects.latest("id")
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval(pg_get_serial_sequence('hotline_report', 'id'))")
                assert cursor.fetchone()[0] == highest.pk + 1

    def test_it_can_be_backed_up_again(self, restored: System, tmp_path: Path) -> None:
        assert "is complete" in restored.manage("backup", tmp_path / "again.tar")


class TestReplace:
    def test_a_full_system_is_refused_and_stays(self, backup: Path, bare: System) -> None:
        bare.manage("restore", backup)
        (bare.media / "since").write_bytes(b"since")
        with bare.here(), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE since (id int)")
        assert "add --replace" in bare.refuses("restore", backup)
        assert "since" in bare.files()
        assert "Restored the backup of" in bare.manage("restore", "--replace", backup)
        assert "since" not in bare.files()
        with bare.here(), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('public.since'), to_regnamespace('before_restore')")
            assert cursor.fetchone() == (None, None)
        assert "is complete" in bare.manage("backup", bare.folder)
        (again,) = bare.folder.glob("*.tar")
        assert "Restored the backup of" in bare.manage("restore", "--replace", again)

    def test_failed_restore_keeps_the_former_system(self, backup: Path, bare: System, tmp_path: Path) -> None:
        bare.manage("restore", backup)
        (bare.media / "since").write_bytes(b"since")
        other = rewritten(backup, tmp_path / "x.tar", change=with_manifest(audit_head=f"link9:{'0' * 64}"))
        assert "end of the audit chain" in bare.refuses("restore", "--replace", other)
        with bare.here():
            assert Report.objects.count() == REPORTS
            assert restore_target._tables() > 100
            with connection.cursor() as cursor:
                cursor.execute("SELECT to_regnamespace('before_restore')")
                assert cursor.fetchone() == (None,)
                cursor.execute("SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_trgm'")
                assert cursor.fetchone() == ("public",)
        assert "since" in bare.files()
        assert not (bare.media / ".restoring").exists()

    def test_failed_restore_hook_keeps_the_former_system(
        self, backup: Path, bare: System, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bare.manage("restore", backup)
        (bare.media / "since").write_bytes(b"since")
        with bare.here():
            get_user_model().objects.create_user("since")
        monkeypatch.setitem(restore_hooks._ACTS, f"{__name__}.refuse", None)
        assert bare.refuses("restore", "--replace", backup) == "no"
        assert "since" in bare.files()
        with bare.here():
            assert get_user_model().objects.filter(username="since").exists()

    @pytest.mark.parametrize("arrived", [False, True])
    def test_a_restore_that_was_killed_is_settled_by_the_next(self, bare: System, *, arrived: bool) -> None:
        (bare.media / ".restoring" / "sealed").mkdir(parents=True)
        with bare.here(), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE former (id int)")
            restore_target.move_aside()
            if arrived:
                cursor.execute("CREATE TABLE arrived (id int)")
            restore_target.finish_interrupted_restore()
            cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
            assert cursor.fetchall() == [("arrived" if arrived else "former",)]
        assert not (bare.media / ".restoring").exists()


class TestRefusals:
    """Each leaves the empty system unchanged."""

    @pytest.fixture(autouse=True)
    def _nothing_is_restored(self, bare: System) -> Iterator[None]:
        yield
        assert bare.files() == {}
        with bare.here():
            assert restore_target.is_empty()

    @pytest.mark.parametrize("length", [0, 200_000, -1536])
    def test_cut_off(
        self, altered_backup: Callable[[Callable[[bytearray], None]], Path], bare: System, length: int
    ) -> None:
        path = altered_backup(lambda content: content.__delitem__(slice(length, None)))
        assert "truncated" in bare.refuses("restore", path)

    def test_not_a_backup(self, bare: System, tmp_path: Path) -> None:
        (tmp_path / "x.tar").write_bytes(b"hello" * 1000)
        assert "not a backup" in bare.refuses("restore", tmp_path / "x.tar")
        assert "cannot be read" in bare.refuses("restore", tmp_path / "none.tar")

    def test_a_byte_of_a_file_of_the_dump_or_of_the_manifest(
        self, backup: Path, altered_backup: Callable[[Callable[[bytearray], None]], Path], bare: System
    ) -> None:
        with tarfile.open(backup) as tar:
            places = {name: tar.getmember(name).offset_data for name in tar.getnames()}
        file = next(name for name in places if name.startswith("media/sealed/"))
        for name, word in (("database.dump", "database.dump"), (file, file), ("manifest.json", "the manifest")):

            def flip(content: bytearray, at: int = places[name] + 100) -> None:
                content[at] ^= 1

            assert "damaged" in (error := bare.refuses("restore", altered_backup(flip)))
            assert word in error

    @pytest.mark.parametrize("name", ["media/../../outside", "/etc/outside", "media//x", "other", "media/a\\b"])
    def test_a_path_that_leads_elsewhere(self, backup: Path, bare: System, tmp_path: Path, name: str) -> None:
        path = rewritten(backup, tmp_path / "x.tar", change=lambda members: members.update({name: b"x"}))
        assert "not part of a backup" in bare.refuses("restore", path)
        assert not list(tmp_path.rglob("outside"))

    def test_a_link(self, backup: Path, bare: System, tmp_path: Path) -> None:
        content = backup.read_bytes()
        path = tmp_path / "x.tar"
        path.write_bytes(content)
        link = tarfile.TarInfo("media/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        with tarfile.open(path, "a") as tar:
            tar.addfile(link)
        assert "which is not part of a backup" in bare.refuses("restore", path)

    def test_files_that_the_manifest_does_not_know_and_the_other_way_round(
        self, backup: Path, bare: System, tmp_path: Path
    ) -> None:
        more = rewritten(backup, tmp_path / "x.tar", change=lambda members: members.update({"media/more": b"x"}))
        assert "differs from its manifest: media/more" in bare.refuses("restore", more)
        less = rewritten(backup, tmp_path / "y.tar", change=lambda members: members.__delitem__("media/library/empty"))
        assert "differs from its manifest: media/library/empty" in bare.refuses("restore", less)

    def test_other_migrations(self, backup: Path, bare: System, tmp_path: Path) -> None:
        with tarfile.open(backup) as tar:
            theirs = json.load(tar.extractfile("manifest.json"))["migrations"]  # type: ignore[arg-type]
        newer = with_manifest(migrations=[*theirs, "hotline.9999_x"], version="9.9.9")
        error = bare.refuses("restore", rewritten(backup, tmp_path / "x.tar", change=newer))
        assert "newer version" in error
        assert all(words in error for words in ("9.9.9", "hotline.9999_x"))
        older = with_manifest(migrations=theirs[:-1])
        assert "made by an older version" in bare.refuses(
            "restore", rewritten(backup, tmp_path / "y.tar", change=older)
        )

    def test_another_format_and_a_manifest_that_is_none(self, backup: Path, bare: System, tmp_path: Path) -> None:
        assert "has the format 2" in bare.refuses(
            "restore", rewritten(backup, tmp_path / "x.tar", change=with_manifest(format=2))
        )

        def spoil(members: dict[str, bytes]) -> None:
            members["manifest.json"] = b"[]"

        assert "The manifest is invalid" in bare.refuses("restore", rewritten(backup, tmp_path / "y.tar", change=spoil))

    def test_other_rows_than_were_counted(self, backup: Path, bare: System, tmp_path: Path) -> None:
        with tarfile.open(backup) as tar:
            tables = json.load(tar.extractfile("manifest.json"))["tables"]  # type: ignore[arg-type]
        path = rewritten(backup, tmp_path / "x.tar", change=with_manifest(tables=tables | {"hotline_report": 99}))
        assert "the table hotline_report differs" in bare.refuses("restore", path)

    def test_keys_that_are_not_here(self, backup: Path, bare: System, tmp_path: Path) -> None:
        (other := tmp_path / "other").mkdir()
        sealing.generate_rings(other)
        error = System(bare.database, bare.folder, other, bare.blocker).refuses("restore", backup)
        assert ", hotline " in error
        assert "--without-keys" in error

    @pytest.mark.parametrize("name", ["RECEIPT_PEPPER", "AUDIT_KEY", "LINK_SECRET"])
    def test_other_secrets(self, backup: Path, bare: System, settings: Settings, name: str) -> None:
        setattr(settings, name, "another secret of more than thirty-two characters")
        error = bare.refuses("restore", backup)
        assert error.startswith(f"Not the secrets of the backup: {name}.")
        assert "--without-keys" in error

    def test_restore_is_refused_while_clients_are_connected(self, backup: Path, bare: System) -> None:
        with bare.here():
            connection.ensure_connection()
            dsn = connection.connection.dsn
        other = psycopg2.connect(dsn)
        try:
            assert "first stop all web processes, workers, beat" in bare.refuses("restore", backup)
        finally:
            other.close()

    def test_too_little_disk_space(self, backup: Path, bare: System, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("clicksafely.backup.restore.SPARE_BYTES", 2**60)
        assert "are free on the disk of the media folder" in bare.refuses("restore", backup)


def test_lost_keys_do_not_prevent_a_restore(backup: Path, bare: System, tmp_path: Path) -> None:
    (other := tmp_path / "other").mkdir()
    sealing.generate_rings(other)
    stranger = System(bare.database, bare.folder, other, bare.blocker)
    assert "0 sealed values were opened" in stranger.manage("restore", "--without-keys", backup)
    with stranger.here():
        assert Report.objects.count() == REPORTS


def test_a_lost_secret_must_be_accepted_and_does_not_prevent_a_restore(
    backup: Path, bare: System, settings: Settings
) -> None:
    settings.RECEIPT_PEPPER = "another secret of more than thirty-two characters"
    bare.manage("restore", "--without-keys", backup)
    with bare.here():
        assert Report.objects.count() == REPORTS
        assert secret_fingerprints.record_fingerprints(now=TODAY) == ["RECEIPT_PEPPER"]
        call_command("accept_secrets", "RECEIPT_PEPPER")
        assert secret_fingerprints.record_fingerprints(now=TODAY) == []


def test_a_part_restores_without_the_secrets_of_others(backup: Path, bare: System, settings: Settings) -> None:
    settings.PUBLIC_SECRET_KEY = settings.LINK_SECRET = ""
    bare.manage("restore", backup)
    with bare.here():
        assert secret_fingerprints.record_fingerprints(now=TODAY) == []


def test_without_private_keys_the_public_ring_is_compared(
    backup: Path, bare: System, keys: Path, tmp_path: Path
) -> None:
    (public := tmp_path / "public").mkdir()
    (public / "public.json").write_bytes((keys / "public.json").read_bytes())
    door = System(bare.database, bare.folder, public, bare.blocker)
    assert "Not tested: values of hotline, panel, bookings, accounts" in door.manage("restore", backup)


def test_restore_retries_until_connections_are_closed(
    backup: Path, bare: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bare.here():
        connection.ensure_connection()
        other = psycopg2.connect(connection.connection.dsn)
    monkeypatch.setattr("clicksafely.backup.restore_target.time.sleep", lambda _: other.close())
    assert "Restored the backup of" in bare.manage("restore", backup)
