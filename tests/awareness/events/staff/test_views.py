"""Coordinators' pages: permissions, content and numbers of queries."""

from datetime import timedelta

import pytest

from tests.clients.staff import Person
from tests.factories.events import NOW, make_booking, make_date, make_event, make_report, make_series

pytestmark = pytest.mark.django_db


def test_every_page_is_there(organiser: Person) -> None:
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
