"""Staff pages of dates: validation, notifications and edit conflicts."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.utils import translation
from pytest_django.fixtures import Settings

from awareness.events.enums import BookingState, DateState
from awareness.events.models import BookingEmail, EmailKind, EventDate
from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from tests.awareness.events.staff.conftest import enter_as
from tests.clients.bookings import ask, check_places, email_kinds, state
from tests.clients.staff import Person
from tests.factories.events import NOW, make_booking, make_date, make_event, make_report

pytestmark = pytest.mark.django_db

FORM = {
    "day": "2026-11-12",
    "begins": "10:00",
    "ends": "12:00",
    "last_day": "",
    "town": "nis",
    "place": "Народна библиотека „Стеван Сремац“",
    "address": "Боривоја Гојковића 9",
    "capacity": "30",
}


def add(person: Person, event_id: int, **changes: str) -> Any:
    return person.client.post(f"/admin/events/dates/add/{event_id}/", FORM | changes)


def form_values(person: Person, date: EventDate) -> dict[str, str]:
    """The unchanged data of a date's form."""
    form = person.client.get(f"/admin/events/dates/{date.pk}/change/").context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {
        name: value.strftime("%H:%M") if name in {"begins", "ends"} else "" if value is None else str(value)
        for name, value in values.items()
    }


def change(person: Person, date: EventDate, data: dict[str, str], **changes: str) -> Any:
    return person.client.post(f"/admin/events/dates/{date.pk}/change/", data | changes)


def test_a_date_is_planned_in_belgrade_time_and_pages_notice(organiser: Person) -> None:
    event, before = make_event(), content_version.current()
    answer = add(organiser, event.pk)
    date = event.dates.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/admin/events/dates/{date.pk}/"
    # In November Belgrade is one hour ahead of UTC.
    assert date.starts_at == datetime(2026, 11, 12, 9, tzinfo=UTC)
    assert date.ends_at == datetime(2026, 11, 12, 11, tzinfo=UTC)
    assert (date.town, date.capacity, date.taken, date.sequence, date.changed_at) == ("nis", 30, 0, 0, NOW)
    assert content_version.current() > before
    audit_event = AuditEvent.objects.get(action="date.planned")
    assert (audit_event.subject_id, audit_event.actor_id) == (date.pk, organiser.user.pk)


def test_a_date_of_several_days_ends_on_its_last(organiser: Person) -> None:
    event = make_event()
    add(organiser, event.pk, day="24.10.2026.", last_day="2026-10-26")
    date = event.dates.get()
    assert date.starts_at == datetime(2026, 10, 24, 8, tzinfo=UTC)
    assert date.ends_at == datetime(2026, 10, 26, 11, tzinfo=UTC)
    assert form_values(organiser, date)["last_day"] == "2026-10-26"


def test_the_next_date_begins_with_the_hours_of_the_last(organiser: Person) -> None:
    date = make_date(capacity=70)
    answer = organiser.client.post(f"/admin/events/dates/add/{date.event_id}/", FORM | {"_another": "1"})
    assert answer["Location"] == f"/admin/events/dates/add/{date.event_id}/"
    form = organiser.client.get(answer["Location"]).context["form"]
    assert [form[name].value() for name in ("day", "begins", "town", "capacity")] == [
        None,
        datetime(2026, 11, 12, 10, tzinfo=UTC).time(),
        None,
        30,
    ]


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"day": "2027-03-28", "begins": "02:30", "ends": "04:00"}, "begins", "This time does not exist"),
        ({"day": "2026-10-25", "begins": "01:00", "ends": "02:30"}, "ends", "This time occurs twice"),
        ({"ends": "10:00"}, "ends", "It ends before it begins."),
        ({"last_day": "2026-11-11"}, "last_day", "The last day is before the first one."),
        ({"last_day": "2026-12-11"}, "last_day", "at most two weeks"),
        ({"day": "1926-11-12"}, "day", "Enter a valid year."),
        ({"day": "31.11.2026."}, "day", "There is no such date."),
        ({"day": ""}, "day", "required"),
        ({"begins": "25:00"}, "begins", "There is no such time."),
        ({"town": "atlantis"}, "town", "valid choice"),
        ({"town": ""}, "town", "required"),
        ({"place": "\x00"}, "place", ""),
        ({"place": "x" * 161}, "place", ""),
        ({"capacity": "0"}, "capacity", "greater than or equal to 1"),
        ({"capacity": "10000"}, "capacity", "less than or equal to 2000"),
        ({"capacity": "many"}, "capacity", "whole number"),
    ],
)
def test_invalid_values_are_reported_at_their_fields(
    organiser: Person, changes: dict[str, str], field: str, says: str
) -> None:
    event = make_event()
    answer = add(organiser, event.pk, **changes)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {field}
    assert says in unescape(answer.content.decode())
    assert not event.dates.exists()


