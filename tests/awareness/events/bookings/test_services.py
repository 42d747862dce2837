"""Tests of booking services without concurrency."""

from datetime import timedelta

import pytest
from django.apps import apps

from awareness.events.bookings import services
from awareness.events.bookings.exceptions import (
    BookingClosed,
    BookingErased,
    CapacityTooSmall,
    ClassTooLarge,
    DateNotStarted,
    InvalidBookingState,
    NotEnoughPlaces,
    OfferExpired,
)
from awareness.events.bookings.sealed_contact import unseal_contact
from awareness.events.enums import BookingState
from awareness.events.models import Booking, BookingEmail, EventDate
from clicksafely.accounts.models import User
from clicksafely.common import data_inventory
from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from tests.clients.bookings import CONTACT, ask, change, check_places, email_kinds, state
from tests.factories.events import NOW, make_date, make_event

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
TWO_DAYS = timedelta(hours=48)


def organiser() -> User:
    return User.objects.create(username=f"organiser-{User.objects.count()}")


def booked_places(date: EventDate) -> int:
    return EventDate.objects.values_list("taken", flat=True).get(pk=date.pk)


class TestCreation:
    def test_the_first_date_with_enough_places_is_booked(self) -> None:
        small = make_date(capacity=20)
        large = make_date(small.event, capacity=40)
        booking = ask(small, large)
        assert (state(booking), booking.date, booked_places(small), booked_places(large)) == ("booked", large, 0, 25)
        assert email_kinds(booking) == ["booked"]
        assert [wish.date for wish in booking.wishes.all()] == [large]
        assert unseal_contact(booking) == CONTACT
        event = AuditEvent.objects.get()
        assert (event.action, event.data) == ("booking.created", {"date": large.pk, "state": "booked"})

    def test_booking_waits_for_all_dates_if_all_are_full(self) -> None:
        first = make_date(capacity=30)
        second = make_date(first.event, capacity=30)
        ask(first), ask(second)
        booking = ask(second, first)
        assert (state(booking), booking.date) == ("waiting", second)
        assert [wish.date for wish in booking.wishes.all()] == [second, first]
        assert email_kinds(booking) == ["waiting"]
        check_places(NOW)

    def test_the_same_form_is_one_booking(self) -> None:
        date = make_date(capacity=100)
        assert ask(date, submission=bytes(32)) == ask(date, submission=bytes(32), size=30)
        assert (Booking.objects.count(), booked_places(date), BookingEmail.objects.count()) == (1, 25, 1)

    @pytest.mark.parametrize(
        "date",
        [
            {"state": "cancelled"},
            {"starts_at": NOW - timedelta(hours=1)},
            {"starts_at": NOW + timedelta(days=2)},  # closes two days before
        ],
    )
    def test_dates_that_cannot_be_booked(self, date: dict[str, object]) -> None:
        with pytest.raises(BookingClosed):
            ask(make_date(**date))
        assert not Booking.objects.exists()

    @pytest.mark.parametrize(
        "event", [{"bookable": False}, {"published_at": None}, {"withdrawn_at": NOW}, {"published_at": LATER}]
    )
    def test_events_that_cannot_be_booked(self, event: dict[str, object]) -> None:
        with pytest.raises(BookingClosed):
            ask(make_date(make_event(**event)))

    def test_one_that_closed_meanwhile_is_left_out(self) -> None:
        closed = make_date(starts_at=NOW + timedelta(days=1))
        still = make_date(closed.event)
        assert ask(closed, still).date == still

    def test_a_class_that_never_fits(self) -> None:
        with pytest.raises(ClassTooLarge) as caught:
            ask(make_date(capacity=20))
        assert caught.value.most == 20

    def test_a_date_of_another_event_is_none(self) -> None:
        mine, other = make_date(), make_date()
        booking = ask(mine, other)
        assert booking.date == mine
        assert booking.wishes.count() == 1


