"""Booking, e-mail, cancellation and offer with a real worker that holds only the key ring of bookings."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.fixtures import Settings

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
from tests.hotline.intake.journey import Reporter, hidden
from tests.waiting import until
from tests.workers import outside_worker

SENT = ["MAIL_SMTP_URL", "MAIL_CA_FILE", "SITE_URL", "EVENTS_MAIL_ADDRESS"]
FORM = {
    "school": "Гимназија",
    "school_kind": "secondary",
    "town": "Чачак",
    "grade": "2",
    "pupils": "24",
    "adults": "1",
    "name": "Ана Анић",
    "phone": "032 555 333",
}


@pytest.fixture
def ring(settings: Settings, tmp_path: Path) -> Path:
    """The private key file of the component `outside` (docs/operations/configure.md)."""
    whole = json.loads(settings.SEALING_PRIVATE_KEYS.read_bytes())
    path = tmp_path / "private.json"
    path.write_text(json.dumps({"bookings": whole["bookings"]}))
    return path


@pytest.fixture
def worker(settings: Settings, sink: SmtpSink, ring: Path) -> Iterator[None]:
    """The worker that connects to third-party servers."""
    with outside_worker(*SENT, PORTAL="staff", PRIVATE_KEYS_DIR=str(ring.parent)):
        yield


@pytest.mark.django_db(transaction=True)
def test_from_the_form_to_the_offer(sink: SmtpSink, worker: None) -> None:
    event = make_event(published_at=timezone.now() - timedelta(days=1))
    date = make_date(event, capacity=30, starts_at=timezone.now() + timedelta(days=21))
    person = Reporter("sr-latn")
    path = f"events/{event.slug}/book/"
    for email in ("prva@example.org", "druga@example.org"):
        draft = hidden(person.get(path), "draft")
        form = {**FORM, "email": email, "first": str(date.uuid), "draft": draft, "wait": "on"}
        assert person.post(path, form).status_code == 200
    assert BookingEmail.objects.filter(state="due").count() == 2
    for _ in range(3):
        send_emails.apply_async()
    until(lambda: len(sink.letters) == 2, what="both letters")
    first = next(letter for letter in sink.letters if letter.recipients == ["prva@example.org"])
    body = first.message.get_body(("plain",))
    assert body is not None
    link = re.search(r"/sr-latn/(bookings/\S+/)", body.get_content())
    assert link
    assert person.post(link[1], {"act": "cancel"}).status_code == 303
    until(lambda: not BookingEmail.objects.filter(state="due", attempts__gt=0).exists(), what="the run's end")
    send_emails.apply_async()
    until(lambda: len(sink.letters) == 4, what="the offer and the farewell")
    assert sorted(Booking.objects.values_list("state", flat=True)) == ["cancelled", "offered"]
    until(lambda: not BookingEmail.objects.filter(state="due").exists(), what="their end")


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


def test_tasks_are_scheduled_and_mail_tasks_have_their_own_worker() -> None:
    started = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {
        task.name for task in (process_waiting_lists, queue_reminders, anonymise_bookings, send_emails, read_bounces)
    } <= started
    assert {"events.send_emails", "events.read_bounces"} <= set(settings.EXTERNAL_SERVER_TASKS)
