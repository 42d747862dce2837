"""Another secret beside the data of a database is noticed, and accepted only on purpose."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import key_rotation, keyring, secret_fingerprints
from clicksafely.common.crypto.part_secrets import PARTS, SECRETS, fingerprint, held_secrets, names_of
from clicksafely.common.management.commands.prepare import Command as Prepare
from clicksafely.common.models import AuditEvent, SecretFingerprint
from clicksafely.devserver.local_servers import as_role
from tests.database import as_role_of
from tests.hotline.intake.test_faults import own_database
from tests.live_portal import secrets_of
from tests.servers import BASE_DIR

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
OTHER = "another secret of more than thirty-two characters"


def start(part: str, tmp_path: Path, **environment: str) -> tuple[int, str]:
    """Run the check of `bin/part` for a part of a portal with the database of this test."""
    env = os.environ | secrets_of(part) | {"VAR_DIR": str(tmp_path), "PORTAL": "staff" if part == "staff" else "public"}
    database = own_database() if part == "owner" else as_role(own_database(), f"clicksafely_{part}")
    command = [sys.executable, "-m", "clicksafely.start_check"]
    result = subprocess.run(
        command,
        cwd=BASE_DIR,
        env=env | {"DATABASE_URL": database} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stderr


@pytest.mark.django_db
def test_the_first_process_with_a_secret_records_it_and_later_ones_compare(settings: Settings) -> None:
    assert secret_fingerprints.record_fingerprints(now=NOW) == []
    assert secret_fingerprints.known_fingerprints() == {
        name: fingerprint(name, value) for name, value in held_secrets().items()
    }
    fingerprints = secret_fingerprints.known_fingerprints()
    settings.RECEIPT_PEPPER = settings.MAIL_SECRET = OTHER
    assert secret_fingerprints.record_fingerprints(now=NOW) == ["RECEIPT_PEPPER", "MAIL_SECRET"]
    assert secret_fingerprints.known_fingerprints() == fingerprints


@pytest.mark.django_db
@pytest.mark.parametrize("part", [part for part in PARTS if names_of(part)])
def test_the_role_of_each_part_records_and_compares(settings: Settings, part: str) -> None:
    for name in set(SECRETS) - set(names_of(part)):
        setattr(settings, name, "")
    with as_role_of(part):
        assert secret_fingerprints.record_fingerprints(now=NOW) == []
        setattr(settings, names_of(part)[0], OTHER)
        assert secret_fingerprints.record_fingerprints(now=NOW) == names_of(part)[:1]
    assert set(secret_fingerprints.known_fingerprints()) == set(names_of(part))


def test_a_fingerprint_reveals_neither_the_secret_nor_that_two_are_the_same() -> None:
    value = "ab" * 32
    found = {fingerprint(name, value) for name in SECRETS}
    assert len(found) == len(SECRETS)
    assert {len(each) for each in found} == {64}
    assert [each for each in found if value[:8] in each] == []


@pytest.mark.django_db
def test_a_rotation_is_accepted_by_one_command_which_the_audit_trail_names(settings: Settings) -> None:
    secret_fingerprints.record_fingerprints(now=NOW)
    settings.LINK_SECRET = f"{OTHER},{settings.LINK_SECRET}"
    settings.AUDIT_KEY = OTHER[::-1]
    assert secret_fingerprints.record_fingerprints(now=NOW) == ["LINK_SECRET", "AUDIT_KEY"]
    call_command("accept_secrets", "LINK_SECRET")
    assert secret_fingerprints.known_fingerprints()["LINK_SECRET"] == fingerprint("LINK_SECRET", OTHER)
    # Only what was named is accepted.
    assert secret_fingerprints.record_fingerprints(now=NOW) == ["AUDIT_KEY"]
    event = AuditEvent.objects.get(action="secret.accepted")
    assert event.data == {"name": "LINK_SECRET"}
    # Removing the former value later is no rotation.
    settings.LINK_SECRET = OTHER
    assert secret_fingerprints.record_fingerprints(now=NOW) == ["AUDIT_KEY"]


@pytest.mark.django_db
@pytest.mark.parametrize("part", [part for part in PARTS if names_of(part)])
def test_no_part_accepts_a_secret_itself(part: str) -> None:
    secret_fingerprints.record_fingerprints(now=NOW)
    fingerprints = secret_fingerprints.known_fingerprints()
    with (
        pytest.raises(CommandError),
        transaction.atomic(),
        as_role_of(part),
    ):
        call_command("accept_secrets", "LINK_SECRET")
    assert secret_fingerprints.known_fingerprints() == fingerprints


@pytest.mark.django_db
def test_a_release_refuses_other_secrets(settings: Settings) -> None:
    prepare = Prepare()
    prepare._refuse_other_secrets()
    settings.RECEIPT_PEPPER = OTHER
    with pytest.raises(CommandError, match="RECEIPT_PEPPER"):
        prepare._refuse_other_secrets()
    assert SecretFingerprint.objects.count() == len(SECRETS)


@pytest.mark.django_db
def test_a_release_with_all_parts_refuses_other_key_rings(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        key_rotation,
        "key_ids_in_use",
        lambda: {ring: [keys[-1][0].hex()] for ring, keys in keyring.read_public(settings.SEALING_PUBLIC_KEYS).items()},
    )
    settings.PART = ""
    Prepare()._refuse_other_secrets()
    used = key_rotation.key_ids_in_use()
    keyring.generate_rings(tmp_path)
    monkeypatch.setattr(key_rotation, "key_ids_in_use", lambda: used)
    settings.SEALING_PUBLIC_KEYS, settings.SEALING_PRIVATE_KEYS = tmp_path / "public.json", tmp_path / "private.json"
    with pytest.raises(CommandError, match=used["hotline"][0]):
        Prepare()._refuse_other_secrets()


@pytest.mark.django_db(transaction=True)
def test_each_part_is_started_with_the_secrets_of_the_database_and_not_with_others(tmp_path: Path) -> None:
    assert start("public", tmp_path) == (0, "")
    # The database knows the pepper of the public site.
    code, output = start("staff", tmp_path, RECEIPT_PEPPER=OTHER)
    assert (code, output.count("\n")) == (1, 1)
    assert "RECEIPT_PEPPER" in output
    assert OTHER not in output
    assert set(secret_fingerprints.known_fingerprints()) == set(names_of("public") + names_of("staff"))
    assert start("staff", tmp_path) == (0, "")
    # It has no secret and no access to any table.
    assert start("beat", tmp_path) == (0, "")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_not_ready_is_one_line(tmp_path: Path) -> None:
    unprepared = urlsplit(own_database())._replace(path="/postgres").geturl()
    for url in (unprepared, "postgresql://x@127.0.0.1:9/x"):
        code, output = start("worker", tmp_path, DATABASE_URL=url)
        assert (code, output.count("\n")) == (1, 1)
