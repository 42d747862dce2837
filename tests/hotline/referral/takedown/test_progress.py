"""Days on which notices go out."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from hotline.models import NonSendingDay, Notice
from hotline.referral.takedown.progress import next_sending_time
from hotline.referral.takedown.tasks import send_notices
from tests.hotline.referral.takedown.told import HOUR, contact, due_item
from tests.hotline.review.conftest import NOW
from tests.standins.smtp import SmtpSink

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
    ],
)
def test_on_working_days_at_once_else_in_the_morning_of_the_next(moment: datetime, expected: datetime) -> None:
    assert next_sending_time(moment) == expected


def test_days_without_notices_are_left_out() -> None:
    NonSendingDay.objects.bulk_create([NonSendingDay(day=date(2026, 3, day)) for day in (2, 3)])
    assert next_sending_time(MONDAY) == datetime(2026, 3, 4, 7, tzinfo=UTC)


def test_days_and_hour_are_settings(settings: Settings) -> None:
    settings.TAKEDOWN_WEEKDAYS, settings.TAKEDOWN_SEND_HOUR = [7], 6
    assert next_sending_time(MONDAY) == datetime(2026, 3, 8, 5, tzinfo=UTC)
    settings.TAKEDOWN_WEEKDAYS = list(range(1, 8))
    assert next_sending_time(FRIDAY_NIGHT + 12 * HOUR) == FRIDAY_NIGHT + 12 * HOUR


def test_a_year_of_blocked_days_is_not_looked_through_for_ever(settings: Settings) -> None:
    settings.TAKEDOWN_WEEKDAYS = [1]
    NonSendingDay.objects.bulk_create([NonSendingDay(day=date(2026, 3, 2) + timedelta(days=day)) for day in range(400)])
    assert next_sending_time(MONDAY) > MONDAY + timedelta(days=365)


def test_what_was_due_on_a_friday_evening_goes_on_monday_by_the_task_itself(sink: SmtpSink) -> None:
    contact()
    with time_machine.travel(FRIDAY_NIGHT, tick=False):
        due_item(at=timezone.now())
        send_notices()
    assert Notice.objects.get().due_at == datetime(2026, 3, 9, 7, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 3, 8, 12, tzinfo=UTC), tick=False):
        send_notices()
    assert sink.letters == []
    with time_machine.travel(datetime(2026, 3, 9, 7, tzinfo=UTC), tick=False):
        send_notices()
        send_notices()
    assert len(sink.letters) == 1


def test_a_day_blocked_after_it_was_planned_is_kept_to(sink: SmtpSink) -> None:
    contact()
    due_item()
    with time_machine.travel(NOW, tick=False):
        send_notices()
    NonSendingDay.objects.create(day=date(2026, 3, 2))
    with time_machine.travel(NOW + HOUR, tick=False):
        send_notices()
    assert sink.letters == []
    assert Notice.objects.get().due_at == datetime(2026, 3, 3, 7, tzinfo=UTC)
