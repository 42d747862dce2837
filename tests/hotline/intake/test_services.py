"""Intake stores a report sealed and once."""

import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.crypto.sealing import ReporterKey
from clicksafely.common.files.image_uploads import ReencodedImage
from clicksafely.common.models import AuditEvent
from hotline.intake import services
from hotline.intake.tasks import sweep_unsent_uploads
from hotline.intake.web.report_draft import DraftPicture, ReportDraft
from hotline.models import Direction, Message, Report, SealedText, TextField, Upload
from hotline.models.sealed_content import sealed_path
from hotline.states import ReportState
from hotline.triage.hash_lists.digests import digest_file
from tests.factories.hotline import ReportFactory, make_message

NOW = datetime(2026, 3, 2, 10, 31, 12, 345, tzinfo=UTC)
HOUR = datetime(2026, 3, 2, 10, tzinfo=UTC)
IMAGE = ReencodedImage(b"drawn " * 100, 8, 8, "PNG")
FILE = digest_file(b"as it came", media_type="image/png")


def draft(**changes: object) -> ReportDraft:
    fields: dict[str, object] = {
        "category": "cyberbullying",
        "language": "sr",
        "receipt": receipts.generate_code(),
        "addresses": "https://example.org/a",
        "what": "прете другу",
        "contact": "a@example.org",
        "danger_now": True,
    }
    return ReportDraft(**{**fields, **changes})  # type: ignore[arg-type]


def submit(report_draft: ReportDraft | None = None, digest: bytes = b"s" * 32) -> Report | None:
    submission = (report_draft or draft()).submission()
    return services.submit_report(submission=submission, state_digest=digest, now=NOW)


def written() -> dict[type[Model], int]:
    return {model: model.objects.count() for model in (Report, SealedText, Message, AuditEvent)}  # type: ignore[attr-defined]


def store() -> Upload:
    return services.store_upload(image=IMAGE, file=FILE, now=NOW)


