"""Exports of the trail: their proof, for the centre and for a third person, and attempts to falsify them."""

import csv
import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from clicksafely.common.audit import audit_log, export
from clicksafely.common.audit.export import ExportNotAllowed, TooManyEvents, export_trail
from clicksafely.common.crypto import signing
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, signed_in
from tests.common.audit.test_chain import happen, tampering
from tests.hotline.review.conftest import make_user

LIST, EXPORT = "/admin/common/auditevent/", "/admin/audit/export/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def auditor(db: None) -> Person:
    return signed_in("revizor", "auditor")


def exported_zip(person: Person, query: str = "") -> bytes:
    response = person.client.post(EXPORT + query)
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert "no-store" in response["Cache-Control"]
    return bytes(response.content)


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zip_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def verification_output(tmp_path: Path, data: bytes) -> str:
    """What the command prints; raises CommandError."""
    path, out = tmp_path / "export.zip", io.StringIO()
    path.write_bytes(data)
    call_command("verify_audit_export", str(path), stdout=out)
    return out.getvalue()


def test_the_filtered_trail_with_its_proof(auditor: Person, tmp_path: Path) -> None:
    happen(3)
    mira = make_user("mira", "analyst")
    audit_log.record(action="words.opened", subject=None, actor=mira, now=timezone.now(), data={"fields": ["words"]})
    assert 'action="/admin/audit/export/?person=mira"' in auditor.client.get(f"{LIST}?person=mira").content.decode()
    data = exported_zip(auditor, "?person=mira")
    files = contents(data)
    rows = list(csv.reader(io.StringIO(files["events.csv"].decode("utf-8-sig"))))
    assert len(rows) == 2
    assert (rows[1][2], rows[1][4]) == ("mira", "words.opened")
    (line,) = [json.loads(line) for line in files["events.jsonl"].splitlines()]
    assert line["event"]["action"] == "words.opened"
    order = json.loads(files["proof.json"])["order"]
    assert (order["events"], order["exported_by"], order["filters"]) == (1, "revizor", '{"person": "mira"}')
    assert verification_output(tmp_path, data).startswith("1 events are signed, unchanged")
    event = AuditEvent.objects.get(action="audit.exported")
    assert event.actor_id == auditor.user.pk
    assert event.data["sha256"] == hashlib.sha256(files["events.jsonl"]).hexdigest()
    assert (event.data["events"], event.data["person"]) == (1, "mira")


def test_a_third_person_verifies_it_with_openssl(auditor: Person, tmp_path: Path) -> None:
    """The two commands of README.txt."""
    happen(2)
    files = contents(exported_zip(auditor))
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    order = json.loads(files["proof.json"])["order"]
    for name, digest in (("events.csv", order["sha256_csv"]), ("events.jsonl", order["sha256_jsonl"])):
        assert hashlib.sha256(files[name]).hexdigest() == digest
    command = next(line for line in files["README.txt"].decode().splitlines() if "openssl" in line).split()
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    (tmp_path / "proof.json").write_bytes(files["proof.json"].replace(b'"events":', b'"events" :'))
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 1
    assert hashlib.sha256(files["public-key.pem"]).hexdigest() in files["README.txt"].decode()


