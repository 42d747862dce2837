"""Tests of the booking form and its responses."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
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


class TestTheForm:
    def test_the_page_is_not_cached_or_indexed(self, teacher: Reporter) -> None:
        date = make_date()
        page = teacher.get(path(date))
        assert (page.status_code, page.headers["Cache-Control"], page.cookies) == (200, "no-store", {})
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert '<meta name="robots" content="noindex">' in html(page)
        for language in ("sr", "sr-latn"):
            assert Reporter(language).get(path(date)).status_code == 200

    def test_compressed_page_is_small(self, client: Client) -> None:
        page = client.get(f"/sr/{path(make_date())}", headers={"Accept-Encoding": "br"})
        assert page.headers["Content-Encoding"] == "br"
        assert len(page.content) < 12 * 1024

    def test_dates_that_can_be_booked_with_the_number_of_places(self, teacher: Reporter) -> None:
        free = make_date(capacity=100)
        few = make_date(free.event, capacity=40)
        full = make_date(free.event, capacity=25, starts_at=free.starts_at + timedelta(days=1))
        make_date(free.event, starts_at=NOW + timedelta(days=1))
        make_date(free.event, state="cancelled")
        ask(few), ask(full)
        page = html(teacher.get(path(free)))
        assert re.findall(r"· (\d+ places left|waiting list)", page) == 2 * [
            "100 places left",
            "15 places left",
            "waiting list",
        ]

    def test_the_date_of_the_link_is_selected(self, teacher: Reporter) -> None:
        first = make_date()
        second = make_date(first.event)
        page = html(teacher.get(f"{path(first)}?date={second.uuid}"))
        assert re.search(rf'value="{second.uuid}"[^>]*checked', page) or re.search(
            rf'checked[^>]*value="{second.uuid}"', page
        )

    @pytest.mark.parametrize(
        "event", [{"published_at": None}, {"withdrawn_at": NOW}, {"published_at": NOW + timedelta(1)}]
    )
    def test_unpublished_event(self, event: dict[str, Any], teacher: Reporter) -> None:
        date = make_date(make_event(**event))
        assert teacher.get(path(date)).status_code == 404
        assert teacher.post(path(date), {**GOOD, "first": str(date.uuid)}).status_code == 404

    @pytest.mark.parametrize(
        ("event", "date", "says"),
        [
            ({"bookable": False}, {}, "This event cannot be booked online."),
            ({}, {"state": "cancelled"}, "This date was cancelled."),
            ({}, {"starts_at": NOW + timedelta(days=1)}, "Booking for this date has closed."),
            ({}, {"starts_at": NOW - timedelta(days=1)}, "There are no upcoming dates."),
        ],
    )
    def test_unbookable_date_gives_the_reason(
        self, event: dict[str, Any], date: dict[str, Any], says: str, teacher: Reporter
    ) -> None:
        event_date = make_date(make_event(**event), **date)
        page = teacher.get(path(event_date))
        assert page.status_code == 200
        assert says in html(page)
        answer = teacher.post(path(event_date), {**GOOD, "first": str(event_date.uuid), "draft": "x"})
        assert (answer.status_code, says in html(answer)) == (409, True)
        assert not Booking.objects.exists()

    @pytest.mark.parametrize("count", [1, 3])
    def test_costs_the_same_with_one_date_and_three(
        self, count: int, teacher: Reporter, django_assert_num_queries: Any
    ) -> None:
        dates = [make_date()]
        dates += [make_date(dates[0].event) for _ in range(count - 1)]
        teacher.get(path(dates[0]))
        # Two of them set and reset the role of the public site.
        with django_assert_num_queries(5):
            teacher.get(path(dates[0]))

    def test_a_former_address_leads_on(self, teacher: Reporter) -> None:
        assert teacher.get("events/nowhere/book/").status_code == 404
        event = make_date().event
        former, event.slug = event.slug, "present"
        save_record(record=event, actor=None, now=NOW)
        answer = teacher.get(f"events/{former}/book/")
        assert (answer.status_code, answer["Location"]) == (301, "/en/events/present/book/")


class TestSending:
    def test_booked(self, teacher: Reporter) -> None:
        date = make_date()
        response = send(teacher, date, needs="Један ученик у колицима.")
        assert (response.status_code, response.headers["Cache-Control"], response.cookies) == (200, "no-store", {})
        page = html(response)
        assert "<h1>Booked. See you soon!</h1>" in page
        assert "a…@school.example.org" in page
        assert "ana@school.example.org" not in page
        booking = Booking.objects.get()
        assert (booking.state, booking.size, booking.grade, booking.town) == ("booked", 25, 5, "nis")
        assert (booking.language, booking.school) == ("en", "ОШ „Свети Сава“")
        contact = unseal_contact(booking)
        assert (contact.email, contact.needs) == ("ana@school.example.org", "Један ученик у колицима.")
        assert make_token(booking.uuid) not in page

    def test_on_the_waiting_list(self, teacher: Reporter) -> None:
        date = make_date(capacity=30)
        other = make_date(date.event, capacity=30)
        ask(date), ask(other)
        page = html(send(teacher, date, also=[str(other.uuid)], wait="on"))
        assert "<h1>On the waiting list</h1>" in page
        booking = Booking.objects.latest("pk")
        assert [wish.date for wish in booking.wishes.all()] == [date, other]

    def test_a_teacher_is_warned_before_the_waiting_list(self, teacher: Reporter) -> None:
        date = make_date(capacity=30)
        ask(date)
        bookings, token = Booking.objects.count(), draft(teacher, date)
        warned = send(teacher, date, token)
        page = html(warned)
        assert (warned.status_code, Booking.objects.count()) == (422, bookings)
        assert "Your class needs 25 places, and 5 are left." in page
        assert page.count('name="wait"') == 1
        assert 'value="ana@school.example.org"' in page
        assert "<h1>On the waiting list</h1>" in html(send(teacher, date, token, wait="on"))

    def test_another_date_with_places_needs_no_warning(self, teacher: Reporter) -> None:
        full = make_date(capacity=25)
        free = make_date(full.event, capacity=100)
        ask(full)
        assert "Booked. See you soon!" in html(send(teacher, full, also=[str(free.uuid)]))

    def test_a_date_with_places_has_no_waiting_list_field(self, teacher: Reporter) -> None:
        assert 'name="wait"' not in html(teacher.get(path(make_date())))

    @pytest.mark.parametrize("missing", ["EVENTS_MAIL_ADDRESS", "MAIL_SMTP_URL"])
    def test_without_mail_the_form_promises_no_mail(self, teacher: Reporter, settings: Settings, missing: str) -> None:
        date = make_date()
        promises = ("You get a confirmation by e-mail", "For the confirmation, and if something changes.")
        assert all(words in html(teacher.get(path(date))) for words in promises)
        setattr(settings, missing, "")
        page = html(teacher.get(path(date)))
        assert not any(words in page for words in ("by e-mail", "For the confirmation"))
        assert "So that we can contact you if something changes." in page

    @pytest.mark.parametrize("missing", ["EVENTS_MAIL_ADDRESS", "MAIL_SMTP_URL"])
    def test_without_mail_the_page_shows_the_link(self, teacher: Reporter, settings: Settings, missing: str) -> None:
        setattr(settings, missing, "")
        page = html(send(teacher, make_date()))
        link = f"https://portal.example.org/en/bookings/{make_token(Booking.objects.get().uuid)}/"
        assert page.count(link) == 2
        assert "write it down or print" in page
        assert "We cannot send e-mail at the moment." in page

    def test_without_mail_a_waiting_class_is_advised_to_open_its_link(
        self, teacher: Reporter, settings: Settings
    ) -> None:
        date = make_date(capacity=30)
        ask(date)
        assert "We will write to you as soon as there are." in html(send(teacher, date, wait="on"))
        settings.MAIL_SMTP_URL = ""
        page = html(send(teacher, date, wait="on"))
        assert "We will write to you" not in page
        assert "Open the link of your booking from time to time" in page

    def test_the_public_part_detects_missing_mail_by_overdue_e_mails(
        self, teacher: Reporter, settings: Settings
    ) -> None:
        # The mail server is a setting of other parts.
        settings.PART, settings.MAIL_SMTP_URL = "public", ""
        date = make_date(capacity=90)
        assert "Check your e-mail" in html(send(teacher, date))
        BookingEmail.objects.update(due_at=NOW - timedelta(minutes=9))
        assert "Check your e-mail" in html(send(teacher, date))
        BookingEmail.objects.update(due_at=NOW - timedelta(minutes=10))
        with as_role_of("public"):
            assert not emails.can_send(NOW)
        page = html(send(teacher, date))
        assert "Check your e-mail" not in page
        assert "We cannot send e-mail at the moment." in page

    def test_pressed_twice_is_one_booking(self, teacher: Reporter) -> None:
        date = make_date()
        token = draft(teacher, date)
        first, second = send(teacher, date, token), send(teacher, date, token, pupils="30")
        assert (first.status_code, second.status_code, Booking.objects.count()) == (200, 200, 1)
        assert "nothing was booked twice" in html(second)
        assert "25, adults included" in html(second)

    def test_sent_again_when_it_is_full_it_answers_the_same(self, teacher: Reporter) -> None:
        date = make_date(capacity=30)
        token = draft(teacher, date)
        send(teacher, date, token)
        EventDate.objects.update(state="cancelled")
        assert "Booked. See you soon!" in html(send(teacher, date, token))

    @pytest.mark.parametrize(
        ("fields", "at"),
        [
            ({"first": ""}, "first"),
            ({"first": "0f8fad5b-d9cb-469f-a165-70867728950e"}, "first"),
            ({"also": ["nonsense"]}, "also"),
            ({"pupils": "0"}, "pupils"),
            ({"pupils": "10000"}, "pupils"),
            ({"pupils": "-3"}, "pupils"),
            ({"pupils": "many"}, "pupils"),
            ({"pupils": "1e3"}, "pupils"),
            ({"pupils": "9" * 5000}, "pupils"),
            ({"pupils": "300", "adults": "1"}, "pupils"),
            ({"pupils": "99"}, "pupils"),
            ({"adults": "-1"}, "adults"),
            ({"school": " "}, "school"),
            ({"school": "x" * 161}, "school"),
            ({"school": "a\x00b"}, "school"),
            ({"school_kind": "none"}, "school_kind"),
            ({"town": "Атлантида"}, "town"),
            ({"town": ""}, "town"),
            ({"grade": ""}, "grade"),
            ({"grade": "9"}, "grade"),
            ({"grade": "8", "school_kind": "secondary"}, "grade"),
            ({"name": ""}, "name"),
            ({"email": ""}, "email"),
            ({"email": "ana@school"}, "email"),
            ({"email": "ана@школа.срб"}, "email"),
            ({"email": "ana@example.org\nBcc: x@example.org"}, "email"),
            ({"phone": "call me"}, "phone"),
            ({"phone": "12"}, "phone"),
            ({"needs": "x" * 1001}, "needs"),
        ],
    )
    def test_bad_input_is_named_at_its_field_and_the_rest_stays(
        self, fields: dict[str, Any], at: str, teacher: Reporter
    ) -> None:
        date = make_date()
        make_date(date.event)
        response = send(teacher, date, **{"name": "Остаје Овде", **fields})
        assert response.status_code == 422
        assert list(errors_on(response)) == [at]
        assert "name" in fields or 'value="Остаје Овде"' in html(response)
        assert not Booking.objects.exists()

    def test_every_kind_of_school(self, teacher: Reporter) -> None:
        date = make_date(capacity=300)
        send(teacher, date, school_kind="secondary", grade="4")
        send(teacher, date, school_kind="special", grade="8")
        send(teacher, date, school_kind="other", grade="7")
        bookings = Booking.objects.order_by("pk").values_list("school_kind", "grade")
        assert list(bookings) == [("secondary", 4), ("special", 8), ("other", None)]

    def test_a_page_that_was_open_too_long(self, teacher: Reporter, clock: Any) -> None:
        date = make_date()
        token = draft(teacher, date)
        clock.shift(timedelta(hours=3))
        response = send(teacher, date, token, name="Остаје Овде")
        assert response.status_code == 422
        assert 'value="Остаје Овде"' in html(response)
        assert send(teacher, date, hidden(response, "draft")).status_code == 200

    def test_a_form_of_another_event_is_refused(self, teacher: Reporter) -> None:
        date, other = make_date(), make_date()
        assert send(teacher, date, draft(teacher, other)).status_code == 422
        assert not Booking.objects.exists()

    def test_from_elsewhere(self) -> None:
        date = make_date()
        stranger = Reporter("en", **{"Sec-Fetch-Site": "cross-site"})
        assert send(stranger, date).status_code == 403

    def test_many_bookings_require_a_challenge(self) -> None:
        date = make_date(capacity=2000)
        school = Reporter("en", network="2001:db8:77::1")
        for _ in range(limits.BOOKINGS.limit):
            assert send(school, date).status_code == 200
        token = draft(school, date)
        response = send(school, date, token)
        assert (response.status_code, Booking.objects.count()) == (422, limits.BOOKINGS.limit)
        assert send(school, date, token, **answer_of(response)).status_code == 200
        assert send(Reporter("en"), date).status_code == 200

    def test_filled_honeypot_requires_a_challenge(self, teacher: Reporter) -> None:
        response = send(teacher, make_date(), **{HONEYPOT: "https://example.org"})
        assert (response.status_code, Booking.objects.count()) == (422, 0)

    def test_two_browsers_and_the_last_places(self) -> None:
        date = make_date(capacity=30)
        first, second = Reporter("en"), Reporter("en")
        tokens = draft(first, date), draft(second, date)
        assert "Booked. See you soon!" in html(send(first, date, tokens[0]))
        assert "5 are left" in html(send(second, date, tokens[1]))
        assert "On the waiting list" in html(send(second, date, tokens[1], wait="on"))
        assert EventDate.objects.get().taken == 25

    def test_closed_while_it_was_filled_in(self, teacher: Reporter) -> None:
        date = make_date()
        other = make_date(date.event)
        token = draft(teacher, date)
        EventDate.objects.filter(pk=date.pk).update(state="cancelled")
        response = send(teacher, date, token)
        assert (response.status_code, list(errors_on(response))) == (422, ["first"])
        EventDate.objects.filter(pk=other.pk).update(state="cancelled")
        assert send(teacher, date, token).status_code == 409

    @pytest.mark.parametrize("capacity", [20, 24])
    def test_a_class_larger_than_the_date(self, capacity: int, teacher: Reporter) -> None:
        response = send(teacher, make_date(capacity=capacity))
        assert (response.status_code, list(errors_on(response))) == (422, ["pupils"])
        assert f"has {capacity} places" in html(response)
