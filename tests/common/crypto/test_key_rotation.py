"""Key rotation: a ring gets a new key, all stored values are re-sealed to it, and the old key can be removed."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import isolate_apps
from django.utils import timezone
from pytest_django import Settings

from clicksafely.common.apps import CommonConfig
from clicksafely.common.crypto import key_rotation, keyring, sealing
from clicksafely.common.crypto.key_rotation import SealedColumn, SealedFile
from clicksafely.common.crypto.sealing import WrongKey
from clicksafely.common.models import AuditEvent

pytestmark = pytest.mark.django_db
COUNT = 27


@pytest.fixture(autouse=True)
def keys(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Key rings for one test, re-sealed in small batches."""
    monkeypatch.setattr(key_rotation, "BATCH", 10)
    (directory := tmp_path / "keys").mkdir()
    sealing.generate_rings(directory)
    settings.SEALING_PUBLIC_KEYS = directory / "public.json"
    settings.SEALING_PRIVATE_KEYS = directory / "private.json"
    return directory


@pytest.fixture
def note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A model with sealed columns of two rings and a sealed file; its table is dropped after the test."""
    # The app would register its system checks again.
    monkeypatch.setattr(CommonConfig, "ready", lambda _config: None)
    with isolate_apps("clicksafely.common") as isolated:

        class Note(models.Model):
            uuid = models.UUIDField(default=uuid.uuid4)
            field = models.CharField(max_length=8)
            sealed = models.BinaryField(null=True)
            sealed_panel = models.BinaryField(null=True)

            sealed_fields = (
                SealedColumn(ring="hotline", column="sealed", table="note", field=lambda note: note.field),
                SealedColumn(ring="panel", column="sealed_panel", table="note", field="panel"),
                SealedFile(ring="hotline", path=lambda note: tmp_path / str(note.uuid), table="note", field="image"),
            )

            class Meta:
                app_label = "common"

            def __str__(self) -> str:
                return str(self.uuid)

    monkeypatch.setattr(key_rotation, "apps", isolated)
    with connection.schema_editor() as editor:
        editor.create_model(Note)
    return Note


@pytest.fixture
def fill(note: Any, tmp_path: Path) -> Callable[..., list[Any]]:
    """Create notes; every tenth has a file, and one column of some is empty."""

    def make(count: int = COUNT) -> list[Any]:
        notes = [note(field="words" if number % 2 else "contact") for number in range(count)]
        for number, one in enumerate(notes):
            text = f"text {number}".encode()
            if number % 5:
                one.sealed = sealing.seal(text, ring="hotline", table="note", field=one.field, row=one.uuid)
            one.sealed_panel = sealing.seal(text, ring="panel", table="note", field="panel", row=one.uuid)
            if number % 10 == 0:
                path = tmp_path / str(one.uuid)
                path.write_bytes(sealing.seal(text, ring="hotline", table="note", field="image", row=one.uuid))
                path.chmod(0o640)
        note.objects.bulk_create(notes)
        return notes

    return make


@pytest.fixture
def read(note: Any, tmp_path: Path) -> Callable[[], dict[str, list[Any]]]:
    """Open all stored values."""

    def open_all() -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {"hotline": [], "panel": [], "files": []}
        for one in note.objects.order_by("pk"):
            row = {"table": "note", "row": one.uuid}
            found["hotline"].append(
                one.sealed and sealing.open_sealed(one.sealed, ring="hotline", field=one.field, **row)
            )
            found["panel"].append(sealing.open_sealed(one.sealed_panel, ring="panel", field="panel", **row))
            path = tmp_path / str(one.uuid)
            if path.exists():
                found["files"].append(sealing.open_sealed(path.read_bytes(), ring="hotline", field="image", **row))
                assert path.stat().st_mode & 0o777 == 0o640
        return found

    return open_all


def rotate(*options: str, ring: str = "hotline") -> str:
    call_command("rotate_keys", f"--ring={ring}", *options, stdout=(out := StringIO()), stderr=out)
    return out.getvalue()


def ids(path: Path, ring: str = "hotline") -> list[str]:
    return [key["id"] for key in json.loads(path.read_text())[ring]]


def test_all_values_are_resealed_and_the_old_key_can_be_dropped_after_an_hour(
    fill: Callable[..., list[Any]], read: Callable[[], dict[str, list[Any]]], keys: Path, tmp_path: Path
) -> None:
    first, *_others, swept = fill(31)
    # A file of an interrupted run is replaced, and one that was swept is left out.
    (tmp_path / str(swept.uuid)).unlink()
    (tmp_path / f"{first.uuid}.new").write_bytes(b"half a file")
    before, panel = read(), ids(keys / "private.json", "panel")
    old = ids(keys / "private.json")
    rotate("--drop-old")
    assert ids(keys / "private.json") == old
    output = rotate()
    new = ids(keys / "private.json")[1:]
    assert ids(keys / "public.json") == [*old, *new]
    # 24 columns and 3 files.
    assert "27 re-sealed, 0 could not be opened." in output
    assert not (tmp_path / f"{first.uuid}.new").exists()
    assert key_rotation.count_stale("hotline") == 0
    assert read() == before
    # A second run adds no key and finds nothing to do.
    assert "0 re-sealed, 0 could not be opened." in rotate()
    with pytest.raises(CommandError):
        rotate("--drop-old")
    assert ids(keys / "private.json") == [*old, *new]
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        rotate("--drop-old")
    assert ids(keys / "private.json") == ids(keys / "public.json") == new
    assert read() == before
    assert ids(keys / "private.json", "panel") == panel
    events = AuditEvent.objects.order_by("pk").values_list("action", "data")
    assert list(events) == [
        ("keys.added", {"ring": "hotline", "key": new[0]}),
        ("keys.removed", {"ring": "hotline", "keys": old}),
    ]


def test_a_run_that_was_cut_off_is_finished_by_the_next(
    fill: Callable[..., list[Any]],
    read: Callable[[], dict[str, list[Any]]],
    keys: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill()
    before = read()

    class PowerCut(Exception):
        pass

    def cut(tried: int) -> None:
        if tried >= key_rotation.BATCH:
            raise PowerCut

    keyring.add_key("hotline", public_path=keys / "public.json", private_path=keys / "private.json")
    total = key_rotation.count_stale("hotline")
    with pytest.raises(PowerCut):
        key_rotation.reseal("hotline", progress=cut)
    assert key_rotation.count_stale("hotline") == total - key_rotation.BATCH
    assert read() == before
    assert f"{total - key_rotation.BATCH} re-sealed, 0 could not be opened." in rotate()
    assert len(ids(keys / "private.json")) == 2
    assert read() == before


def test_a_run_that_was_cut_off_between_the_two_key_files_is_finished_by_the_next(
    fill: Callable[..., list[Any]], read: Callable[[], dict[str, list[Any]]], keys: Path
) -> None:
    fill(12)
    before, public = read(), (keys / "public.json").read_text()
    keyring.add_key("hotline", public_path=keys / "public.json", private_path=keys / "private.json")
    (keys / "public.json").write_text(public)
    old, new = ids(keys / "private.json")
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        # The old key may be removed only after a check without findings.
        with pytest.raises(CommandError, match="11 values"):
            rotate("--drop-old")
        assert ids(keys / "private.json") == ids(keys / "public.json") == [old, new]
        rotate("--drop-old")
    assert ids(keys / "public.json") == [new]
    assert read() == before


def test_late_values_under_the_old_key_are_resealed_and_the_key_stays(
    fill: Callable[..., list[Any]], read: Callable[[], dict[str, list[Any]]], keys: Path
) -> None:
    public = (keys / "public.json").read_text()
    rotate()
    rotated = (keys / "public.json").read_text()
    (keys / "public.json").write_text(public)  # like a public process without the new file
    fill(12)
    (keys / "public.json").write_text(rotated)
    before = read()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        with pytest.raises(CommandError):
            rotate("--drop-old")
        assert len(ids(keys / "private.json")) == 2
        assert key_rotation.count_stale("hotline") == 0
        rotate("--drop-old")
    assert len(ids(keys / "private.json")) == 1
    assert read() == before


def test_undecryptable_value_is_reported_and_keeps_the_old_key(
    note: Any, fill: Callable[..., list[Any]], tmp_path: Path, keys: Path
) -> None:
    notes = fill(12)
    damaged, foreign = notes[1], notes[10]
    sealed = bytearray(damaged.sealed)
    sealed[-1] ^= 1
    note.objects.filter(pk=damaged.pk).update(sealed=bytes(sealed))
    (tmp_path / str(foreign.uuid)).write_bytes(b"\x01\xff\xff\xff\xff of another installation")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("rotate_keys", "--ring=hotline", stdout=out, stderr=out)
    assert f"common_note {damaged.pk} could not be opened: SealedValueDamaged" in out.getvalue()
    assert f"common_note {foreign.pk} could not be opened: {WrongKey.__name__}" in out.getvalue()
    assert "9 re-sealed, 2 could not be opened." in out.getvalue()
    with time_machine.travel(timezone.now() + timedelta(hours=2)), pytest.raises(CommandError):
        rotate("--drop-old")
    assert len(ids(keys / "private.json")) == 2


def test_without_private_keys_or_beside_another_rotation_nothing_is_rotated(
    settings: Settings, keys: Path, tmp_path: Path
) -> None:
    before = (keys / "public.json").read_bytes()
    with keyring.lock_key_rings(keys / "private.json"), pytest.raises(CommandError):
        rotate()
    for path in (tmp_path / "nowhere" / "private.json", keys / "private.json"):
        settings.SEALING_PRIVATE_KEYS = path
        (keys / "private.json").unlink(missing_ok=True)
        with pytest.raises(CommandError):
            rotate()
    assert (keys / "public.json").read_bytes() == before


def test_every_sealed_column_is_declared() -> None:
    """A BinaryField named sealed* is re-sealed by its declaration, or is not under a ring: a reader's copy, queued addresses."""
    declared = {
        (model._meta.label, getattr(place, "column", ""))
        for ring in keyring.RINGS
        for model, place in key_rotation.sealed_fields(ring)
    }
    sealed = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.BinaryField) and field.name.startswith("sealed")
    }
    # The address of a queued message is sealed under MAIL_SECRET, for days at most.
    sealed -= {("hotline.OutgoingMail", "sealed")}
    # Copies for reporters and complainants can be opened only with the receipt.
    sealed = {place for place in sealed if place[1] not in {"sealed_reporter", "sealed_reader"}}
    assert sealed == {place for place in declared if place[1]}


