"""Shifts by the clocks of Belgrade: over midnight, at changes of the clocks, with gaps; what the receipt of a report says."""

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from psycopg2 import sql
from psycopg2.errors import InsufficientPrivilege

from clicksafely.common.alerts import selectors
from clicksafely.common.alerts.models import AlertingState, DutyShift
from tests.common.alerts.conftest import NIGHT
from tests.database import as_role_of, connected_as
from tests.factories.alerts import alerting_works, give_shift, make_person

BELGRADE = ZoneInfo("Europe/Belgrade")


def shift(start: str, end: str, days: str = "1234567", **columns: date) -> DutyShift:
    return DutyShift(
        weekdays=[int(day) for day in days],
        starts_at=time.fromisoformat(start),
        ends_at=time.fromisoformat(end),
        **columns,
    )


def belgrade(text: str) -> datetime:
    """A local time; fold 0, the first of two equal ones."""
    return datetime.fromisoformat(text).replace(tzinfo=BELGRADE).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "covered", "not_covered"),
    [
        ("09:00", "17:00", ["09:00", "16:59:59"], ["08:59:59", "17:00", "03:00"]),
        ("22:00", "06:00", ["22:00", "23:59:59", "00:00", "05:59:59"], ["21:59:59", "06:00", "12:00"]),
        ("00:00", "00:00", ["00:00", "12:00", "23:59:59"], []),
        ("16:00", "00:00", ["16:00", "23:59:59"], ["00:00", "15:59:59"]),
    ],
)
def test_hours(start: str, end: str, covered: list[str], not_covered: list[str]) -> None:
    row = shift(start, end)
    assert [at for at in covered if not row.covers(belgrade(f"2026-05-05T{at}"))] == []
    assert [at for at in not_covered if row.covers(belgrade(f"2026-05-05T{at}"))] == []


def test_a_night_belongs_to_the_day_on_which_it_starts() -> None:
    row = shift("22:00", "06:00", days="5")  # Friday
    assert row.covers(belgrade("2026-05-08T23:00"))
    assert row.covers(belgrade("2026-05-09T03:00"))
    assert not row.covers(belgrade("2026-05-08T03:00"))
    assert not row.covers(belgrade("2026-05-09T23:00"))


def test_the_dates_of_a_shift_are_those_of_its_start() -> None:
    row = shift("22:00", "06:00", valid_from=date(2026, 5, 4), valid_until=date(2026, 5, 5))
    nights = ["2026-05-04T03:00", "2026-05-04T23:00", "2026-05-06T03:00", "2026-05-06T23:00"]
    assert [row.covers(belgrade(night)) for night in nights] == [False, True, True, False]


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_adjacent_shifts_leave_no_gap_when_the_clocks_change(change: str) -> None:
    """In the night in which 02:00 becomes 03:00, and in the one in which 03:00 becomes 02:00 again."""
    rows = [shift("22:00", "02:30"), shift("02:30", "08:00"), shift("08:00", "22:00")]
    start = belgrade(f"{change}T00:00")
    for minutes in range(27 * 60):
        now = start + timedelta(minutes=minutes)
        assert sum(row.covers(now) for row in rows) == 1, now


def test_the_repeated_hour_belongs_to_its_shift_twice_and_the_missing_one_to_none() -> None:
    row = shift("02:00", "03:00")
    first = belgrade("2026-10-25T02:30")
    assert row.covers(first)
    assert row.covers(first + timedelta(hours=1))
    assert not row.covers(first + timedelta(hours=2))
    # 02:30 does not exist on this day: 00:30 UTC is 01:30, 01:30 UTC is 03:30.
    assert not any(row.covers(datetime(2026, 3, 29, hour, 30, tzinfo=UTC)) for hour in range(24))


@pytest.mark.django_db
class TestOnDuty:
    def test_in_the_order_of_escalation_without_gaps_in_it(self) -> None:
        first, second, third = (make_person(name) for name in ("first", "second", "third"))
        give_shift(second, order=5)
        give_shift(first, order=2)
        give_shift(third, "08:00", "16:00")
        assert [each.person.username for each in selectors.on_duty(NIGHT)] == ["first", "second"]
        first.is_active = False
        first.save()
        assert [each.person.username for each in selectors.on_duty(NIGHT)] == ["second"]

    def test_the_public_part_can_read_if_a_person_is_on_duty(self) -> None:
        alerting_works(NIGHT)
        with as_role_of("public"):
            assert not selectors.is_on_duty(NIGHT)
        give_shift(make_person("first"))
        alerting_works(NIGHT)
        with as_role_of("public"):
            assert selectors.is_on_duty(NIGHT)
        alerting_works(NIGHT + timedelta(hours=9))
        with as_role_of("public"):
            assert not selectors.is_on_duty(NIGHT + timedelta(hours=9))

    @pytest.mark.parametrize("change", ["no longer active", "without its role", "without an address"])
    def test_not_if_the_person_on_duty_is_not_alerted(self, change: str) -> None:
        person = make_person("first")
        give_shift(person)
        if change == "no longer active":
            person.is_active = False
        elif change == "without its role":
            person.groups.clear()
        else:
            person.email = ""
        person.save()
        with as_role_of("worker"):
            alerting_works(NIGHT)
        assert not selectors.is_on_duty(NIGHT)
        give_shift(make_person("second"))
        with as_role_of("worker"):
            alerting_works(NIGHT)
        assert selectors.is_on_duty(NIGHT)

    @pytest.mark.parametrize("heartbeat", ["planned_at", "sent_at"])
    def test_not_while_the_alerting_is_down(self, heartbeat: str) -> None:
        give_shift(make_person("first"))
        assert not selectors.is_on_duty(NIGHT)
        alerting_works(NIGHT)
        AlertingState.objects.update(**{heartbeat: NIGHT - timedelta(minutes=4)})
        assert not selectors.is_on_duty(NIGHT)

    def test_the_public_site_reads_neither_persons_nor_alerts(self) -> None:
        with contextlib.closing(connected_as("public")) as public, public.cursor() as cursor:
            for table in ("alertchannel", "alert", "alertmessage", "alertoccurrence", "dutyshift", "webhookhost"):
                with pytest.raises(InsufficientPrivilege):
                    cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(f"alerts_{table}")))
                public.rollback()
            with pytest.raises(InsufficientPrivilege):
                cursor.execute("SELECT person_id FROM alerts_dutyshift")


@pytest.mark.django_db
@pytest.mark.parametrize("weekdays", [[], [1, 9]])
def test_impossible_days_are_refused_by_the_database(weekdays: list[int]) -> None:
    person = make_person("first")
    with pytest.raises(IntegrityError):
        DutyShift.objects.create(person=person, weekdays=weekdays, starts_at=time(1), ends_at=time(2))
