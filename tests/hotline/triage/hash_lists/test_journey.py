"""From the picture in the form to its match: what is hashed is what came, and the reporter never learns of it."""

import hashlib
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.utils import timezone
from PIL import Image

from hotline.intake.services import sweep_unsent_uploads
from hotline.models import FileHash, HashMatch, Report, Upload
from hotline.triage.hash_lists import matching
from hotline.triage.hash_lists.matching import match_report, sweep_unmatched
from hotline.triage.hash_lists.picture_reader import digest_picture
from hotline.triage.services import triage_report
from tests.factories.received_reports import make_report
from tests.hotline.intake.journey import Reporter, hidden, html, receipt_on
from tests.hotline.triage.hash_lists.lists import NOW, file_of, imported, md5
from tests.hotline.triage.hash_lists.pictures import drawn, saved
from tests.waiting import until


def as_the_reporter_sees_it(receipt: str) -> str:
    page = html(Reporter().open(receipt))
    page = re.sub(r'(name="(?:form_token|case|challenge_question|draft_id)" value|data-challenge)="[^"]*"', "", page)
    return re.sub(r"draft_id=[^\"&]*", "", page)


@pytest.mark.django_db
def test_uploaded_picture_is_matched_without_notice_to_the_reporter() -> None:
    exif = Image.Exif()
    exif[0x010E] = "made anew, this is gone"
    picture = saved(drawn(3), "JPEG", exif=exif)
    reporter = Reporter()
    summary = reporter.summary(images=SimpleUploadedFile("a.jpg", picture, "image/jpeg"))
    # Not sent yet: the hash waits with its picture.
    assert FileHash.objects.get().report is None
    receipt = receipt_on(reporter.send(hidden(summary, "state")))
    report, file = Report.objects.get(), FileHash.objects.get()
    assert (file.report, file.upload, file.media_type, file.size) == (
        report,
        Upload.objects.get(),
        "image/jpeg",
        len(picture),
    )
    digests = file.open_digests()
    assert digests.md5 == hashlib.md5(picture, usedforsecurity=False).digest()
    assert (digests.pdq, digests.pdq_quality) == digest_picture(picture)
    triage_report(report_id=report.pk, now=NOW)
    before = as_the_reporter_sees_it(receipt)
    imported([hashlib.md5(picture, usedforsecurity=False).digest()])
    assert match_report(report_id=report.pk, now=NOW) == 1
    assert Upload.objects.get().locked_at is not None
    assert as_the_reporter_sees_it(receipt) == before


@pytest.mark.django_db
def test_the_hash_is_deleted_with_an_unsent_picture() -> None:
    Reporter().summary(images=SimpleUploadedFile("a.png", saved(), "image/png"))
    assert FileHash.objects.count() == 1
    assert sweep_unsent_uploads(now=timezone.now() + timedelta(hours=3)) == 1
    assert not FileHash.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_list_that_comes_into_use_in_the_middle_of_a_match_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    report = make_report()
    triage_report(report_id=report.pk, now=NOW)
    file = file_of(report, md5=md5("a"))
    read, go_on, real = threading.Event(), threading.Event(), matching.find_matches

    def slow(*args: object) -> object:
        read.set()
        assert go_on.wait(60)
        return real(*args)  # type: ignore[arg-type]

    def in_thread(act: object) -> None:
        try:
            act()  # type: ignore[operator]
        finally:
            connections.close_all()

    def import_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            return bool(cursor.fetchone()[0])

    monkeypatch.setattr(matching, "find_matches", slow)
    with ThreadPoolExecutor(2) as pool:
        match = pool.submit(in_thread, lambda: match_report(report_id=report.pk, now=NOW))
        until(read.is_set, what="the match")
        importing = pool.submit(in_thread, lambda: imported([md5("a")]))
        until(import_waits, what="the import, held up by the match")
        go_on.set()
        match.result(60)
        importing.result(60)
    file.refresh_from_db()
    assert (file.matched_at, HashMatch.objects.count()) == (None, 0)
    assert (sweep_unmatched(now=NOW, seconds=300), HashMatch.objects.count()) == (1, 1)
