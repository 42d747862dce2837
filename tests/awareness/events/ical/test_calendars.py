"""Tests of calendars with an independent parser."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override, pgettext
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event as Entry

from awareness.events.enums import DateState, EventKind
from awareness.events.ical import booking_calendar, date_calendar, uid_of
from awareness.events.models import Event, EventDate
from clicksafely.common.serbian.transliteration import to_latin
from tests.factories.events import NOW

URL = "https://kliknibezbedno.example/sr/events/radionica/"


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.SITE_URL = "https://kliknibezbedno.example"


def a_date(**fields: Any) -> EventDate:
    """An unsaved date; calendars need no queries."""
    event = Event(
        slug="radionica",
        kind=EventKind.WORKSHOP,
        title_sr="Љиљин час о Интернету",
        title_en="Lilly's lesson on the Internet",
        summary_sr="Два часа вежби.",
        summary_en="Two hours of practice.",
        changed_at=NOW,
    )
    defaults: dict[str, Any] = {
        "starts_at": datetime(2026, 10, 22, 8, tzinfo=UTC),
        "ends_at": datetime(2026, 10, 22, 10, tzinfo=UTC),
        "town": "nis",
        "place": "Дом културе",
        "address": "Трг 1",
        "capacity": 30,
        "changed_at": NOW - timedelta(days=1),
    }
    return EventDate(event=event, **{**defaults, **fields})


def read(content: bytes) -> Calendar:
    """The one calendar in a file of CRLF lines of at most 75 octets (RFC 5545, 3.1)."""
    for line in content.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()
    (calendar,) = IcsCalendarStream.from_ics(content.decode()).calendars
    return calendar


def read_one(content: bytes) -> Entry:
    (entry,) = read(content).events
    return entry


def lines(content: bytes) -> list[str]:
    """The unfolded lines."""
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def test_a_date() -> None:
    date = a_date(sequence=3)
    content = date_calendar(date, language="sr", url=URL)
    entry = read_one(content)
    assert entry.uid == uid_of(date) == f"{date.uuid}@kliknibezbedno.example"
    assert (entry.dtstart, entry.dtend) == (date.starts_at, date.ends_at)
    assert "DTSTART:20261022T080000Z" in lines(content)
    assert (entry.sequence, entry.status, str(entry.url)) == (3, "CONFIRMED", URL)
    # The later change of the event or the date.
    assert entry.dtstamp == entry.last_modified == NOW
    assert (entry.summary, entry.location) == ("Љиљин час о Интернету", "Дом културе, Трг 1, Ниш")
    assert entry.description == f"Два часа вежби.\n\n{URL}"
    assert entry.geo is not None
    assert (round(entry.geo.lat, 1), round(entry.geo.lng, 1)) == (43.3, 21.9)
    with override("sr"):
        assert entry.categories == [str(EventKind.WORKSHOP.label)]
    # Neither a response nor a refresh is requested.
    assert not any(line.startswith(("METHOD", "REFRESH-INTERVAL", "ORGANIZER")) for line in lines(content))


def test_a_date_in_english() -> None:
    entry = read_one(date_calendar(a_date(), language="en", url=URL))
    assert (entry.summary, entry.location) == ("Lilly's lesson on the Internet", "Dom kulture, Trg 1, Niš")


def test_a_cancelled_date() -> None:
    date = a_date(state=DateState.CANCELLED, cancellation_reason_sr="Школа је затворена.", cancellation_reason_en="")
    entry = read_one(date_calendar(date, language="sr-latn", url=URL))
    assert entry.status == "CANCELLED"
    with override("sr"):
        prefix = to_latin(pgettext("date", "Cancelled"))
    assert entry.summary == f"{prefix}: Ljiljin čas o Internetu"
    assert entry.description is not None
    assert entry.description.endswith(f": Škola je zatvorena.\n\nDva časa vežbi.\n\n{URL}")


def test_a_booking() -> None:
    details: dict[str, Any] = {
        "language": "sr",
        "url": f"{URL}book/",
        "uid": "b-1@kliknibezbedno.example",
        "organizer": "events@kliknibezbedno.example",
        "attendee": "ana@school.example",
        "description": "Двадесет места за 5. разред.",
        "stamp": NOW + timedelta(hours=1),
    }
    invitation = booking_calendar(a_date(sequence=9), method="REQUEST", sequence=2, **details)
    entry = read_one(invitation)
    assert "METHOD:REQUEST" in lines(invitation)
    assert (entry.uid, entry.sequence, entry.status) == ("b-1@kliknibezbedno.example", 2, "CONFIRMED")
    assert entry.dtstamp == NOW + timedelta(hours=1)
    assert entry.organizer is not None
    assert str(entry.organizer.uri) == "mailto:events@kliknibezbedno.example"
    assert [str(each.uri) for each in entry.attendees] == ["mailto:ana@school.example"]
    assert entry.description == f"Двадесет места за 5. разред.\n\n{URL}book/"
    cancelled = booking_calendar(a_date(), method="CANCEL", sequence=3, **details)
    entry = read_one(cancelled)
    assert "METHOD:CANCEL" in lines(cancelled)
    assert (entry.uid, entry.sequence, entry.status) == ("b-1@kliknibezbedno.example", 3, "CANCELLED")


# Any text that Django forms accept; they reject NUL.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=160)


@given(title=TEXT, place=TEXT)
@example(title="Један, два; три\\n: „четири“", place="Линија\r\nдруга\nтрећа")
@example(title="ш" * 160, place="🐘" * 90 + "ж" * 70)
@example(title=" водећи размак и табулатор\t", place="\\;\\,\\N")
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_of_an_editor_gives_a_valid_calendar(title: str, place: str) -> None:
    date = a_date(place=place, address="")
    date.event.title_sr = title  # type: ignore[attr-defined]
    date.event.title_en = ""  # type: ignore[attr-defined]
    entry = read_one(date_calendar(date, language="sr", url=URL))
    assert entry.summary == calendar_text(title).replace("\n", " ")
    assert entry.location == calendar_text(f"{place}, Ниш")


def calendar_text(text: str) -> str:
    """The text as a calendar stores it: line ends are normalised, other control characters become spaces."""
    return "".join(
        "\n" if letter == "\n" else " " if not letter.isprintable() and letter in UNTYPABLE else letter
        for letter in text.replace("\r\n", "\n").replace("\r", "\n")
    )


UNTYPABLE = {*map(chr, (*range(32), *range(0x7F, 0xA0))), "\u2028", "\u2029"}
