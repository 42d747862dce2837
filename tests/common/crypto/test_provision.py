"""Secrets and keys that an installation generates in its var folder."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clicksafely.common.crypto.part_secrets import PARTS, SECRETS, names_of, secrets_file
from clicksafely.common.crypto.provision import ensure_secrets

KEY_FILES = ["private.json", "public.json", "signing-private.pem", "signing-public.json"]
BASE_DIR = Path(__file__).resolve().parents[3]


def contents(var_dir: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in var_dir.rglob("*") if path.is_file()}


def secrets_in(path: Path) -> dict[str, str]:
    return dict(line.split("=") for line in path.read_text().splitlines())


def test_it_makes_the_secrets_of_each_part_and_the_key_rings(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    secrets_by_part = {part: secrets_in(secrets_file(tmp_path, part)) for part in PARTS}
    assert {part: list(own) for part, own in secrets_by_part.items()} == {part: names_of(part) for part in PARTS}
    values = {(name, value) for own in secrets_by_part.values() for name, value in own.items()}
    assert {len(bytes.fromhex(value)) for _, value in values} == {32}
    # Parts that share a secret have the same value, and no other secret has it.
    assert len(values) == len({value for _, value in values}) == len(SECRETS)
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == KEY_FILES


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_only_the_owner_can_read_them_under_any_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        ensure_secrets(tmp_path)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes == {
        **{f"secrets-{part}.env": 0o600 for part in PARTS},
        "provision.lock": 0o600,
        "keys": 0o700,
        "private.json": 0o600,
        "public.json": 0o600,
        "signing-private.pem": 0o600,
        "signing-public.json": 0o600,
    }


def test_a_second_run_changes_nothing_and_a_machine_that_only_verifies_gets_no_signing_key(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    before = contents(tmp_path)
    ensure_secrets(tmp_path)
    assert contents(tmp_path) == before
    (tmp_path / "keys" / "signing-private.pem").unlink()
    before = contents(tmp_path)
    ensure_secrets(tmp_path)
    assert contents(tmp_path) == before


def test_an_installation_of_an_earlier_version_gets_signing_keys(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    before = contents(tmp_path)
    for name in ("signing-private.pem", "signing-public.json"):
        (tmp_path / "keys" / name).unlink()
    ensure_secrets(tmp_path)
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == KEY_FILES
    rings = tmp_path / "keys" / "private.json"
    assert rings.read_bytes() == before[rings]


def test_a_secret_that_a_later_version_needs_is_added_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "secrets-staff.env").write_text("STAFF_SECRET_KEY=mine\nRECEIPT_PEPPER=also mine\n")
    ensure_secrets(tmp_path)
    staff = secrets_in(tmp_path / "secrets-staff.env")
    assert (staff["STAFF_SECRET_KEY"], staff["RECEIPT_PEPPER"]) == ("mine", "also mine")
    assert set(staff) == set(names_of("staff"))
    # Another part gets the value that the first one has.
    assert secrets_in(tmp_path / "secrets-public.env")["RECEIPT_PEPPER"] == "also mine"


def test_unfinished_files_of_a_killed_run_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "keys.new").mkdir()
    (tmp_path / "keys.new" / "private.json").write_text("{")
    (tmp_path / "secrets-staff.new").write_text("STAFF_SECRET_KEY=ha")
    ensure_secrets(tmp_path)
    files = [f"secrets-{part}.env" for part in PARTS]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["keys", "provision.lock", *files])
    assert list(secrets_in(tmp_path / "secrets-staff.env")) == names_of("staff")


def test_many_at_once_agree(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from clicksafely.common.crypto.provision import ensure_secrets as e; e(Path(sys.argv[1]))"
    shown = "print(Path(sys.argv[1], 'secrets-staff.env').read_text())"
    command = [sys.executable, "-c", f"{code}; {shown}", str(tmp_path)]
    processes = [subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    outputs = {process.communicate(timeout=300)[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    assert len(outputs) == 1
