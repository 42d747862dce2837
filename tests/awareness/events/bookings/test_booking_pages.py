"""Tests of the booking form and its responses."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from awareness.events.bookings import emails
from awareness.events.bookings.sealed_contact import unseal_contact
from awareness.events.bookings.signed_links import make_token
from awareness.events.models import Booking, BookingEmail, EventDate
from awareness.publishing.services import save_record
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import HONEYPOT
from tests.clients.bookings import SCHOOL_FORM, ask
from tests.database import as_role_of
from tests.factories.events import NOW, make_date, make_event
from tests.hotline.intake.journey import Reporter, answer_of, errors_on, hidden, html

GOOD = {**SCHOOL_FORM, "adults": "1", "needs": ""}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def teacher() -> Reporter:
    return Reporter("en")


def path(date: EventDate) -> str:
    return f"events/{date.event.slug}/book/"


def draft(person: Reporter, date: EventDate) -> str:
    return hidden(person.get(path(date)), "draft")


def send(person: Reporter, date: EventDate, token: str = "", **fields: Any) -> HttpResponse:
    data = {**GOOD, "first": str(date.uuid), "draft": token or draft(person, date), **fields}
    return person.post(path(date), data)


def link_of(booking: Booking) -> str:
    return f"https://portal.example.org/en/bookings/{make_token(booking.uuid)}/"


class TestTheForm:
    def test_the_page_is_small_and_not_cached_or_indexed(self, client: Client) -> None:
        page = client.get(f"/sr/{path(make_date())}", headers={"Accept-Encoding": "br"})
        assert (page.status_code, page.headers["Cache-Control"], page.cookies) == (200, "no-store", {})
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["Content-Encoding"] == "br"
        assert len(page.content) < 12 * 1024

    def test_a_former_address_leads_on(self, teacher: Reporter) -> None:
        event = make_date().event
        former, event.slug = event.slug, "present"
        save_record(record=event, actor=None, now=NOW)
        answer = teacher.get(f"events/{former}/book/")
        assert (answer.status_code, answer["Location"]) == (301, "/en/events/present/book/")

    def test_dates_that_can_be_booked_with_the_number_of_places(
        self, teacher: Reporter, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        free = make_date(capacity=100)
        few = make_date(free.event, capacity=40)
        full = make_date(free.event, capacity=25, starts_at=free.starts_at + timedelta(days=1))
        make_date(free.event, starts_at=NOW + timedelta(days=1))
        make_date(free.event, state="cancelled")
        ask(few), ask(full)
        teacher.get(path(free))
        # Two of them set and reset the role of the public site.
        with django_assert_max_num_queries(5):
            page = html(teacher.get(f"{path(free)}?date={few.uuid}"))
        assert re.findall(r"· (\d+ places left|waiting list)", page) == 2 * [
            "100 places left",
            "15 places left",
            "waiting list",
        ]
        checked = [each for each in re.findall(r"<input [^>]*>", page) if "checked" in each]
        assert [str(few.uuid) in each for each in checked] == [True]
        assert '<meta name="robots" content="noindex">' in page
        assert 'name="wait"' not in page

    def test_unpublished_event(self, teacher: Reporter) -> None:
        date = make_date(make_event(published_at=None))
        assert teacher.get(path(date)).status_code == 404
        assert teacher.post(path(date), {**GOOD, "first": str(date.uuid)}).status_code == 404

    @pytest.mark.parametrize(
        ("event", "date", "says"),
        [
            ({"bookable": False}, {}, "booked online"),
            ({}, {"state": "cancelled"}, "was cancelled"),
            ({}, {"starts_at": NOW + timedelta(days=1)}, "has closed"),
            ({}, {"starts_at": NOW - timedelta(days=1)}, "no upcoming dates"),
        ],
    )
    def test_unbookable_date_gives_the_reason(
        self, event: dict[str, Any], date: dict[str, Any], says: str, teacher: Reporter
    ) -> None:
        event_date = make_date(make_event(**event), **date)
        page = teacher.get(path(event_date))
        answer = teacher.post(path(event_date), {**GOOD, "first": str(event_date.uuid), "draft": "x"})
        assert (page.status_code, answer.status_code) == (200, 409)
        assert says in html(page)
        assert says in html(answer)
        assert not Booking.objects.exists()


class TestSending:
    def test_booked(self, teacher: Reporter) -> None:
        date = make_date()
        response = send(teacher, date, needs="Један ученик у колицима.")
        assert (response.status_code, response.headers["Cache-Control"], response.cookies) == (200, "no-store", {})
        page = html(response)
        assert "a…@school.example.org" in page
        assert "ana@school.example.org" not in page
        booking = Booking.objects.get()
        assert (booking.state, booking.size, booking.grade, booking.town) == ("booked", 25, 5, "nis")
        assert (booking.language, booking.school) == ("en", "ОШ „Свети Сава“")
        contact = unseal_contact(booking)
        assert (contact.email, contact.needs) == ("ana@school.example.org", "Један ученик у колицима.")
        assert make_token(booking.uuid) not in page

    def test_a_teacher_is_warned_before_the_waiting_list(self, teacher: Reporter) -> None:
        date = make_date(capacity=30)
        other = make_date(date.event, capacity=30)
        ask(date), ask(other)
        bookings, token = Booking.objects.count(), draft(teacher, date)
        warned = send(teacher, date, token, also=[str(other.uuid)])
        assert (warned.status_code, Booking.objects.count()) == (422, bookings)
        assert list(errors_on(warned)) == ["wait"]
        assert {"25", "5"} <= set(re.findall(r"\d+", errors_on(warned)["wait"]))
        assert html(warned).count('name="wait"') == 1
        assert 'value="ana@school.example.org"' in html(warned)
        assert send(teacher, date, token, also=[str(other.uuid)], wait="on").status_code == 200
        booking = Booking.objects.latest("pk")
        assert booking.state == "waiting"
        assert [wish.date for wish in booking.wishes.all()] == [date, other]

    def test_another_date_with_places_needs_no_warning(self, teacher: Reporter) -> None:
        full = make_date(capacity=25)
        free = make_date(full.event, capacity=100)
        ask(full)
        assert send(teacher, full, also=[str(free.uuid)]).status_code == 200
        assert Booking.objects.latest("pk").date == free

    @pytest.mark.parametrize("missing", ["EVENTS_MAIL_ADDRESS", "MAIL_SMTP_URL"])
    def test_without_mail_the_pages_promise_no_mail_and_show_the_link(
        self, teacher: Reporter, settings: Settings, missing: str
    ) -> None:
        date = make_date(capacity=30)
        assert "by e-mail" in html(teacher.get(path(date)))
        setattr(settings, missing, "")
        assert "by e-mail" not in html(teacher.get(path(date)))
        page = html(send(teacher, date))
        assert page.count(link_of(Booking.objects.get())) == 2
        assert "We cannot send e-mail" in page
        waiting = html(send(teacher, date, wait="on"))
        assert link_of(Booking.objects.latest("pk")) in waiting
        assert "We will write to you" not in waiting

    def test_the_public_part_detects_missing_mail_by_overdue_e_mails(
        self, teacher: Reporter, settings: Settings
    ) -> None:
        # The mail server is a setting of other parts.
        settings.PART, settings.MAIL_SMTP_URL = "public", ""
        send(teacher, make_date(capacity=90))
        for minutes, can_send in ((9, True), (10, False)):
            BookingEmail.objects.update(due_at=NOW - timedelta(minutes=minutes))
            with as_role_of("public"):
                assert emails.can_send(NOW) is can_send

    def test_the_form_sent_twice_is_one_booking_even_after_the_date_is_cancelled(self, teacher: Reporter) -> None:
        date = make_date()
        token = draft(teacher, date)
        first, second = send(teacher, date, token), send(teacher, date, token, pupils="30")
        assert (first.status_code, second.status_code, Booking.objects.count()) == (200, 200, 1)
        assert "nothing was booked twice" in html(second)
        assert Booking.objects.get().size == 25
        EventDate.objects.update(state="cancelled")
        assert send(teacher, date, token).status_code == 200

    @pytest.mark.parametrize(
        "wrong",
        [
            {
                "first": "0f8fad5b-d9cb-469f-a165-70867728950e",
                "also": ["nonsense"],
                "school": "x" * 161,
                "town": "Атлантида",
                "grade": "9",
                "pupils": "0",
                "adults": "-1",
                "email": "ana@school",
                "phone": "call me",
                "needs": "x" * 1001,
            },
            {
                "first": "",
                "school": "a\x00b",
                "school_kind": "none",
                "town": "",
                "pupils": "9" * 5000,
                "adults": "301",
                "email": "ana@example.org\nBcc: x@example.org",
                "phone": "12345",
            },
            {"school": " ", "school_kind": "", "pupils": "many", "email": "ана@школа.срб", "phone": "1234567890123456"},
            {"pupils": "301", "email": ""},
            {"grade": ""},
        ],
    )
    def test_wrong_values_are_named_at_their_fields_and_the_rest_stays(
        self, wrong: dict[str, Any], teacher: Reporter
    ) -> None:
        date = make_date()
        make_date(date.event)
        response = send(teacher, date, **{"name": "Остаје Овде", **wrong})
        assert response.status_code == 422
        assert set(errors_on(response)) == set(wrong)
        assert 'value="Остаје Овде"' in html(response)
        assert not Booking.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "at", "capacity"),
        [
            ({"pupils": "300", "adults": "1"}, "pupils", 2000),
            ({"grade": "5", "school_kind": "secondary"}, "grade", 30),
            ({}, "pupils", 24),
        ],
    )
    def test_values_that_do_not_fit_each_other(
        self, wrong: dict[str, Any], at: str, capacity: int, teacher: Reporter
    ) -> None:
        response = send(teacher, make_date(capacity=capacity), **wrong)
        assert (response.status_code, list(errors_on(response))) == (422, [at])
        assert not Booking.objects.exists()

    def test_a_form_of_another_event_or_another_site_or_a_robot_is_refused(self, teacher: Reporter) -> None:
        date, other = make_date(), make_date()
        stranger = Reporter("en", **{"Sec-Fetch-Site": "cross-site"})
        assert send(teacher, date, draft(teacher, other)).status_code == 422
        assert send(stranger, date).status_code == 403
        assert send(teacher, date, **{HONEYPOT: "https://example.org"}).status_code == 422
        assert not Booking.objects.exists()

    def test_many_bookings_require_a_challenge(self) -> None:
        date = make_date(capacity=2000)
        school = Reporter("en", network="2001:db8:77::1")
        token = draft(school, date)
        for _ in range(limits.BOOKINGS.limit):
            assert send(school, date).status_code == 200
        response = send(school, date, token)
        assert (response.status_code, Booking.objects.count()) == (422, limits.BOOKINGS.limit)
        assert send(school, date, token, **answer_of(response)).status_code == 200
        assert send(Reporter("en"), date).status_code == 200

    def test_closed_while_it_was_filled_in(self, teacher: Reporter) -> None:
        date = make_date()
        other = make_date(date.event)
        token = draft(teacher, date)
        EventDate.objects.filter(pk=date.pk).update(state="cancelled")
        response = send(teacher, date, token)
        assert (response.status_code, list(errors_on(response))) == (422, ["first"])
        EventDate.objects.filter(pk=other.pk).update(state="cancelled")
        assert send(teacher, date, token).status_code == 409
