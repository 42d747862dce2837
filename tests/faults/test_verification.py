"""Verification of acknowledged work against the database: each kind of violation is detected."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from clicksafely.common.crypto import receipts
from clicksafely.common.files.image_uploads import ReencodedImage
from hotline.intake.services import store_upload
from hotline.models import Upload
from hotline.models.sealed_content import sealed_path
from hotline.triage.hash_lists.digests import digest_file
from tests.factories.hotline import ReportFactory
from tests.faults.verification import StoredReport, compare, marker_of, pictures, replay
from tests.load.journal import Acknowledged, Journal
from tests.load.users import picture

RECEIPT, OTHER = "ABCD1234EFGH5678", "ZZZZ1234EFGH5678"
GOOD = StoredReport(1, receipts.receipt_digest(RECEIPT), 2)


@pytest.fixture
def journal() -> Journal:
    return Journal(acknowledged=[Acknowledged("m1", RECEIPT)])


@pytest.mark.parametrize(
    ("stored_reports", "found"),
    [
        ({"m1": [GOOD]}, (0, 0, 0, 0)),
        ({}, (1, 0, 0, 0)),
        ({"m1": [GOOD, StoredReport(2, receipts.receipt_digest(RECEIPT), 2)]}, (0, 1, 0, 0)),
        ({"m1": [StoredReport(1, receipts.receipt_digest(OTHER), 2)]}, (0, 0, 1, 0)),
        ({"m1": [StoredReport(1, receipts.receipt_digest(RECEIPT), 0)]}, (0, 0, 0, 1)),
    ],
)
def test_reports(journal: Journal, stored_reports: dict[str, list[StoredReport]], found: tuple[int, ...]) -> None:
    assert compare(journal, [], stored_reports) == found


def test_a_report_with_a_failed_request_may_exist_once(journal: Journal) -> None:
    journal.given_up.append("m2")
    assert compare(journal, [], {"m1": [GOOD]}) == (0, 0, 0, 0)
    assert compare(journal, [], {"m1": [GOOD], "m2": [GOOD]}) == (0, 0, 0, 0)
    assert compare(journal, [], {"m1": [GOOD], "m2": [GOOD, GOOD]}) == (0, 1, 0, 0)


def test_messages_count_as_reports(journal: Journal) -> None:
    assert compare(journal, ["m3"], {"m1": [GOOD]}) == (1, 0, 0, 0)
    assert compare(journal, ["m3"], {"m1": [GOOD], "m3": [GOOD]}) == (0, 0, 0, 0)


def test_another_receipt_the_second_time(journal: Journal) -> None:
    journal.two_receipts.append("m1")
    assert compare(journal, [], {"m1": [GOOD]}) == (0, 0, 1, 0)


def test_the_trail_is_replayed() -> None:
    taken, back, over = "report.claimed", "report.released", "report.claim_expired"
    assert replay([(1, taken), (1, back), (1, taken), (2, taken), (1, over), (1, taken)]) == 0
    assert replay([(1, taken), (2, taken), (1, taken)]) == 1


def test_a_marker_is_the_first_part_of_the_host() -> None:
    assert marker_of("https://m1.example.org/") == "m1"


@pytest.fixture
def upload(settings: Settings, tmp_path: Path) -> Upload:
    """A picture of a report, in a file of its own."""
    settings.MEDIA_ROOT = tmp_path
    drawn = picture()
    stored = store_upload(
        image=ReencodedImage(drawn, 200, 200, "PNG"),
        file=digest_file(drawn, media_type="image/png"),
        now=timezone.now(),
    )
    stored.report = ReportFactory()
    stored.save()
    return stored


@pytest.mark.django_db
def test_pictures_that_were_promised_can_be_opened(upload: Upload) -> None:
    picture_journal = Journal(acknowledged=[Acknowledged("m1", RECEIPT, pictured=True), Acknowledged("m2", OTHER)])
    stored_reports = {"m1": [StoredReport(upload.report_id or 0, receipts.receipt_digest(RECEIPT), 2)], "m2": [GOOD]}
    assert pictures(picture_journal, stored_reports) == (1, 0)
    sealed_path(upload.uuid).write_bytes(b"half of")
    assert pictures(picture_journal, stored_reports) == (1, 1)
    sealed_path(upload.uuid).unlink()
    assert pictures(picture_journal, stored_reports) == (1, 1)
    upload.delete()
    assert pictures(picture_journal, stored_reports) == (1, 1)
    assert pictures(picture_journal, {}) == (1, 1)