def test_past_date_is_saved_with_a_message(organiser: Person) -> None:
    event = make_event()
    answer = organiser.client.post(f"/admin/events/dates/add/{event.pk}/", FORM | {"day": "2014-05-05"}, follow=True)
    assert "It cannot be booked" in answer.content.decode()
    assert event.dates.get().starts_at.year == 2014


def test_moving_notifies_every_school_once_with_a_higher_sequence(organiser: Person) -> None:
    date = make_date(capacity=60)
    booked, waiting = ask(date), ask(date, size=50)
    data = form_values(organiser, date)
    assert change(organiser, date, data, begins="11:00", ends="13:00").status_code == 302
    date.refresh_from_db()
    assert date.starts_at == datetime(2026, 10, 22, 9, tzinfo=UTC)
    assert date.sequence == 1
    assert email_kinds(booked)[-1] == email_kinds(waiting)[-1] == EmailKind.DATE_MOVED
    check_places(NOW)


def test_saving_without_a_change_sends_no_email(organiser: Person) -> None:
    date = make_date()
    booking = ask(date)
    email_count = BookingEmail.objects.count()
    assert change(organiser, date, form_values(organiser, date)).status_code == 302
    date.refresh_from_db()
    assert (date.sequence, BookingEmail.objects.count(), state(booking)) == (0, email_count, "booked")


def test_new_places_are_offered_and_fewer_than_booked_refused(organiser: Person) -> None:
    date = make_date(capacity=30)
    booked, waiting = ask(date), ask(date, school="ОШ „Вук Караџић“")
    data = form_values(organiser, date)
    answer = change(organiser, date, data, capacity="24", begins="11:00")
    assert answer.status_code == 422
    assert "25 places are already taken" in str(answer.context["form"].errors["capacity"])
    date.refresh_from_db()
    # No field was saved, not even the time.
    assert (date.capacity, date.sequence, email_kinds(booked)) == (30, 0, ["booked"])
    assert change(organiser, date, data, capacity="55").status_code == 302
    assert state(waiting) == BookingState.OFFERED
    check_places(NOW)


def test_the_second_of_two_coordinators_sees_the_change_of_the_first(organiser: Person) -> None:
    date = make_date()
    mine = form_values(organiser, date)
    other = enter_as("events", "auditor")
    assert change(other, date, form_values(other, date), place="Дом културе").status_code == 302
    answer = change(organiser, date, mine, begins="09:00")
    assert answer.status_code == 422
    with translation.override("en"):
        differences = {str(label): (theirs, wrote) for label, theirs, wrote in answer.context["differences"]}
    assert differences == {"Place": ("Дом културе", mine["place"]), "Begins": ("12:00", "09:00")}
    date.refresh_from_db()
    assert (date.place, date.starts_at) == ("Дом културе", NOW + timedelta(days=21))
    # The entries are kept and accepted after the conflict was shown.
    again = answer.context["form"]
    assert again["begins"].value() == "09:00"
    assert change(organiser, date, mine | {"begins": "09:00", "opened": again["opened"].value()}).status_code == 302
    date.refresh_from_db()
    assert (date.place, date.sequence) == (mine["place"], 2)


def test_every_column_that_staff_may_set_is_in_the_form_and_compared(organiser: Person) -> None:
    date = make_date()
    mine = form_values(organiser, date)
    theirs = {"day": "2026-11-12", "begins": "08:00", "ends": "09:00", "last_day": "2026-11-13", "town": "beograd"}
    theirs |= {"place": "Дом културе", "address": "Мајке Јевросиме 39", "capacity": "40"}
    assert change(organiser, date, mine | theirs).status_code == 302
    answer = change(organiser, date, mine)
    form = answer.context["form"]
    assert len(answer.context["differences"]) == len(theirs)
    assert all(f'name="{field.name}"' in answer.content.decode() for field in form.visible_fields())
    assert set(form.values) == {column.name for column in EventDate._meta.concrete_fields if column.editable} - {
        "id",
        "event",
    }


def test_an_altered_form_changes_nothing(organiser: Person) -> None:
    date = make_date()
    answer = change(organiser, date, form_values(organiser, date), opened="altered", begins="09:00")
    assert answer.status_code == 422
    assert "Another user saved this while you were editing." in answer.content.decode()
    date.refresh_from_db()
    assert date.starts_at == NOW + timedelta(days=21)


@pytest.mark.parametrize("day", ["2026-09-01", "2026-10-01"])
def test_booked_date_cannot_be_moved_into_the_past(organiser: Person, day: str) -> None:
    date = make_date()
    ask(date)
    answer = change(organiser, date, form_values(organiser, date), day=day)
    assert answer.status_code == 422
    assert "cannot be moved into the past" in answer.content.decode()