class TestWaitingList:
    def test_freed_places_are_offered_in_order_of_request(self) -> None:
        date = make_date(capacity=30)
        booked = ask(date)
        first, second = ask(date), ask(date)
        services.cancel_booking(booking=booked, now=LATER)
        first.refresh_from_db()
        assert (state(booked), first.state, state(second), booked_places(date)) == (
            "cancelled",
            "offered",
            "waiting",
            25,
        )
        assert first.offered_until == LATER + TWO_DAYS
        assert (email_kinds(booked), email_kinds(first)) == (["cancelled_by_school"], ["places_offered"])

    def test_a_class_that_does_not_fit_keeps_its_place_in_the_queue(self) -> None:
        date = make_date(capacity=30)
        booked, small = ask(date, size=20), ask(date, size=10)
        large, fitting = ask(date, size=30), ask(date, size=15)
        services.cancel_booking(booking=booked, now=LATER)
        assert (state(large), state(fitting)) == ("waiting", "offered")
        services.cancel_booking(booking=fitting, now=LATER)
        services.cancel_booking(booking=small, now=LATER)
        assert state(large) == "offered"

    def test_first_free_date_of_a_booking_is_offered(self) -> None:
        first = make_date(capacity=30)
        second = make_date(first.event, capacity=30)
        ask(first)
        other = ask(second)
        waiting = ask(first, second)
        services.cancel_booking(booking=other, now=LATER)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.date) == ("offered", second)

    def test_accepting(self) -> None:
        date = make_date(capacity=30)
        booked, waiting = ask(date), ask(date)
        with pytest.raises(InvalidBookingState):
            services.accept_offer(booking=waiting, now=NOW)
        services.cancel_booking(booking=booked, now=NOW)
        services.accept_offer(booking=waiting, now=NOW + TWO_DAYS - timedelta(seconds=1))
        assert (state(waiting), booked_places(date), email_kinds(waiting)) == ("booked", 25, ["booked"])
        with pytest.raises(InvalidBookingState):
            services.accept_offer(booking=waiting, now=LATER)

    def test_expired_offer_goes_to_the_next_booking(self) -> None:
        date = make_date(capacity=30)
        booked, first, second = ask(date), ask(date), ask(date)
        services.cancel_booking(booking=booked, now=NOW)
        first.letters.update(state="sent", sent_at=NOW, due_at=None)
        assert services.expire_offers(now=NOW + TWO_DAYS - timedelta(seconds=1)) == 0
        with pytest.raises(OfferExpired):
            services.accept_offer(booking=first, now=NOW + TWO_DAYS)
        assert services.expire_offers(now=NOW + TWO_DAYS) == 1
        assert services.expire_offers(now=NOW + TWO_DAYS) == 0
        assert (state(first), state(second), booked_places(date)) == ("expired", "offered", 25)
        assert email_kinds(first) == ["waiting", "places_offered", "offer_expired"]
        with pytest.raises(OfferExpired):
            services.accept_offer(booking=first, now=NOW + TWO_DAYS)

    def test_an_offer_whose_email_is_unsent_does_not_expire(self) -> None:
        date = make_date(capacity=30)
        booked, first = ask(date), ask(date)
        services.cancel_booking(booking=booked, now=NOW)
        assert services.expire_offers(now=NOW + TWO_DAYS) == 0
        services.accept_offer(booking=first, now=NOW + TWO_DAYS)
        assert state(first) == "booked"

    def test_no_offer_outlives_the_close_of_booking(self) -> None:
        date = make_date(capacity=30)
        booked, first = ask(date), ask(date)
        closes = date.starts_at - timedelta(days=2)
        services.cancel_booking(booking=booked, now=closes - timedelta(hours=5))
        first.refresh_from_db()
        assert first.offered_until == closes
        with pytest.raises(OfferExpired):
            services.accept_offer(booking=first, now=closes)
        assert services.expire_offers(now=closes) == 1
        assert services.close_waiting_lists(now=closes) == 0

    def test_closed_waiting_list_notifies_schools(self) -> None:
        date = make_date(capacity=30)
        ask(date)
        waiting = ask(date)
        closes = date.starts_at - timedelta(days=2)
        assert services.close_waiting_lists(now=closes - timedelta(seconds=1)) == 0
        assert services.close_waiting_lists(now=closes) == 1
        assert services.close_waiting_lists(now=closes) == 0
        assert (state(waiting), email_kinds(waiting)) == ("expired", ["no_places_left"])

    def test_booking_with_a_later_open_date_stays_waiting(self) -> None:
        early = make_date(capacity=30)
        late = make_date(early.event, capacity=30, starts_at=early.starts_at + timedelta(days=7))
        ask(early), ask(late)
        waiting = ask(early, late)
        assert services.close_waiting_lists(now=early.starts_at) == 0
        waiting.refresh_from_db()
        assert (waiting.state, waiting.date, waiting.wishes.count()) == ("waiting", late, 1)

    def test_nothing_is_offered_once_booking_is_closed(self) -> None:
        date = make_date(capacity=30)
        booked, waiting = ask(date), ask(date)
        services.cancel_booking(booking=booked, now=date.starts_at - timedelta(days=1))
        assert state(waiting) == "waiting"


