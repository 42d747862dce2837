"""Tests of the management page: content, actions, access, and safe GET requests."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from pytest_django import Settings

from awareness.events.bookings import services
from awareness.events.bookings.sealed_contact import unseal_contact
from awareness.events.bookings.signed_links import make_token
from awareness.events.models import Booking, BookingEmail
from clicksafely.common.models import AuditEvent
from tests.clients.bookings import CONTACT, ask, state
from tests.factories.events import NOW, make_date
from tests.hotline.intake.journey import Reporter, errors_on, html

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def teacher() -> Reporter:
    return Reporter("en")


def path(booking: Booking) -> str:
    return f"bookings/{make_token(booking.uuid)}/"


def act(person: Reporter, booked: Booking, what: str, **fields: Any) -> HttpResponse:
    return person.post(path(booked), {"act": what, **fields})


def stored() -> tuple[Any, ...]:
    """All bookings, and the numbers of e-mails and audit events."""
    return list(Booking.objects.order_by("pk").values()), BookingEmail.objects.count(), AuditEvent.objects.count()


class TestViewing:
    def test_page_shows_the_booking_without_personal_data(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        page = teacher.get(path(booking))
        assert (page.status_code, page.headers["Cache-Control"], page.cookies) == (200, "no-store", {})
        source = html(page)
        assert "OŠ „Sveti Sava“, grade 5" in source
        for secret in (CONTACT.name, CONTACT.email, CONTACT.phone, "колицима", "Ana Anić", "ana@"):
            assert secret not in source
            assert secret not in html(teacher.get(f"{path(booking)}?ask=change"))

    def test_viewing_changes_nothing(self, teacher: Reporter) -> None:
        date = make_date(capacity=30)
        booked, offered = ask(date), ask(date)
        waiting = ask(date)
        services.cancel_booking(booking=booked, now=NOW)
        before = stored()
        for booking, queries in (
            (booked, ("", "?ask=erase")),
            (offered, ("?ask=cancel", "?ask=change", "?ask=dance", "?act=accept", "?act=cancel")),
            (waiting, ("", "?ask=change", "?done=changed")),
        ):
            for query in queries:
                assert teacher.get(f"{path(booking)}{query}").status_code == 200
        teacher.get(f"{path(offered)}event.ics")
        assert stored() == before

    def test_links_that_lead_nowhere(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        token = make_token(booking.uuid)
        for wrong in (token[:-1], token.swapcase()):
            for answer in (
                teacher.get(f"bookings/{wrong}/"),
                teacher.post(f"bookings/{wrong}/", {"act": "cancel"}),
                teacher.get(f"bookings/{wrong}/event.ics"),
            ):
                assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
        assert state(booking) == "booked"

    def test_after_the_date(self, teacher: Reporter, clock: Any) -> None:
        booking = ask(make_date())
        clock.move_to(booking.date.ends_at)
        for answer in (teacher.get(path(booking)), act(teacher, booking, "cancel")):
            assert answer.status_code == 410
        assert state(booking) == "booked"

    def test_the_date_for_a_calendar(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        answer = teacher.get(f"{path(booking)}event.ics")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert f"UID:{booking.uuid}@portal.example.org" in html(answer)
        services.cancel_booking(booking=booking, now=NOW)
        assert teacher.get(f"{path(booking)}event.ics").status_code == 410


class TestActing:
    def test_actions_change_only_the_booking_of_the_link(self, teacher: Reporter) -> None:
        date = make_date(capacity=100)
        mine, other = ask(date), ask(date)
        assert act(teacher, mine, "cancel", booking=str(other.pk), token=make_token(other.uuid)).status_code == 303
        assert (state(mine), state(other)) == ("cancelled", "booked")

    def test_cancelling_needs_a_confirmation(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        assert 'value="cancel"' not in html(teacher.get(path(booking)))
        assert 'value="cancel"' in html(teacher.get(f"{path(booking)}?ask=cancel"))
        response = act(teacher, booking, "cancel")
        assert (response.status_code, response.headers["Location"]) == (303, f"/en/{path(booking)}?done=cancelled")
        assert state(booking) == "cancelled"
        assert act(teacher, booking, "cancel").status_code == 303

    def test_unknown_actions_and_other_sites_are_refused(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        stranger = Reporter("en", **{"Sec-Fetch-Site": "cross-site"})
        assert act(stranger, booking, "cancel").status_code == 403
        assert act(teacher, booking, "dance").status_code == 422
        assert state(booking) == "booked"

    def test_an_offer_is_accepted_or_declined(self, teacher: Reporter) -> None:
        date = make_date(capacity=30)
        booked, first, second = ask(date), ask(date), ask(date)
        assert act(teacher, first, "accept").status_code == 409
        services.cancel_booking(booking=booked, now=NOW)
        assert "3 October 2026 12:00" in html(teacher.get(path(first)))
        act(teacher, first, "cancel")
        assert (state(first), state(second)) == ("cancelled", "offered")
        assert act(teacher, second, "accept").headers["Location"].endswith("?done=accepted")
        assert state(second) == "booked"

    def test_a_change(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        other = make_date(booking.date.event, capacity=28)
        fields = {"first": str(other.uuid), "size": "28", "grade": "6"}
        assert act(teacher, booking, "change", **fields).headers["Location"].endswith("?done=changed")
        booking.refresh_from_db()
        assert (booking.date, booking.size, booking.grade) == (other, 28, 6)
        assert unseal_contact(booking) == CONTACT

    def test_without_mail_a_change_promises_no_mail(self, teacher: Reporter, settings: Settings) -> None:
        booking = ask(make_date())
        settings.MAIL_SMTP_URL = ""
        assert "cannot send e-mail" in html(teacher.get(f"{path(booking)}?done=changed"))

    def test_a_waiting_class_chooses_other_dates(self, teacher: Reporter) -> None:
        date = make_date(capacity=30)
        other = make_date(date.event, capacity=30)
        ask(date), ask(other)
        waiting = ask(date)
        fields = {"first": str(other.uuid), "also": [str(date.uuid)], "size": "25", "grade": "5"}
        act(teacher, waiting, "change", **fields)
        assert [wish.date for wish in waiting.wishes.all()] == [other, date]

    def test_wrong_values_of_a_change_are_named_at_their_fields(self, teacher: Reporter) -> None:
        booking = ask(make_date(capacity=30))
        ask(booking.date, size=3)
        good = {"first": str(booking.date.uuid), "size": "25", "grade": "5"}
        for status, wrong in (
            (422, {"size": "0", "grade": "9", "first": "nonsense"}),
            (422, {"size": "301"}),
            (409, {"size": "31"}),
            (409, {"size": "30"}),
        ):
            answer = act(teacher, booking, "change", **{**good, **wrong})
            assert (answer.status_code, set(errors_on(answer))) == (status, set(wrong))
        booking.refresh_from_db()
        assert booking.size == 25

    def test_contact_is_replaced_as_a_whole(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        fields = {"first": str(booking.date.uuid), "size": "25", "grade": "5", "email": "b@example.org"}
        answer = act(teacher, booking, "change", **fields)
        assert (answer.status_code, sorted(errors_on(answer))) == (422, ["name", "phone"])
        act(teacher, booking, "change", **fields, name="Б", phone="018 555 334")
        booking.refresh_from_db()
        assert unseal_contact(booking).email == "b@example.org"

    def test_after_the_close_it_can_only_be_cancelled(self, teacher: Reporter, clock: Any) -> None:
        booking = ask(make_date())
        clock.move_to(booking.date.starts_at - timedelta(days=1))
        page = html(teacher.get(f"{path(booking)}?ask=change"))
        assert 'name="size"' not in page
        fields = {"first": str(booking.date.uuid), "size": "20", "grade": "5"}
        assert act(teacher, booking, "change", **fields).status_code in {409, 422}
        assert act(teacher, booking, "cancel").status_code == 303

    def test_a_cancelled_booking_shows_the_reason_and_is_erased_at_once(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        assert act(teacher, booking, "erase").status_code == 409
        services.cancel_date_with_bookings(
            date=booking.date, reason_sr="Болест", reason_en="Illness", actor=None, now=NOW
        )
        assert "Illness" in html(teacher.get(path(booking)))
        assert act(teacher, booking, "erase").status_code == 200
        assert Booking.objects.get().sealed is None
        assert teacher.get(path(booking)).status_code == 410
