"""Tests of the event page: content, visibility, structured data and calendars."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from ical.calendar_stream import IcsCalendarStream
from pyld import jsonld
from pytest_django import DjangoAssertNumQueries

from awareness.events.enums import Access, DateState, ParticipantGroup, SpokenLanguage
from awareness.events.models import EventDate
from awareness.events.seats import FEW
from awareness.publishing.services import save_record
from awareness.topics.models import Topic
from clicksafely.accounts.models import User
from clicksafely.common.page_cache import content_version
from tests.awareness.events.conftest import read
from tests.clients.page_reader import PageReader
from tests.clients.previews import preview, preview_path
from tests.clients.staff import Person
from tests.factories.events import NOW, make_date, make_event, make_report, make_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SCHEMA = "https://schema.org/"
HOUR = timedelta(hours=1)
# Dates in order of their start, and the words that their availability is shown with.
AVAILABILITY: list[tuple[dict[str, Any], str]] = [
    ({"starts_at": NOW - HOUR}, "going on now"),
    ({"starts_at": NOW + timedelta(days=2)}, "booking is closed"),
    ({"capacity": FEW}, "places free"),
    ({"capacity": FEW, "taken": 1}, "29 places left"),
    ({"capacity": FEW, "taken": 29}, "1 place left"),
    ({"capacity": 30, "taken": 30}, "waiting list"),
    ({"state": DateState.CANCELLED}, "Cancelled"),
]


def test_event_page_shows_content_time_place_and_audience(client: Client) -> None:
    event = make_event(
        slug="radionica",
        series=make_series(),
        audiences=[ParticipantGroup.PARENTS, ParticipantGroup.CHILDREN],
        languages=[SpokenLanguage.HUNGARIAN, SpokenLanguage.SIGN_LANGUAGE],
        access=[Access.STEP_FREE],
        access_note_sr="Лифт је лево.",
        access_note_en="The lift is on the left.",
        description_sr="<p>Прво разговор.</p>",
        description_en="<p>Talk first.</p><script>alert(1)</script>",
    )
    event.topics.set(Topic.objects.filter(slug__in=["phishing", "netiquette"]))
    date = make_date(event, starts_at=datetime(2026, 10, 22, 8, tzinfo=UTC))
    page = read(client, "/en/events/radionica/")
    for words in (
        # Belgrade is two hours ahead of UTC in summer.
        "10:00–12:00",
        "Niš , Narodna biblioteka „Stevan Sremac“, Borivoja Gojkovića 9",
        "Hungarian, Serbian sign language",
        "The lift is on the left.",
        "Talk first.",
        "2 days before",
    ):
        assert words in page.text, words
    assert "alert" not in page.text
    assert [each["href"] for each in page.all("a") if each["href"].startswith("/en/topics/p")] == [
        "/en/topics/phishing/"
    ]
    assert page.all("a", href=f"/en/events/radionica/{date.uuid}.ics")
    assert "22. oktobra 2026 , 10:00–12:00" in read(client, "/sr-latn/events/radionica/").text


def test_the_availability_of_places(client: Client) -> None:
    event = make_event(slug="radionica")
    for number, (fields, _room) in enumerate(AVAILABILITY):
        make_date(event, **{"starts_at": NOW + timedelta(days=5 + number)} | fields)
    make_date(make_event(slug="predavanje", bookable=False), starts_at=NOW + timedelta(days=30))
    words = {room for _fields, room in AVAILABILITY}
    assert [word for word in read(client, "/en/events/").words if word in words] == [room for _, room in AVAILABILITY]
    assert not words & set(read(client, "/en/events/predavanje/").words)


def test_a_cancelled_date_shows_the_reason(client: Client) -> None:
    make_date(
        make_event(slug="radionica"),
        state=DateState.CANCELLED,
        cancellation_reason_sr="Школа је затворена.",
        cancellation_reason_en="",
    )
    page = read(client, "/en/events/radionica/")
    assert "Школа је затворена." in page.text
    assert page.all("span", lang="sr-Cyrl")


def test_results_are_shown_in_round_numbers(client: Client) -> None:
    event = make_event(slug="radionica", title_en="", summary_en="")
    make_date(event, starts_at=NOW - timedelta(days=30))
    results = {1: "Fewer", 4: "Fewer", 5: "About 5", 7: "About 5", 8: "About 10", 43: "About 45"}
    for number, children in enumerate(results, 1):
        make_report(make_date(event, starts_at=NOW - timedelta(days=number)), children=children)
    page = read(client, "/en/events/radionica/")
    assert re.findall(r"(Fewer|About \d+)[\w ]* took part", page.text) == list(results.values())
    assert page.all("h1", lang="sr-Cyrl")


def test_unpublished_event_has_a_preview(client: Client, writer: Person) -> None:
    event = make_event(slug="tajna", published_at=NOW + HOUR)
    date = make_date(event)
    paths = ("/sr/events/tajna/", f"/sr/events/tajna/{date.uuid}.ics")
    for path in paths:
        assert client.get(path).status_code == client.get(f"{path}?preview=x").status_code == 404
        assert preview(writer, event, path[1:])
    page = PageReader(preview(writer, event))
    assert page.all("meta", name="robots", content="noindex")
    assert page.all("a", href=preview_path(event, paths[1][1:]))
    assert str(date.uuid) not in client.get("/events.ics").content.decode()
    assert "tajna" not in client.get("/sr/events/").content.decode()


def test_a_former_address_leads_to_the_present_one(client: Client) -> None:
    event = make_event(slug="stara")
    date = make_date(event)
    event.slug = "nova"
    save_record(record=event, actor=User.objects.create(username="e"), now=NOW)
    for tail in ("", f"{date.uuid}.ics"):
        response = client.get(f"/sr-latn/events/stara/{tail}")
        assert (response.status_code, response["Location"]) == (301, f"/sr-latn/events/nova/{tail}")
    assert client.get("/sr/events/nikad/").status_code == 404
    assert client.get(f"/sr/events/nova/{uuid4()}.ics").status_code == 404
    assert client.get(f"/sr/events/nikad/{date.uuid}.ics").status_code == 404


def test_structured_data_has_every_date(client: Client) -> None:
    event = make_event(slug="radionica", series=make_series(), languages=["sr", "sgn"])
    dates = [
        make_date(event),
        make_date(event, starts_at=NOW + timedelta(days=30), state=DateState.CANCELLED, address=""),
    ]
    make_date(event, starts_at=NOW - timedelta(days=30))
    (source,) = read(client, "/en/events/radionica/").script
    (graph,) = [jsonld.expand(json.loads(source), {"documentLoader": schema})]
    found = [each for each in graph if each["@type"] == [f"{SCHEMA}Event"]]
    assert [each["@id"].rpartition("#d-")[2] for each in found] == [str(date.uuid) for date in dates]
    status = [each[f"{SCHEMA}eventStatus"][0]["@value"].rpartition("/")[2] for each in found]
    assert status == ["EventScheduled", "EventCancelled"]
    first = json.loads(source)["@graph"][1]
    assert first["startDate"] == dates[0].starts_at.isoformat()
    assert first["eventAttendanceMode"].endswith("/OfflineEventAttendanceMode")
    assert first["location"]["name"] == "Narodna biblioteka „Stevan Sremac“"
    assert first["location"]["address"]["addressLocality"] == "Niš"
    assert first["inLanguage"] == ["sr", "sgn"]
    assert (first["isAccessibleForFree"], first["superEvent"]["name"]) == (True, "Autumn 2026")
    assert "streetAddress" not in json.loads(source)["@graph"][2]["location"]["address"]


def schema(url: str, options: object) -> dict[str, Any]:
    """The schema.org vocabulary without network access."""
    assert url == "https://schema.org"
    return {"contextUrl": None, "documentUrl": url, "document": {"@context": {"@vocab": SCHEMA}}}


def test_a_page_holds_until_something_of_it_changes_by_itself(client: Client) -> None:
    event = make_event(slug="radionica")
    date = make_date(event, starts_at=NOW + timedelta(days=2, seconds=100))
    for path in ("/en/events/radionica/", "/en/events/"):
        # Booking closes two days before.
        assert client.get(path).headers["Cache-Control"] == "public, max-age=100"
    for starts_at, ends_at in ((NOW + timedelta(seconds=80), NOW + HOUR), (NOW - HOUR, NOW + timedelta(seconds=60))):
        EventDate.objects.filter(pk=date.pk).update(starts_at=starts_at, ends_at=ends_at)
        content_version.bump()
        seconds = min((m - NOW).total_seconds() for m in (starts_at, ends_at) if m > NOW)
        for path in ("/en/events/radionica/", "/en/events/"):
            assert client.get(path).headers["Cache-Control"] == f"public, max-age={seconds:.0f}"
    assert client.get("/en/events/past/").headers["Cache-Control"] == "public, max-age=60"


def test_queries_of_an_event(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    event = make_event(slug="radionica", series=make_series())
    event.topics.set(Topic.objects.all()[:8])
    for number in range(1, 9):
        make_date(event, starts_at=NOW + timedelta(days=number))
        make_report(make_date(event, starts_at=NOW - timedelta(days=number)))
    client.get("/sr/events/")  # queries of every page
    # Event, topics, two lists of dates, planned changes of topics; content version; next change and cards of four kinds.
    with django_assert_max_num_queries(13):
        client.get("/sr/events/radionica/")


def the_entries(content: bytes) -> list[Any]:
    (calendar,) = IcsCalendarStream.from_ics(content.decode()).calendars
    return calendar.events


def test_calendar_file_of_a_date(client: Client) -> None:
    date = make_date(make_event(slug="radionica"), starts_at=datetime(2026, 10, 22, 22, 30, tzinfo=UTC))
    response = client.get(f"/sr-latn/events/radionica/{date.uuid}.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Language"] == "sr-Latn"
    assert response.headers["Content-Disposition"] == 'inline; filename="radionica-2026-10-23.ics"'
    (entry,) = the_entries(response.content)
    assert (entry.dtstart, entry.summary) == (date.starts_at, "Radionica o bezbednom internetu")
    assert str(entry.url) == "http://testserver/sr-latn/events/radionica/"


def test_the_calendar_to_subscribe_to(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    event = make_event(slug="radionica")
    dates = [
        make_date(event, starts_at=NOW + timedelta(days=days), state=state)
        for days, state in ((-91, "planned"), (-1, "cancelled"), (400, "planned"))
    ]
    make_date(event, starts_at=NOW - timedelta(days=93))
    make_date(make_event(published_at=None))
    client.get("/events.ics")
    # Content version of the page cache; dates with their events; two queries of planned changes.
    with django_assert_max_num_queries(2):
        response = client.get("/events.ics?lang=en")
    assert response.headers["Cache-Control"].startswith("public, max-age=")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in response.content
    entries = the_entries(response.content)
    assert [entry.uid.partition("@")[0] for entry in entries] == [str(date.uuid) for date in dates]
    assert [entry.status for entry in entries] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert str(entries[0].url) == "http://testserver/en/events/radionica/"
    assert the_entries(client.get("/events.ics").content)[0].summary == "Радионица о безбедном интернету"
    assert client.get("/events.ics?lang=de").status_code == 404
    assert client.post("/events.ics").status_code == 405
