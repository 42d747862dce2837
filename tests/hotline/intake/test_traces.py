"""Report texts are never stored in clear: not in rows, files, logs or Valkey."""

import logging
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import receipts
from clicksafely.common.logs import PrivateFormatter
from clicksafely.monitoring.request_latency import counts
from tests.hotline.intake.journey import Reporter, picture, receipt_on
from tests.stored_data import database_text, redis_content

WORDS = "МАРКЕР-ИНТАКЕ-РЕЧИ-4821"
CONTACT = "marker-intake-4821@example.org"
MESSAGE = "МАРКЕР-ИНТАКЕ-ПОРУКА-4821"
HANDLE_WORDS = "marker-intake-detalji-4821"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_in_clear(settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    reporter = Reporter("sr")
    fields = {"what": WORDS, "details": HANDLE_WORDS, "contact": CONTACT, "wants_answer": "on"}
    state = reporter.state(**fields, images=[picture("marker-intake-slika-4821.png", size=(40, 40))])
    sent = reporter.send(state)
    receipt = receipt_on(sent)
    case = reporter.open(receipt)
    reporter.act(case, "message", text=MESSAGE)
    reporter.open("0000-0000-0000-0000")
    reporter.summary(**{**fields, "consent": ""})

    counts.flush()
    formatter = PrivateFormatter()
    places = {
        "database": database_text().encode(),
        "media": b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()),
        "names of files": "\n".join(str(path) for path in tmp_path.rglob("*")).encode(),
        "redis": redis_content(settings.REDIS_URL),
        "logs": "\n".join(formatter.format(record) for record in caplog.records).encode(),
    }
    assert places["media"]
    assert b"public status 2xx" in places["redis"]
    assert b"clicksafely:latency" in places["redis"]
    markers = {
        "words": WORDS,
        "words as escapes": WORDS.encode("unicode_escape").decode(),
        "details": HANDLE_WORDS,
        "contact": CONTACT,
        "message": MESSAGE,
        "name of a picture": "marker-intake-slika-4821",
        "receipt": receipt,
        "receipt as shown": receipts.format_receipt(receipt),
        "receipt in small letters": receipt.lower(),
        "state": state,
    }
    for what, marker in markers.items():
        for where, content in places.items():
            assert marker.encode() not in content, f"{what} in {where}"
            assert marker.encode().hex().encode() not in content.lower(), f"{what} in {where}, as hexadecimal digits"
    png = b"\x89PNG"
    assert png not in places["media"]
    assert receipts.receipt_bytes(receipt) not in b"".join(places.values())
