"""Every wrong setting is reported by its own system check, with a remedy."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks

from clicksafely.common import checks
from clicksafely.common.crypto import keyring, signing
from clicksafely.common.crypto.part_secrets import MIN_LENGTH, SECRETS, names_of

BASE_DIR = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, settings: Any) -> Path:
    """A valid production installation of the staff process."""
    keyring.generate_rings(tmp_path)
    (tmp_path / "secrets-staff.env").touch(mode=0o600)
    settings.SIGNING_PRIVATE_KEY = tmp_path / "signing-private.pem"
    settings.SIGNING_PUBLIC_KEYS = tmp_path / "signing-public.json"
    signing.add_key(private_path=settings.SIGNING_PRIVATE_KEY, public_path=settings.SIGNING_PUBLIC_KEYS)
    settings.VAR_DIR = tmp_path
    settings.SEALING_PUBLIC_KEYS = tmp_path / "public.json"
    settings.SEALING_PRIVATE_KEYS = tmp_path / "private.json"
    settings.PORTAL = settings.PART = "staff"
    settings.DEBUG = settings.DEMO = False
    settings.SECURE_HTTPS = True
    settings.ALLOWED_HOSTS = ["portal.example.org"]
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "fd00::1", "unix"]
    settings.REDIS_URL = "redis://staff:x@localhost:6379/0"
    set_secrets_of(settings, "staff")
    return tmp_path


def set_secrets_of(settings: Any, part: str) -> None:
    """Give this process the secrets of a part."""
    settings.PART = part
    for number, name in enumerate(SECRETS):
        setattr(settings, name, f"{number}" * MIN_LENGTH if name in names_of(part) else "")


def found() -> list[CheckMessage]:
    """Return the messages of the project's own checks."""
    return run_checks(tags=[checks.TAG])


def without_private_keys(settings: Any) -> None:
    """As the public site is installed."""
    settings.SEALING_PRIVATE_KEYS.unlink()
    settings.SIGNING_PRIVATE_KEY.unlink()


def ids() -> list[str | None]:
    """Return their IDs, after verifying that each has a hint and no secret."""
    messages = found()
    assert all(message.hint for message in messages)
    return sorted(message.id or "" for message in messages)


def test_nothing_is_wrong_with_a_sound_installation() -> None:
    assert found() == []


@pytest.mark.parametrize("name", names_of("staff"))
@pytest.mark.parametrize(("value", "complaint"), [("", "is missing"), ("x" * 31, "is shorter than 32 characters")])
def test_secret_missing_or_short(settings: Any, name: str, value: str, complaint: str) -> None:
    setattr(settings, name, value)
    assert [(message.id, message.msg) for message in found()] == [("clicksafely.E001", f"{name} {complaint}.")]


def test_two_secrets_that_are_the_same(settings: Any) -> None:
    settings.AUDIT_KEY = settings.RECEIPT_PEPPER
    assert [(message.id, message.msg) for message in found()] == [
        ("clicksafely.E002", "RECEIPT_PEPPER, AUDIT_KEY are the same.")
    ]


def _missing(path: Path) -> None:
    path.unlink()


def _no_json(path: Path) -> None:
    path.write_text("{")


def _no_object(path: Path) -> None:
    path.write_text("[]")


def _empty(path: Path) -> None:
    path.write_text("{}")


def _no_keys(path: Path) -> None:
    path.write_text(json.dumps({ring: [] for ring in keyring.RINGS}))


def _no_hybrid_key(path: Path) -> None:
    content = json.loads(path.read_text())
    content["hotline"][0] |= {"public": "AAAA", "secret": "AAAA"}
    path.write_text(json.dumps(content))


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


SPOILED = [_missing, _no_json, _no_object, _empty, _no_keys, _no_hybrid_key, _folder]


@pytest.mark.parametrize("spoil", SPOILED)
def test_public_ring_that_cannot_be_used(settings: Any, spoil: Callable[[Path], None]) -> None:
    spoil(settings.SEALING_PUBLIC_KEYS)
    assert set(ids()) == {"clicksafely.E003"}


def test_public_ring_without_one_of_the_rings(settings: Any) -> None:
    content = json.loads(settings.SEALING_PUBLIC_KEYS.read_text())
    del content["panel"]
    settings.SEALING_PUBLIC_KEYS.write_text(json.dumps(content))
    assert [message.msg for message in found()] == [
        f"The key ring {settings.SEALING_PUBLIC_KEYS} cannot be used: no key for panel."
    ]


@pytest.mark.parametrize("spoil", SPOILED)
@pytest.mark.parametrize("portal", ["staff", "all"])
def test_private_ring_that_cannot_be_used(settings: Any, portal: str, spoil: Callable[[Path], None]) -> None:
    settings.PORTAL = portal
    spoil(settings.SEALING_PRIVATE_KEYS)
    assert set(ids()) == {"clicksafely.E004"}


def test_public_process_needs_no_private_ring(settings: Any) -> None:
    settings.PORTAL = "public"
    without_private_keys(settings)
    assert found() == []


@pytest.mark.parametrize("name", ["SEALING_PRIVATE_KEYS", "SIGNING_PRIVATE_KEY"])
def test_public_process_must_not_hold_a_private_key(settings: Any, name: str) -> None:
    settings.PORTAL = "public"
    path = getattr(settings, name)
    without_private_keys(settings)
    path.write_text("a key")
    path.chmod(0o600)
    assert ids() == ["clicksafely.E005"]


