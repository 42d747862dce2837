"""Tests of what a notice waits for, and of supervisors who send it at once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import translation
from pytest_django import Settings

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.queue import outgoing
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.lifecycle.exceptions import WrongState
from hotline.models import ContentItem, Notice, PoliceHold
from hotline.referral.takedown.selectors import describe_wait
from hotline.referral.takedown.services import can_send_now, send_notice_now
from hotline.referral.takedown.tasks import send_notices
from tests.factories.notices import DAY, HOUR, contact, due_item, sent_notice
from tests.hotline.review.conftest import NOW, make_user

pytestmark = pytest.mark.django_db
# In Belgrade: Saturday, 7 March 2026, 03:00.
SATURDAY = datetime(2026, 3, 7, 2, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 3, 9, 7, tzinfo=UTC)


@pytest.fixture
def vera(db: None) -> User:
    return make_user("vera", "supervisor")


@pytest.fixture(autouse=True)
def _english(db: None) -> Iterator[None]:
    with translation.override("en"):
        yield


def planned(at: datetime = NOW, classification: str = "hate_speech") -> Notice:
    """A notice as the task plans it at `at`, not yet due."""
    contact()
    due_item("https://www.example.org/a", classification=classification, at=at)
    with time_machine.travel(at, tick=False):
        send_notices()
    return Notice.objects.get()


def send_at(moment: datetime) -> None:
    with time_machine.travel(moment, tick=False):
        send_notices()


def test_a_weekend(sink: SmtpSink) -> None:
    notice = planned(SATURDAY)
    # Also planned late on Friday.
    for now in (SATURDAY, SATURDAY - 4 * HOUR):
        assert "9 Mar 2026, 08:00: no notices" in describe_wait(notice, now=now)
    # On Monday before eight the notice waits for the hour itself.
    assert "9 Mar 2026, 08:00" in describe_wait(notice, now=MONDAY_MORNING - HOUR)


def test_a_police_hold(sink: SmtpSink, vera: User) -> None:
    notice = planned()
    item = notice.entries.get().item
    PoliceHold.objects.create(item=item, report=item.reports.get(), placed_at=NOW, until=NOW + DAY)
    assert "police hold, at the latest 3 Mar 2026, 11:30" in describe_wait(notice, now=NOW)
    # A supervisor cannot send it: the police would be named by it.
    assert not can_send_now(notice, now=NOW)
    with pytest.raises(WrongState):
        send_notice_now(notice=notice, actor=vera, now=NOW)


def test_an_answer_and_the_following_contact(sink: SmtpSink) -> None:
    contact()
    notice = sent_notice()
    now = NOW + HOUR
    assert "3 Mar 2026, 12:30. Then a reminder" in describe_wait(notice, now=now)
    notice.repeats = 3
    assert "next contact" in describe_wait(notice, now=now)
    notice.state, notice.due_at = "answered", None
    assert "read the answer" in describe_wait(notice, now=now)
    notice.state, notice.ended_at = "closed", now
    assert describe_wait(notice, now=now) == ""


def test_a_failing_server_and_a_running_attempt(sink: SmtpSink, vera: User) -> None:
    notice = planned()
    notice.attempts, notice.error, notice.due_at = 2, "unreachable", NOW + HOUR
    notice.save()
    assert "failed. The next attempt is at 2 Mar 2026, 12:30" in describe_wait(notice, now=NOW)
    assert can_send_now(notice, now=NOW)
    outgoing.lease(notice, now=NOW)
    assert "being sent" in describe_wait(notice, now=NOW)
    # A second message beside the running attempt would be a duplicate.
    with pytest.raises(WrongState):
        send_notice_now(notice=notice, actor=vera, now=NOW)


def test_a_supervisor_sends_on_a_saturday_night(sink: SmtpSink, settings: Settings, vera: User) -> None:
    notice = planned(SATURDAY)
    send_notice_now(notice=notice, actor=vera, now=SATURDAY)
    notice.refresh_from_db()
    assert "released" in describe_wait(notice, now=SATURDAY)
    event = AuditEvent.objects.get(action="notice.send_now")
    assert (event.actor_id, event.data["notice"]) == (vera.pk, notice.pk)
    # Sent once: the button sends no second message.
    with pytest.raises(WrongState):
        send_notice_now(notice=notice, actor=vera, now=SATURDAY)
    working, settings.MAIL_SMTP_URL = settings.MAIL_SMTP_URL, "smtp://127.0.0.1:9"
    send_at(SATURDAY)
    notice.refresh_from_db()
    assert notice.attempts == 1
    # It is tried again although it is a Saturday, and sent once.
    settings.MAIL_SMTP_URL = working
    send_at(SATURDAY + HOUR)
    send_at(SATURDAY + HOUR)
    assert len(sink.letters) == 1
    notice.refresh_from_db()
    # The reminder waits for Monday again.
    assert (notice.state, notice.any_day, notice.due_at) == ("sent", False, MONDAY_MORNING)
    with pytest.raises(WrongState):
        send_notice_now(notice=notice, actor=vera, now=SATURDAY + HOUR)


def test_a_withdrawn_notice_or_one_about_removed_content_is_not_sent(sink: SmtpSink, vera: User) -> None:
    notice = planned(SATURDAY)
    ContentItem.objects.update(state="ended", outcome="removed")
    with pytest.raises(WrongState):
        send_notice_now(notice=notice, actor=vera, now=SATURDAY)
    Notice.objects.update(state="withdrawn", due_at=None, ended_at=SATURDAY)
    with pytest.raises(WrongState):
        send_notice_now(notice=notice, actor=vera, now=SATURDAY)
    assert not AuditEvent.objects.filter(action="notice.send_now").exists()


def test_manual_sending(settings: Settings, vera: User) -> None:
    settings.MAIL_SMTP_URL = ""
    notice = planned()
    assert "sends it by hand" in describe_wait(notice, now=NOW)
    assert not can_send_now(notice, now=NOW)