def test_an_export_of_the_first_release_is_verified_although_its_numbers_are_erased(
    auditor: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(3)
    written = export._event
    monkeypatch.setattr(export, "_event", lambda event: {**written(event), "txid": 7})
    data = exported_zip(auditor)
    monkeypatch.undo()
    assert b'"txid": 7' in contents(data)["events.jsonl"]
    assert "unchanged" in verification_output(tmp_path, data)


def test_a_changed_or_missing_file_is_found(auditor: Person, tmp_path: Path) -> None:
    happen(2)
    files = contents(exported_zip(auditor))
    for name in ("events.csv", "events.jsonl", "proof.json", "proof.sig"):
        changed = files[name][:-2] + bytes([files[name][-2] ^ 1]) + files[name][-1:]
        for other in (zip_of({**files, name: changed}), zip_of({key: files[key] for key in files if key != name})):
            with pytest.raises(CommandError):
                verification_output(tmp_path, other)


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"x" * 500, zip_of({"events.csv": b"", "proof.json": b"{}"})])
def test_a_file_that_is_no_export(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(CommandError):
        verification_output(tmp_path, data)


def test_a_forged_signature_or_one_for_another_purpose(auditor: Person, tmp_path: Path) -> None:
    files = contents(exported_zip(auditor))
    with pytest.raises(CommandError, match="signed"):
        verification_output(tmp_path, zip_of({**files, "proof.sig": b"x" * 64}))
    proof, signature = signing.sign_document("police recipient", {"events": 0})
    with pytest.raises(CommandError, match="proof"):
        verification_output(tmp_path, zip_of({**files, "proof.json": proof, "proof.sig": signature}))


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE common_auditevent SET actor_id = 1 WHERE id = %s", "was changed in the database"),
        ("DELETE FROM common_auditlink WHERE event_id = %s", "its link is missing in the database"),
        ("UPDATE common_auditlink SET mac = repeat('x', 32)::bytea WHERE event_id = %s", "was changed in the database"),
    ],
)
def test_a_change_of_the_database_after_the_export_is_found(
    auditor: Person, tmp_path: Path, statement: str, fault: str
) -> None:
    events = happen(3)
    data = exported_zip(auditor)
    assert "unchanged" in verification_output(tmp_path, data)
    with tampering() as execute:
        execute(statement, [events[1]])
    with pytest.raises(CommandError, match=fault):
        verification_output(tmp_path, data)


def test_a_chain_that_was_written_again_has_another_head(auditor: Person, tmp_path: Path) -> None:
    happen(3)
    data = exported_zip(auditor, "?action=nothing.here")
    with tampering() as execute:
        execute("DELETE FROM common_auditlink WHERE seq = (SELECT max(seq) FROM common_auditlink)")
    with pytest.raises(CommandError, match="the head link"):
        verification_output(tmp_path, data)


def test_cells_that_a_spreadsheet_would_compute_are_escaped(auditor: Person) -> None:
    make_user("+381", "analyst")
    person = make_user("=cmd", "analyst")
    audit_log.record(action="words.opened", subject=None, actor=person, now=timezone.now())
    rows = list(csv.reader(io.StringIO(contents(exported_zip(auditor))["events.csv"].decode("utf-8-sig"))))
    assert "'=cmd" in {row[2] for row in rows}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_a_supervisor_reads_the_trail_and_exports_nothing(db: None) -> None:
    supervisor = signed_in("nadzor", "supervisor")
    assert "/admin/audit/export/" not in supervisor.client.get(LIST).content.decode()
    assert supervisor.client.post(EXPORT).status_code == 403
    assert not AuditEvent.objects.filter(action="audit.exported").exists()
    with pytest.raises(ExportNotAllowed):
        export_trail(events=AuditEvent.objects.all(), filters={}, actor=supervisor.user, now=timezone.now())


def test_too_many_events_are_refused(auditor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MAX_EVENTS", 2)
    happen(3)
    response = auditor.client.post(EXPORT)
    assert (response.status_code, response["Location"]) == (302, LIST)
    with pytest.raises(TooManyEvents):
        export_trail(events=AuditEvent.objects.all(), filters={}, actor=auditor.user, now=timezone.now())


def test_without_the_signing_key_or_of_an_invalid_query_nothing_is_exported(
    auditor: Person, settings: Settings, tmp_path: Path
) -> None:
    settings.SIGNING_PRIVATE_KEY = tmp_path / "missing.pem"
    for query in ("", "?actor_id=x"):
        assert auditor.client.post(EXPORT + query).status_code == 302
    assert not AuditEvent.objects.filter(action="audit.exported").exists()
