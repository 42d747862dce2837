"""Lists of future and past dates: filters, map and pages."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from awareness.events.enums import DateState, EventKind, ParticipantGroup
from awareness.events.models import EventDate
from awareness.events.public.filters import FILTERS, TOWN
from awareness.events.public.presenters import MAX_RADIUS, dots_of
from awareness.events.public.selectors import PAST_A_PAGE, UpcomingDate
from awareness.events.public.views import A_PAGE
from clicksafely.common.list_filters import FilteredList, PresentedFilter, filter_items
from clicksafely.common.places import TOWNS
from clicksafely.common.places.map_projection import MAP_HEIGHT, MAP_WIDTH
from tests.awareness.events.conftest import read
from tests.clients.page_reader import PageReader
from tests.factories.events import NOW, make_date, make_event, make_report, make_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = timedelta(days=1)


def slugs(page: PageReader) -> list[str]:
    """The slugs of the listed events in order."""
    found = (re.fullmatch(r"/en/events/([^/?]+)/", each["href"]) for each in page.all("a"))
    return [match[1] for match in found if match and match[1] not in {"past", "invite"}]


@pytest.fixture
def season() -> None:
    """Four dates of three events in two towns and two months, and hidden ones."""
    talk = make_event(slug="razgovor", kind=EventKind.FOR_PARENTS, audiences=[ParticipantGroup.PARENTS])
    play = make_event(slug="predstava", kind=EventKind.FORUM_THEATRE, audiences=["children", "youth"])
    quiz = make_event(slug="kviz", kind=EventKind.QUIZ, audiences=["youth"])
    make_date(quiz, starts_at=NOW + 40 * DAY, town="subotica")
    make_date(talk, starts_at=NOW + 3 * DAY, town="nis")
    make_date(play, starts_at=NOW + 2 * DAY, town="subotica")
    make_date(play, starts_at=NOW + 35 * DAY, town="nis", state=DateState.CANCELLED)
    make_date(make_event(slug="nacrt", published_at=None), starts_at=NOW + DAY)
    make_date(make_event(slug="povucen", withdrawn_at=NOW - DAY), starts_at=NOW + DAY)
    make_date(talk, starts_at=NOW - DAY, town="vranje")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["predstava", "razgovor", "predstava", "kviz"]),
        ("?month=2026-11", ["predstava", "kviz"]),
        ("?town=nis", ["razgovor", "predstava"]),
        ("?kind=quiz", ["kviz"]),
        ("?audience=youth", ["predstava", "predstava", "kviz"]),
        ("?audience=youth&town=subotica&month=2026-10", ["predstava"]),
        ("?audience=parents&town=subotica", []),
    ],
)
def test_the_address_narrows_the_list_down(client: Client, season: None, query: str, found: list[str]) -> None:
    page = read(client, f"/en/events/{query}")
    assert slugs(page) == found
    assert bool(page.all("meta", name="robots", content="noindex, follow")) == bool(query)
    chosen = {each["value"] for each in page.all("option") if "selected" in each}
    assert chosen == {value for values in parse_qs(query[1:]).values() for value in values}


@pytest.mark.parametrize(
    "query", ["?town=vranje&month=2026-13&kind=x&audience=%00&page=x", "?page=999999999999999999999"]
)
def test_invalid_parameters_are_ignored_with_a_notice(client: Client, season: None, query: str) -> None:
    page = read(client, f"/en/events/{query}")
    assert slugs(page) == ["predstava", "razgovor", "predstava", "kviz"]
    assert "invalid" in page.text
    assert not page.all("meta", name="robots")
    assert not [each for each in page.all("option") if "selected" in each]


def test_months_follow_belgrade_time(client: Client, season: None) -> None:
    EventDate.objects.filter(town="subotica", event__slug="kviz").update(
        starts_at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC), ends_at=datetime(2026, 12, 1, 1, tzinfo=UTC)
    )
    assert "decembar 2026" in read(client, "/sr-latn/events/?month=2026-12").words
    assert slugs(read(client, "/en/events/?month=2026-12")) == ["kviz"]


def test_the_map_and_the_list_of_towns_are_the_same(client: Client, season: None) -> None:
    page = read(client, "/en/events/?month=2026-11")
    dots = [each for each in page.all("a") if each.get("class") == "map-dot"]
    assert {each["aria-label"] for each in dots} == {"Niš: 1 date", "Subotica: 1 date"}
    towns = {each["href"] for each in page.all("a") if "town=" in each["href"] and "class" not in each}
    assert towns == {each["href"] for each in dots}
    assert {"/en/events/?month=2026-11&town=nis"} < towns
    # The chosen town links to all towns.
    page = read(client, "/en/events/?town=nis")
    (chosen,) = (each for each in page.all("a") if each.get("class") == "map-dot" and "aria-current" in each)
    assert (chosen["aria-label"], chosen["href"]) == ("Niš: 2 dates", "/en/events/?")


def test_a_list_without_dates_links_to_past_events_and_the_feed(client: Client) -> None:
    page = read(client, "/en/events/")
    assert page.all("a", href="/en/events/past/")
    assert page.all("form", action="/en/events/") == page.all("svg", role="group") == []
    assert page.all("a", href="webcal://testserver/events.ics?lang=en")
    assert slugs(read(client, "/en/events/past/")) == []


def test_the_list_turns_pages(client: Client) -> None:
    event = make_event(slug="radionica")
    EventDate.objects.bulk_create(
        EventDate(event=event, starts_at=NOW + (1 + n) * DAY, ends_at=NOW + (2 + n) * DAY, town="nis", place="М", capacity=9)
        for n in range(A_PAGE + 1)
    )  # fmt: skip
    first = read(client, "/en/events/?kind=workshop")
    assert len(slugs(first)) == A_PAGE
    (later,) = first.all("a", rel="next")
    assert later["href"] == "?kind=workshop&page=2"
    second = read(client, f"/en/events/{later['href']}")
    assert len(slugs(second)) == 1
    assert second.all("a", rel="prev")[0]["href"] == "?kind=workshop"


def filter_dates(rows: list[UpcomingDate], query: QueryDict) -> FilteredList[UpcomingDate]:
    return filter_items(rows, FILTERS, query)


def town_filter(found: FilteredList[UpcomingDate]) -> PresentedFilter:
    return next(each for each in found.filters if each.name == TOWN)


def test_dots_are_inside_the_map_and_grow_with_their_number() -> None:
    rows = [
        UpcomingDate(n, NOW + DAY, NOW + 2 * DAY, town, "workshop", [], False, 0)
        for n, town in enumerate([*TOWNS, *["nis"] * 3, *["beograd"] * 400])
    ]
    dots = dots_of(town_filter(filter_dates(rows, QueryDict())))
    assert len(dots) == len(TOWNS)
    assert all(0 < dot.x < MAP_WIDTH and 0 < dot.y < MAP_HEIGHT for dot in dots)
    by_town = {dot.choice.value: dot.radius for dot in dots}
    assert by_town["beograd"] == MAX_RADIUS == dots[0].radius
    # Four times as many dates: twice the radius.
    assert by_town["nis"] == 2 * by_town["vranje"]
    assert all(0 < dot.name_y < MAP_HEIGHT for dot in dots)


def test_past_events_are_grouped_by_series(client: Client) -> None:
    old, new = (
        make_series(year=2025, title_en="Autumn 2025"),
        make_series(year=2026, season="spring", title_en="Spring 2026"),
    )
    for series, slug, days in ((old, "staro", 300), (new, "novo", 100), (None, "samo", 5)):
        event = make_event(slug=slug, series=series)
        date = make_date(event, starts_at=NOW - days * DAY)
        make_report(date, children=62, teachers=3)
    make_date(make_event(slug="otkazano", series=new), starts_at=NOW - 90 * DAY, state=DateState.CANCELLED)
    make_date(make_event(slug="nacrt", series=make_series(year=2030), published_at=None), starts_at=NOW - 9 * DAY)
    page = read(client, "/en/events/past/")
    assert slugs(page) == ["novo"]
    assert "About 65 " in page.text
    assert [each["value"] for each in page.all("option")] == ["2026-spring", "2025-autumn", "other"]
    assert page.all("a", href="?series=2025-autumn")
    for query, found in (("2025-autumn", ["staro"]), ("other", ["samo"]), ("1999-winter", ["novo"])):
        page = read(client, f"/en/events/past/?series={query}")
        assert slugs(page) == found
        assert ("invalid" in page.text) == (query == "1999-winter")
    assert slugs(read(client, "/en/events/past/?page=2")) == []
    assert slugs(read(client, "/en/events/past/?page=x")) == ["novo"]


def test_past_events_are_paginated(client: Client) -> None:
    event = make_event(slug="radionica")
    EventDate.objects.bulk_create(
        EventDate(event=event, starts_at=NOW - (2 + n) * DAY, ends_at=NOW - (1 + n) * DAY, town="nis", place="М", capacity=9)
        for n in range(PAST_A_PAGE + 1)
    )  # fmt: skip
    page = read(client, "/en/events/past/")
    assert len(slugs(page)) == PAST_A_PAGE
    (older,) = page.all("a", rel="next")
    assert urlsplit(older["href"]).query == "series=other&page=2"
    page = read(client, older["href"])
    assert (len(slugs(page)), page.all("a", rel="next")) == (1, [])


def test_queries(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(5):
        event = make_event(series=make_series(year=2020 + number))
        make_date(event, starts_at=NOW + (1 + number) * DAY)
        make_report(make_date(event, starts_at=NOW - (1 + number) * DAY))
    client.get("/sr/topics/")  # queries of every page
    # Content version; future dates and planned changes; the dates of the page with their events.
    with django_assert_max_num_queries(4):
        client.get("/sr/events/")
    # Future dates are cached.
    with django_assert_max_num_queries(2):
        client.get("/sr/events/?town=nis")
    # Content version; two for the next change; series; dates without a series; the dates of the page.
    with django_assert_max_num_queries(6):
        client.get("/sr/events/past/")