def listed(*uploads: Upload) -> list[DraftPicture]:
    return [DraftPicture(str(upload.uuid), "a.png", upload.size) for upload in uploads]


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.django_db
class TestSubmit:
    def test_plaintext_columns_and_event_of_a_report(self) -> None:
        report_draft = draft(about_me=True)
        assert submit(report_draft)
        report = Report.objects.get()
        assert (report.channel, report.category, report.language) == ("web", "cyberbullying", "sr")
        assert (report.state, report.received_at, report.queue) == (ReportState.RECEIVED, HOUR, None)
        assert (report.danger_now, report.about_me) == (True, True)
        assert report.locations == [{"kind": "url", "canonical": "https://example.org/a"}]
        assert bytes(report.state_digest) == b"s" * 32
        assert bytes(report.receipt_digest) == receipts.receipt_digest(report_draft.receipt)
        key = ReporterKey.derive(report_draft.receipt, bytes(report.reporter_salt))
        assert bytes(report.reporter_public_key) == key.public_bytes
        event = AuditEvent.objects.get()
        assert (event.action, event.at, event.actor_id) == ("report.received", HOUR, None)
        assert event.data == {"channel": "web"}
        assert (event.subject_table, event.subject_id) == ("hotline_report", report.pk)

    def test_sealed_fields_of_a_report(self) -> None:
        report_draft = draft(wants_answer=True, addresses="😀" * 20_000, what="😀" * 5_000, details="😀" * 10_000)
        submit(report_draft)
        plaintexts = {
            text.field: json.loads(
                sealing.open_sealed(
                    text.sealed, ring="hotline", table="hotline_sealedtext", field=text.field, row=text.uuid
                )
            )
            for text in Report.objects.get().texts.all()
        }
        assert plaintexts == {
            "words": report_draft.submission().texts[TextField.WORDS],
            "contact": {"contact": "a@example.org", "wants_answer": True},
        }

    def test_twice_is_once(self) -> None:
        report_draft = draft()
        assert submit(report_draft)
        before = written()
        assert not services.submit_report(
            submission=report_draft.submission(), state_digest=b"s" * 32, now=NOW + timedelta(hours=1)
        )
        assert written() == before

    def test_another_state_with_the_same_receipt_is_an_error(self) -> None:
        report_draft = draft()
        submit(report_draft)
        before = written()
        with pytest.raises(IntegrityError), transaction.atomic():
            submit(report_draft, b"t" * 32)
        assert written() == before

    def test_returned_report_equals_the_stored_one(self) -> None:
        returned_report = submit(draft(contact=""))
        assert returned_report
        stored = Report.objects.get(pk=returned_report.pk)
        columns = [field.attname for field in Report._meta.concrete_fields]
        assert [_plain(getattr(returned_report, name)) for name in columns] == [
            _plain(getattr(stored, name)) for name in columns
        ]
        returned_report.language = "en"
        returned_report.save()
        assert Report.objects.get().language == "en"

    @pytest.mark.parametrize("table", ["hotline_report", "hotline_sealedtext", "common_auditevent"])
    def test_all_of_it_or_nothing(self, table: str) -> None:
        before = written()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT nothing_new CHECK (false) NOT VALID")
        with pytest.raises(IntegrityError), transaction.atomic():
            submit()
        assert written() == before

    def test_pictures_are_attached(self) -> None:
        first, second, other = store(), store(), store()
        submit(draft(pictures=listed(first, second)))
        report = Report.objects.get()
        assert set(report.uploads.values_list("uuid", "stored_at")) == {(first.uuid, HOUR), (second.uuid, HOUR)}
        other.refresh_from_db()
        assert (other.report, other.stored_at) == (None, HOUR)

    def test_a_missing_picture_refuses_the_report(self) -> None:
        here, gone = store(), store()
        services.discard_uploads(uploads=[gone.uuid])
        before = written()
        with pytest.raises(services.PicturesMissing):
            submit(draft(pictures=listed(here, gone)))
        assert written() == before
        here.refresh_from_db()
        assert here.report is None

    def test_a_picture_of_another_report_is_missing(self) -> None:
        upload = store()
        submit(draft(pictures=listed(upload)))
        with pytest.raises(services.PicturesMissing):
            submit(draft(pictures=listed(upload)), b"t" * 32)
        assert Report.objects.count() == 1

    def test_few_statements(self, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        with django_assert_max_num_queries(1):
            submit()
        upload = store()
        # Savepoint, report with texts and event, pictures, their hashes, release.
        with django_assert_max_num_queries(5):
            submit(draft(pictures=listed(upload)), b"t" * 32)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_triage_is_enqueued_after_the_commit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whether one statement is the whole transaction, or pictures or a caller's transaction are around it."""
        handed: list[tuple[int, bool]] = []

        def take(report_id: int) -> None:
            with psycopg2.connect(**connection.get_connection_params()) as other, other.cursor() as cursor:
                cursor.execute("SELECT FROM hotline_report WHERE id = %s", [report_id])
                handed.append((report_id, cursor.rowcount == 1))

        monkeypatch.setattr(services, "enqueue_triage", take)
        reports = [
            submit(),
            services.submit_report(
                submission=draft(pictures=listed(store())).submission(), state_digest=b"t" * 32, now=NOW
            ),
        ]
        with transaction.atomic():
            reports.append(submit(draft(), b"u" * 32))
            assert len(handed) == 2
        assert handed == [(report.pk, True) for report in reports if report]

    def test_two_forms_cannot_share_a_picture(self) -> None:
        shared, gate = listed(store()), threading.Barrier(2)

        def press(digest: bytes) -> bool:
            try:
                gate.wait(60)
                submission = draft(pictures=shared).submission()
                return bool(services.submit_report(submission=submission, state_digest=digest, now=NOW))
            except services.PicturesMissing:
                return False
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as people:
            new = list(people.map(press, [b"s" * 32, b"t" * 32]))
        assert sorted(new) == [False, True]
        assert Report.objects.get().uploads.count() == 1


@pytest.mark.django_db
class TestPictures:
    def test_sealed_before_it_touches_the_disk(self) -> None:
        upload = store()
        path = sealed_path(upload.uuid)
        assert b"drawn" not in path.read_bytes()
        plaintext = sealing.open_sealed(
            path.read_bytes(), ring="hotline", table="hotline_upload", field="image", row=upload.uuid
        )
        assert plaintext == IMAGE.data
        assert (upload.size, upload.mime_type, upload.stored_at, upload.report) == (600, "image/png", HOUR, None)
        # For the group of all parts: tests/security/test_operating_system_users.py.
        assert stat.S_IMODE(path.stat().st_mode) & 0o117 == 0
        assert stat.S_IMODE(path.parent.stat().st_mode) & 0o007 == 0

    def test_a_full_disk(self, settings: Settings, tmp_path: Path) -> None:
        settings.MEDIA_ROOT = tmp_path / "file"
        settings.MEDIA_ROOT.write_text("in the way of the folder")
        with pytest.raises(services.UploadStorageFull):
            store()
        assert Upload.objects.count() == 0

    def test_total_size_of_unsent_uploads_is_limited(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MAX_UNSENT_BYTES", 1300)
        first, second = store(), store()
        with pytest.raises(services.UploadStorageFull):
            store()
        assert Upload.objects.count() == len(list(sealed_path(first.uuid).parent.iterdir())) == 2
        # What was sent waits no more.
        submit(draft(pictures=listed(first, second)))
        store()

    def test_discarded(self) -> None:
        other, unwanted, sent = store(), store(), store()
        submit(draft(pictures=listed(sent)))
        services.discard_uploads(uploads=[unwanted.uuid, sent.uuid])
        assert set(Upload.objects.values_list("uuid", flat=True)) == {other.uuid, sent.uuid}
        assert sorted(path.name for path in sealed_path(other.uuid).parent.iterdir()) == sorted(
            [str(other.uuid), str(sent.uuid)]
        )

    def test_unsent_pictures_are_deleted_two_hours_after_their_hour(self) -> None:
        sent, old, young = store(), store(), store()
        submit(draft(pictures=listed(sent)))
        later = HOUR + timedelta(hours=3)
        assert services.extend_uploads(uploads=[young.uuid, uuid4()], now=NOW + timedelta(minutes=30)) == {young.uuid}
        assert services.sweep_unsent_uploads(now=later - timedelta(seconds=1)) == 0
        assert services.sweep_unsent_uploads(now=later) == 1
        assert set(Upload.objects.values_list("uuid", flat=True)) == {sent.uuid, young.uuid}
        assert not sealed_path(old.uuid).exists()
        assert services.sweep_unsent_uploads(now=later + timedelta(hours=1)) == 1
        assert [path.name for path in sealed_path(sent.uuid).parent.iterdir()] == [str(sent.uuid)]

    def test_a_file_that_is_missing_does_not_stop_the_sweep(self) -> None:
        sealed_path(store().uuid).unlink()
        sweep_unsent_uploads()
        assert Upload.objects.count() == 0


@pytest.mark.django_db
class TestDialogue:
    def test_sealed_for_both_sides(self) -> None:
        report, row = ReportFactory(), uuid4()
        assert services.add_reporter_message(report=report, text="још нешто", row=row, now=NOW)
        message = Message.objects.get()
        assert (message.direction, message.author, message.sent_at) == (Direction.REPORTER, None, HOUR)
        place = {"table": "hotline_message", "field": "text", "row": row}
        assert sealing.open_sealed(message.sealed_hotline, ring="hotline", **place).decode() == "још нешто"
        key = ReporterKey.derive(report.receipt, report.reporter_salt)
        assert key.open(message.sealed_reporter, **place).decode() == "још нешто"
        report.refresh_from_db()
        assert report.has_news
        event = AuditEvent.objects.get()
        assert (event.action, event.at, event.actor_id) == ("message.received", HOUR, None)
        assert event.data == {"message": message.pk}

    def test_twice_is_once(self) -> None:
        report, row = ReportFactory(), uuid4()
        assert services.add_reporter_message(report=report, text="а", row=row, now=NOW)
        assert not services.add_reporter_message(report=report, text="а", row=row, now=NOW)
        assert (Message.objects.count(), AuditEvent.objects.count()) == (1, 1)

    def test_the_row_of_another_case_is_an_error(self) -> None:
        other = make_message(ReportFactory(), "туђе")
        with pytest.raises(IntegrityError):
            services.add_reporter_message(report=ReportFactory(), text="а", row=other.uuid, now=NOW)

    def test_a_case_holds_so_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MAX_MESSAGES", 2)
        report = ReportFactory()
        make_message(report, "од линије")
        for _ in range(2):
            services.add_reporter_message(report=report, text="а", row=uuid4(), now=NOW)
        with pytest.raises(services.TooManyMessages):
            services.add_reporter_message(report=report, text="а", row=uuid4(), now=NOW)
        assert Message.objects.count() == 3

    def test_the_contact_is_withdrawn(self) -> None:
        report, other = ReportFactory(contact="a@example.org"), ReportFactory(contact="b@example.org")
        assert services.withdraw_contact(report=report, now=NOW)
        assert [text.field for text in report.texts.all()] == [TextField.WORDS]
        assert other.texts.count() == 2
        event = AuditEvent.objects.get()
        assert (event.action, event.at, event.subject_id) == ("contact.withdrawn", HOUR, report.pk)
        assert not services.withdraw_contact(report=report, now=NOW)
        assert AuditEvent.objects.count() == 1