def test_a_worker_that_only_verifies_needs_no_signing_key(settings: Any) -> None:
    settings.SIGNING_PRIVATE_KEY.unlink()
    assert found() == []


@pytest.mark.parametrize("portal", ["staff", "all"])
def test_signing_keys_that_cannot_be_used(settings: Any, portal: str) -> None:
    settings.PORTAL = portal
    private, public = settings.SIGNING_PRIVATE_KEY, settings.SIGNING_PUBLIC_KEYS
    whole = public.read_bytes()
    for content in (b"", b"{", b"{}", b"[]", b'[{"public": "AAAA"}]', b'[{"created": "x"}]'):
        public.write_bytes(content)
        assert ids() == ["clicksafely.E014"], content
    public.unlink()
    assert ids() == ["clicksafely.E014"]
    public.write_bytes(whole)
    private.write_bytes(b"no key")
    assert ids() == ["clicksafely.E014"]
    other = settings.VAR_DIR / "other.json"
    signing.add_key(private_path=private, public_path=other)
    assert "has no public key in" in found()[0].msg


@pytest.mark.parametrize(
    ("name", "mode", "expected"),
    [
        ("secrets-staff.env", 0o604, ["clicksafely.E006"]),
        ("private.json", 0o602, ["clicksafely.E006"]),
        ("public.json", 0o606, ["clicksafely.E006"]),
        ("secrets-staff.env", 0o640, []),
        ("private.json", 0o400, []),
        ("public.json", 0o644, []),
    ],
)
def test_files_that_others_may_open(installation: Path, name: str, mode: int, expected: list[str]) -> None:
    (installation / name).chmod(mode)
    assert ids() == expected


def test_unknown_portal(settings: Any) -> None:
    settings.PORTAL = "both"
    assert ids() == ["clicksafely.E007"]


@pytest.mark.parametrize(
    ("portal", "demo", "expected"),
    [
        ("staff", False, ["clicksafely.E008"]),
        ("all", False, ["clicksafely.E008"]),
        ("all", True, []),
        ("staff", True, []),
        ("public", True, ["clicksafely.E008"]),
    ],
)
def test_debug(settings: Any, portal: str, *, demo: bool, expected: list[str]) -> None:
    settings.PORTAL, settings.DEMO = portal, demo
    settings.DEBUG, settings.SECURE_HTTPS = True, False
    if portal == "public":
        without_private_keys(settings)
    assert ids() == expected


def test_demonstration_in_production(settings: Any) -> None:
    settings.DEMO = True
    assert ids() == ["clicksafely.E009"]


def test_every_host(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["portal.example.org", "*"]
    assert ids() == ["clicksafely.E010"]


@pytest.mark.parametrize("entry", ["", "proxy", "10.0.0.256", "10.0.0.0/33", "fd00::/129", "0.0.0.0/0", "::/0"])
def test_malformed_proxy(settings: Any, entry: str) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.1", entry]
    assert ids() == ["clicksafely.E011"]


def test_var_dir_that_is_not_there(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "absent"
    assert ids() == ["clicksafely.E012"]


def test_var_dir_that_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = Path("/proc/self") if os.geteuid() == 0 else tmp_path / "closed"
    if os.geteuid():
        settings.VAR_DIR.mkdir(mode=0o500)
    assert ids() == ["clicksafely.E012"]


@pytest.mark.parametrize("networks", [["10.0.0.0/33"], ["intranet"], ["10.0.0.1/8"]])
def test_networks_of_webhooks_that_are_none(networks: list[str], settings: Any) -> None:
    settings.WEBHOOK_ALLOW_NETWORKS = networks
    assert ids() == ["clicksafely.E015"]


@pytest.mark.parametrize(
    "url", ["redis://localhost:6379/0", "redis://:password@localhost/0", "unix:///run/valkey.sock"]
)
@pytest.mark.parametrize(("part", "expected"), [("staff", ["clicksafely.W017"]), ("owner", []), ("", [])])
def test_valkey_without_a_user_of_the_part(settings: Any, url: str, part: str, expected: list[str]) -> None:
    settings.REDIS_URL, settings.PART = url, part
    assert [message.id for message in found() if (message.id or "").startswith("clicksafely.W")] == expected


def test_messages_contain_no_secret(settings: Any) -> None:
    settings.AUDIT_KEY = "too-short-a-secret"
    settings.MAIL_SECRET = settings.RECEIPT_PEPPER
    messages = " ".join(f"{message.msg} {message.hint}" for message in found())
    assert "AUDIT_KEY" in messages
    assert settings.AUDIT_KEY not in messages
    assert settings.RECEIPT_PEPPER not in messages


def _manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited_variables = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=inherited_variables | {"VAR_DIR": str(tmp_path / "var")} | environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_a_fresh_installation_passes(tmp_path: Path) -> None:
    """The secrets and keys are created before the checks run."""
    result = _manage(tmp_path, "check", "--fail-level", "WARNING")
    assert (result.returncode, result.stderr) == (0, "")


def test_production_without_secrets_fails_with_ids_and_no_traceback(tmp_path: Path) -> None:
    servers = {"DATABASE_URL": "postgresql://db.invalid/x", "REDIS_URL": "redis://redis.invalid/0"}
    result = _manage(tmp_path, "check", PORTAL="public", **servers)
    assert result.returncode == 1
    check_ids = sorted({word.strip("()") for word in result.stderr.split() if word.startswith("(clicksafely.")})
    assert check_ids == ["clicksafely.E001", "clicksafely.E003", "clicksafely.E012", "clicksafely.W017"]
    assert result.stderr.count("Traceback") == 0
