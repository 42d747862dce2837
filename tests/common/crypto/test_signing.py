"""Tests of signed orders: what a signature covers, key rings, rotation."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import signing
from clicksafely.common.crypto.signing import NoSigningKey, NoVerificationKeys, is_signed, sign

AT = datetime(2026, 3, 2, 10, 30, 0, 123456, tzinfo=UTC)
ORDER: dict[str, signing.Value] = {"uuid": "a", "name": "Јединица", "active": True, "valid_until": None, "at": AT}


@pytest.fixture(autouse=True)
def _own_keys(settings: Settings, tmp_path: Path) -> None:
    settings.SIGNING_PRIVATE_KEY = tmp_path / "signing-private.pem"
    settings.SIGNING_PUBLIC_KEYS = tmp_path / "signing-public.json"
    signing.add_key(private_path=settings.SIGNING_PRIVATE_KEY, public_path=settings.SIGNING_PUBLIC_KEYS)


def test_a_signature_covers_purpose_and_every_field() -> None:
    signature = sign("recipient", ORDER)
    assert is_signed(signature, "recipient", dict(reversed(ORDER.items())))
    assert not is_signed(signature, "referral", ORDER)
    changes: list[dict[str, Any]] = [
        {"uuid": "b"},
        {"name": "Јединица "},
        {"active": False},
        {"active": 1},
        {"valid_until": ""},
        {"at": AT + timedelta(microseconds=1)},
        {"more": None},
    ]
    for change in changes:
        assert not is_signed(signature, "recipient", ORDER | change), change
    for name in ORDER:
        assert not is_signed(signature, "recipient", {key: ORDER[key] for key in ORDER if key != name}), name


def test_the_time_zone_of_the_reader_does_not_matter() -> None:
    there = AT.astimezone(timezone(timedelta(hours=2)))
    assert is_signed(sign("recipient", ORDER), "recipient", ORDER | {"at": there})


def test_a_changed_or_shortened_signature_is_none() -> None:
    signature = sign("recipient", ORDER)
    for place in range(len(signature)):
        changed = bytearray(signature)
        changed[place] ^= 1
        assert not is_signed(changed, "recipient", ORDER), place
        assert not is_signed(signature[:place], "recipient", ORDER), place
    for other in (signature + b"\0", None):
        assert not is_signed(other, "recipient", ORDER)


def test_a_process_without_the_private_key_verifies_and_does_not_sign(settings: Settings) -> None:
    signature = sign("recipient", ORDER)
    settings.SIGNING_PRIVATE_KEY.unlink()
    assert is_signed(signature, "recipient", ORDER)
    with pytest.raises(NoSigningKey):
        sign("recipient", ORDER)


def test_without_public_keys_nothing_is_called_valid_or_forged(settings: Settings) -> None:
    signature = sign("recipient", ORDER)
    for content in ("", "{}", "[]", '[{"public": "AAAA"}]'):
        settings.SIGNING_PUBLIC_KEYS.write_text(content)
        with pytest.raises(NoVerificationKeys):
            is_signed(signature, "recipient", ORDER)
    settings.SIGNING_PUBLIC_KEYS.unlink()
    with pytest.raises(NoVerificationKeys):
        is_signed(signature, "recipient", ORDER)


@pytest.mark.django_db
def test_rotation_keeps_earlier_orders_until_the_old_key_is_dropped(settings: Settings) -> None:
    before = sign("recipient", ORDER)
    call_command("rotate_signing_key")
    after = sign("recipient", ORDER)
    assert before[: signing.KEY_ID_BYTES] != after[: signing.KEY_ID_BYTES]
    assert (is_signed(before, "recipient", ORDER), is_signed(after, "recipient", ORDER)) == (True, True)
    call_command("rotate_signing_key", "--drop-old")
    assert (is_signed(before, "recipient", ORDER), is_signed(after, "recipient", ORDER)) == (False, True)
    assert len(json.loads(settings.SIGNING_PUBLIC_KEYS.read_bytes())) == 1
    assert settings.SIGNING_PRIVATE_KEY.stat().st_mode & 0o777 == 0o600
