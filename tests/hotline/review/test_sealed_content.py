"""Opening what is sealed, and the hotline's side of the dialogue."""

from datetime import timedelta

import pytest

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.models import AuditEvent
from hotline.models import Message, Report, TextField
from hotline.models.sealed_content import sealed_path
from hotline.review import claims, sealed_content
from hotline.review.exceptions import NotClaimHolder
from hotline.review.welfare import daily_exposure
from tests.factories.hotline import seal_text
from tests.hotline.review.conftest import NOW, add_picture, make_case

WORDS = {"what": "planted words"}


@pytest.fixture
def reporter() -> sealing.ReporterKey:
    return sealing.ReporterKey.derive(receipts.generate_code(), b"s" * 16)


@pytest.fixture
def case(db: None, reporter: sealing.ReporterKey) -> Report:
    case = make_case(reporter_salt=b"s" * 16, reporter_public_key=reporter.public_bytes)
    seal_text(case, TextField.WORDS, WORDS)
    return case


def test_words_are_opened_by_the_holder_and_logged(case: Report, analyst: User) -> None:
    claims.take_next(actor=analyst, now=NOW)
    assert sealed_content.open_report_text(report=case, actor=analyst, now=NOW) == {"words": WORDS}
    event = AuditEvent.objects.get(action="words.opened")
    assert (event.actor_id, event.subject_id, event.data) == (analyst.pk, case.pk, {"fields": ["words"]})


def test_words_read_again_count_once_in_ten_minutes_and_for_each_person(
    case: Report, analyst: User, colleague: User
) -> None:
    claims.take_next(actor=analyst, now=NOW)
    for minutes in (0, 4, 9, 10, 14):
        sealed_content.open_report_text(report=case, actor=analyst, now=NOW + timedelta(minutes=minutes))
    assert daily_exposure(analyst, NOW).total == 2
    later = NOW + timedelta(minutes=15)
    claims.claim_case(report_id=case.pk, actor=colleague, now=later, reason="urgent")
    sealed_content.open_report_text(report=case, actor=colleague, now=later)
    assert daily_exposure(colleague, NOW).total == 1


def test_a_dialogue_read_again_is_logged_with_its_next_message(case: Report, analyst: User) -> None:
    claims.take_next(actor=analyst, now=NOW)
    for text in ("прва", "друга"):
        sealed_content.send_reply(report=case, actor=analyst, text=text, now=NOW)
        sealed_content.open_thread(report=case, actor=analyst, now=NOW)
        sealed_content.open_thread(report=case, actor=analyst, now=NOW + timedelta(minutes=9))
    message_counts = (
        AuditEvent.objects.filter(action="thread.opened").order_by("id").values_list("data__messages", flat=True)
    )
    assert list(message_counts) == [1, 2]


def test_a_reply_is_read_by_both_sides(case: Report, analyst: User, reporter: sealing.ReporterKey) -> None:
    claims.take_next(actor=analyst, now=NOW)
    message = sealed_content.send_reply(report=case, actor=analyst, text="Хвала вам.", now=NOW)
    stored = Message.objects.get(pk=message.pk)
    plaintext = reporter.open(stored.sealed_reporter, table="hotline_message", field="text", row=stored.uuid)
    assert plaintext.decode() == "Хвала вам."
    Report.objects.update(has_news=True)
    assert [one.text for one in sealed_content.open_thread(report=case, actor=analyst, now=NOW)] == ["Хвала вам."]
    case.refresh_from_db()
    assert not case.has_news
    assert "Хвала".encode() not in bytes(stored.sealed_hotline) + bytes(stored.sealed_reporter)


def test_case_claimed_by_a_colleague_stays_sealed_and_takes_no_replies(
    case: Report, analyst: User, colleague: User
) -> None:
    claims.take_next(actor=analyst, now=NOW)
    with pytest.raises(NotClaimHolder):
        sealed_content.send_reply(report=case, actor=colleague, text="x", now=NOW)
    with pytest.raises(NotClaimHolder):
        sealed_content.open_thread(report=case, actor=colleague, now=NOW)
    with pytest.raises(NotClaimHolder):
        sealed_content.open_report_text(report=case, actor=colleague, now=NOW)
    assert not Message.objects.exists()
    assert not AuditEvent.objects.filter(action="words.opened").exists()


def test_revealing_a_picture_is_logged(case: Report, analyst: User) -> None:
    upload, lost = add_picture(case), add_picture(case)
    sealed_path(lost.uuid).unlink()
    with pytest.raises(NotClaimHolder):
        sealed_content.reveal_upload(upload=upload, actor=analyst, now=NOW)
    claims.take_next(actor=analyst, now=NOW)
    assert sealed_content.reveal_upload(upload=upload, actor=analyst, now=NOW).startswith(b"\x89PNG")
    with pytest.raises(FileNotFoundError):
        sealed_content.reveal_upload(upload=lost, actor=analyst, now=NOW)
    assert AuditEvent.objects.get(action="upload.revealed").data == {"upload": upload.pk}
