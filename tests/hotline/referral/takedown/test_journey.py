"""Tests of a notice with a real worker: due, sent, answered by e-mail, read by staff."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.intake.email.services import ingest_message
from hotline.models import Notice
from hotline.referral.takedown.replies import open_reply
from hotline.referral.takedown.tasks import send_notices
from tests.factories.notices import ABUSE, contact, due_item, referral_of, reports_of, text_of
from tests.hotline.referral.takedown.test_replies import answer
from tests.hotline.review.conftest import make_user
from tests.waiting import until
from tests.workers import outside_worker

SENT = ["MAIL_SMTP_URL", "MAIL_ADDRESS", "MAIL_SECRET"]


@pytest.fixture
def worker(settings: Settings, sink: SmtpSink, tmp_path: Path) -> Iterator[None]:
    """A worker started as in the Procfile without private keys; notices are sent at once, on any day."""
    now = {"TAKEDOWN_FIRST_AFTER_MINUTES": "0", "TAKEDOWN_WEEKDAYS": "1,2,3,4,5,6,7"}
    with outside_worker(
        *SENT, PORTAL="public", PRIVATE_KEYS_DIR=str(tmp_path / "absent"), SITE_URL="https://portal.example.org", **now
    ):
        yield


@pytest.mark.django_db(transaction=True)
def test_a_notice_and_its_answer_with_a_worker_that_holds_no_private_key(sink: SmtpSink, worker: None) -> None:
    contact()
    item = due_item("https://www.example.org/a", at=timezone.now())
    send_notices.apply_async()
    until(lambda: sink.letters, what="the notice")
    until(lambda: Notice.objects.get().state == "sent", what="its end")
    assert referral_of(item).state == "sent"
    (letter,) = sink.letters
    assert letter.recipients == [ABUSE]
    assert item.canonical in text_of(letter)
    assert reports_of(letter)[0]["url"] == item.canonical
    notice = Notice.objects.get()
    ingest_message(raw=answer(notice, text="Уклонили смо."), now=timezone.now())
    reply = notice.replies.get()
    assert open_reply(reply=reply, actor=make_user("ana", "analyst"), now=timezone.now())["text"] == "Уклонили смо."
