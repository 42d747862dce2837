"""Tests of sending days and their settings. They do not apply to notices about sexual abuse of children."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.checks import run_checks
from pytest_django import Settings

from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.models import NonSendingDay, Notice
from hotline.referral.takedown.sending_times import crosses_non_sending_day, next_sending_time
from hotline.referral.takedown.tasks import send_notices
from tests.factories.notices import HOUR, contact, due_item
from tests.hotline.review.conftest import NOW

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
FRIDAY_NIGHT = datetime(2026, 3, 6, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (MONDAY, MONDAY),
        (FRIDAY_NIGHT, FRIDAY_NIGHT),
        # Saturday in Belgrade, Friday in UTC.
        (datetime(2026, 3, 6, 23, 0, tzinfo=UTC), datetime(2026, 3, 9, 7, tzinfo=UTC)),
        # Sunday in UTC, Monday in Belgrade.
        (datetime(2026, 3, 8, 23, 30, tzinfo=UTC), datetime(2026, 3, 8, 23, 30, tzinfo=UTC)),
        # Over the change to summer time on 29 March: eight in the morning is an hour earlier in UTC.
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 30, 6, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 26, 7, tzinfo=UTC)),
    ],
)
def test_on_working_days_at_once_else_in_the_morning_of_the_next(moment: datetime, expected: datetime) -> None:
    assert next_sending_time(moment, group="other") == expected


def test_days_and_hour_are_settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TAKEDOWN_WEEKDAYS = [7]
    monkeypatch.setattr("hotline.referral.takedown.sending_times.SEND_HOUR", 6)
    assert next_sending_time(MONDAY, group="other") == datetime(2026, 3, 8, 5, tzinfo=UTC)
    NonSendingDay.objects.bulk_create([NonSendingDay(day=date(2026, 3, 2) + timedelta(days=day)) for day in range(400)])
    assert next_sending_time(MONDAY, group="other") > MONDAY + timedelta(days=365)
    NonSendingDay.objects.all().delete()
    settings.TAKEDOWN_WEEKDAYS = list(range(1, 8))
    assert next_sending_time(FRIDAY_NIGHT + 12 * HOUR, group="other") == FRIDAY_NIGHT + 12 * HOUR


def test_a_day_blocked_after_planning_is_respected(sink: SmtpSink) -> None:
    contact()
    due_item()
    with time_machine.travel(NOW, tick=False):
        send_notices()
    NonSendingDay.objects.create(day=date(2026, 3, 2))
    with time_machine.travel(NOW + HOUR, tick=False):
        send_notices()
    assert sink.letters == []
    assert Notice.objects.get().due_at == datetime(2026, 3, 3, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment",
    [
        # The change to summer time, a holiday.
        datetime(2026, 3, 29, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 7, 3, tzinfo=UTC),
    ],
)
def test_notices_about_abuse_of_children_are_sent_at_any_hour(moment: datetime) -> None:
    NonSendingDay.objects.create(day=date(2027, 1, 7))
    assert next_sending_time(moment, group="csam") == moment
    assert not crosses_non_sending_day(moment, moment + timedelta(days=3), group="csam")
    assert crosses_non_sending_day(moment, moment + timedelta(days=3), group="other")


def test_on_a_sunday_and_holiday_only_the_notice_about_abuse_of_children_leaves(sink: SmtpSink) -> None:
    sunday = datetime(2026, 3, 8, 2, tzinfo=UTC)
    NonSendingDay.objects.create(day=date(2026, 3, 8))
    contact()
    due_item("https://www.example.org/abuse", classification="baseline_csam", at=sunday)
    due_item("https://www.example.org/hate", at=sunday)
    with time_machine.travel(sunday, tick=False):
        send_notices()
    with time_machine.travel(sunday + HOUR, tick=False):
        send_notices()
    (letter,) = sink.letters
    assert "https://www.example.org/abuse" in letter.message.as_string()
    csam, other = Notice.objects.get(group="csam"), Notice.objects.get(group="other")
    # Twenty-four hours later it is Monday in Belgrade; the reminder of a Saturday's notice leaves on Sunday.
    assert (csam.state, csam.due_at) == ("sent", sunday + 25 * HOUR)
    assert (other.state, other.due_at) == ("planned", datetime(2026, 3, 9, 7, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 3, 9, 7, tzinfo=UTC), tick=False):
        send_notices()
        send_notices()
    assert "https://www.example.org/hate" in sink.letters[-1].message.as_string()
    assert sum(letter.message["From"].startswith("Net Patrola") for letter in sink.letters) == 1


def check_ids() -> list[str]:
    found = [message.id or "" for message in run_checks(tags=["clicksafely"])]
    return [each for each in found if each.startswith("hotline.E50")]


def test_the_defaults_are_let_pass() -> None:
    assert check_ids() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TAKEDOWN_FIRST_AFTER_MINUTES", -1, "hotline.E501"),
        ("TAKEDOWN_FIRST_AFTER_MINUTES", 1441, "hotline.E501"),
        ("TAKEDOWN_WEEKDAYS", [], "hotline.E502"),
        ("TAKEDOWN_WEEKDAYS", [0, 1], "hotline.E502"),
    ],
)
def test_a_bad_one_is_named(settings: Settings, name: str, value: object, expected: str) -> None:
    setattr(settings, name, value)
    assert check_ids() == [expected]
