"""Fifty concurrent bookings for ten places on separate connections: ten are booked, forty wait."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import close_old_connections, connection

from awareness.events.bookings import services
from awareness.events.models import Booking, EventDate
from tests.clients.bookings import ask, check_places
from tests.factories.events import NOW, make_date

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run the calls at the same time and return their results or errors."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        close_old_connections()
        try:
            barrier.wait(timeout=30)
            return act()
        except Exception as error:  # noqa: BLE001 - checked by the caller
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_fifty_for_ten() -> None:
    date = make_date(capacity=10)
    found = at_once([lambda: ask(date, size=1)] * 50)
    assert Counter(str(booking.state) for booking in found) == {"booked": 10, "waiting": 40}
    assert EventDate.objects.get().taken == 10
    check_places(NOW)


def test_opposite_wishes_do_not_deadlock() -> None:
    first = make_date(capacity=30)
    second = make_date(first.event, capacity=30)
    acts = [lambda: ask(first, second, size=7), lambda: ask(second, first, size=7)] * 6
    assert Counter(str(booking.state) for booking in at_once(acts)) == {"booked": 8, "waiting": 4}
    check_places(NOW)


def test_one_form_from_two_windows_is_one_booking() -> None:
    date = make_date(capacity=100)
    found = at_once([lambda: ask(date, submission=bytes(32))] * 6)
    assert len({booking.pk for booking in found}) == 1
    assert (Booking.objects.count(), EventDate.objects.get().taken) == (1, 25)


def test_accept_cancel_and_cancel_by_staff_at_the_same_moment() -> None:
    date = make_date(capacity=30)
    booked, offered = ask(date), ask(date)
    services.cancel_booking(booking=booked, now=NOW)
    next_one = ask(date)
    at_once(
        [
            lambda: services.accept_offer(booking=offered, now=NOW),
            lambda: services.cancel_booking(booking=offered, now=NOW),
            lambda: services.cancel_booking_by_staff(booking=offered, actor=None, now=NOW),
            lambda: services.cancel_booking(booking=next_one, now=NOW),
        ]
    )
    check_places(NOW)
