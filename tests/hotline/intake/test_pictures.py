"""A picture that cannot be read at once is accepted, sealed, read later, and the reporter sees its state."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import timezone
from PIL import Image

from clicksafely.common.files.image_uploads import ImageRefused
from clicksafely.common.sandbox.runner import network_of, place_in_pool, run_alone
from hotline.intake import pictures, services
from hotline.intake.pictures import MAX_ATTEMPTS, read_waiting_upload, read_waiting_uploads
from hotline.intake.selectors import picture_states
from hotline.intake.web import draft_uploads
from hotline.models import FileHash, TextField, Upload, UploadState
from hotline.models.sealed_content import sealed_path
from hotline.triage.hash_lists.digests import digest_file
from tests.database import as_role_of
from tests.factories.pictures import jpeg_of_scans
from tests.hotline.intake.journey import Reporter, errors_on, hidden, html, nothing_written, picture, receipt_on
from tests.rate_limits import set_limit

pytestmark = pytest.mark.django_db

CHECKED_LATER, ARRIVED = "Ова слика се још проверава.", "Ова слика је стигла."


def photograph(name: str = "slika.jpg") -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x010E] = "planted-description"
    out = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@contextmanager
def no_free_places(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(draft_uploads, "PLACE_SECONDS", 0)
    with place_in_pool(), place_in_pool():
        yield


def slow(*_args: Any, **_options: Any) -> Any:
    raise ImageRefused("too-complex")


@pytest.fixture
def waiting(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> tuple[Upload, str]:
    """A waiting picture of a sent report, and the report's code."""
    with no_free_places(monkeypatch):
        summary = reporter.summary(images=[photograph()])
    receipt = receipt_on(reporter.send(hidden(summary, "state")))
    return Upload.objects.get(), receipt


class TestWhenItArrives:
    def test_without_a_free_place_it_is_sealed_as_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        reporter = Reporter()
        with no_free_places(monkeypatch):
            first = reporter.summary(consent="", images=[photograph()])
        assert "проверава се" in html(first)
        assert list(errors_on(first)) == ["consent"]
        upload = Upload.objects.get()
        assert (upload.state, upload.mime_type) == (UploadState.WAITING, "image/jpeg")
        assert b"planted" in Upload.IMAGE.open(upload)
        assert b"planted" not in sealed_path(upload.uuid).read_bytes()
        summary = reporter.summary(sealed_pictures=hidden(first, "sealed_pictures"))
        assert "проверава се" in html(summary)
        assert "проверава се" not in html(reporter.summary(images=[picture()]))

    def test_a_second_one_of_the_same_network_is_read_later(self) -> None:
        reporter = Reporter()
        request = RequestFactory().get("/", REMOTE_ADDR=reporter.address)
        with place_in_pool(network=network_of(request)):
            assert reporter.summary(images=[photograph()]).status_code == 200
            assert Reporter().summary(images=[photograph()]).status_code == 200
        assert list(Upload.objects.order_by("pk").values_list("state", flat=True)) == ["waiting", "ready"]

    def test_a_process_that_takes_too_long_or_is_killed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(draft_uploads, "read_picture", slow)
        assert Reporter().summary(images=[photograph()]).status_code == 200
        assert Upload.objects.get().state == UploadState.WAITING

    def test_a_damaged_one_is_refused_at_once(self, reporter: Reporter) -> None:
        cut = SimpleUploadedFile("pola.jpg", photograph().read()[:-400], "image/jpeg")
        page = reporter.summary(images=[cut])
        assert (page.status_code, list(errors_on(page))) == (422, ["images"])
        assert nothing_written()

    def test_too_many_scans_are_refused_without_a_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(draft_uploads, "read_picture", lambda *_args, **_options: pytest.fail("read"))
        hostile = SimpleUploadedFile("a.jpg", jpeg_of_scans(5000), "image/jpeg")
        page = Reporter("en").summary(images=[hostile])
        assert errors_on(page)["images"].startswith("a.jpg: ")
        assert nothing_written()

    def test_one_network_cannot_fill_the_pool_of_unsent_pictures(self, monkeypatch: pytest.MonkeyPatch) -> None:
        set_limit(monkeypatch, "PICTURE_BYTES", int((photograph().size or 0) * 2.5))
        reporter = Reporter("en")
        pages = [reporter.summary(images=[photograph()]) for _ in range(3)]
        assert [page.status_code for page in pages] == [200, 200, 422]
        assert list(errors_on(pages[2])) == ["images"]
        assert Upload.objects.count() == 2
        assert Reporter().summary(images=[photograph()]).status_code == 200
        # The report itself is never refused.
        assert reporter.send(reporter.state()).status_code == 200

    def test_a_report_that_is_never_sent_costs_no_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with no_free_places(monkeypatch):
            Reporter().summary(images=[photograph()])
        monkeypatch.setattr(pictures, "read_picture", lambda *_args, **_options: pytest.fail("read"))
        assert read_waiting_uploads() == 0
        Upload.objects.update(stored_at=timezone.now() - services.UNSENT_LIFETIME * 2)
        assert services.sweep_unsent_uploads(now=timezone.now()) == 1
        assert not Upload.objects.exists()


