"""Tests of constraints."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from awareness.events.enums import OPEN_STATES, TRANSITIONS, BookingState, is_allowed_transition
from awareness.events.models import BookingEmail, Event, EventDate, Series
from tests.factories.events import NOW, make_booking, make_date, make_event, make_report, make_series

pytestmark = pytest.mark.django_db


def constraint_error(act: Any) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    return str(caught.value)


def test_more_places_than_there_are() -> None:
    date = make_date(capacity=30)
    make_booking(date, size=30)
    assert "date_not_overbooked" in constraint_error(lambda: EventDate.objects.filter(pk=date.pk).update(taken=31))
    assert "date_not_overbooked" in constraint_error(lambda: EventDate.objects.filter(pk=date.pk).update(capacity=29))


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("capacity", 0, "date_capacity_sensible"),
        ("capacity", 2001, "date_capacity_sensible"),
        ("state", "maybe", "date_state_known"),
        ("ends_at", NOW, "date_ends_after_start"),
    ],
)
def test_dates(column: str, value: Any, constraint: str) -> None:
    date = make_date()
    assert constraint in constraint_error(lambda: EventDate.objects.filter(pk=date.pk).update(**{column: value}))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"size": 0}, "booking_size_sensible"),
        ({"size": 301}, "booking_size_sensible"),
        ({"state": "maybe"}, "booking_state_known"),
        ({"grade": 9}, "booking_grade_sensible"),
        ({"school_kind": "none"}, "booking_school_kind_known"),
        ({"sealed": None}, "booking_sealed_until_erased"),
        ({"erased_at": NOW}, "booking_sealed_until_erased"),
        ({"state": BookingState.OFFERED}, "booking_offer_has_an_end"),
        ({"offered_until": NOW}, "booking_offer_has_an_end"),
    ],
)
def test_bookings(fields: dict[str, Any], constraint: str) -> None:
    booking = make_booking(make_date())
    assert constraint in constraint_error(lambda: type(booking).objects.filter(pk=booking.pk).update(**fields))


def test_one_form_is_one_booking() -> None:
    date = make_date(capacity=100)
    make_booking(date, submission=bytes(32))
    assert "submission" in constraint_error(lambda: make_booking(date, submission=bytes(32)))


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("kind", "party", "event_kind_known"),
        ("audiences", ["cats"], "event_audiences_known"),
        ("languages", ["xx"], "event_languages_known"),
        ("access", ["lift"], "event_access_known"),
        ("closes_days", 61, "event_closes_days_sensible"),
    ],
)
def test_events(column: str, value: Any, constraint: str) -> None:
    event = make_event()
    assert constraint in constraint_error(lambda: Event.objects.filter(pk=event.pk).update(**{column: value}))


def test_one_series_a_season() -> None:
    make_series()
    assert "one_series_a_season" in constraint_error(make_series)
    assert "series_year_sensible" in constraint_error(lambda: make_series(year=1999))
    assert "series_season_known" in constraint_error(lambda: Series.objects.update(season="winter"))


def test_a_report_whose_groups_do_not_add_up() -> None:
    assert "report_groups_add_up" in constraint_error(lambda: make_report(make_date(), children=20, participants=21))


def test_answers_on_another_scale() -> None:
    assert "report_scores_are_five" in constraint_error(lambda: make_report(make_date(), before=[1, 2, 3]))
    make_report(make_date(), before=[1, 2, 3, 4, 5], after=[0, 0, 0, 0, 9])


def test_one_report_a_date_and_one_row_a_school() -> None:
    date = make_date()
    report = make_report(date)
    assert "date_id" in constraint_error(lambda: make_report(date))
    school: dict[str, Any] = {"school": "ОШ „Свети Сава“", "school_kind": "primary", "town": "nis", "participants": 5}
    report.schools.create(**school)
    assert "one_attendance_a_school" in constraint_error(lambda: report.schools.create(**school))
    assert "attendance_not_empty" in constraint_error(
        lambda: report.schools.create(**{**school, "school": "Друга", "participants": 0})
    )


def test_constraints_of_booking_emails() -> None:
    booking = make_booking(make_date())
    letter = BookingEmail.objects.create(booking=booking, kind="booked", tag="a", due_at=NOW)
    assert "one_booking_email_of_a_number" in constraint_error(
        lambda: BookingEmail.objects.create(booking=booking, kind="booked", tag="b", due_at=NOW)
    )
    rows = BookingEmail.objects.filter(pk=letter.pk)
    # A sent e-mail must not stay in the queue, and a queued one must not leave it.
    for columns in ({"due_at": None}, {"state": "sent", "sent_at": NOW}, {"sent_at": NOW}):
        assert "booking_email_due_while_queued" in constraint_error(lambda columns=columns: rows.update(**columns))
    assert "booking_email_sent_has_time" in constraint_error(lambda: rows.update(state="sent", due_at=None))


def test_every_state_has_transitions() -> None:
    assert set(TRANSITIONS) == set(BookingState)
    settled = {BookingState.ATTENDED, BookingState.ABSENT}
    assert {state for state in BookingState if TRANSITIONS[state]} == OPEN_STATES | settled
    assert is_allowed_transition(BookingState.WAITING, BookingState.OFFERED)
    assert not is_allowed_transition(BookingState.EXPIRED, BookingState.BOOKED)
