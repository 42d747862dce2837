"""The table of secrets, and the check that a part holds its own and no other."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import keyring, part_secrets, provision
from clicksafely.common.crypto.part_secrets import PARTS, SECRETS, names_of

BASE_DIR = Path(__file__).resolve().parents[3]


def check(part: str, var_dir: Path, **environment: str) -> tuple[int, str]:
    """Run the check of `bin/part`, for a process with the secrets of this file of `var_dir` and these of `environment`."""
    plain = {name: value for name, value in os.environ.items() if name not in SECRETS}
    result = subprocess.run(
        [sys.executable, "-m", "clicksafely.start_check"],
        cwd=BASE_DIR,
        env=plain | {"VAR_DIR": str(var_dir), "PART": part, "PORTAL": "public"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stderr


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """The folder in which the administrator keeps the secrets of all parts."""
    provision.ensure_secrets(tmp_path)
    return tmp_path


def folder_of(part: str, installation: Path) -> Path:
    """Return a folder with the secrets of one part, as its process sees it."""
    folder = installation / part
    folder.mkdir()
    path = part_secrets.secrets_file(installation, part)
    (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_the_public_site_holds_nothing_that_forges_for_staff() -> None:
    assert names_of("public") == ["PUBLIC_SECRET_KEY", "LINK_SECRET", "RECEIPT_PEPPER", "PANEL_PIN_KEY"]
    # The part that speaks to other servers signs no page and no session.
    assert names_of("outside") == ["LINK_SECRET", "RECEIPT_PEPPER", "MAIL_SECRET"]
    assert [part for part in PARTS if "STAFF_SECRET_KEY" in names_of(part)] == ["staff"]
    assert names_of("") == list(SECRETS)


@pytest.mark.parametrize("part", ["public", "staff", "beat"])
def test_nothing_is_wrong_with_the_own_file(installation: Path, part: str) -> None:
    code = "from clicksafely.common.crypto.part_secrets import find_problems, held_secrets; print([*find_problems()], [*held_secrets()])"
    env = {name: value for name, value in os.environ.items() if name not in SECRETS}
    env |= {"VAR_DIR": str(folder_of(part, installation)), "DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
    # Without PART, the public portal is the public part.
    env |= {"PORTAL": "public"} if part == "public" else {"PART": part}
    output = subprocess.check_output([sys.executable, "-c", code], cwd=BASE_DIR, env=env, text=True)
    assert output == f"[] {names_of(part)}\n"


@pytest.mark.parametrize(
    ("part", "rings", "signs", "needless"),
    [
        ("staff", ["hotline", "panel", "bookings"], True, []),
        ("sealed", ["hotline"], True, ["signing-private.pem"]),
        ("outside", ["bookings"], False, []),
        ("outside", ["bookings", "hotline"], False, ["private.json"]),
        ("worker", ["bookings"], True, ["signing-private.pem", "private.json"]),
        ("public", ["bookings"], False, ["private.json"]),
        ("beat", [], False, []),
        ("owner", ["hotline"], True, []),
    ],
)
def test_a_part_reads_no_private_key_of_another(
    installation: Path, settings: Settings, part: str, rings: list[str], signs: bool, needless: list[str]
) -> None:
    settings.PART = part
    settings.PORTAL = "staff" if part in {"staff", "sealed", "outside", "owner"} else "public"
    settings.SEALING_PRIVATE_KEYS = installation / "own" / "private.json"
    settings.SIGNING_PRIVATE_KEY = installation / "own" / "signing-private.pem"
    settings.SEALING_PRIVATE_KEYS.parent.mkdir()
    entries = keyring.read_entries(installation / "keys" / "private.json")
    if rings:
        settings.SEALING_PRIVATE_KEYS.write_text(json.dumps({ring: entries[ring] for ring in rings}))
    if signs:
        settings.SIGNING_PRIVATE_KEY.write_text("a key")
    found = list(part_secrets.find_key_problems())
    assert [Path(problem.partition(" is a file")[0]).name for problem in found] == needless


def test_a_part_does_not_start_with_a_private_key_of_another(installation: Path) -> None:
    folder = folder_of("worker", installation)
    (folder / "keys").mkdir()
    (folder / "keys" / "signing-private.pem").write_text("a key")
    code, output = check("worker", folder)
    assert (code, output.count("\n")) == (1, 1)
    assert "signing-private.pem" in output


def test_a_program_with_missing_secrets_names_them_in_one_line_and_does_not_start(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name not in SECRETS}
    env |= {"VAR_DIR": str(tmp_path), "PART": "worker", "PORTAL": "public"}
    result = subprocess.run([BASE_DIR / "bin" / "part", "worker"], env=env, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert [name for name in SECRETS if name in result.stderr] == names_of("worker")


def test_the_public_site_does_not_start_with_secrets_of_other_parts(installation: Path) -> None:
    folder = folder_of("public", installation)
    others = [name for name in SECRETS if name not in names_of("public")]
    code, output = check("public", folder, **dict.fromkeys(others, "x" * 64))
    assert (code, output.count("\n")) == (1, 1)
    assert [name for name in SECRETS if name in output] == others
    assert "x" * 64 not in output


def test_a_part_does_not_start_if_it_can_read_the_file_of_another(installation: Path) -> None:
    code, output = check("public", installation)
    assert (code, output.count("\n")) == (1, 1)
    for part in ("staff", "worker", "outside"):
        assert f"secrets-{part}.env" in output
    # Nothing is in the files of these.
    assert "secrets-beat.env" not in output


@pytest.mark.parametrize("part", ["", "web"])
def test_the_part_has_to_be_named(tmp_path: Path, part: str) -> None:
    code, output = check(part, tmp_path)
    assert (code, output.count("\n"), output.startswith("PART is ")) == (1, 1, True)


def test_only_a_secret_that_rotates_has_several_values(settings: Settings) -> None:
    settings.PART = ""
    settings.RECEIPT_PEPPER = f"{'a' * 32},{'b' * 32}"
    settings.LINK_SECRET = f"{'c' * 32},short"
    assert list(part_secrets.find_problems()) == [
        "LINK_SECRET is shorter than 32 characters.",
        "RECEIPT_PEPPER has several values.",
    ]


def test_missing_secret_is_never_an_empty_key(settings: Settings) -> None:
    for name in ("RECEIPT_PEPPER", "MAIL_SECRET"):
        setattr(settings, name, "")
        with pytest.raises(ImproperlyConfigured, match=name):
            part_secrets.current_secret(name)