def test_the_keys_in_use_are_listed_without_invalid_values(
    fill: Callable[..., list[Any]], note: Any, tmp_path: Path, keys: Path
) -> None:
    fill(20)
    before = ids(keys / "public.json")
    rotation_key = bytes.fromhex(before[0])
    note.objects.filter(pk=note.objects.first().pk).update(sealed=b"nonsense", sealed_panel=b"")
    (tmp_path / str(note.objects.first().uuid)).write_bytes(b"")
    column, panel, file = note.sealed_fields
    assert column.key_ids(note) == file.key_ids(note) == {rotation_key}
    assert panel.key_ids(note) == {bytes.fromhex(ids(keys / "public.json", "panel")[0])}
    keyring.add_key("hotline", public_path=keys / "public.json", private_path=keys / "private.json")
    fill(1)
    assert {key.hex() for key in column.key_ids(note) | file.key_ids(note)} == set(ids(keys / "public.json"))


def test_a_value_opens_or_not_or_is_not_there(fill: Callable[..., list[Any]], note: Any, tmp_path: Path) -> None:
    first, second = fill(2)
    column, _panel, file = note.sealed_fields
    assert [column.opens(first), column.opens(second), file.opens(first), file.opens(second)] == [
        False,
        True,
        True,
        False,
    ]
    second.sealed = second.sealed[:-1] + b"x"
    with pytest.raises(sealing.SealedValueDamaged):
        column.opens(second)
    (tmp_path / str(first.uuid)).write_bytes(b"nonsense")
    with pytest.raises(sealing.SealError):
        file.opens(first)
