"""Staff pages of dates: validation, notifications and edit conflicts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from awareness.events.enums import DateState
from awareness.events.models import BookingEmail, EmailKind, EventDate
from awareness.events.staff.services import cancel_date, change_date
from clicksafely.common.exceptions import ActionRefused
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


def test_a_past_date_of_several_days_is_saved_with_a_warning(organiser: Person) -> None:
    event = make_event()
    data = FORM | {"day": "24.10.2014.", "last_day": "2014-10-26"}
    answer = organiser.client.post(f"/admin/events/dates/add/{event.pk}/", data, follow=True)
    assert "warning" in {message.level_tag for message in answer.context["messages"]}
    date = event.dates.get()
    # Summer time ended on the last day.
    assert date.starts_at == datetime(2014, 10, 24, 8, tzinfo=UTC)
    assert date.ends_at == datetime(2014, 10, 26, 11, tzinfo=UTC)
    assert form_values(organiser, date)["last_day"] == "2014-10-26"


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
    ("changes", "fields"),
    [
        (
            {"day": "31.11.2026.", "begins": "25:00", "town": "atlantis", "place": "x" * 161, "capacity": "0"},
            {"day", "begins", "town", "place", "capacity"},
        ),
        ({"day": "", "town": "", "place": "\x00", "capacity": "2001"}, {"day", "town", "place", "capacity"}),
        # Clocks go forward, and back.
        ({"day": "2027-03-28", "begins": "02:30", "ends": "04:00", "capacity": "many"}, {"begins", "capacity"}),
        ({"day": "2026-10-25", "begins": "01:00", "ends": "02:30"}, {"ends"}),
        ({"ends": "10:00"}, {"ends"}),
        ({"last_day": "2026-11-11"}, {"last_day"}),
        ({"last_day": "2026-11-27"}, {"last_day"}),
        ({"day": "1926-11-12", "last_day": "1926-11-12"}, {"day", "last_day"}),
    ],
)
def test_invalid_values_are_reported_at_their_fields(
    organiser: Person, changes: dict[str, str], fields: set[str]
) -> None:
    event = make_event()
    answer = add(organiser, event.pk, **changes)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == fields
    assert not event.dates.exists()


def test_moving_notifies_every_school_once_and_saving_without_a_change_none(organiser: Person) -> None:
    date = make_date(capacity=60)
    booked, waiting = ask(date), ask(date, size=50)
    emails = BookingEmail.objects.count()
    assert change(organiser, date, form_values(organiser, date)).status_code == 302
    date.refresh_from_db()
    assert (date.sequence, BookingEmail.objects.count()) == (0, emails)
    data = form_values(organiser, date)
    assert change(organiser, date, data, begins="11:00", ends="13:00").status_code == 302
    date.refresh_from_db()
    assert (date.starts_at, date.sequence) == (datetime(2026, 10, 22, 9, tzinfo=UTC), 1)
    assert email_kinds(booked)[-1] == email_kinds(waiting)[-1] == EmailKind.DATE_MOVED
    check_places(NOW)


def test_fewer_places_than_booked_are_refused_and_nothing_is_saved(organiser: Person) -> None:
    date = make_date(capacity=30)
    booked = ask(date)
    data = form_values(organiser, date)
    answer = change(organiser, date, data, capacity="24", begins="11:00")
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"capacity"})
    date.refresh_from_db()
    assert (date.capacity, date.sequence, email_kinds(booked)) == (30, 0, ["booked"])
    assert change(organiser, date, data, capacity="25").status_code == 302


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


def test_booked_date_is_not_moved_from_or_into_the_past(organiser: Person) -> None:
    date = make_date()
    ask(date)
    assert change(organiser, date, form_values(organiser, date), day="2026-09-01").status_code == 422
    for now, columns in ((NOW, {"starts_at": NOW}), (date.starts_at, {"place": "Друга сала"})):
        with pytest.raises(ActionRefused):
            change_date(date=date, opened=date.revision, actor=organiser.user, now=now, **columns)
    date.refresh_from_db()
    assert (date.starts_at, date.sequence) == (NOW + timedelta(days=21), 0)


def test_cancelling_shows_its_effects_and_sends_the_reason_to_schools(organiser: Person) -> None:
    event = make_event()
    date, second = make_date(event, capacity=30), make_date(event, capacity=30, starts_at=NOW + timedelta(days=30))
    make_booking(second, size=20)
    booked = ask(date)
    only_here, elsewhere_too = ask(date, size=28), ask(date, second, size=21)
    page = organiser.client.get(f"/admin/events/dates/{date.pk}/cancel/")
    assert "3 e-mails" in page.content.decode()
    nothing = organiser.client.post(f"/admin/events/dates/{date.pk}/cancel/", {"reason_sr": "", "reason_en": ""})
    assert nothing.status_code == 422
    assert set(nothing.context["form"].errors) == {"reason_sr", "reason_en"}
    reasons = {"reason_sr": "Поплава у сали.", "reason_en": "The hall is flooded."}
    answer = organiser.client.post(f"/admin/events/dates/{date.pk}/cancel/", reasons, follow=True)
    # No mail server is configured.
    assert [message.level_tag for message in answer.context["messages"]] == ["warning", "success"]
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
    moved = change(organiser, date, form_values(organiser, date), begins="09:00")
    assert moved.status_code == 422
    assert "The hall is flooded." in organiser.client.get(f"/admin/events/dates/{date.pk}/").content.decode()


def test_date_in_use_cannot_be_removed(organiser: Person) -> None:
    event = make_event()
    needed, wished, mistake = (make_date(event, starts_at=NOW + timedelta(days=days)) for days in (20, 21, 22))
    booking = make_booking(needed)
    booking.wishes.create(date=wished, rank=2)
    for date in (needed, wished):
        answer = organiser.client.post(f"/admin/events/dates/{date.pk}/remove/")
        assert answer.status_code == 422
    before = content_version.current()
    assert organiser.client.post(f"/admin/events/dates/{mistake.pk}/remove/").status_code == 302
    assert set(event.dates.all()) == {needed, wished}
    assert content_version.current() > before
    assert organiser.client.get(f"/admin/events/dates/{mistake.pk}/").status_code == 404


def test_past_or_closed_date_cannot_be_cancelled(organiser: Person) -> None:
    over, closed = (make_date(starts_at=NOW + timedelta(days=days)) for days in (-2, 2))
    make_report(closed)
    for date, now in ((over, over.ends_at), (closed, NOW)):
        with pytest.raises(ActionRefused):
            cancel_date(date=date, reason_sr="x", reason_en="x", actor=organiser.user, now=now)
        date.refresh_from_db()
        assert date.state == DateState.PLANNED