class TestChanging:
    def test_places_of_a_smaller_class_are_offered_to_the_next(self) -> None:
        date = make_date(capacity=30)
        booked, waiting = ask(date, size=30), ask(date, size=10)
        change(booked, size=20)
        assert (state(waiting), booked_places(date), email_kinds(booked)) == ("offered", 30, ["booking_changed"])

    def test_a_class_can_grow_while_there_are_places(self) -> None:
        date = make_date(capacity=30)
        booked = ask(date, size=20)
        change(booked, size=30)
        assert booked_places(date) == 30
        with pytest.raises(NotEnoughPlaces) as caught:
            change(ask(date, make_date(date.event, capacity=40), size=20), dates=[date.pk])
        assert caught.value.most == 0
        other = make_date(capacity=50)
        ask(other, size=20)
        with pytest.raises(NotEnoughPlaces) as caught:
            change(ask(other, size=20), size=31)
        assert caught.value.most == 30
        check_places(NOW)

    def test_another_date(self) -> None:
        first = make_date(capacity=30)
        second = make_date(first.event, capacity=30)
        booked, waiting = ask(first), ask(first)
        change(booked, dates=[second.pk])
        booked.refresh_from_db()
        assert (booked.date, booked_places(first), booked_places(second), state(waiting)) == (second, 25, 25, "offered")
        with pytest.raises(NotEnoughPlaces):
            change(booked, dates=[first.pk])
        check_places(NOW)

    def test_a_waiting_class_that_fits_now_is_booked(self) -> None:
        date = make_date(capacity=30)
        ask(date, size=20)
        waiting = ask(date, size=15)
        change(waiting, size=12)
        assert (state(waiting), email_kinds(waiting)) == ("waiting", ["booking_changed"])
        change(waiting, size=10)
        assert (state(waiting), email_kinds(waiting), booked_places(date)) == ("booked", ["booked"], 30)

    def test_the_contact_anew(self) -> None:
        booked = ask(make_date())
        Booking.objects.update(unreachable_at=NOW)
        anew = services.Contact(name="Б", email="b@example.org", phone="064 1")
        change(booked, contact=anew)
        booked.refresh_from_db()
        assert (unseal_contact(booked), booked.unreachable_at, email_kinds(booked)) == (anew, None, ["booking_changed"])

    def test_an_unchanged_booking_sends_no_email(self) -> None:
        booked = ask(make_date())
        change(booked)
        assert (email_kinds(booked), AuditEvent.objects.count()) == (["booked"], 1)

    def test_not_once_booking_is_closed(self) -> None:
        booked = ask(make_date())
        with pytest.raises(BookingClosed):
            change(booked, size=20, now=booked.date.starts_at - timedelta(days=2))

    @pytest.mark.parametrize("size", [31, 300])
    def test_a_class_larger_than_the_date(self, size: int) -> None:
        with pytest.raises(ClassTooLarge):
            change(ask(make_date(capacity=30)), size=size)


