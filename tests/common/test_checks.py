"""Every wrong setting is reported by its own system check, with a remedy."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks

from clicksafely.common import checks
from clicksafely.common.crypto import keyring, signing
from clicksafely.common.crypto.part_secrets import MIN_LENGTH, SECRETS, names_of


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


@pytest.mark.parametrize("value", ["", "x" * 31])
def test_secret_missing_or_short(settings: Any, value: str) -> None:
    for name in names_of("staff"):
        before = getattr(settings, name)
        setattr(settings, name, value)
        (message,) = found()
        assert (message.id, name in message.msg) == ("clicksafely.E001", True)
        setattr(settings, name, before)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORTAL", "both", "clicksafely.E007"),
        ("DEMO", True, "clicksafely.E009"),
        ("ALLOWED_HOSTS", ["portal.example.org", "*"], "clicksafely.E010"),
        ("VAR_DIR", Path("/nowhere"), "clicksafely.E012"),
        ("WEBHOOK_ALLOW_NETWORKS", ["10.0.0.0/33"], "clicksafely.E015"),
        ("WEBHOOK_ALLOW_NETWORKS", ["10.0.0.1/8"], "clicksafely.E015"),
    ],
)
def test_a_wrong_setting(settings: Any, name: str, value: Any, expected: str) -> None:
    setattr(settings, name, value)
    assert ids() == [expected]


def test_two_secrets_that_are_the_same(settings: Any) -> None:
    settings.AUDIT_KEY = settings.RECEIPT_PEPPER
    (message,) = found()
    assert (message.id, "RECEIPT_PEPPER, AUDIT_KEY" in message.msg) == ("clicksafely.E002", True)


@pytest.mark.parametrize(
    ("name", "portal", "expected"),
    [
        ("SEALING_PUBLIC_KEYS", "staff", "clicksafely.E003"),
        ("SEALING_PRIVATE_KEYS", "staff", "clicksafely.E004"),
        ("SEALING_PRIVATE_KEYS", "all", "clicksafely.E004"),
    ],
)
def test_a_key_ring_that_cannot_be_used(settings: Any, name: str, portal: str, expected: str) -> None:
    settings.PORTAL, path = portal, getattr(settings, name)
    whole = json.loads(path.read_text())
    without_hybrid_key = [whole["hotline"][0] | {"public": "AAAA", "secret": "AAAA"}]
    unusable = ([], {}, {ring: [] for ring in keyring.RINGS}, whole | {"hotline": without_hybrid_key})
    for content in ("{", *map(json.dumps, unusable)):
        path.write_text(content)
        assert set(ids()) == {expected}, content
    path.unlink()
    assert set(ids()) == {expected}
    path.mkdir(mode=0o700)
    assert set(ids()) == {expected}


def test_public_ring_without_one_of_the_rings(settings: Any) -> None:
    content = json.loads(settings.SEALING_PUBLIC_KEYS.read_text())
    del content["panel"]
    settings.SEALING_PUBLIC_KEYS.write_text(json.dumps(content))
    (message,) = found()
    assert "panel" in message.msg


@pytest.mark.parametrize("name", ["SEALING_PRIVATE_KEYS", "SIGNING_PRIVATE_KEY"])
def test_public_process_must_not_hold_a_private_key(settings: Any, name: str) -> None:
    settings.PORTAL = "public"
    path = getattr(settings, name)
    without_private_keys(settings)
    assert found() == []
    path.write_text("a key")
    path.chmod(0o600)
    assert ids() == ["clicksafely.E005"]


def test_signing_keys_that_cannot_be_used(settings: Any) -> None:
    private, public = settings.SIGNING_PRIVATE_KEY, settings.SIGNING_PUBLIC_KEYS
    whole = public.read_bytes()
    for content in (b"{", b"{}", b"[]", b'[{"public": "AAAA"}]', b'[{"created": "x"}]'):
        public.write_bytes(content)
        assert ids() == ["clicksafely.E014"], content
    public.unlink()
    assert ids() == ["clicksafely.E014"]
    public.write_bytes(whole)
    private.write_bytes(b"no key")
    assert ids() == ["clicksafely.E014"]
    other = settings.VAR_DIR / "other.json"
    signing.add_key(private_path=private, public_path=other)
    assert ids() == ["clicksafely.E014"]
    private.unlink()
    assert found() == []


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


@pytest.mark.parametrize("entry", ["", "proxy", "fd00::/129", "0.0.0.0/0", "::/0"])
def test_malformed_proxy(settings: Any, entry: str) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.1", entry]
    assert ids() == ["clicksafely.E011"]


def test_var_dir_that_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = Path("/proc/self") if os.geteuid() == 0 else tmp_path / "closed"
    if os.geteuid():
        settings.VAR_DIR.mkdir(mode=0o500)
    assert ids() == ["clicksafely.E012"]


@pytest.mark.parametrize(
    ("url", "part", "expected"),
    [
        ("redis://localhost:6379/0", "staff", ["clicksafely.W017"]),
        ("redis://:password@localhost/0", "staff", ["clicksafely.W017"]),
        ("unix:///run/valkey.sock", "staff", ["clicksafely.W017"]),
        ("redis://localhost:6379/0", "owner", []),
        ("redis://localhost:6379/0", "", []),
    ],
)
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
