"""A stolen database, or the media beside it, dates no act of a visitor more exactly than the hour."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone, translation
from prometheus_client import generate_latest

from clicksafely.common.audit import chain
from clicksafely.common.models import AuditEvent
from clicksafely.monitoring.metrics import MetricsCollector
from clicksafely.monitoring.request_latency import route_of
from hotline.intake.pictures import hide_upload_times, read_waiting_uploads
from hotline.intake.services import sweep_unsent_uploads
from hotline.lifecycle.picture_files import erase_picture
from hotline.models import Report, Upload
from hotline.models.sealed_content import sealed_path
from hotline.triage.hash_lists.matching import sweep_unmatched
from hotline.triage.services import sweep_received
from tests.clock import travelling
from tests.database import as_role_of
from tests.hotline.intake.journey import Reporter, picture, receipt_on
from tests.stored_data import database_rows, database_text
from tests.waiting import until

NOW = datetime(2026, 5, 4, 13, 37, 41, 123456, tzinfo=UTC)
NUMBER = re.compile(r"(?<![\w.:+-])\d+(?![\w.:+-])")
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:(\d\d:\d\d(?:\.\d+)?)")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """An odd time that stays still."""
    with travelling(NOW) as traveller:
        yield traveller


def exact_times(before: str) -> list[str]:
    """Return the new rows with a time that is no full hour."""
    known_rows = set(before.splitlines())
    return [
        row
        for row in database_text().splitlines()
        if row not in known_rows and any(minutes.rstrip("0.") not in ("", "00:") for minutes in TIME.findall(row))
    ]


def exact_files() -> list[Path]:
    """Return files and folders of the media with a time that is no full hour."""
    media = Path(settings.MEDIA_ROOT) / "sealed"
    return [path for path in (media, *media.rglob("*")) if path.stat().st_mtime % 3600]


def sent_picture() -> Upload:
    """A picture of a report."""
    reporter = Reporter("en")
    assert receipt_on(reporter.send(reporter.state(images=[picture(size=(40, 40))])))
    return Upload.objects.get()


@pytest.mark.django_db
def test_a_file_is_rewritten_after_its_hour_with_a_new_inode(clock: time_machine.Traveller) -> None:
    path = sealed_path(sent_picture().uuid)
    content, inode = path.read_bytes(), path.stat().st_ino
    assert hide_upload_times(now=timezone.now()) == 0
    clock.move_to(NOW + timedelta(minutes=23))
    with as_role_of("worker"):
        assert hide_upload_times(now=timezone.now()) == 1
    assert (path.read_bytes(), path.stat().st_ino == inode) == (content, False)
    assert exact_files() == []
    # Once only.
    assert hide_upload_times(now=timezone.now()) == 0


@pytest.mark.django_db
def test_an_erased_picture_is_not_written_anew(clock: time_machine.Traveller) -> None:
    upload = sent_picture()
    erase_picture(upload)
    clock.shift(timedelta(hours=2))
    assert hide_upload_times(now=timezone.now()) == 0
    assert list(sealed_path(upload.uuid).parent.iterdir()) == []


@pytest.mark.django_db
def test_a_picture_of_an_unsent_form_lives_two_hours_at_least(clock: time_machine.Traveller) -> None:
    Reporter("en").state(images=[picture()])
    clock.shift(timedelta(hours=2))
    assert sweep_unsent_uploads(now=timezone.now()) == 0
    clock.shift(timedelta(hours=1))
    assert sweep_unsent_uploads(now=timezone.now()) == 1
    assert exact_files() == []


@pytest.mark.django_db
def test_the_numbers_of_monitoring_change_with_the_hour(clock: time_machine.Traveller) -> None:
    def waiting() -> list[str]:
        text = generate_latest(MetricsCollector(timezone.now())).decode()
        return [line for line in text.splitlines() if line.startswith("clicksafely_reports_")]

    before = waiting()
    sent_picture()
    assert waiting() == before
    clock.move_to(NOW + timedelta(minutes=23))
    assert waiting() != before


def test_all_pages_of_visitors_are_one_route() -> None:
    def route(path: str) -> str:
        request = RequestFactory().get(path)
        with translation.override("en"):
            request.resolver_match = resolve(path)
        return route_of(request)

    paths = ["/en/", "/en/report/csam/", "/en/report/case/", "/en/hotline/complaint/", "/api/v1/reports/"]
    assert {route(path) for path in paths} == {"public"}
    assert route("/admin/") == "admin"


@pytest.mark.django_db(transaction=True)
def test_a_report_from_its_form_to_triage(clock: time_machine.Traveller) -> None:
    before = database_text()
    reporter = Reporter("en")
    state = reporter.state(
        images=[picture(size=(40, 40)), picture("other.png")], contact="a@example.org", wants_answer="on"
    )
    assert exact_times(before) == []
    assert exact_files() == []
    receipt = receipt_on(reporter.send(state))
    case = reporter.open(receipt)
    reporter.act(case, "message", text="More.")
    reporter.act(reporter.open(receipt), "withdraw")
    clock.shift(timedelta(seconds=3))
    assert sweep_received(now=NOW, seconds=300) == 1
    sweep_unmatched(now=NOW, seconds=300)
    read_waiting_uploads()
    chain.link_events(everything=True)
    assert Report.objects.exclude(state="received").count() == 1
    assert Upload.objects.count() == 2
    assert exact_times(before) == []
    assert exact_files() == []


def transaction_number() -> int:
    """Use up a transaction number and return it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(3600)
def test_a_dump_does_not_hold_the_transaction_number_of_a_report() -> None:
    before = set(database_rows())
    transactions = []
    for _ in range(3):
        start, reporter = transaction_number(), Reporter("en")
        assert receipt_on(reporter.send(reporter.state()))
        transactions.append(range(start + 1, transaction_number()))
        # No counter of new rows advances this far.
        while transaction_number() < transactions[-1].stop + 500:
            pass
    assert AuditEvent.objects.filter(action="report.received").count() == 3

    def linked() -> bool:
        chain.link_events()
        return not AuditEvent.objects.filter(link=None).exists()

    until(linked, seconds=1500, what="the end of older transactions of other test processes")
    columns: dict[str, set[int]] = {}
    for table, row in set(database_rows()) - before:
        for name, value in json.loads(row).items():
            columns.setdefault(f"{table}.{name}", set()).update(map(int, NUMBER.findall(json.dumps(value))))
    assert [name for name, numbers in columns.items() if all(numbers & set(span) for span in transactions)] == []
