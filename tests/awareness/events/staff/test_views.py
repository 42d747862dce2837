"""Coordinators' pages: permissions, content and numbers of queries."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils.html import strip_tags

from tests.clients.staff import Person
from tests.factories.events import NOW, make_booking, make_date, make_event, make_report, make_series

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_every_page_is_there(organiser: Person, language: str) -> None:
    organiser.client.cookies["lang"] = language
    event = make_event(series=make_series())
    date, past = make_date(event), make_date(event, starts_at=NOW - timedelta(days=3))
    booking = make_booking(date)
    make_booking(past)
    make_report(past)
    for path in (
        "events/overview/",
        "events/calendar/",
        "events/event/",
        "events/event/add/",
        f"events/event/{event.pk}/change/",
        f"events/event/{event.pk}/figures/",
        f"events/event/{event.pk}/copy/",
        f"events/event/{event.pk}/history/",
        "events/series/",
        f"events/series/{event.series_id}/change/",
        "events/eventdate/",
        "events/booking/",
        f"events/dates/add/{event.pk}/",
        f"events/dates/{date.pk}/",
        f"events/dates/{past.pk}/",
        f"events/dates/{date.pk}/change/",
        f"events/dates/{date.pk}/cancel/",
        f"events/dates/{date.pk}/list/",
        f"events/dates/{past.pk}/report/",
        f"events/bookings/{booking.pk}/",
    ):
        answer = organiser.client.get(f"/admin/{path}")
        assert answer.status_code == 200, path


def test_lists_of_texts_keep_the_filters_of_the_admin(organiser: Person) -> None:
    make_date(make_event(series=make_series()))
    for path in ("event", "series"):
        page = organiser.client.get(f"/admin/events/{path}/").content.decode()
        assert 'id="toolbar"' in page or path == "series"
    assert 'class="filter-chip"' in organiser.client.get("/admin/events/event/").content.decode()
    assert 'class="export-list"' in organiser.client.get("/admin/events/eventdate/").content.decode()


def test_a_chosen_filter_is_a_chip_that_takes_it_away(organiser: Person) -> None:
    make_booking(make_date(), state="waiting", town="nis")
    organiser.client.cookies["lang"] = "en"
    for path, query, chips in (
        (
            "booking",
            "state=waiting&town=nis&q=Sava",
            {"State: on the waiting list": "?q=Sava&town=nis", "Town: Niš": "?q=Sava&state=waiting"},
        ),
        ("eventdate", "state=ahead", {"State: upcoming": "?"}),
        ("visitrequest", "state=new", {"State: new": "?"}),
        ("booking", "town=unknown", {}),
        ("booking", "", {}),
    ):
        page = organiser.client.get(f"/admin/events/{path}/?{query}").content.decode()
        found = re.findall(
            r'<a class="chosen-filter" href="([^"]*)"><span[^>]*>Remove the filter</span> (.*?) <span', page
        )
        assert {strip_tags(name): unescape(url) for url, name in found} == chips, (path, query)


def test_organisers_begin_with_the_bookings_by_town(organiser: Person) -> None:
    assert 'id="plot-bookings-town"' in organiser.client.get("/admin/").content.decode()
