"""Periodic tasks of bookings: a second run does nothing more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from awareness.events.bookings.tasks import (
    anonymise_bookings,
    process_waiting_lists,
    queue_reminders,
    read_bounces,
    send_emails,
)
from awareness.events.models import Booking, BookingEmail
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink
from tests.clients.bookings import CONTACT, ask, state
from tests.factories.events import make_date, make_event


@pytest.mark.django_db
def test_every_task_run_twice_does_nothing_more(sink: SmtpSink) -> None:
    now = timezone.now()
    event = make_event(published_at=now - timedelta(days=1))
    date = make_date(event, capacity=30, starts_at=now + timedelta(days=2, hours=1))
    booked, offered, next_one = (ask(date, now=now) for _ in range(3))
    old = make_date(event, capacity=30, starts_at=now + timedelta(days=20))
    gone = ask(old, now=now)
    BookingEmail.objects.update(state="sent", sent_at=now, due_at=None)
    Booking.objects.filter(pk=booked.pk).update(state="cancelled")
    Booking.objects.filter(pk=offered.pk).update(state="offered", offered_until=now - timedelta(seconds=1))
    type(old).objects.filter(pk=old.pk).update(starts_at=now - timedelta(days=32), ends_at=now - timedelta(days=31))
    results = []
    for _ in range(2):
        for task in (process_waiting_lists, queue_reminders, anonymise_bookings, send_emails, read_bounces):
            task.apply(throw=True)
        counts = BookingEmail.objects.count(), AuditEvent.objects.count(), len(sink.letters)
        results.append((state(offered), state(next_one), counts))
    assert results[0] == results[1]
    assert results[0][:2] == ("expired", "offered")
    gone.refresh_from_db()
    assert gone.sealed is None
    assert {letter.recipients[0] for letter in sink.letters} == {CONTACT.email}
