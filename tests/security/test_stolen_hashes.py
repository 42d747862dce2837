"""A stolen database does not show which pictures were reported or listed; the parts that match them still do."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from clicksafely.common.crypto.sealing import SealError
from clicksafely.settings import CELERY_TASK_ROUTES
from hotline.models import FileHash, HashMatch, ListedPdq, Report, Upload
from hotline.triage.hash_lists.list_import import import_list
from hotline.triage.hash_lists.matching import match_report
from hotline.triage.services import triage_report
from tests.database import as_role_of
from tests.hotline.intake.journey import Reporter, receipt_on
from tests.hotline.triage.hash_lists.lists import added, written
from tests.stored_data import database_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture() -> bytes:
    """A drawn gradient, whose PDQ has a good quality."""
    content = BytesIO()
    Image.radial_gradient("L").resize((300, 200)).save(content, format="PNG")
    return content.getvalue()


def exact(picture: bytes) -> dict[str, bytes]:
    return {
        "md5": hashlib.md5(picture, usedforsecurity=False).digest(),
        "sha1": hashlib.sha1(picture, usedforsecurity=False).digest(),
        "sha256": hashlib.sha256(picture).digest(),
    }


def reported(picture: bytes) -> Report:
    reporter = Reporter("en")
    state = reporter.state(images=[SimpleUploadedFile("a.png", picture, "image/png")])
    assert receipt_on(reporter.send(state))
    report = Report.objects.get()
    triage_report(report_id=report.pk, now=timezone.now())
    return report


def listed(digest: bytes, layout: str) -> None:
    hash_list = added(written([digest]), layout, name=layout)
    with as_role_of("worker"):
        assert import_list(list_id=hash_list.pk, clock=timezone.now)


def test_no_hash_is_in_the_database_and_matching_finds_it(picture: bytes) -> None:
    report = reported(picture)
    digests = FileHash.objects.get().open_digests()
    assert digests.pdq is not None
    listed(exact(picture)["sha1"], "sha1")
    listed(digests.pdq, "pdq")
    with as_role_of("sealed"):
        assert match_report(report_id=report.pk, now=timezone.now()) == 2
    assert set(HashMatch.objects.values_list("hash_list__name", flat=True)) == {"sha1", "pdq"}
    assert Upload.objects.get().locked_at is not None
    text = database_text().lower()
    assert [name for name, digest in {**exact(picture), "pdq": digests.pdq}.items() if digest.hex() in text] == []


def test_a_later_list_matches_earlier_reports(picture: bytes) -> None:
    report = reported(picture)
    with as_role_of("sealed"):
        assert match_report(report_id=report.pk, now=timezone.now()) == 0
    listed(exact(picture)["md5"], "md5")
    with as_role_of("sealed"):
        assert match_report(report_id=report.pk, now=timezone.now()) == 1


def test_without_its_key_a_list_cannot_be_searched(picture: bytes, settings: Settings) -> None:
    report = reported(picture)
    listed(exact(picture)["md5"], "md5")
    settings.HASH_LIST_KEY = "another key of more than thirty-two characters"
    assert match_report(report_id=report.pk, now=timezone.now()) == 0
    settings.HASH_LIST_KEY = ""
    FileHash.objects.update(matched_at=None)
    with pytest.raises(ImproperlyConfigured):
        match_report(report_id=report.pk, now=timezone.now())
    assert FileHash.objects.get().matched_at is None
    for task in ("hotline.match_hashes", "hotline.sweep_unmatched"):
        assert CELERY_TASK_ROUTES[task] == {"queue": "sealed"}


def test_a_rotation_of_keys_seals_them_anew_and_without_the_keys_nothing_is_opened(
    picture: bytes, settings: Settings, tmp_path: Path
) -> None:
    reported(picture)
    row: Any = FileHash.objects.get()
    before, digests = bytes(row.sealed), row.open_digests()
    for place in (*FileHash.sealed_fields, *ListedPdq.sealed_fields):
        assert place.ring == "hotline"
    FileHash.DIGESTS.reseal(row)
    row.refresh_from_db()
    assert bytes(row.sealed) != before
    assert row.open_digests() == digests
    settings.SEALING_PRIVATE_KEYS = tmp_path / "absent.json"
    with pytest.raises(SealError):
        FileHash.objects.get().open_digests()


def test_equal_pictures_are_not_recognised_as_equal(picture: bytes) -> None:
    files = [SimpleUploadedFile(name, picture, "image/png") for name in ("a.png", "b.png")]
    Reporter("en").state(images=files)
    first, second = (bytes(sealed) for sealed in FileHash.objects.values_list("sealed", flat=True))
    assert len(first) == len(second)
    assert first != second
