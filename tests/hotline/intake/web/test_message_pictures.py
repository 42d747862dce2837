"""Pictures in the reporter's dialogue."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from clicksafely.common.sandbox.runner import SandboxBusy
from hotline.categories import CSAM
from hotline.intake import services
from hotline.intake.web import draft_uploads
from hotline.models import FileHash, Message, Report, RetentionRule, Upload, UploadState
from hotline.models.sealed_content import sealed_path
from hotline.retention.purge import anonymise_on_request
from hotline.review import sealed_content
from hotline.review.exceptions import NotClaimHolder, PictureNotMatched
from hotline.states import ReportState
from hotline.triage.hash_lists.matching import match_report
from tests.database import as_role_of
from tests.factories.hotline import RECEIVED, ReportFactory
from tests.hotline.intake.journey import Reporter, answer_of, errors_on, hidden, html, picture
from tests.hotline.review.conftest import make_user
from tests.rate_limits import set_limit

pytestmark = pytest.mark.django_db

LOST = "The pictures you added earlier are no longer available. Please choose them again."


def open_case(report: Any, language: str = "en", *, child: bool = False) -> tuple[Reporter, Any]:
    reporter = Reporter(language)
    return reporter, reporter.open(report.receipt, child=child)


class TestSending:
    def test_one_with_words(self) -> None:
        report = ReportFactory()
        reporter, page = open_case(report)
        assert 'enctype="multipart/form-data"' in html(page)
        sent = reporter.act(page, "message", text="ево слике", images=[picture()])  # type: ignore[arg-type]
        assert "Your message has arrived." in html(sent)
        assert "We have this picture." in html(sent)
        message, upload = Message.objects.get(), Upload.objects.get()
        assert (upload.report_id, upload.message_id, upload.state) == (report.pk, message.pk, UploadState.READY)
        assert upload.stored_at == message.sent_at
        assert FileHash.objects.get().report_id == report.pk
        assert Upload.IMAGE.open(upload).startswith(b"\x89PNG")
        assert AuditEvent.objects.get().data == {"message": message.pk, "pictures": 1}
        assert 'name="sealed_pictures"' not in html(sent)

    def test_one_without_words(self) -> None:
        reporter, page = open_case(ReportFactory())
        sent = reporter.act(page, "message", text=" ", images=[picture()])  # type: ignore[arg-type]
        assert "Your message has arrived." in html(sent)
        assert Message.objects.get().uploads.count() == 1

    def test_the_public_role_may_do_it(self) -> None:
        reporter, page = open_case(ReportFactory(state=ReportState.SPAM, closed_at=RECEIVED))
        with as_role_of("public"):
            sent = reporter.act(page, "message", text="а", images=[picture()])  # type: ignore[arg-type]
        assert "Your message has arrived." in html(sent)

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
            sent = reporter.act(page, "message", text="а", images=[picture()])  # type: ignore[arg-type]
            assert "Your message has arrived." in html(sent)
        assert (Message.objects.count(), Upload.objects.count()) == (1, 1)

    def test_a_busy_sandbox_leaves_it_to_be_checked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def busy(*args: Any, **kwargs: Any) -> Any:
            raise SandboxBusy

        monkeypatch.setattr(draft_uploads, "place_in_pool", busy)
        reporter, page = open_case(ReportFactory())
        sent = reporter.act(page, "message", text="а", images=[picture()])  # type: ignore[arg-type]
        assert "This picture is still being checked." in html(sent)
        assert Upload.objects.get().state == UploadState.WAITING


class TestMistakes:
    @pytest.mark.parametrize(
        ("upload", "message"),
        [
            (SimpleUploadedFile("a.png", b"no picture", "image/png"), "This file is not a picture that we can read."),
            (SimpleUploadedFile("a.png", b"", "image/png"), "This file is not a picture that we can read."),
            (picture(declared="image/jpeg"), "The content of this file does not match its name and type."),
            (SimpleUploadedFile("a.png", b"a" * (10 * 1024 * 1024 + 1), "image/png"), "is larger than 10 MB"),
            (picture(mode="1", size=(6000, 6000)), "This picture has too many pixels."),
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
        sent = reporter.act(refused, "message", text="остаје", sealed_pictures=hidden(refused, "sealed_pictures"))
        assert "Your message has arrived." in html(sent)
        assert Message.objects.get().uploads.count() == 1

    def test_more_than_five(self) -> None:
        reporter, page = open_case(ReportFactory())
        images = [picture(f"{number}.png") for number in range(6)]
        refused = reporter.act(page, "message", text="а", images=images)  # type: ignore[arg-type]
        assert errors_on(refused) == {"images": "One message can contain at most 5 pictures."}
        sent = reporter.act(refused, "message", text="а", sealed_pictures=hidden(refused, "sealed_pictures"))
        assert html(sent).count("We have this picture.") == 5

    def test_a_stored_one_can_be_removed(self) -> None:
        reporter, page = open_case(ReportFactory())
        draft_page = reporter.act(page, "refresh", text="а", images=[picture("prva.png")])  # type: ignore[arg-type]
        assert (draft_page.status_code, "prva.png" in html(draft_page), "а</textarea>" in html(draft_page)) == (
            200,
            True,
            True,
        )
        (row,) = re.findall(r'name="remove" value="([^"]+)"', html(draft_page))
        sent = reporter.act(
            draft_page, "message", text="а", sealed_pictures=hidden(draft_page, "sealed_pictures"), remove=row
        )
        assert "Your message has arrived." in html(sent)
        assert not Upload.objects.exists()

    @pytest.mark.parametrize("token", ["forged", "A" * 2000])
    def test_a_token_that_is_not_ours(self, token: str) -> None:
        reporter, page = open_case(ReportFactory())
        refused = reporter.act(page, "message", text="а", sealed_pictures=token)
        assert errors_on(refused) == {"images": LOST}
        assert not Message.objects.exists()

    def test_swept_meanwhile(self) -> None:
        reporter, page = open_case(ReportFactory())
        draft_page = reporter.act(page, "refresh", text="а", images=[picture()])  # type: ignore[arg-type]
        Upload.objects.all().delete()
        assert errors_on(
            reporter.act(draft_page, "message", text="а", sealed_pictures=hidden(draft_page, "sealed_pictures"))
        ) == {"images": LOST}

    def test_pictures_of_another_report_are_not_moved(self) -> None:
        reporter, page = open_case(ReportFactory())
        token = hidden(reporter.act(page, "refresh", images=[picture()]), "sealed_pictures")  # type: ignore[arg-type]
        reporter.act(page, "message", text="а", sealed_pictures=token)
        other = ReportFactory()
        refused = reporter.act(reporter.open(other.receipt), "message", text="а", sealed_pictures=token)
        assert errors_on(refused) == {"images": LOST}
        assert not other.uploads.exists()

    def test_a_case_holds_so_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MAX_CASE_PICTURES", 1)
        reporter, page = open_case(ReportFactory())
        images = [picture("1.png"), picture("2.png")]
        refused = reporter.act(page, "message", text="а", images=images)  # type: ignore[arg-type]
        message = "This report cannot take more pictures. Without them, the message can be sent."
        assert errors_on(refused) == {"images": message}
        assert not Message.objects.exists()

    def test_a_full_pool(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MAX_UNSENT_BYTES", 0)
        reporter, page = open_case(ReportFactory())
        refused = reporter.act(page, "message", text="а", images=[picture()])  # type: ignore[arg-type]
        assert "This picture cannot be stored right now." in errors_on(refused)["images"]

    def test_very_many_from_one_network_get_a_task(self, monkeypatch: pytest.MonkeyPatch) -> None:
        set_limit(monkeypatch, "FORMS_WITH_PICTURES", 0)
        reporter, page = open_case(ReportFactory())
        challenge = reporter.act(page, "message", text="а", images=[picture()])  # type: ignore[arg-type]
        assert "We are receiving many pictures." in errors_on(challenge)["images"]
        fields: dict[str, Any] = {
            "text": "а",
            "images": [picture()],
            "sealed_pictures": hidden(challenge, "sealed_pictures"),
        }
        sent = reporter.act(challenge, "message", **fields, **answer_of(challenge))
        assert "We have this picture." in html(sent)

    def test_many_messages_get_a_task_and_the_pictures_stay(self, monkeypatch: pytest.MonkeyPatch) -> None:
        set_limit(monkeypatch, "MESSAGES", 0)
        reporter, page = open_case(ReportFactory())
        challenge = reporter.act(page, "message", text="а", images=[picture()])  # type: ignore[arg-type]
        token = hidden(challenge, "sealed_pictures")
        sent = reporter.act(challenge, "message", text="а", sealed_pictures=token, **answer_of(challenge))
        assert "We have this picture." in html(sent)


class TestAbuseMaterial:
    @pytest.mark.parametrize("columns", [{"category": CSAM.code}, {"was_csam": True}])
    def test_there_is_no_upload_field_but_an_explanation(self, columns: dict[str, Any]) -> None:
        _reporter, page = open_case(ReportFactory(**columns))
        assert 'type="file"' not in html(page)
        assert "Please do not send pictures here" in html(page)

    @pytest.mark.parametrize("columns", [{"category": CSAM.code}, {"was_csam": True}])
    @pytest.mark.parametrize("field", ["images", "anything"])
    def test_sent_all_the_same_it_is_refused_and_the_words_stay(self, columns: dict[str, Any], field: str) -> None:
        reporter, page = open_case(ReportFactory(**columns))
        refused = reporter.act(page, "message", text="остаје", **{field: [picture()]})
        assert refused.status_code == 422
        assert "We cannot accept pictures here." in html(refused)
        assert "остаје</textarea>" in html(refused)
        assert not Message.objects.exists()
        assert not Upload.objects.exists()

    def test_also_if_the_category_changed_while_the_page_was_open(self) -> None:
        report = ReportFactory()
        reporter, page = open_case(report)
        draft_page = reporter.act(page, "refresh", images=[picture()])  # type: ignore[arg-type]
        Report.objects.filter(pk=report.pk).update(category=CSAM.code)
        sent = reporter.act(draft_page, "message", text="а", sealed_pictures=hidden(draft_page, "sealed_pictures"))
        assert "Your message has arrived." in html(sent)
        assert not report.uploads.exists()

    def test_the_service_refuses_it_too(self) -> None:
        report = ReportFactory(category=CSAM.code)
        with pytest.raises(services.PicturesRefused):
            services.add_reporter_message(report=report, text="а", row=uuid4(), now=RECEIVED, uploads=[uuid4()])
        assert not Message.objects.exists()


class TestStaff:
    def test_the_pictures_of_a_message_are_opened_like_others_and_it_is_recorded(self) -> None:
        report, now = ReportFactory(state=ReportState.IN_REVIEW), timezone.now()
        reporter, page = open_case(report)
        reporter.act(page, "message", text="а", images=[picture(), picture()])  # type: ignore[arg-type]
        analyst = make_user("ana", "analyst")
        (message,) = sealed_content.open_thread(report=report, actor=analyst, now=now)
        assert [shown.number for shown in message.pictures] == [1, 2]
        upload = Upload.objects.get(pk=message.pictures[0].upload_id)
        with pytest.raises(NotClaimHolder):
            sealed_content.reveal_upload(upload=upload, actor=analyst, now=now)
        Report.objects.update(claimed_by=analyst, claimed_until=now + timedelta(hours=1))
        with pytest.raises(PictureNotMatched):
            sealed_content.reveal_upload(upload=upload, actor=analyst, now=now)
        assert match_report(report_id=report.pk, now=now) == 0
        assert sealed_content.reveal_upload(upload=upload, actor=analyst, now=now).startswith(b"\x89PNG")
        assert AuditEvent.objects.filter(action="upload.revealed", data={"upload": upload.pk}).count() == 1


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
        assert "We have this picture." not in html(reporter.open(report.receipt))
