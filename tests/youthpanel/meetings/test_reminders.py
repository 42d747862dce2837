"""E-mail to coordinators about a meeting in two days: once, without a place or a member, and again when it is moved."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.devserver.mock_services.smtp import SmtpSink
from tests.clients.staff import make_staff
from tests.database import as_role_of
from tests.factories.youthpanel import make_meeting
from youthpanel.meetings import reminders, tasks
from youthpanel.models import Cohort, Meeting, Member

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def sink(media: object) -> Iterator[SmtpSink]:
    with (
        SmtpSink() as sink,
        override_settings(
            MAIL_SMTP_URL=sink.url, EVENTS_MAIL_ADDRESS="panel@example.org", SITE_URL="https://portal.example.org"
        ),
    ):
        yield sink


@pytest.fixture(autouse=True)
def coordinators(coordinator: User, lead: User) -> None:
    User.objects.filter(pk=coordinator.pk).update(email="coordinator@example.org")
    # Other roles of the panel do not change meetings, and an account without an address gets no e-mail.
    User.objects.filter(pk=lead.pk).update(email="lead@example.org")
    make_staff("second", "coordinator")


def remind(now: object = NOW) -> int:
    with as_role_of("outside"), override_settings(ROOT_URLCONF="clicksafely.urls_public"):
        return reminders.remind_coordinators(now=now)  # type: ignore[arg-type]


def test_the_coordinator_gets_one_mail_without_place_and_members(
    sink: SmtpSink, cohort: Cohort, members: list[Member]
) -> None:
    ahead = make_meeting(cohort, starts_at=NOW + 2 * DAY, title_sr="План за јесен", place="Сала 3")
    later = make_meeting(cohort, starts_at=NOW + 2 * DAY + timedelta(minutes=1))
    make_meeting(cohort, starts_at=NOW - timedelta(minutes=1))
    make_meeting(cohort, starts_at=NOW + DAY, cancelled_at=NOW)
    assert remind() == 1
    assert remind() == 0
    [letter] = sink.letters
    assert letter.recipients == ["coordinator@example.org"]
    begins = timezone.localtime(ahead.starts_at)
    for word in (
        "„План за јесен“",
        f"{begins:%H:%M}",
        f"https://portal.example.org/admin/youthpanel/meetings/{ahead.pk}/",
    ):
        assert word in letter.text
    text = letter.message.as_string() + letter.text
    for word in ("Сала 3", "Ниш", cohort.name, *(member.pseudonym for member in members)):
        assert word not in text
    later.refresh_from_db()
    assert later.reminded_for is None
    assert remind(NOW + timedelta(minutes=1)) == 1


def test_a_meeting_that_is_moved_is_in_another_mail(sink: SmtpSink, cohort: Cohort) -> None:
    make_meeting(cohort, starts_at=NOW + DAY)
    assert remind() == 1
    Meeting.objects.update(starts_at=NOW + 2 * DAY, ends_at=NOW + 2 * DAY + timedelta(hours=1))
    assert remind() == 1
    assert remind() == 0


def test_without_a_mail_server_nothing_is_marked(cohort: Cohort) -> None:
    meeting = make_meeting(cohort, starts_at=NOW + DAY)
    with override_settings(MAIL_SMTP_URL="", EVENTS_MAIL_ADDRESS="panel@example.org"):
        assert remind() == 0
    with override_settings(MAIL_SMTP_URL="smtp://127.0.0.1:9", EVENTS_MAIL_ADDRESS="panel@example.org"):
        assert remind() == 0
    meeting.refresh_from_db()
    assert meeting.reminded_for is None
    with SmtpSink() as sink, override_settings(MAIL_SMTP_URL=sink.url, EVENTS_MAIL_ADDRESS="panel@example.org"):
        assert remind() == 1


def test_the_task_runs_hourly_where_mail_is_sent_and_twice_sends_once(sink: SmtpSink, cohort: Cohort) -> None:
    assert tasks.remind_of_meetings.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.remind_of_meetings.name in settings.EXTERNAL_SERVER_TASKS
    make_meeting(cohort, starts_at=timezone.now() + DAY)
    tasks.remind_of_meetings()
    tasks.remind_of_meetings()
    assert len(sink.letters) == 1
