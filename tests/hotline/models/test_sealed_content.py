"""Tests of key rotation: sealed content is sealed again, except for the reporter's own copy."""

import uuid
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from clicksafely.common.crypto import key_rotation, keyring, sealing
from clicksafely.common.crypto.sealing import ReporterKey, WrongKey
from hotline.models import IncomingMail, Message, SealedText, Upload
from hotline.models.sealed_content import sealed_path
from tests.hotline.review.conftest import NOW, make_case

RECEIPT, SALT = "7K3MQ9TZV4HD2XNB", b"0123456789abcdef"


@pytest.fixture(autouse=True)
def keys(settings: Settings, tmp_path: Path) -> Path:
    """Key rings and a media folder for this test."""
    (directory := tmp_path / "keys").mkdir()
    sealing.generate_rings(directory)
    settings.SEALING_PUBLIC_KEYS = directory / "public.json"
    settings.SEALING_PRIVATE_KEYS = directory / "private.json"
    settings.MEDIA_ROOT = tmp_path / "media"
    return directory


def seal(text: str, table: str, field: str, row: uuid.UUID) -> bytes:
    return sealing.seal(text.encode(), ring="hotline", table=table, field=field, row=row)


@pytest.fixture
def stored(db: None) -> None:
    """A report with text, contact, a message in each direction and two pictures, one of them not sent yet."""
    reporter = ReporterKey.derive(RECEIPT, SALT)
    case = make_case(reporter_salt=SALT, reporter_public_key=reporter.public_bytes)
    for field in ("words", "contact"):
        row = uuid.uuid4()
        SealedText.objects.create(
            report=case, field=field, uuid=row, sealed=seal(field, "hotline_sealedtext", field, row)
        )
    for direction in ("reporter", "hotline"):
        row = uuid.uuid4()
        Message.objects.create(
            report=case,
            uuid=row,
            direction=direction,
            sealed_hotline=seal(direction, "hotline_message", "text", row),
            sealed_reporter=sealing.seal_for_reporter(
                direction.encode(), public_bytes=reporter.public_bytes, table="hotline_message", field="text", row=row
            ),
            sent_at=NOW,
        )
    for report in (case, None):
        row = uuid.uuid4()
        Upload.objects.create(report=report, uuid=row, size=5, mime_type="image/webp", stored_at=NOW)
        sealed_path(row).parent.mkdir(parents=True, exist_ok=True)
        sealed_path(row).write_bytes(seal("image", "hotline_upload", "image", row))


def values() -> list[tuple[bytes, dict[str, Any]]]:
    """All content sealed for the hotline, with its place."""
    texts = [(row.sealed, "hotline_sealedtext", row.field, row.uuid) for row in SealedText.objects.order_by("pk")]
    messages = [(row.sealed_hotline, "hotline_message", "text", row.uuid) for row in Message.objects.order_by("pk")]
    uploads = [
        (sealed_path(row.uuid).read_bytes(), "hotline_upload", "image", row.uuid)
        for row in Upload.objects.order_by("pk")
    ]
    return [
        (bytes(value), {"ring": "hotline", "table": table, "field": field, "row": row})
        for value, table, field, row in [*texts, *messages, *uploads]
    ]


def plaintexts() -> list[bytes]:
    return [sealing.open_sealed(value, **place) for value, place in values()]


def rotate(*options: str) -> str:
    call_command("rotate_keys", "--ring=hotline", *options, stdout=(out := StringIO()))
    return out.getvalue()


@pytest.mark.usefixtures("stored")
def test_all_values_are_resealed_with_the_new_key() -> None:
    texts = [b"words", b"contact", b"reporter", b"hotline", b"image", b"image"]
    assert plaintexts() == texts
    before = [value for value, _place in values()]
    copies = [bytes(message.sealed_reporter) for message in Message.objects.order_by("pk")]

    assert "6 re-sealed, 0 could not be opened." in rotate()

    assert {value[: sealing.HEADER_BYTES] for value, _place in values()} == {sealing.sealed_header("hotline")}
    assert plaintexts() == texts
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        rotate("--drop-old")
    assert plaintexts() == texts
    for value, (_new, place) in zip(before, values(), strict=True):
        with pytest.raises(WrongKey):
            sealing.open_sealed(value, **place)
    # The reporter's copies are unchanged, and the code still opens them.
    after = Message.objects.order_by("pk")
    assert [bytes(message.sealed_reporter) for message in after] == copies
    key = ReporterKey.derive(RECEIPT, SALT)
    assert [
        key.open(row.sealed_reporter, table="hotline_message", field="text", row=row.uuid) for row in after
    ] == texts[2:4]


@pytest.mark.usefixtures("stored")
def test_a_picture_that_was_swept_meanwhile_does_not_come_back(monkeypatch: pytest.MonkeyPatch, keys: Path) -> None:
    """Rotation has selected its rows; before it locks them, the sweep erases one."""
    keyring.add_key("hotline", public_path=keys / "public.json", private_path=keys / "private.json")
    unsent = Upload.objects.get(report=None)
    pages = key_rotation.batched

    def sweep_after_choosing(*arguments: Any) -> Any:
        for page in pages(*arguments):
            sealed_path(unsent.uuid).unlink(missing_ok=True)
            Upload.objects.filter(pk=unsent.pk).delete()
            yield page

    monkeypatch.setattr(key_rotation, "batched", sweep_after_choosing)
    assert key_rotation.reseal("hotline", progress=lambda tried: None).done == 5
    assert not sealed_path(unsent.uuid).exists()
    assert [path.name for path in sealed_path(unsent.uuid).parent.iterdir()] == [str(Upload.objects.get().uuid)]


def test_a_message_is_sealed_for_both_sides_and_bound_to_its_row(db: None) -> None:
    reporter = ReporterKey.derive(RECEIPT, SALT)
    case = make_case(reporter_salt=SALT, reporter_public_key=reporter.public_bytes)
    message, other = Message(report=case, direction="hotline"), Message(report=case, direction="hotline")
    message.seal_text("Здраво")
    assert Message.TEXT.open(message).decode() == "Здраво"
    assert (
        reporter.open(message.sealed_reporter, table="hotline_message", field="text", row=message.uuid).decode()
        == "Здраво"
    )
    other.sealed_hotline = message.sealed_hotline
    with pytest.raises(sealing.SealedValueDamaged):
        Message.TEXT.open(other)


@pytest.mark.parametrize("sealed", [None, b"", b"Zdravo"])
def test_a_row_without_a_sealed_value_is_not_opened(sealed: bytes | None) -> None:
    with pytest.raises(sealing.SealedValueDamaged):
        IncomingMail.CONTENT.open(IncomingMail(sealed=sealed))


def test_selectors_open_nothing_for_the_hotline_and_write_no_audit_event() -> None:
    """Only services decrypt, because they record the access."""
    root = Path(__file__).resolve().parents[3]
    selectors = [
        path
        for app in ("hotline", "youthpanel", "awareness", "clicksafely")
        for path in (root / app).rglob("selectors*.py")
    ]
    assert len(selectors) > 10
    names = ["audit_log.record", "count_exposure(", "sealing.open_sealed("]
    names += [
        f"{model.__name__}.{name}.open("
        for model, _place in key_rotation.sealed_fields("hotline")
        for name in vars(model)
    ]
    writing = {str(path) for path in selectors for name in names if name in path.read_text()}
    assert writing == set()
