"""Secrets and keys that an installation generates in its var folder."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clicksafely.devserver.provision import SECRETS, ensure_secrets

BASE_DIR = Path(__file__).resolve().parents[2]


def contents(var_dir: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in var_dir.rglob("*") if path.is_file()}


def test_it_makes_the_secrets_and_the_key_rings(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    lines = [line.split("=") for line in (tmp_path / "secrets.env").read_text().splitlines()]
    assert [name for name, _ in lines] == list(SECRETS)
    assert {len(bytes.fromhex(value)) for _, value in lines} == {32}
    assert len({value for _, value in lines}) == len(SECRETS)
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["private.json", "public.json"]


def test_the_secret_of_outgoing_mail_lies_apart_for_the_public_door_is_not_given_it(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    name, _, value = (tmp_path / "mail.env").read_text().strip().partition("=")
    assert (name, len(bytes.fromhex(value))) == ("MAIL_SECRET", 32)
    assert value not in (tmp_path / "secrets.env").read_text()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_can_read_them_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        ensure_secrets(tmp_path)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes == {
        "secrets.env": 0o600,
        "mail.env": 0o600,
        "provision.lock": 0o600,
        "keys": 0o700,
        "private.json": 0o600,
        "public.json": 0o600,
    }


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    before = contents(tmp_path)
    ensure_secrets(tmp_path)
    assert contents(tmp_path) == before


def test_a_secret_that_a_later_version_needs_is_added_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("SECRET_KEY=mine\nAUDIT_KEY=also mine\n")
    ensure_secrets(tmp_path)
    lines = (tmp_path / "secrets.env").read_text().splitlines()
    assert lines[:2] == ["SECRET_KEY=mine", "AUDIT_KEY=also mine"]
    assert [line.partition("=")[0] for line in lines[2:]] == ["RECEIPT_PEPPER", "FORM_SECRET", "RATE_LIMIT_SECRET"]


def test_what_a_killed_run_left_unfinished_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "keys.new").mkdir()
    (tmp_path / "keys.new" / "private.json").write_text("{")
    (tmp_path / "secrets.new").write_text("SECRET_KEY=ha")
    ensure_secrets(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys", "mail.env", "provision.lock", "secrets.env"]
    assert len((tmp_path / "secrets.env").read_text().splitlines()) == len(SECRETS)


def test_many_at_once_agree(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from clicksafely.devserver.provision import ensure_secrets as e; e(Path(sys.argv[1]))"
    command = [sys.executable, "-c", f"{code}; print(Path(sys.argv[1], 'secrets.env').read_text())", str(tmp_path)]
    processes = [subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    outputs = {process.communicate(timeout=60)[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    assert len(outputs) == 1
