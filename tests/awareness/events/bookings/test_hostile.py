"""Hostile input to the booking form: never a server error, and never a partial booking."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from awareness.events.bookings.signed_links import make_token
from awareness.events.models import Booking, BookingEmail, EventDate
from tests.clients.bookings import ask, check_places
from tests.factories.events import NOW, make_date
from tests.hotline.intake.journey import Reporter, hidden

ODD = st.sampled_from(
    ["", " ", "0", "-1", "9" * 400, "1e9", "١٢", "²", "NaN", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin1"),
     "\u202e", "<script>", "'; --", "../..", "{{ 7 }}", "a@b", "ж" * 5000, "\r\nBcc: x@example.org", "null", "[]", "ＮＩŠ"]
) | st.text(max_size=40)  # fmt: skip
NAMES = ("first", "also", "school", "school_kind", "town", "grade", "pupils", "adults", "name", "email", "phone", "needs",
    "draft", "website")  # fmt: skip
MANY = settings(max_examples=15, suppress_health_check=list(HealthCheck))
GOOD = {
    "school": "Школа", "school_kind": "primary", "town": "Ниш", "grade": "5", "pupils": "20", "adults": "1", "name": "Ана",
    "email": "ana@example.org", "phone": "018 555 333",
}  # fmt: skip


@pytest.mark.django_db
@MANY
@given(odd=st.dictionaries(st.sampled_from(NAMES), ODD, max_size=4))
@example(odd={})
@example(odd={"town": "Ниш\x00"})
def test_the_form(odd: dict[str, str]) -> None:
    with time_machine.travel(NOW, tick=False):
        date = make_date()
        make_date(date.event)
        person, path = Reporter("en"), f"events/{date.event.slug}/book/"
        before = Booking.objects.count(), BookingEmail.objects.count()
        form: dict[str, Any] = {**GOOD, "first": str(date.uuid), "draft": hidden(person.get(path), "draft"), **odd}
        answer = person.post(path, form)
        after = Booking.objects.count(), BookingEmail.objects.count()
        new_rows = (after[0] - before[0], after[1] - before[1])
        assert (answer.status_code, new_rows) in {(200, (1, 1)), (422, (0, 0))}
        check_places(NOW)


@pytest.mark.django_db
@MANY
@given(
    act=ODD | st.sampled_from(["change", "cancel", "accept", "erase"]),
    odd=st.dictionaries(
        st.sampled_from(["first", "also", "size", "grade", "name", "email", "phone", "needs"]), ODD, max_size=3
    ),
    query=ODD,
)
def test_the_page_behind_the_link(act: str, odd: dict[str, str], query: str) -> None:
    with time_machine.travel(NOW, tick=False):
        booking = ask(make_date(starts_at=NOW + timedelta(days=21)))
        person, path = Reporter("en"), f"bookings/{make_token(booking.uuid)}/"
        form = {"size": "20", "grade": "5", "first": str(booking.date.uuid), **odd, "act": act}
        assert person.post(path, form).status_code in {303, 409, 422}
        assert person.get(path, query_params={"ask": query, "done": query}).status_code == 200
        check_places(NOW)
        assert EventDate.objects.get(pk=booking.date_id).taken in {0, *range(1, 31)}