class TestEnds:
    def test_cancelled_twice_is_cancelled_once(self) -> None:
        booked = ask(make_date())
        for _ in range(2):
            services.cancel_booking(booking=booked, now=NOW)
        assert (booked_places(booked.date), email_kinds(booked), AuditEvent.objects.count()) == (
            0,
            ["cancelled_by_school"],
            2,
        )

    def test_not_once_it_has_begun(self) -> None:
        booked = ask(make_date())
        with pytest.raises(InvalidBookingState):
            services.cancel_booking(booking=booked, now=booked.date.starts_at)

    def test_cancelling_a_date_cancels_its_bookings(self) -> None:
        date = make_date(capacity=30)
        other = make_date(date.event, capacity=30)
        booked, waiting, ask_other = ask(date), ask(date), ask(other)
        elsewhere = ask(date, other)
        number = content_version.current()
        actor = organiser()
        cancelled = services.cancel_date_with_bookings(
            date=date, reason_sr="Болест", reason_en="Illness", actor=actor, now=LATER
        )
        assert (cancelled.state, cancelled.taken, cancelled.sequence) == ("cancelled", 0, 1)
        assert EventDate.objects.get(pk=date.pk).cancellation_reason_en == "Illness"
        assert [state(each) for each in (booked, waiting, elsewhere, ask_other)] == [
            "cancelled_by_staff",
            "cancelled_by_staff",
            "waiting",
            "booked",
        ]
        assert (email_kinds(booked), email_kinds(waiting), email_kinds(elsewhere)) == (
            ["cancelled_by_staff"],
            ["cancelled_by_staff"],
            ["booking_changed"],
        )
        assert content_version.current() > number
        with pytest.raises(InvalidBookingState):
            services.cancel_date_with_bookings(date=date, reason_sr="", reason_en="", actor=actor, now=LATER)
        check_places(LATER)

    def test_a_date_moved(self) -> None:
        date = make_date(capacity=30)
        other = make_date(date.event, capacity=30)
        booked, waiting, full = ask(date), ask(date), ask(other)
        elsewhere = ask(other, date)
        where = {"town": "beograd", "place": "Дом омладине", "address": ""}
        starts = date.starts_at + timedelta(days=1)
        moved = services.move_date(
            date=date, actor=None, now=LATER, starts_at=starts, ends_at=starts + timedelta(hours=1), **where
        )
        assert (moved.town, moved.starts_at, moved.sequence, moved.changed_at) == ("beograd", starts, 1, LATER)
        assert [email_kinds(each) for each in (booked, waiting, elsewhere, full)] == [["date_moved"]] * 3 + [["booked"]]
        services.move_date(
            date=date, actor=None, now=LATER, starts_at=starts, ends_at=starts + timedelta(hours=1), **where
        )
        assert EventDate.objects.get(pk=date.pk).sequence == 1

    def test_a_date_moved_nearer_ends_offers_with_its_booking(self) -> None:
        date = make_date(capacity=30)
        booked, waiting = ask(date), ask(date)
        services.cancel_booking(booking=booked, now=NOW)
        starts = NOW + timedelta(days=3)
        services.move_date(
            date=date, actor=None, now=NOW, starts_at=starts, ends_at=starts + timedelta(hours=1), town="nis",
            place="А", address="",
        )  # fmt: skip
        waiting.refresh_from_db()
        assert waiting.offered_until == NOW + timedelta(days=1)

    def test_new_places_are_offered_and_fewer_than_booked_refused(self) -> None:
        date = make_date(capacity=30)
        ask(date)
        waiting = ask(date)
        with pytest.raises(CapacityTooSmall) as caught:
            services.resize_date(date=date, capacity=24, actor=None, now=LATER)
        assert caught.value.taken == 25
        services.resize_date(date=date, capacity=50, actor=None, now=LATER)
        assert (state(waiting), booked_places(date)) == ("offered", 50)

    def test_attendance_is_recorded(self) -> None:
        date = make_date(capacity=60)
        present, absent = ask(date), ask(date)
        attendance = {present.pk: True, absent.pk: False}
        with pytest.raises(DateNotStarted):
            services.record_attendance(date=date, attended=attendance, actor=None, now=LATER)
        services.record_attendance(date=date, attended=attendance, actor=None, now=date.ends_at)
        assert (state(present), state(absent), booked_places(date)) == ("attended", "absent", 0)
        services.record_attendance(date=date, attended={absent.pk: True}, actor=None, now=date.ends_at)
        assert (state(present), state(absent), booked_places(date)) == ("attended", "attended", 0)

    def test_the_public_page_changes_only_with_its_availability_label(self) -> None:
        date = make_date(capacity=100)
        numbers = []
        for size in (25, 25, 25, 25):
            before = content_version.current()
            ask(date, size=size)
            numbers.append(content_version.current() - before)
        # 75 and 50 left: free; 25: few; none: waiting list.
        assert numbers == [0, 0, 1, 1]


