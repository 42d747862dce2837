"""Stateful tests: in any order of actions the places add up, the queue is fair and no e-mail is sent twice."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from awareness.events.bookings import services
from awareness.events.bookings.exceptions import BookingError
from awareness.events.enums import BookingState
from awareness.events.models import Booking, BookingEmail, EmailState, EventDate
from tests.clients.bookings import ask, change, check_places
from tests.factories.events import NOW, make_date, make_event

SIZES = st.integers(8, 32)
WHICH = st.integers(0, 30)
DATES = st.lists(st.integers(0, 2), min_size=1, max_size=3)


class Bookings(RuleBasedStateMachine):
    """One event with three dates; `now` only increases."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = NOW
        event = make_event(closes_days=2)
        self.dates = [
            make_date(event, capacity=capacity, starts_at=NOW + timedelta(days=days))
            for capacity, days in ((30, 6), (30, 9), (45, 12))
        ]
        self.offered: set[int] = set()
        self.sent: Counter[tuple[int, str, int]] = Counter()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def booking(self, which: int) -> Booking | None:
        found = list(Booking.objects.order_by("pk"))
        return found[which % len(found)] if found else None

    def date(self, which: int) -> EventDate:
        return EventDate.objects.get(pk=self.dates[which % 3].pk)

    @initialize(requests=st.lists(st.tuples(DATES, SIZES), min_size=6, max_size=10))
    def fill(self, requests: list[tuple[list[int], int]]) -> None:
        """Start with some booked and some waiting classes."""
        for which, size in requests:
            self.book(which, size)

    @rule(which=DATES, size=SIZES)
    def book(self, which: list[int], size: int) -> None:
        with suppress(BookingError):
            ask(*[self.dates[each] for each in which], size=size, now=self.now)

    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        if booking := self.booking(which):
            with suppress(BookingError):
                services.accept_offer(booking=booking, now=self.now)

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        if booking := self.booking(which):
            with suppress(BookingError):
                services.cancel_booking(booking=booking, now=self.now)

    @rule(which=WHICH, size=SIZES, dates=st.none() | DATES)
    def change(self, which: int, size: int, dates: list[int] | None) -> None:
        if booking := self.booking(which):
            date_changes: dict[str, Any] = {"dates": [self.dates[each].pk for each in dates]} if dates else {}
            with suppress(BookingError):
                change(booking, size=size, now=self.now, **date_changes)

    @rule(which=WHICH)
    def call_booking_off(self, which: int) -> None:
        if booking := self.booking(which):
            with suppress(BookingError):
                services.cancel_booking_by_staff(booking=booking, actor=None, now=self.now)

    @rule(which=WHICH)
    def bounce(self, which: int) -> None:
        """The latest e-mail of a booking bounces."""
        if (booking := self.booking(which)) and (letter := booking.letters.order_by("-pk").first()):
            services.record_delivery_failure(letter=letter, state=EmailState.BOUNCED, now=self.now)

    @rule(which=WHICH, more=st.integers(-10, 30))
    def resize(self, which: int, more: int) -> None:
        date = self.date(which)
        with suppress(BookingError):
            services.resize_date(date=date, capacity=max(1, date.capacity + more), actor=None, now=self.now)

    @rule(which=WHICH, hours=st.integers(-60, 60))
    def move(self, which: int, hours: int) -> None:
        date = self.date(which)
        starts_at = max(self.now, date.starts_at + timedelta(hours=hours))
        with suppress(BookingError):
            services.move_date(
                date=date,
                actor=None,
                now=self.now,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                town="nis",
                place="Библиотека",
                address="",
            )

    @rule(which=st.integers(0, 9))
    def call_date_off(self, which: int) -> None:
        if which < 3:
            with suppress(BookingError):
                services.cancel_date_with_bookings(
                    date=self.date(which), reason_sr="Болест", reason_en="Illness", actor=None, now=self.now
                )

    @rule(which=WHICH, present=st.booleans())
    def settle(self, which: int, present: bool) -> None:
        date = self.date(which)
        with suppress(BookingError):
            attendance = dict.fromkeys(date.bookings.values_list("pk", flat=True), present)
            services.record_attendance(date=date, attended=attendance, actor=None, now=self.now)

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def send_emails(self) -> None:
        services.queue_reminders(now=self.now)
        for letter in BookingEmail.objects.filter(state=EmailState.DUE):
            self.sent[letter.booking_id, letter.kind, letter.number] += 1
        BookingEmail.objects.filter(state=EmailState.DUE).update(state=EmailState.SENT, sent_at=self.now, due_at=None)

    @invariant()
    def all_is_well(self) -> None:
        services.expire_offers(now=self.now)
        services.close_waiting_lists(now=self.now)
        check_places(self.now)
        assert not any(count > 1 for count in self.sent.values())
        self.no_class_is_skipped()

    def no_class_is_skipped(self) -> None:
        """A waiting class that asked before a class with a new offer did not fit into the free places."""
        offered = list(Booking.objects.filter(state=BookingState.OFFERED).select_related("date"))
        for booking in offered:
            if booking.pk in self.offered:
                continue
            earlier = Booking.objects.filter(state=BookingState.WAITING, pk__lt=booking.pk, wishes__date=booking.date)
            assert not earlier.filter(size__lte=booking.date.free + booking.size).exists()
        self.offered = {booking.pk for booking in offered}


@pytest.mark.slow
@pytest.mark.django_db
def test_places_add_up_after_any_sequence_of_actions() -> None:
    run_state_machine_as_test(
        Bookings,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
            # Shrinking takes minutes, and failures are short enough without it.
            phases=[Phase.generate],
        ),
    )
