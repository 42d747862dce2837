"""The table of secrets, and the check that a part holds its own and no other."""

import json
import os
import re
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


def test_every_part_of_the_table_exists() -> None:
    assert {part for secret in SECRETS.values() for part in secret.parts.split()} <= set(PARTS)


def test_the_document_has_the_same_table() -> None:
    text = (BASE_DIR / "docs" / "operations" / "configure.md").read_text().partition("\n## Secrets\n")[2]
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([a-z, ]+) \|", text.partition("\n## ")[0], re.MULTILINE))
    assert {name: set(parts.split(", ")) for name, parts in rows.items()} == {
        name: set(secret.parts.split()) for name, secret in SECRETS.items()
    }


def test_the_settings_read_every_secret_of_the_table() -> None:
    text = (BASE_DIR / "clicksafely" / "settings.py").read_text()
    assert [name for name in SECRETS if f'\n{name} = env("{name}", default="")\n' not in text] == []


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_wrong_with_the_own_file(installation: Path, part: str) -> None:
    program = "from clicksafely.common.crypto.part_secrets import find_problems, held_secrets; print([*find_problems()], [*held_secrets()])"
    plain = {name: value for name, value in os.environ.items() if name not in SECRETS}
    env = plain | {"VAR_DIR": str(folder_of(part, installation)), "PART": part}
    env["DJANGO_SETTINGS_MODULE"] = "clicksafely.settings"
    result = subprocess.run([sys.executable, "-c", program], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=True)  # fmt: skip
    assert result.stdout == f"[] {names_of(part)}\n"


@pytest.mark.parametrize(
    ("part", "rings", "signs", "needless"),
    [
        ("staff", ["hotline", "panel", "bookings"], True, []),
        ("sealed", ["hotline", "panel", "bookings"], False, []),
        ("sealed", ["hotline"], True, ["signing-private.pem"]),
        ("outside", ["bookings"], False, []),
        ("outside", ["bookings", "hotline"], False, ["private.json"]),
        ("outside", [], True, ["signing-private.pem"]),
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
    assert "signing-private.pem is a file of private keys that this process does not need" in output


@pytest.mark.parametrize(("part", "name"), [(part, name) for part in ("public", "worker") for name in names_of(part)])
def test_a_missing_secret_is_named_in_one_line(installation: Path, part: str, name: str) -> None:
    folder = folder_of(part, installation)
    code, output = check(part, folder, **{name: ""})
    assert (code, output.count("\n")) == (1, 1)
    assert output == f"{name} is missing. See docs/operations/configure.md.\n"


@pytest.mark.parametrize("name", [name for name in SECRETS if name not in names_of("public")])
def test_the_public_site_does_not_start_with_a_secret_of_another_part(installation: Path, name: str) -> None:
    folder = folder_of("public", installation)
    code, output = check("public", folder, **{name: "x" * 64})
    assert (code, output.count("\n")) == (1, 1)
    assert output.startswith(f"{name} is not a secret of the part public")
    assert "x" * 64 not in output


def test_a_part_does_not_start_if_it_can_read_the_file_of_another(installation: Path) -> None:
    code, output = check("public", installation)
    assert (code, output.count("\n")) == (1, 1)
    for part in ("staff", "worker", "outside"):
        assert f"secrets-{part}.env has the secrets of another part" in output
    # Nothing is in the files of these.
    assert "secrets-beat.env" not in output


def test_a_part_reads_no_secret_from_the_file_of_another(installation: Path) -> None:
    program = "from clicksafely import settings; print(settings.AUDIT_KEY == settings.STAFF_SECRET_KEY == '')"
    plain = {name: value for name, value in os.environ.items() if name not in SECRETS}
    env = plain | {"VAR_DIR": str(installation), "PART": "public"}
    result = subprocess.run([sys.executable, "-c", program], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=True)  # fmt: skip
    assert result.stdout == "True\n"


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("", "PART is empty: this process could hold the secrets of all parts. See docs/operations/configure.md.\n"),
        ("web", "PART is 'web'. See docs/operations/configure.md.\n"),
    ],
)
def test_the_part_has_to_be_named(tmp_path: Path, part: str, expected: str) -> None:
    assert check(part, tmp_path) == (1, expected)


def test_without_a_part_the_public_portal_is_the_public_part(installation: Path) -> None:
    plain = {name: value for name, value in os.environ.items() if name not in SECRETS}
    env = plain | {"VAR_DIR": str(folder_of("public", installation)), "PORTAL": "public"}
    program = "from clicksafely import settings; print(settings.PART, settings.SECRET_KEY == settings.PUBLIC_SECRET_KEY != '')"
    result = subprocess.run([sys.executable, "-c", program], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=True)  # fmt: skip
    assert result.stdout == "public True\n"


def test_only_a_secret_that_rotates_has_several_values(settings: Settings) -> None:
    settings.PART = ""
    settings.RECEIPT_PEPPER = f"{'a' * 32},{'b' * 32}"
    settings.LINK_SECRET = f"{'c' * 32},short"
    assert list(part_secrets.find_problems()) == [
        "LINK_SECRET is shorter than 32 characters.",
        "RECEIPT_PEPPER has several values.",
    ]


@pytest.mark.parametrize("name", [name for name in SECRETS if name != "PUBLIC_SECRET_KEY"])
def test_missing_secret_is_never_an_empty_key(settings: Settings, name: str) -> None:
    setattr(settings, name, "")
    with pytest.raises(ImproperlyConfigured, match=f"{name} is missing"):
        part_secrets.current_secret(name)


def test_a_program_is_not_started_with_wrong_secrets(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name not in SECRETS}
    env |= {"VAR_DIR": str(tmp_path), "PART": "worker", "PORTAL": "public"}
    result = subprocess.run([BASE_DIR / "bin" / "part", "worker"], env=env, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    missing = " ".join(f"{name} is missing." for name in names_of("worker"))
    assert result.stderr == f"{missing} See docs/operations/configure.md.\n"
