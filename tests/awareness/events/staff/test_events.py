"""Staff pages of events and series: hints, versions, copies, protected deletion and the month calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from awareness.events.models import Event
from awareness.events.staff.editor_hints import event_hints
from awareness.events.staff.month_calendar import Month, month_of, read_month, weeks_of
from awareness.publishing.models import Version
from awareness.topics.models import Topic
from tests.clients.bookings import ask
from tests.clients.staff import Person
from tests.factories.events import NOW, make_date, make_event, make_series

pytestmark = pytest.mark.django_db

FORM = {
    "kind": "workshop",
    "series": "",
    "title_sr": "Лозинке у пракси",
    "title_en": "Passwords in practice",
    "summary_sr": "Два часа.",
    "summary_en": "Two hours.",
    "description_sr": "<p>Опис.</p>",
    "description_en": "<p>Text.</p>",
    "audiences": ["children", "teachers"],
    "languages": ["sr", "hu"],
    "access": ["step-free"],
    "access_note_sr": "",
    "access_note_en": "",
    "bookable": "on",
    "closes_days": "3",
    "slug": "",
    "published_at_0": "",
    "published_at_1": "",
    "withdrawn_at_0": "",
    "withdrawn_at_1": "",
}


def hints_of(event: Event) -> list[str]:
    return [remark.what for remark in event_hints(event, NOW)]


def test_an_event_is_saved_versioned_and_restored(organiser: Person) -> None:
    answer = organiser.client.post("/admin/events/event/add/", FORM)
    assert answer.status_code == 302
    event = Event.objects.get(slug="lozinke-u-praksi")
    assert (event.audiences, event.languages, event.access) == (["children", "teachers"], ["sr", "hu"], ["step-free"])
    changed: dict[str, Any] = FORM | {"opened": event.revision, "slug": event.slug, "languages": ["sr"]}
    assert organiser.client.post(f"/admin/events/event/{event.pk}/change/", changed).status_code == 302
    history = f"/admin/events/event/{event.pk}/history/"
    assert "<del>Hungarian</del>" in organiser.client.get(history).content.decode()
    organiser.client.post(history, {"version": "1"})
    event.refresh_from_db()
    assert event.languages == ["sr", "hu"]
    assert Version.objects.filter(kind="events.event", object_id=event.pk).count() == 3


def test_reserved_address_is_refused_at_its_field(organiser: Person) -> None:
    answer = organiser.client.post("/admin/events/event/add/", FORM | {"slug": "invite", "languages": ["xx"]})
    assert set(answer.context["adminform"].form.errors) == {"slug", "languages"}
    with pytest.raises(IntegrityError, match="event_slug_not_reserved"), transaction.atomic():
        make_event(slug="past")


def test_hints_list_missing_data() -> None:
    # Without the English text, the audience, the languages, the accessibility and a date.
    assert len(hints_of(make_event(audiences=[], languages=[], title_en=""))) == 5
    whole = make_event(access=["step-free"])
    assert len(hints_of(whole)) == 1
    # Booking closes two days before.
    make_date(whole, starts_at=NOW + timedelta(days=2))
    assert len(hints_of(whole)) == 1
    booked = make_date(whole, starts_at=NOW + timedelta(days=3))
    assert hints_of(whole) == []
    ask(booked)
    Event.objects.filter(pk=whole.pk).update(published_at=None)
    whole.refresh_from_db()
    assert len(hints_of(whole)) == 1
    unbookable = make_event(access=["step-free"], bookable=False)
    assert len(hints_of(unbookable)) == 1
    make_date(unbookable, starts_at=NOW + timedelta(days=1))
    assert hints_of(unbookable) == []


def test_a_copy_is_a_draft_with_the_same_texts_in_another_series(organiser: Person) -> None:
    series = make_series(year=2027, season="spring", title_sr="Пролеће 2027", title_en="Spring 2027")
    event = make_event(title_sr="Лозинке", description_sr="<p>Опис.</p>", access=["signed"], closes_days=7)
    event.topics.set(Topic.objects.all()[:2])
    make_date(event)
    for _ in range(2):
        answer = organiser.client.post(f"/admin/events/event/{event.pk}/copy/", {"series": series.pk})
        assert answer.status_code == 302
    first, second = Event.objects.filter(series=series).order_by("pk")
    assert (first.slug, second.slug) == ("lozinke-spring-2027", "lozinke-spring-2027-2")
    assert (first.published_at, first.dates.count(), first.revision) == (None, 0, 1)
    assert (first.title_sr, first.description_sr) == ("Лозинке", "<p>Опис.</p>")  # type: ignore[attr-defined]
    assert (first.access, first.closes_days, set(first.topics.all())) == (["signed"], 7, set(event.topics.all()))
    assert organiser.client.post(f"/admin/events/event/{event.pk}/copy/", {"series": "0"}).status_code == 422


def test_a_month_shows_each_date_on_its_day_in_belgrade(organiser: Person) -> None:
    late = make_date(starts_at=datetime(2026, 10, 31, 22, 30, tzinfo=UTC))
    next_month = make_date(starts_at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    page = organiser.client.get("/admin/events/calendar/?month=2026-10")
    days = {day.day.isoformat(): day.dates for week in page.context["weeks"] for day in week}
    assert [entry.date for entry in days["2026-10-31"]] == [late]
    assert page.context["number"] == 1
    assert (str(page.context["before"]), str(page.context["after"])) == ("2026-09", "2026-11")
    november = organiser.client.get("/admin/events/calendar/?month=2026-11")
    assert [entry.date for week in november.context["weeks"] for day in week for entry in day.dates] == [next_month]


def test_invalid_month_shows_the_current_one(organiser: Person) -> None:
    for text in ("", "2026-13", "2026-00", "1999-01", "9999-12", "x", "2026-1", "२०२६-१०"):
        assert read_month(text) is None
    page = organiser.client.get("/admin/events/calendar/?month=2026-13")
    assert str(page.context["month"]) == "2026-10"


def test_weeks_are_whole_and_begin_on_monday() -> None:
    for number in range(1, 13):
        weeks = weeks_of(Month(2027, number), [], NOW)
        days = [day for week in weeks for day in week]
        assert {len(week) for week in weeks} == {7}
        assert days[0].day.weekday() == 0
        assert [day.day for day in days] == sorted({day.day for day in days})
        assert sum(day.inside for day in days) in {28, 30, 31}
    assert str(month_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))) == "2027-01"
    assert str(Month(2026, 12).plus(1)) == "2027-01"
    assert str(Month(2026, 1).plus(-1)) == "2025-12"
