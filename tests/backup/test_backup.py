"""A backup is complete or absent, is a snapshot of one moment, and contains no key."""

import base64
import dataclasses
import fcntl
import json
import os
import re
import stat
import subprocess
import sys
import tarfile
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import override_settings

from awareness.library.paths import bundles_folder, covers_folder
from clicksafely.accounts.models import AuthenticatorApp, RecoveryCodeSet
from clicksafely.backup import archive, create, postgres
from clicksafely.backup.exceptions import BackupError, ProgramMissing
from clicksafely.common.crypto.part_secrets import fingerprint, held_secrets
from clicksafely.common.crypto.sealing import NoPrivateKey
from clicksafely.common.models import AuditEvent
from tests.backup.conftest import MARKER, REPORTS
from tests.backup.systems import System, sql_of


def test_any_tar_reads_it_and_it_is_for_its_owner_alone(backup: Path, filled: System, tmp_path: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    subprocess.run(["tar", "-xf", backup, "-C", tmp_path], check=True)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    media = {
        name.removeprefix("media/"): (tmp_path / name).read_bytes()
        for name in manifest["files"]
        if name != "database.dump"
    }
    assert media == filled.files()
    assert manifest["tables"]["hotline_report"] == REPORTS
    assert manifest["audit_head"].startswith("link")
    assert set(manifest["key_ids"]) == {"hotline", "panel", "bookings", "accounts"}
    assert (len(manifest["key_ids"]["hotline"]), len(manifest["key_ids"]["panel"])) == (1, 1)
    assert manifest["secrets"] == {name: fingerprint(name, value) for name, value in held_secrets().items()}
    assert {"common.0001_initial", "hotline.0001_initial"} <= set(manifest["migrations"])
    dump = (tmp_path / "database.dump").read_bytes()
    assert dump.startswith(b"PGDMP")


def test_no_key_and_no_secret_is_in_it(backup: Path, keys: Path) -> None:
    with tarfile.open(backup) as tar:
        names = tar.getnames()
    assert not [name for name in names if "private" in name or "secrets" in name or "erasures" in name]
    content = backup.read_bytes().decode("latin-1") + sql_of(backup)
    secrets = [key["secret"] for ring in json.loads((keys / "private.json").read_text()).values() for key in ring]
    for secret in (*secrets, *held_secrets().values()):
        assert secret not in content
    assert "hotline_report" in content
    assert MARKER not in content


def test_a_stolen_backup_does_not_sign_in(backup: Path, filled: System) -> None:
    """Neither the key of an authenticator app, nor a recovery code, nor a password is in it, and what is there does not replace them."""
    (mira,) = filled.enrolled
    key = base64.b32decode(parse_qs(urlsplit(mira.otpauth).query)["secret"][0])
    content = backup.read_bytes() + sql_of(backup).encode()
    assert content.count(b"accounts_authenticatorapp") > 1
    for secret in (
        key,
        key.hex().encode(),
        base64.b32encode(key),
        base64.b64encode(key),
        mira.password.encode(),
        *map(str.encode, mira.recovery_codes),
    ):
        assert secret not in content
    with filled.here(), override_settings(SEALING_PRIVATE_KEYS=filled.folder / "absent.json"):
        app, codes = AuthenticatorApp.objects.get(), RecoveryCodeSet.objects.get()
        assert {app.sealed_key.hex(), *codes.digests} <= set(re.findall(r"[0-9a-f]{64,}", content.decode("latin-1")))
        with pytest.raises(NoPrivateKey):
            app.KEY.open(app)
        assert not app.verify_token("123456")
        assert not any(codes.verify_token(digest) for digest in codes.digests)


def test_it_is_noted_in_the_audit_trail(backup: Path, filled: System) -> None:
    with filled.here():
        sizes = AuditEvent.objects.filter(action="backup.created").values_list("data__bytes", flat=True)
        assert backup.stat().st_size in sizes


def test_it_is_a_consistent_snapshot_during_writes(
    filled: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows written between counting and dumping are in neither."""
    dumping = postgres.dump_database

    def later(snapshot: str) -> AbstractContextManager[IO[bytes]]:
        with psycopg2.connect(dsn) as other, other.cursor() as cursor:
            cursor.execute("INSERT INTO late VALUES ('late')")
        return dumping(snapshot)

    with filled.here(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE late (word text)")
        dsn = connection.connection.dsn
    try:
        monkeypatch.setattr(postgres, "dump_database", later)
        filled.manage("backup", tmp_path / "moment.tar")
    finally:
        with filled.here(), connection.cursor() as cursor:
            cursor.execute("DROP TABLE late")
    with tarfile.open(tmp_path / "moment.tar") as tar:
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
    assert manifest["tables"]["late"] == 0
    assert "COPY public.late (word) FROM stdin;\n\\.\n" in sql_of(tmp_path / "moment.tar")


def test_recreatable_files_are_not_in_the_backup(filled: System, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    one = dataclasses.replace(filled, folder=tmp_path)
    with one.here():
        for folder in (bundles_folder(), covers_folder(), one.media / "pictures", one.media / "news" / "pictures"):
            folder.mkdir(parents=True)
            (folder / "x").touch()
    (one.media / "link").symlink_to("/etc/passwd")
    os.mkfifo(one.media / "pipe")
    one.manage("backup", tmp_path / "one.tar")
    with tarfile.open(tmp_path / "one.tar") as tar:
        assert [name for name in tar.getnames() if name.startswith("media/")] == ["media/news/pictures/x"]


def test_sessions_stay_behind(backup: Path, filled: System) -> None:
    with filled.here():
        assert Session.objects.count() == 1
    content = sql_of(backup)
    assert "CREATE TABLE public.django_session" in content
    assert "COPY public.django_session" not in content
    assert "COPY public.hotline_report " in content


class TestRefusals:
    def test_nothing_is_written_over(self, backup: Path, filled: System) -> None:
        before = backup.read_bytes()
        assert f"{backup} already exists" in filled.refuses("backup", backup)
        assert backup.read_bytes() == before

    def test_a_folder_that_is_not_there(self, filled: System, tmp_path: Path) -> None:
        assert "The folder" in filled.refuses("backup", tmp_path / "no" / "one.tar")

    def test_the_media_folder_itself(self, filled: System) -> None:
        before = filled.files()
        assert "is inside the media folder" in filled.refuses("backup", filled.media)
        assert filled.files() == before

    @pytest.mark.slow
    def test_a_full_disk_leaves_nothing(self, filled: System, tmp_path: Path) -> None:
        """Above a limit, the kernel refuses writes, as with a full disk."""
        code = (
            "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)); sys.argv = ['manage.py', 'backup', sys.argv[1]];"
            "import runpy; runpy.run_path('manage.py', run_name='__main__')"
        )
        result = subprocess.run(
            [sys.executable, "-c", code, tmp_path], env=filled.env(), capture_output=True, text=True, check=False
        )
        assert result.returncode == 1
        assert "cannot be written: File too large. No part of it was left." in result.stderr
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can change its user")
    @pytest.mark.parametrize("closed", ["folder", "folder/file"])
    def test_unreadable_file_fails_the_backup(self, closed: str) -> None:
        # A separate folder: pytest's own are closed to other users.
        with TemporaryDirectory() as name:
            self._refuse(Path(name), closed)

    def _refuse(self, media: Path, closed: str) -> None:
        (media / "folder").mkdir()
        (media / "folder" / "file").touch()
        media.chmod(0o755)
        (media / closed).chmod(0)
        os.seteuid(65534)
        try:
            message = f"{media / closed} cannot be read: run this as a user of the group"
            with override_settings(MEDIA_ROOT=media), pytest.raises(BackupError, match=message):
                create._add_media(archive.ArchiveWriter(BytesIO()), print)
        finally:
            os.seteuid(0)

    def test_no_program(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(postgres, "_DEBIAN", tmp_path)
        monkeypatch.setattr(postgres, "find_spec", lambda name: None)
        with pytest.raises(ProgramMissing, match="none is installed: install postgresql-client-18"):
            postgres.find_program("pg_dump", server=18)
        program = tmp_path / "pg_dump"
        program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
        program.chmod(0o700)
        with pytest.raises(ProgramMissing, match="only pg_dump 9 is here"):
            postgres.find_program("pg_dump", server=18)


def test_the_oldest_compatible_pg_dump_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "_DEBIAN", tmp_path)
    monkeypatch.setattr(postgres, "find_spec", lambda name: None)
    for version in (13, 19, 17):
        folder = tmp_path / str(version) / "bin"
        folder.mkdir(parents=True)
        (folder / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.2 (Debian)'\n")
        (folder / "pg_dump").chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert postgres.find_program("pg_dump", server=17) == tmp_path / "17" / "bin" / "pg_dump"
    assert postgres.find_program("pg_dump", server=18) == tmp_path / "19" / "bin" / "pg_dump"


def test_unfinished_files_of_killed_runs_are_deleted(filled: System, tmp_path: Path) -> None:
    dead, alive = tmp_path / "a.tar.unfinished", tmp_path / "b.tar.unfinished"
    dead.touch()
    with alive.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        filled.manage("backup", tmp_path / "c.tar")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar.unfinished", "c.tar"]


def test_a_file_that_grows_while_it_is_written_and_a_long_name() -> None:
    """Sizes need not be known in advance."""
    out = BytesIO()
    writer = archive.ArchiveWriter(out)
    names = ["media/" + "x/" * 100 + "y", "media/ћирилица.pdf", "media/empty"]
    for number, name in enumerate(names):
        writer.add(name, BytesIO(b"z" * number * 700))
    writer.finish()
    out.seek(0)
    with tarfile.open(fileobj=out) as tar:
        assert [(member.name, member.size) for member in tar] == [(names[0], 0), (names[1], 700), (names[2], 1400)]
