"""Erased data is gone from all tables, media files, Valkey, logs and search. Statistics stay the same."""

import io
import logging
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import receipts
from clicksafely.common.logs import PrivateFormatter
from hotline.intake import selectors as reading
from hotline.intake.services import add_reporter_message
from hotline.models import ContentItem, FileHash, Message, Note, Report, SealedText, Upload
from hotline.models.sealed_content import sealed_path
from hotline.outbox import queue
from hotline.retention import purge
from hotline.review import claims, close_without_assessment, notes, sealed_content
from hotline.triage.services import triage_report
from tests.factories.openings import open_everything
from tests.hotline.intake.journey import Reporter, picture, receipt_on
from tests.hotline.review.conftest import make_user
from tests.stored_data import database_text, redis_content

BEGAN = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
MARKER = "МАРКЕР-РОК-7719"
CONTACT = "marker-rok-7719@example.org"
MESSAGE, REPLY, NOTE = f"{MARKER}-порука", f"{MARKER}-одговор", f"{MARKER}-белешка"


def figures() -> dict[str, Counter[tuple[object, ...]]]:
    """A simple count by month, channel, category, language, ticks, outcome and state."""
    reports, items = Counter[tuple[object, ...]](), Counter[tuple[object, ...]]()
    for report in Report.objects.prefetch_related("items"):
        end = report.anonymised_from or report.state
        month = f"{report.received_at:%Y-%m}"
        ticks = (report.danger_now, report.about_me)
        closed = report.closed_at
        reports[month, report.channel, report.category, report.language, ticks, report.outcome, end, closed] += 1
        for item in report.items.all():
            items[month, item.kind, item.host, item.site_type, item.state, item.outcome, item.report_count] += 1
    return {"reports": reports, "items": items}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGAN, tick=True) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _room_under_the_limits(settings: Settings) -> None:
    settings.REPORTS_PER_HOUR_GLOBAL = 10**6


@pytest.mark.django_db(transaction=True)
def test_erasure_leaves_no_traces_and_equal_figures(
    clock: time_machine.Traveller, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    supervisor = make_user("lead", "supervisor")
    receipt, report = _live(supervisor)
    recent_receipt, recent_report = _live(supervisor, days=200)
    before, sealed = figures(), _sealed_of(report)
    picture_path = sealed_path(report.uploads.get().uuid)
    assert all(_found(value, _places(settings, tmp_path, caplog)) for value in sealed)

    clock.move_to(BEGAN + timedelta(days=400))
    call_command("retention", stdout=io.StringIO())

    places = _places(settings, tmp_path, caplog)
    clear = [MARKER, MESSAGE, REPLY, NOTE, CONTACT, receipt, receipts.format_receipt(receipt)]
    for value in [*sealed, *(word.encode() for word in clear)]:
        assert _found(value, places) == [], value[:40]
    assert not picture_path.exists()
    assert picture_path.name not in str(list(tmp_path.rglob("*")))
    assert figures() == before
    assert reading.find_case(receipt) is None
    assert Reporter("sr").open(receipt).status_code == 422
    # Content items are shared with other reports and needed for statistics.
    assert ContentItem.objects.filter(reports=report).count() == 1
    # A report within its retention period has lost only its contact.
    assert reading.find_case(recent_receipt) == recent_report
    assert set(recent_report.texts.values_list("field", flat=True)) == {"words"}
    assert (recent_report.messages.count(), recent_report.notes.count(), recent_report.uploads.count()) == (2, 1, 1)
    assert purge.erase_due(now=BEGAN + timedelta(days=400)).reports == 0


def _live(supervisor: User, *, days: int = 0) -> tuple[str, Report]:
    """A report with a picture, contact, dialogue and note, closed within a day, `days` after the beginning."""
    now = BEGAN + timedelta(days=days)
    reporter = Reporter("sr")
    with time_machine.travel(now, tick=True):
        state = reporter.state(
            what=MARKER, contact=CONTACT, wants_answer="on", images=[picture(f"{MARKER}.png", size=(40 + days, 40))]
        )
        receipt = receipt_on(reporter.send(state))
        report = reading.find_case(receipt)
        assert report is not None
        triage_report(report_id=report.pk, now=now)
        add_reporter_message(report=report, text=MESSAGE, row=uuid4(), now=now)
        claims.claim_case(report_id=report.pk, actor=supervisor, now=now)
        sealed_content.open_thread(report=report, actor=supervisor, now=now)
        sealed_content.send_reply(report=report, actor=supervisor, text=REPLY, now=now)
        notes.write_note(report=report, actor=supervisor, text=NOTE, row=uuid4(), now=now)
        queue.get_or_create_thread(report=report)
        FileHash.objects.filter(upload__report=report).update(matched_at=now)
        open_everything(report, by=supervisor, now=now)
        close_without_assessment.close_report(
            report_id=report.pk, state="outside_remit", actor=supervisor, now=now + timedelta(hours=1)
        )
        report.refresh_from_db()
        audit_log.record(action="report.looked_at", subject=report, actor=supervisor, now=now)
    assert report.state == "outside_remit"
    return receipt, report


def _sealed_of(report: Report) -> list[bytes]:
    """Sealed values of a report and the keys to them: present before erasure, absent after it."""
    texts = SealedText.objects.filter(report=report).values_list("sealed", flat=True)
    both = Message.objects.filter(report=report).values_list("sealed_hotline", "sealed_reporter")
    written = Note.objects.filter(report=report).values_list("sealed", flat=True)
    hashes = FileHash.objects.filter(report=report).values_list("sealed", flat=True)
    [uuid] = Upload.objects.filter(report=report).values_list("uuid", flat=True)
    values = [*texts, *(copy for pair in both for copy in pair), *written, *hashes]
    values += [report.receipt_digest, report.state_digest, report.reporter_salt, report.reporter_public_key]
    values += [sealed_path(uuid).read_bytes(), str(uuid).encode(), report.mail_thread.tag.encode()]
    return [bytes(value) for value in values if value is not None]


def _places(settings: Settings, folder: Path, caplog: pytest.LogCaptureFixture) -> dict[str, bytes]:
    formatter = PrivateFormatter()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        "database": database_text().encode(),
        "media": b"\n".join(path.read_bytes() for path in files),
        "names of files": "\n".join(map(str, files)).encode(),
        "redis": redis_content(settings.REDIS_URL),
        "logs": "\n".join(formatter.format(record) for record in caplog.records).encode(),
    }


def _found(value: bytes, places: dict[str, bytes]) -> list[str]:
    digits = value.hex().encode()
    return [where for where, content in places.items() if value in content or digits in content.lower()]
