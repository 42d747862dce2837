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


class TestViewing:
    def test_page_shows_the_booking_without_personal_data(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        page = teacher.get(path(booking))
        assert (page.status_code, page.headers["Cache-Control"], page.cookies) == (200, "no-store", {})
        source = html(page)
        for words in ("A workshop on the safe internet", "OŠ „Sveti Sava“, grade 5", "25, adults included"):
            assert words in source
        for secret in (CONTACT.name, CONTACT.email, CONTACT.phone, "колицима", "Ana Anić", "ana@"):
            assert secret not in source
            assert secret not in html(teacher.get(f"{path(booking)}?ask=change"))

    def test_viewing_changes_nothing(self, teacher: Reporter) -> None:
        date = make_date(capacity=30)
        booked, offered = ask(date), ask(date)
        waiting = ask(date)
        services.cancel_booking(booking=booked, now=NOW)
        before = (
            list(Booking.objects.order_by("pk").values()),
            BookingEmail.objects.count(),
            AuditEvent.objects.count(),
        )
        for booking in (booked, offered, waiting):
            for query in (
                "",
                "?ask=cancel",
                "?ask=change",
                "?ask=erase",
                "?act=accept",
                "?act=cancel",
                "?done=changed",
            ):
                assert teacher.get(f"{path(booking)}{query}").status_code == 200
            teacher.get(f"{path(booking)}event.ics")
        after = list(Booking.objects.order_by("pk").values()), BookingEmail.objects.count(), AuditEvent.objects.count()
        assert before == after

    def test_links_that_lead_nowhere(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        token = make_token(booking.uuid)
        for wrong in (token[:-1], token + "A", "a" * 38, token.swapcase(), "x"):
            for answer in (
                teacher.get(f"bookings/{wrong}/"),
                teacher.post(f"bookings/{wrong}/", {"act": "cancel"}),
                teacher.get(f"bookings/{wrong}/event.ics"),
            ):
                assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
                assert "This link is not complete" in html(answer)
        assert state(booking) == "booked"

    def test_after_the_date(self, teacher: Reporter, clock: Any) -> None:
        booking = ask(make_date())
        clock.move_to(booking.date.ends_at)
        for answer in (teacher.get(path(booking)), act(teacher, booking, "cancel")):
            assert (answer.status_code, "This date has passed" in html(answer)) == (410, True)

    def test_after_the_erasure(self, teacher: Reporter, clock: Any) -> None:
        booking = ask(make_date())
        clock.move_to(booking.date.ends_at + timedelta(days=30))
        services.anonymise_due_bookings(now=NOW + timedelta(days=60))
        answer = teacher.get(path(booking))
        assert (answer.status_code, "The contact details of this booking have been deleted." in html(answer)) == (
            410,
            True,
        )

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

    def test_from_elsewhere(self) -> None:
        booking = ask(make_date())
        stranger = Reporter("en", **{"Sec-Fetch-Site": "cross-site"})
        assert act(stranger, booking, "cancel").status_code == 403
        assert state(booking) == "booked"

    def test_cancelling_needs_a_confirmation(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        assert 'value="cancel"' not in html(teacher.get(path(booking)))
        assert 'value="cancel"' in html(teacher.get(f"{path(booking)}?ask=cancel"))
        response = act(teacher, booking, "cancel")
        assert (response.status_code, response.headers["Location"]) == (303, f"/en/{path(booking)}?done=cancelled")
        assert "You have cancelled." in html(teacher.get(path(booking)))
        assert act(teacher, booking, "cancel").status_code == 303

    def test_an_offer_is_accepted_or_declined(self, teacher: Reporter) -> None:
        date = make_date(capacity=30)
        booked, first, second = ask(date), ask(date), ask(date)
        assert act(teacher, first, "accept").status_code == 409
        services.cancel_booking(booking=booked, now=NOW)
        page = html(teacher.get(path(first)))
        assert "We keep these places for you until Saturday, 3 October 2026 12:00." in page
        act(teacher, first, "cancel")
        assert (state(first), state(second)) == ("cancelled", "offered")
        assert act(teacher, second, "accept").headers["Location"].endswith("?done=accepted")
        assert state(second) == "booked"

    def test_expired_offer_is_shown_as_expired(self, teacher: Reporter, clock: Any) -> None:
        date = make_date(capacity=30)
        booked, first = ask(date), ask(date)
        services.cancel_booking(booking=booked, now=NOW)
        first.letters.update(state="sent", sent_at=NOW, due_at=None)
        clock.shift(timedelta(hours=49))
        answer = act(teacher, first, "accept")
        assert (answer.status_code, "The places were offered to the next class." in html(answer)) == (409, True)

    def test_a_change(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        other = make_date(booking.date.event, capacity=28)
        fields = {"first": str(other.uuid), "size": "28", "grade": "6"}
        assert act(teacher, booking, "change", **fields).headers["Location"].endswith("?done=changed")
        booking.refresh_from_db()
        assert (booking.date, booking.size, booking.grade) == (other, 28, 6)
        assert unseal_contact(booking) == CONTACT

    @pytest.mark.parametrize("missing", ["EVENTS_MAIL_ADDRESS", "MAIL_SMTP_URL"])
    def test_without_mail_a_change_promises_no_mail(self, teacher: Reporter, settings: Settings, missing: str) -> None:
        booking = ask(make_date())
        changed = f"{path(booking)}?done=changed"
        assert "We are sending you an e-mail with the new details." in html(teacher.get(changed))
        setattr(settings, missing, "")
        page = html(teacher.get(changed))
        assert "We are sending you" not in page
        assert "We cannot send e-mail at the moment: this page shows the new details." in page

    def test_contact_is_replaced_as_a_whole(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        fields = {"first": str(booking.date.uuid), "size": "25", "grade": "5", "email": "b@example.org"}
        answer = act(teacher, booking, "change", **fields)
        assert (answer.status_code, sorted(errors_on(answer))) == (422, ["name", "phone"])
        act(teacher, booking, "change", **fields, name="Б", phone="018 555 334")
        booking.refresh_from_db()
        assert unseal_contact(booking).email == "b@example.org"

    @pytest.mark.parametrize(
        ("fields", "status", "at"),
        [
            ({"size": "0"}, 422, "size"),
            ({"size": "10000"}, 422, "size"),
            ({"size": "31"}, 409, "size"),
            ({"size": "30"}, 409, "size"),
            ({"grade": "9"}, 422, "grade"),
            ({"first": "nonsense"}, 422, "first"),
        ],
    )
    def test_a_change_that_cannot_be(self, fields: dict[str, str], status: int, at: str, teacher: Reporter) -> None:
        booking = ask(make_date(capacity=30))
        ask(booking.date, size=3)
        good = {"first": str(booking.date.uuid), "size": "25", "grade": "5"}
        answer = act(teacher, booking, "change", **{**good, **fields})
        assert (answer.status_code, list(errors_on(answer))) == (status, [at])
        booking.refresh_from_db()
        assert booking.size == 25

    def test_waiting_for_other_dates(self, teacher: Reporter) -> None:
        date = make_date(capacity=30)
        other = make_date(date.event, capacity=30)
        ask(date), ask(other)
        waiting = ask(date)
        fields = {"first": str(other.uuid), "also": [str(date.uuid)], "size": "25", "grade": "5"}
        act(teacher, waiting, "change", **fields)
        assert [wish.date for wish in waiting.wishes.all()] == [other, date]

    def test_after_the_close_it_can_only_be_cancelled(self, teacher: Reporter, clock: Any) -> None:
        booking = ask(make_date())
        clock.move_to(booking.date.starts_at - timedelta(days=1))
        page = html(teacher.get(f"{path(booking)}?ask=change"))
        assert "You can no longer change the booking here" in page
        assert 'name="size"' not in page
        fields = {"first": str(booking.date.uuid), "size": "20", "grade": "5"}
        assert act(teacher, booking, "change", **fields).status_code in {409, 422}
        assert act(teacher, booking, "cancel").status_code == 303

    def test_erasing_at_once(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        assert act(teacher, booking, "erase").status_code == 409
        act(teacher, booking, "cancel")
        answer = act(teacher, booking, "erase")
        assert (answer.status_code, "have been deleted" in html(answer)) == (200, True)
        assert Booking.objects.get().sealed is None
        assert teacher.get(path(booking)).status_code == 410

    def test_page_of_a_cancelled_date_gives_the_reason(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        services.cancel_date_with_bookings(
            date=booking.date, reason_sr="Болест", reason_en="Illness", actor=None, now=NOW
        )
        assert "Illness" in html(teacher.get(path(booking)))

    def test_nonsense(self, teacher: Reporter) -> None:
        booking = ask(make_date())
        assert act(teacher, booking, "dance").status_code == 422
        assert teacher.get(f"{path(booking)}?ask=dance").status_code == 200