class TestLater:
    def test_it_is_replaced_compared_and_the_reporter_sees_it(
        self, waiting: tuple[Upload, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        upload, receipt = waiting
        enqueued: list[Any] = []
        monkeypatch.setattr(pictures, "enqueue_task", lambda task, **kwargs: enqueued.append((task, kwargs)))
        assert CHECKED_LATER in html(Reporter().open(receipt))
        file = FileHash.objects.get()
        assert file.open_digests() == digest_file(photograph().read(), media_type="").digests
        FileHash.objects.update(matched_at=timezone.now())
        with as_role_of("sealed"):
            assert read_waiting_uploads() == 1
        upload.refresh_from_db()
        assert (upload.state, upload.attempts) == (UploadState.READY, 1)
        clean = Upload.IMAGE.open(upload)
        assert (b"planted" in clean, upload.size) == (False, len(clean))
        file.refresh_from_db()
        assert (file.open_digests().pdq is not None, file.matched_at) == (True, None)
        assert enqueued == [("hotline.match_hashes", {"report_id": upload.report_id})]
        page = html(Reporter().open(receipt))
        assert (ARRIVED in page, CHECKED_LATER in page) == (True, False)
        assert read_waiting_uploads() == 0

    def test_one_that_cannot_be_read_stays_sealed(
        self, waiting: tuple[Upload, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        upload, receipt = waiting
        monkeypatch.setattr(pictures, "read_picture", slow)
        for attempt in range(1, MAX_ATTEMPTS + 1):
            assert read_waiting_uploads() == 0
            upload.refresh_from_db()
            assert upload.attempts == attempt
        assert upload.state == UploadState.UNREADABLE
        assert b"planted" in Upload.IMAGE.open(upload)
        assert CHECKED_LATER not in html(Reporter().open(receipt))
        monkeypatch.setattr(pictures, "read_picture", lambda *_args, **_options: pytest.fail("read"))
        assert read_waiting_uploads() == 0

    def test_a_damaged_one_is_not_tried_again(self, waiting: tuple[Upload, str]) -> None:
        upload, _receipt = waiting
        data = Upload.IMAGE.open(upload)[:-400]
        sealed_path(upload.uuid).write_bytes(Upload.IMAGE.seal(upload, data))
        assert read_waiting_uploads() == 0
        upload.refresh_from_db()
        assert (upload.state, upload.attempts) == (UploadState.UNREADABLE, 1)

    def test_one_with_a_missing_file_does_not_delay_others(
        self, waiting: tuple[Upload, str], reporter: Reporter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        upload, _receipt = waiting
        with no_free_places(monkeypatch):
            summary = reporter.summary(images=[photograph()])
        reporter.send(hidden(summary, "state"))
        sealed_path(upload.uuid).unlink()
        assert read_waiting_uploads() == 1
        assert list(Upload.objects.order_by("pk").values_list("state", flat=True)) == ["waiting", "ready"]

    def test_one_that_is_erased_meanwhile_is_not_written_again(
        self, waiting: tuple[Upload, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        upload, _receipt = waiting
        reads = pictures.read_picture

        def erase(*args: Any, **kwargs: Any) -> Any:
            Upload.objects.all().delete()
            sealed_path(upload.uuid).unlink()
            return reads(*args, **kwargs)

        monkeypatch.setattr(pictures, "read_picture", erase)
        assert not read_waiting_upload(upload_id=upload.pk)
        assert not sealed_path(upload.uuid).exists()

    def test_one_process_at_a_time(self, waiting: tuple[Upload, str]) -> None:
        with run_alone("waiting-uploads") as is_alone:
            assert is_alone
            assert read_waiting_uploads() == 0
        assert read_waiting_uploads() == 1

    def test_after_its_erasure_the_reporter_does_not_see_which_pictures_stayed(
        self, waiting: tuple[Upload, str]
    ) -> None:
        report = waiting[0].report
        assert report is not None
        assert picture_states(report) == {None: [UploadState.WAITING]}
        report.text_erased_at = timezone.now()
        assert picture_states(report) == {}
        # A later message makes the column empty again, but the text of the report stays erased.
        report.text_erased_at = None
        report.texts.filter(field=TextField.WORDS).delete()
        assert picture_states(report) == {}