def test_started_date_cannot_be_moved(organiser: Person, clock: time_machine.Traveller) -> None:
    date = make_date()
    ask(date)
    clock.move_to(date.starts_at + timedelta(minutes=5), tick=False)
    person = enter_as("events", "editor")
    answer = change(person, date, form_values(person, date), place="Друга сала")
    assert answer.status_code == 422
    assert "This date has begun and has bookings." in answer.content.decode()


def test_cancelling_shows_its_effects_and_sends_the_reason_to_schools(organiser: Person) -> None:
    event = make_event()
    date, second = make_date(event, capacity=30), make_date(event, capacity=30, starts_at=NOW + timedelta(days=30))
    make_booking(second, size=20)
    booked = ask(date)
    only_here, elsewhere_too = ask(date, size=28), ask(date, second, size=21)
    page = organiser.client.get(f"/admin/events/dates/{date.pk}/cancel/")
    assert "3 e-mails are queued." in page.content.decode()
    nothing = organiser.client.post(f"/admin/events/dates/{date.pk}/cancel/", {"reason_sr": "", "reason_en": ""})
    assert nothing.status_code == 422
    assert set(nothing.context["form"].errors) == {"reason_sr", "reason_en"}
    reasons = {"reason_sr": "Поплава у сали.", "reason_en": "The hall is flooded."}
    assert organiser.client.post(f"/admin/events/dates/{date.pk}/cancel/", reasons).status_code == 302
    date.refresh_from_db()
    assert (date.state, date.cancellation_reason_sr) == (DateState.CANCELLED, "Поплава у сали.")  # type: ignore[attr-defined]
    assert date.cancellation_reason_en == "The hall is flooded."  # type: ignore[attr-defined]
    assert [state(each) for each in (booked, only_here, elsewhere_too)] == [
        "cancelled_by_staff",
        "cancelled_by_staff",
        "waiting",
    ]
    assert date.taken == 0
    check_places(NOW)
    # No further action is possible.
    again = organiser.client.post(f"/admin/events/dates/{date.pk}/cancel/", reasons)
    assert again.status_code == 422
    assert "This date is cancelled" in again.content.decode()
    moved = change(organiser, date, form_values(organiser, date), begins="09:00")
    assert moved.status_code == 422
    assert "The hall is flooded." in organiser.client.get(f"/admin/events/dates/{date.pk}/").content.decode()


@pytest.mark.parametrize("server", ["", "smtp://127.0.0.1:9"])
def test_without_a_mail_server_messages_name_the_missing_server(
    organiser: Person, settings: Settings, server: str
) -> None:
    settings.MAIL_SMTP_URL, settings.EVENTS_MAIL_ADDRESS = server, "events@example.org"
    date = make_date(make_event(), capacity=30)
    booking = ask(date)
    reasons = {"reason_sr": "Поплава у сали.", "reason_en": "The hall is flooded."}
    waits = "No mail server is configured, so e-mails to schools wait."
    for path, data, message in (
        (f"bookings/{booking.pk}/letter/", {}, "The e-mail is queued again."),
        (f"dates/{date.pk}/cancel/", reasons, "The date is cancelled. E-mails to the schools are queued."),
    ):
        page = organiser.client.post(f"/admin/events/{path}", data, follow=True).content.decode()
        assert (message in page, waits in page) == (True, not server), path


def test_past_date_cannot_be_cancelled(organiser: Person) -> None:
    over = make_date(starts_at=NOW - timedelta(days=2))
    reasons = {"reason_sr": "x", "reason_en": "x"}
    assert (
        "This date is over."
        in organiser.client.post(f"/admin/events/dates/{over.pk}/cancel/", reasons).content.decode()
    )
    make_report(over)
    answer = organiser.client.post(f"/admin/events/dates/{over.pk}/cancel/", reasons)
    assert "This date is closed" in answer.content.decode()
    over.refresh_from_db()
    assert over.state == DateState.PLANNED


def test_date_in_use_cannot_be_removed(organiser: Person) -> None:
    event = make_event()
    needed, wished, mistake = (make_date(event, starts_at=NOW + timedelta(days=days)) for days in (20, 21, 22))
    booking = make_booking(needed)
    booking.wishes.create(date=wished, rank=2)
    for date in (needed, wished):
        answer = organiser.client.post(f"/admin/events/dates/{date.pk}/remove/")
        assert answer.status_code == 422
        assert "It can be cancelled but not removed." in answer.content.decode()
    before = content_version.current()
    assert organiser.client.post(f"/admin/events/dates/{mistake.pk}/remove/").status_code == 302
    assert set(event.dates.all()) == {needed, wished}
    assert content_version.current() > before
    assert organiser.client.get(f"/admin/events/dates/{mistake.pk}/").status_code == 404