class TestContacts:
    def test_opening_is_logged(self) -> None:
        booked, actor = ask(make_date()), organiser()
        assert services.open_contact(booking=booked, actor=actor, now=LATER) == CONTACT
        event = AuditEvent.objects.latest("pk")
        assert (event.action, event.actor_id, event.subject_id) == ("booking.contact_opened", actor.pk, booked.pk)

    def test_the_list_of_a_day_is_logged_once(self) -> None:
        date, actor = make_date(capacity=60), organiser()
        first, second = ask(date), ask(date)
        services.cancel_booking(booking=second, now=NOW)
        assert services.open_contacts(date=date, actor=actor, now=LATER) == {first.pk: CONTACT}
        assert AuditEvent.objects.filter(action="date.contacts_opened").count() == 1

    def test_contact_is_erased_30_days_after_the_date(self) -> None:
        date = make_date(capacity=60)
        booked, gone = ask(date), ask(date)
        services.cancel_booking(booking=gone, now=NOW)
        late = date.ends_at + timedelta(days=30)
        assert services.anonymise_due_bookings(now=late - timedelta(seconds=1)) == 0
        assert services.anonymise_due_bookings(now=late) == 2
        assert services.anonymise_due_bookings(now=late) == 0
        booked.refresh_from_db()
        assert (booked.sealed, booked.erased_at, booked.grade, booked.school) == (None, late, 5, "ОШ „Свети Сава“")
        assert not BookingEmail.objects.exists()
        assert not booked.wishes.exists()
        event = AuditEvent.objects.latest("pk")
        assert (event.action, event.subject_id, event.data) == ("bookings.anonymised", None, {"count": 2})
        with pytest.raises(BookingErased):
            services.open_contact(booking=booked, actor=organiser(), now=late)

    def test_every_column_that_the_inventory_erases_is_emptied(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The inventories of this test erase the grade of the class and the street of the date, too."""
        booked, erased = ask(make_date()), (data_inventory.CODES, data_inventory.AFTER_THE_DATE)
        monkeypatch.setattr(Booking, "field_inventory", {**Booking.field_inventory, erased: "unreachable_at grade"})
        monkeypatch.setattr(EventDate, "field_inventory", {erased: "address"}, raising=False)
        Booking.objects.update(unreachable_at=NOW)
        services.anonymise_due_bookings(now=booked.date.ends_at + timedelta(days=30))
        remaining = [
            f"{model.__name__}.{name}"
            for model in apps.get_app_config("events").get_models()
            for (_how, until), names in getattr(model, "field_inventory", {}).items()
            for name in (names.split() if until == data_inventory.AFTER_THE_DATE else ())
            if model._base_manager.exclude(**{f"{name}__isnull": True})
            .exclude(**({name: ""} if name == "address" else {}))
            .exists()
        ]
        assert remaining == [], "classified as erased after the date, and not emptied"
        booked.refresh_from_db()
        assert booked.school == "ОШ „Свети Сава“"

    def test_at_once_where_the_school_wants_it_and_has_cancelled(self) -> None:
        booked = ask(make_date())
        with pytest.raises(InvalidBookingState):
            services.erase_booking(booking=booked, now=NOW)
        services.cancel_booking(booking=booked, now=NOW)
        services.erase_booking(booking=booked, now=LATER)
        booked.refresh_from_db()
        assert (booked.sealed, booked.erased_at, booked.letters.count()) == (None, LATER, 0)
        assert AuditEvent.objects.latest("pk").action == "booking.anonymised"


class TestReminders:
    def test_a_week_and_a_day_before_once_each(self) -> None:
        booked = ask(make_date())
        starts = booked.date.starts_at
        booked.letters.update(state="sent", sent_at=NOW, due_at=None)
        found = [
            services.queue_reminders(now=starts - timedelta(days=days)) for days in (7.1, 7, 6.9, 5, 1.1, 1, 0.9, 0, -1)
        ]
        assert found == [0, 1, 0, 0, 0, 1, 0, 0, 0]
        assert email_kinds(booked) == ["booked", "reminder", "reminder"]

    def test_reminders_skip_cancelled_and_recent_bookings(self) -> None:
        date = make_date(capacity=80)
        week = date.starts_at - timedelta(days=7)
        cancelled, late = ask(date), ask(date, now=week + timedelta(hours=1))
        services.cancel_booking(booking=cancelled, now=NOW)
        assert services.queue_reminders(now=week + timedelta(hours=2)) == 0
        assert email_kinds(late) == ["booked"]

    def test_a_date_that_is_moved_is_remembered_anew(self) -> None:
        booked = ask(make_date())
        date = booked.date
        services.queue_reminders(now=date.starts_at - timedelta(days=7))
        starts = date.starts_at + timedelta(days=14)
        services.move_date(
            date=date, actor=None, now=date.starts_at - timedelta(days=6), starts_at=starts,
            ends_at=starts + timedelta(hours=1), town="nis", place="А", address="",
        )  # fmt: skip
        assert services.queue_reminders(now=starts - timedelta(days=7)) == 1

    def test_an_email_can_be_sent_again(self) -> None:
        booked = ask(make_date())
        services.resend_email(booking=booked, actor=organiser(), now=LATER)
        assert email_kinds(booked) == ["booked"]
        assert booked.letters.count() == 2
        assert state(booked) == BookingState.BOOKED
