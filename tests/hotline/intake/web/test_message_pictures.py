"""Pictures in the reporter's dialogue."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.categories import CSAM
from hotline.intake import services
from hotline.models import FileHash, Message, Report, RetentionRule, Upload, UploadState
from hotline.models.sealed_content import sealed_path
from hotline.retention.purge import anonymise_on_request
from hotline.states import ReportState
from tests.database import as_role_of
from tests.factories.hotline import RECEIVED, ReportFactory
from tests.hotline.intake.journey import Reporter, answer_of, errors_on, hidden, html, picture
from tests.rate_limits import set_limit

pytestmark = pytest.mark.django_db

SHOWN = "We have this picture."


def open_case(report: Any, language: str = "en", *, child: bool = False) -> tuple[Reporter, Any]:
    reporter = Reporter(language)
    return reporter, reporter.open(report.receipt, child=child)


class TestSending:
    def test_one_with_words(self) -> None:
        report = ReportFactory()
        reporter, page = open_case(report)
        assert 'enctype="multipart/form-data"' in html(page)
        sent = reporter.act(page, "message", text="ево слике", images=[picture()])  # type: ignore[arg-type]
        assert SHOWN in html(sent)
        message, upload = Message.objects.get(), Upload.objects.get()
        assert (upload.report_id, upload.message_id, upload.state) == (report.pk, message.pk, UploadState.READY)
        assert upload.stored_at == message.sent_at
        assert FileHash.objects.get().report_id == report.pk
        assert Upload.IMAGE.open(upload).startswith(b"\x89PNG")
        assert AuditEvent.objects.get().data == {"message": message.pk, "pictures": 1}
        assert 'name="sealed_pictures"' not in html(sent)

    def test_the_public_role_may_do_it(self) -> None:
        reporter, page = open_case(ReportFactory(state=ReportState.SPAM, closed_at=RECEIVED))
        with as_role_of("public"):
            reporter.act(page, "message", text="а", images=[picture()])  # type: ignore[arg-type]
        assert Message.objects.get().uploads.count() == 1

    def test_metadata_is_removed_and_the_name_is_not_stored(self) -> None:
        reporter, page = open_case(ReportFactory())
        plain = picture("tajno-ime.jpg", kind="JPEG")
        content = plain.read()
        tagged = content[:2] + b"\xff\xfe\x00\x10planted-secret" + content[2:]
        reporter.act(page, "message", text="", images=[SimpleUploadedFile("tajno-ime.jpg", tagged, "image/jpeg")])  # type: ignore[arg-type]
        upload = Upload.objects.get()
        assert b"planted" not in Upload.IMAGE.open(upload)
        assert b"planted" not in sealed_path(upload.uuid).read_bytes()

    def test_a_double_click_is_one_message_with_its_pictures(self) -> None:
        reporter, page = open_case(ReportFactory())
        for _ in range(2):
            assert reporter.act(page, "message", text="а", images=[picture()]).status_code == 200  # type: ignore[arg-type]
        assert (Message.objects.count(), Upload.objects.count()) == (1, 1)


class TestMistakes:
    @pytest.mark.parametrize(
        ("upload", "message"),
        [
            (SimpleUploadedFile("a.png", b"", "image/png"), "not a picture"),
            (picture(declared="image/jpeg"), "does not match"),
            (SimpleUploadedFile("a.png", b"a" * (10 * 1024 * 1024 + 1), "image/png"), "10 MB"),
        ],
    )
    def test_a_refused_one_keeps_the_words_and_the_good_one(self, upload: Any, message: str) -> None:
        reporter, page = open_case(ReportFactory())
        refused = reporter.act(page, "message", text="остаје", images=[picture("dobra.png"), upload])  # type: ignore[arg-type]
        assert refused.status_code == 422
        assert list(errors_on(refused)) == ["images"]
        assert message in errors_on(refused)["images"]
        assert "остаје</textarea>" in html(refused)
        assert "dobra.png" in html(refused)
        assert not Message.objects.exists()
        reporter.act(refused, "message", text="остаје", sealed_pictures=hidden(refused, "sealed_pictures"))
        assert Message.objects.get().uploads.count() == 1

    def test_pictures_of_another_report_are_not_moved(self) -> None:
        reporter, page = open_case(ReportFactory())
        token = hidden(reporter.act(page, "refresh", images=[picture()]), "sealed_pictures")  # type: ignore[arg-type]
        reporter.act(page, "message", text="а", sealed_pictures=token)
        other = ReportFactory()
        refused = reporter.act(reporter.open(other.receipt), "message", text="а", sealed_pictures=token)
        assert list(errors_on(refused)) == ["images"]
        assert not other.uploads.exists()

    def test_a_case_holds_so_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MAX_CASE_PICTURES", 1)
        reporter, page = open_case(ReportFactory())
        images = [picture("1.png"), picture("2.png")]
        refused = reporter.act(page, "message", text="а", images=images)  # type: ignore[arg-type]
        assert list(errors_on(refused)) == ["images"]
        assert not Message.objects.exists()

    def test_very_many_from_one_network_get_a_task(self, monkeypatch: pytest.MonkeyPatch) -> None:
        set_limit(monkeypatch, "FORMS_WITH_PICTURES", 0)
        reporter, page = open_case(ReportFactory())
        challenge = reporter.act(page, "message", text="а", images=[picture()])  # type: ignore[arg-type]
        assert list(errors_on(challenge)) == ["images"]
        token = hidden(challenge, "sealed_pictures")
        fields: dict[str, Any] = {"text": "а", "images": [picture()], "sealed_pictures": token}
        assert SHOWN in html(reporter.act(challenge, "message", **fields, **answer_of(challenge)))


class TestAbuseMaterial:
    @pytest.mark.parametrize(
        ("columns", "field"), [({"category": CSAM.code}, "images"), ({"was_csam": True}, "anything")]
    )
    def test_sent_all_the_same_it_is_refused_and_the_words_stay(self, columns: dict[str, Any], field: str) -> None:
        reporter, page = open_case(ReportFactory(**columns))
        assert 'type="file"' not in html(page)
        refused = reporter.act(page, "message", text="остаје", **{field: [picture()]})
        assert refused.status_code == 422
        assert "остаје</textarea>" in html(refused)
        assert not Message.objects.exists()
        assert not Upload.objects.exists()

    def test_also_if_the_category_changed_while_the_page_was_open(self) -> None:
        report = ReportFactory()
        reporter, page = open_case(report)
        draft_page = reporter.act(page, "refresh", images=[picture()])  # type: ignore[arg-type]
        Report.objects.filter(pk=report.pk).update(category=CSAM.code)
        reporter.act(draft_page, "message", text="а", sealed_pictures=hidden(draft_page, "sealed_pictures"))
        assert Message.objects.exists()
        assert not report.uploads.exists()

    def test_the_service_refuses_it_too(self) -> None:
        report = ReportFactory(category=CSAM.code)
        with pytest.raises(services.PicturesRefused):
            services.add_reporter_message(report=report, text="а", row=uuid4(), now=RECEIVED, uploads=[uuid4()])
        assert not Message.objects.exists()


class TestErasure:
    def test_with_the_texts_of_the_report(self) -> None:
        report = ReportFactory(state=ReportState.SPAM, closed_at=RECEIVED)
        reporter, page = open_case(report)
        reporter.act(page, "message", text="а", images=[picture()])  # type: ignore[arg-type]
        upload = Upload.objects.get()
        Report.objects.filter(pk=report.pk).update(
            state=ReportState.SPAM, closed_at=RECEIVED, queue=None, has_news=False, reporter_wrote_at=RECEIVED,
            reopened_at=None, reopened_from="",
        )  # fmt: skip
        RetentionRule.objects.all().delete()
        report.refresh_from_db()
        assert anonymise_on_request(report=report, now=timezone.now()) == []
        assert not Upload.objects.exists()
        assert not Message.objects.exists()
        assert not sealed_path(upload.uuid).exists()

    def test_pictures_sent_to_the_police_are_hidden_from_the_reporter(self) -> None:
        report = ReportFactory()
        reporter, page = open_case(report)
        reporter.act(page, "message", text="а", images=[picture()])  # type: ignore[arg-type]
        # As after the erasure: the message is gone, the marker of the picture stays.
        Message.objects.all().delete()
        report.texts.all().delete()
        assert Upload.objects.get().message_id is None
        assert SHOWN not in html(reporter.open(report.receipt))
