"""Lists of future and past dates: filters, map, pages, and query plans with 100,000 dates."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from awareness.events.enums import DateState, EventKind, ParticipantGroup
from awareness.events.models import EventDate
from awareness.events.public import selectors
from awareness.events.public.filters import FILTERS, TOWN
from awareness.events.public.presenters import MAX_RADIUS, dots_of
from awareness.events.public.selectors import PAST_A_PAGE, UpcomingDate
from awareness.events.public.views import A_PAGE
from clicksafely.common.list_filters import FilteredList, PresentedFilter, filter_items
from clicksafely.common.places import TOWNS
from clicksafely.common.places.map_projection import MAP_HEIGHT, MAP_WIDTH
from tests.clients.page_reader import PageReader
from tests.factories.events import NOW, make_date, make_event, make_report, make_series

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_autumn() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def read(client: Client, path: str) -> PageReader:
    response = client.get(path)
    assert response.status_code == 200, path
    return PageReader(response.content.decode())


def slugs(page: PageReader) -> list[str]:
    """The slugs of the listed events in order."""
    found = (re.fullmatch(r"/en/events/([^/?]+)/", each["href"]) for each in page.all("a"))
    return [match[1] for match in found if match and match[1] not in {"past", "invite"}]


@pytest.fixture
def season(db: None) -> None:
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
        ("?town=vranje&month=2026-13&kind=x&audience=%00&page=x", ["predstava", "razgovor", "predstava", "kviz"]),
        ("?page=99999", ["predstava", "razgovor", "predstava", "kviz"]),
        ("?page=999999999999999999999", ["predstava", "razgovor", "predstava", "kviz"]),
    ],
)
def test_the_address_narrows_the_list_down(client: Client, season: None, query: str, found: list[str]) -> None:
    page = read(client, f"/en/events/{query}")
    assert slugs(page) == found
    assert ("Nothing matches all your choices" in page.text) == (not found)
    assert ("was invalid and was ignored" in page.text) == ("x" in query or "page=9999999" in query)
    assert page.all("meta", name="robots") == (
        [{"name": "robots", "content": "noindex, follow"}] if "x" not in query and "page" not in query and query else []
    )
    chosen = {each["value"] for each in page.all("option") if "selected" in each}
    assert chosen == ({value for values in parse_qs(query[1:]).values() for value in values} if "page" not in query else set())  # fmt: skip


def test_dates_are_grouped_under_months(client: Client, season: None) -> None:
    page = read(client, "/sr/events/")
    assert [words for words in page.words if words in {"октобар 2026", "новембар 2026"}] == ["октобар 2026", "новембар 2026"]  # fmt: skip
    assert "oktobar 2026" in read(client, "/sr-latn/events/").words
    # Months follow Belgrade time.
    EventDate.objects.filter(town="subotica", event__slug="kviz").update(
        starts_at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC), ends_at=datetime(2026, 12, 1, 1, tzinfo=UTC)
    )
    selectors.cached_upcoming_dates._lists.clear()
    assert slugs(read(client, "/en/events/?month=2026-12")) == ["kviz"]


def test_series_is_shown_above_its_dates(client: Client, db: None) -> None:
    series = make_series(summary_sr="Од Суботице до Врања.", summary_en="From Subotica to Vranje.")
    make_date(make_event(series=series))
    make_date(make_event())
    assert "2 dates · Autumn 2026 : From Subotica to Vranje." in read(client, "/en/events/").text


def test_the_map_and_the_list_of_towns_are_the_same(client: Client, season: None) -> None:
    page = read(client, "/en/events/?month=2026-11")
    dots = [each for each in page.all("a") if each.get("class") == "map-dot"]
    assert {each["aria-label"] for each in dots} == {"Niš: 1 date", "Subotica: 1 date"}
    towns = {each["href"] for each in page.all("a") if "town=" in each["href"] and "class" not in each}
    assert towns == {each["href"] for each in dots}
    assert {"/en/events/?month=2026-11&town=nis"} < towns
    # The chosen town links to all towns; the other towns keep their links.
    page = read(client, "/en/events/?town=nis")
    (chosen,) = (each for each in page.all("a") if each.get("class") == "map-dot" and "aria-current" in each)
    assert (chosen["aria-label"], chosen["href"]) == ("Niš: 2 dates", "/en/events/?")
    assert {each["aria-label"] for each in page.all("a") if "aria-label" in each} >= {"Subotica: 2 dates"}
    assert len(page.all("circle")) == 4


def test_towns_are_in_the_order_of_the_alphabet_of_the_page(client: Client, db: None) -> None:
    event = make_event()
    for town in ("cacak", "vranje", "beograd"):
        make_date(event, town=town)
    for language, order in (("sr", "beograd vranje cacak"), ("en", "beograd cacak vranje")):
        page = read(client, f"/{language}/events/")
        assert [each["value"] for each in page.all("option") if each["value"] in TOWNS] == order.split()


def test_a_list_without_dates_links_to_past_events_and_the_feed(client: Client, db: None) -> None:
    page = read(client, "/en/events/")
    assert "Between two seasons" in page.text
    assert page.all("a", href="/en/events/past/")
    assert page.all("form", action="/en/events/") == page.all("svg", role="group") == []
    assert page.all("a", href="webcal://testserver/events.ics?lang=en")
    assert page.all("link", type="text/calendar")[0]["href"] == "/events.ics?lang=en"
    assert "No past events yet" in read(client, "/en/events/past/").text


def test_the_list_turns_pages(client: Client, db: None) -> None:
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


ROWS = st.lists(
    st.builds(
        UpcomingDate,
        pk=st.integers(1, 10**6),
        starts_at=st.integers(0, 700).map(lambda days: NOW + days * DAY),
        ends_at=st.just(datetime(2028, 1, 1, tzinfo=UTC)),
        town=st.sampled_from(["nis", "beograd", "vranje"]),
        kind=st.sampled_from(EventKind.values[:3]),
        audiences=st.lists(st.sampled_from(ParticipantGroup.values[:3]), unique=True),
        bookable=st.booleans(),
        closes_days=st.integers(0, 60),
    ),
    max_size=60,
)


@given(
    rows=ROWS,
    town=st.sampled_from(["", "nis", "x"]),
    kind=st.sampled_from(["", *EventKind.values[:3]]),
    audience=st.sampled_from(["", *ParticipantGroup.values[:3]]),
)
def test_every_count_equals_the_filtered_list(rows: list[UpcomingDate], town: str, kind: str, audience: str) -> None:
    query = QueryDict(f"town={town}&kind={kind}&audience={audience}")
    found = filter_dates(rows, query)
    for each in found.filters:
        for choice in each.choices:
            assert len(filter_dates(rows, QueryDict(choice.query)).items) == choice.count
    towns = town_filter(found)
    without_town = filter_dates(rows, QueryDict(towns.query_without))
    assert len(without_town.items) == sum(choice.count or 0 for choice in towns.choices)
    assert Counter(row.pk for row in found.items) <= Counter(row.pk for row in rows)


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


def test_past_events_are_grouped_by_series(client: Client, db: None) -> None:
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
    assert "About 65 people took part." in page.text
    assert [each["value"] for each in page.all("option")] == ["2026-spring", "2025-autumn", "other"]
    assert page.all("a", href="?series=2025-autumn")
    assert "Before that: Autumn 2025" in page.text
    for query, found in (("2025-autumn", ["staro"]), ("other", ["samo"]), ("1999-winter", ["novo"])):
        page = read(client, f"/en/events/past/?series={query}")
        assert slugs(page) == found
        assert ("was invalid and was ignored" in page.text) == (query == "1999-winter")
    assert "Page not found" in read(client, "/en/events/past/?page=2").text
    assert slugs(read(client, "/en/events/past/?page=x")) == ["novo"]


def test_past_events_are_paginated(client: Client, db: None) -> None:
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


@pytest.mark.parametrize("rows", [1, 3])
def test_queries(client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    for number in range(rows):
        event = make_event(series=make_series(year=2020 + number))
        make_date(event, starts_at=NOW + (1 + number) * DAY)
        make_report(make_date(event, starts_at=NOW - (1 + number) * DAY))
    client.get("/sr/topics/")  # queries of every page
    # Content version; future dates and planned changes; the dates of the page with their events.
    with django_assert_num_queries(4):
        client.get("/sr/events/")
    # Future dates are cached.
    with django_assert_num_queries(2):
        client.get("/sr/events/?town=nis")
    # Content version; two for the next change; series; dates without a series; the dates of the page.
    with django_assert_num_queries(6):
        client.get("/sr/events/past/")


@pytest.mark.slow
def test_a_hundred_thousand_dates(db: None) -> None:
    """No query scans all past dates or sorts all future ones."""
    series = [make_series(year=year, season=season) for year in range(2013, 2026) for season in ("spring", "autumn")]
    events = [make_event(series=each) for each in series for _number in range(20)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_eventdate (uuid, event_id, starts_at, ends_at, town, place, address, capacity, taken,"
            " state, cancellation_reason, cancellation_reason_sr, sequence, changed_at)"
            " SELECT gen_random_uuid(), %s + abs(n) %% %s, %s - n * interval '1 hour', %s - n * interval '1 hour', 'nis', 'М', '',"
            " 30, 0, 'planned', '', '', 0, %s FROM generate_series(-300, 99700) n",
            [events[0].pk, len(events), NOW, NOW + timedelta(minutes=30), NOW],
        )
        cursor.execute("ANALYZE events_eventdate, events_event, events_series")
    reads: list[tuple[Any, int]] = [
        (lambda: selectors._coming_until_change(None, NOW), 600),
        (lambda: selectors.next_events(NOW, 3), 600),
        (lambda: selectors.next_change(NOW), 200),
        (lambda: selectors.next_end(NOW), 200),
        (lambda: selectors.past_series(NOW), 2000),
        (lambda: selectors.past_dates(series[3], NOW, 2), 8000),
        (lambda: selectors.upcoming_dates(events[0], NOW), 800),
        (lambda: selectors.ended_dates(events[0], NOW), 800),
    ]
    for number, (read_rows, most) in enumerate(reads):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert read_rows() is not None
        for query in queries:
            assert rows_touched(query["sql"]) < most, (number, query["sql"])


def rows_touched(sql: str) -> int:
    """Rows that the nodes of the executed plan returned or discarded."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        ((plan,),) = cursor.fetchall()
    pending, touched = [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]], 0
    while pending:
        node = pending.pop()
        pending += node.get("Plans", [])
        thrown = sum(node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Join Filter"))
        touched = max(touched, round((node["Actual Rows"] + thrown) * node["Actual Loops"]))
    return touched


def test_the_parameters_of_the_list() -> None:
    assert [each.name for each in FILTERS] == ["month", "town", "kind", "audience"]
