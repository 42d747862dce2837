"""Pictures of reports in a bucket: always sealed, visible on another machine, and erased everywhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from clicksafely.common.clock import hour_of
from clicksafely.common.crypto import sealing
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.storage import media_storage
from clicksafely.common.models import AuditEvent
from hotline.intake import services
from hotline.intake.pictures import hide_upload_times
from hotline.lifecycle.picture_files import erase_picture
from hotline.models import FileHash, Report, Upload
from hotline.models.sealed_content import sealed_path
from tests.clients.staff import signed_in
from tests.hotline.intake.journey import Reporter, hidden, picture, receipt_on
from tests.hotline.review.conftest import make_case
from tests.media.conftest import Shared
from tests.mock_services.s3 import refusing_service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings: Settings, tmp_path: Path, shared: Shared) -> Path:
    """Key rings of the test."""
    (folder := tmp_path / "keys").mkdir()
    sealing.generate_rings(folder)
    settings.SEALING_PUBLIC_KEYS, settings.SEALING_PRIVATE_KEYS = folder / "public.json", folder / "private.json"
    return folder


def sent_picture() -> Upload:
    """A picture in a report."""
    reporter = Reporter("en")
    assert receipt_on(reporter.send(reporter.state(images=[picture("slika.png")])))
    return Upload.objects.get()


def revealed_to_analyst(upload: Upload) -> Any:
    """The response to an analyst who holds the case and requests the picture."""
    case = make_case()
    Upload.objects.filter(pk=upload.pk).update(report=case)
    FileHash.objects.filter(upload=upload).update(report=case, matched_at=timezone.now())
    ana = signed_in("ana", "analyst")
    ana.client.post(f"/admin/hotline/case/{case.pk}/claim/")
    return ana.client.post(f"/admin/hotline/case/{case.pk}/reveal/{upload.pk}/")


def test_it_is_sealed_in_the_bucket_and_nowhere_in_clear(shared: Shared) -> None:
    upload = sent_picture()
    assert upload.report
    content = shared.files()
    assert list(content) == [f"sealed/{upload.uuid}"]
    place = {"ring": "hotline", "table": "hotline_upload", "field": "image", "row": upload.uuid}
    clear = sealing.open_sealed(content[f"sealed/{upload.uuid}"], **place)
    assert clear[:4] in (b"\x89PNG", b"RIFF")
    assert clear[8:40] not in content[f"sealed/{upload.uuid}"]
    assert shared.local_files() == []


@pytest.mark.real_time
def test_the_bucket_does_not_store_the_time_of_the_report(shared: Shared) -> None:
    """The service dates objects by its own clock."""
    upload = sent_picture()
    path = sealed_path(upload.uuid)
    content, stored = shared.files(), media_storage().look(path).modified
    two_hours_ago = timezone.now() - timedelta(hours=2)
    Upload.objects.update(stored_at=two_hours_ago)
    # Written after the hour of the report.
    assert hide_upload_times(now=timezone.now()) == 0
    # Written in it.
    Upload.objects.update(stored_at=hour_of(datetime.fromtimestamp(stored, UTC)))
    later = timezone.now() + timedelta(hours=1)
    assert hide_upload_times(now=later) == 1
    assert shared.files() == content
    assert media_storage().look(path).modified >= stored
    erase_picture(upload)
    assert hide_upload_times(now=later) == 0
    assert shared.files() == {}


def test_another_machine_shows_the_picture_to_staff_until_it_is_erased(shared: Shared) -> None:
    upload = sent_picture()
    with shared.machine("second"):
        page = revealed_to_analyst(upload)
    assert page.status_code == 200
    assert "data:image/" in page.content.decode()
    erase_picture(upload)
    with shared.machine("second"), pytest.raises(FileNotFoundError):
        media_storage().read(sealed_path(upload.uuid))
    assert (shared.files(), shared.local_files()) == ({}, [])


def test_case_page_reports_an_unavailable_bucket(shared: Shared) -> None:
    upload = sent_picture()
    with shared.without_bucket():
        page = revealed_to_analyst(upload)
    assert page.status_code == 422
    assert "data:image/" not in page.content.decode()
    assert not AuditEvent.objects.filter(action="upload.revealed").exists()


def test_a_refusing_bucket_does_not_block_the_report(shared: Shared) -> None:
    reporter = Reporter("en")
    with refusing_service(403, "AccessDenied") as endpoint, shared.without_bucket(endpoint):
        assert reporter.summary(images=[picture("slika.png")]).status_code == 422
        assert receipt_on(reporter.send(reporter.state()))
    assert (shared.files(), shared.local_files()) == ({}, [])
    assert Report.objects.get().uploads.count() == 0


def test_picture_stored_without_a_response_is_deleted(shared: Shared) -> None:
    """The bucket stored the picture, but its response was lost. The row remains until the cleanup has erased both."""
    with shared.without_bucket():
        assert Reporter("en").summary(images=[picture("slika.png")]).status_code == 422
    upload = Upload.objects.get()
    media_storage().write(sealed_path(upload.uuid), b"it had come")
    assert services.sweep_unsent_uploads(now=timezone.now() + timedelta(hours=3)) == 1
    assert (shared.files(), Upload.objects.count()) == ({}, 0)


def test_a_sweep_that_the_bucket_fails_is_made_again(shared: Shared) -> None:
    reporter = Reporter("en")
    assert hidden(reporter.summary(images=[picture("slika.png")]), "state")
    later = timezone.now() + timedelta(hours=3)
    with shared.without_bucket(), pytest.raises(StorageUnavailable):
        services.sweep_unsent_uploads(now=later)
    assert (Upload.objects.count(), len(shared.files())) == (1, 1)
    assert services.sweep_unsent_uploads(now=later) == 1
    assert (Upload.objects.count(), shared.files()) == (0, {})


def test_a_failed_erasure_raises_an_error(shared: Shared) -> None:
    upload = sent_picture()
    with shared.without_bucket(), pytest.raises(StorageUnavailable):
        erase_picture(upload)
    assert list(shared.files()) == [f"sealed/{upload.uuid}"]


def test_keys_are_rotated_in_the_bucket(shared: Shared, keys: Path) -> None:
    upload = sent_picture()
    before = shared.files()[f"sealed/{upload.uuid}"]
    old = sealing.sealed_header("hotline")
    with shared.machine("second"):
        call_command("rotate_keys", "--ring=hotline", verbosity=0)
    after = shared.files()[f"sealed/{upload.uuid}"]
    assert (before.startswith(old), after.startswith(sealing.sealed_header("hotline"))) == (True, True)
    assert sealing.sealed_header("hotline") != old
    place = {"ring": "hotline", "table": "hotline_upload", "field": "image", "row": upload.uuid}
    assert sealing.open_sealed(after, **place) == sealing.open_sealed(before, **place)
    assert shared.local_files() == []
