"""With a real worker that holds the ring of bookings alone: booked by the form, written to, offered on after a cancellation by the link."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from awareness.events.bookings.tasks import (
    erase_bookings,
    queue_reminders,
    read_bounces,
    send_letters,
    settle_waiting_lists,
)
from awareness.events.models import Booking, BookingEmail
from clicksafely.celery import app
from clicksafely.common.models import AuditEvent
from tests.awareness.events.bookings.schools import CONTACT, ask, state
from tests.factories.events import make_date, make_event
from tests.hotline.intake.journey import Reporter, hidden
from tests.hotline.intake.test_faults import own_database
from tests.servers import BASE_DIR
from tests.standins.smtp import SmtpSink
from tests.waiting import until

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
    """The private key file that docs/operations.md has for the part `outside`."""
    whole = json.loads(settings.SEALING_PRIVATE_KEYS.read_bytes())
    path = tmp_path / "bookings.json"
    path.write_text(json.dumps({"bookings": whole["bookings"]}))
    return path


@pytest.fixture
def worker(settings: Settings, sink: SmtpSink, ring: Path) -> Iterator[None]:
    """The part that speaks to servers of others."""
    command = [sys.executable, "-m", "celery", "--app", "clicksafely", "worker", "--queues", "outside"]
    quiet = [
        "--pool",
        "threads",
        "--concurrency",
        "2",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "critical",
    ]
    env = os.environ | {name: str(getattr(settings, name)) for name in SENT}
    env |= {"DATABASE_URL": own_database(), "PORTAL": "staff", "SEALING_PRIVATE_KEYS": str(ring)}
    process = subprocess.Popen([*command, *quiet], cwd=BASE_DIR, env=env)
    yield
    process.kill()
    process.wait()
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge("outside")


@pytest.mark.django_db(transaction=True)
def test_from_the_form_to_the_offer(sink: SmtpSink, worker: None) -> None:
    event = make_event(published_at=timezone.now() - timedelta(days=1))
    date = make_date(event, capacity=30, starts_at=timezone.now() + timedelta(days=21))
    person = Reporter("sr-latn")
    path = f"events/{event.slug}/book/"
    for email in ("prva@example.org", "druga@example.org"):
        draft = hidden(person.get(path), "draft")
        form = {**FORM, "email": email, "first": str(date.uuid), "draft": draft}
        assert person.post(path, form).status_code == 200
    assert BookingEmail.objects.filter(state="due").count() == 2
    for _ in range(3):
        send_letters.apply_async()
    until(lambda: len(sink.letters) == 2, seconds=60, what="both letters")
    first = next(letter for letter in sink.letters if letter.recipients == ["prva@example.org"])
    body = first.message.get_body(("plain",))
    assert body is not None
    link = re.search(r"/sr-latn/(bookings/\S+/)", body.get_content())
    assert link
    assert person.post(link[1], {"act": "cancel"}).status_code == 303
    until(lambda: not BookingEmail.objects.filter(state="due", attempts__gt=0).exists(), what="the run's end")
    send_letters.apply_async()
    until(lambda: len(sink.letters) == 4, seconds=30, what="the offer and the farewell")
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
    BookingEmail.objects.update(state="sent", sent_at=now)
    Booking.objects.filter(pk=booked.pk).update(state="cancelled")
    Booking.objects.filter(pk=offered.pk).update(state="offered", offered_until=now - timedelta(seconds=1))
    type(old).objects.filter(pk=old.pk).update(starts_at=now - timedelta(days=32), ends_at=now - timedelta(days=31))
    seen = []
    for _ in range(2):
        for task in (settle_waiting_lists, queue_reminders, erase_bookings, send_letters, read_bounces):
            task.apply(throw=True)
        counts = BookingEmail.objects.count(), AuditEvent.objects.count(), len(sink.letters)
        seen.append((state(offered), state(next_one), counts))
    assert seen[0] == seen[1]
    assert seen[0][:2] == ("lapsed", "offered")
    gone.refresh_from_db()
    assert gone.sealed is None
    assert {letter.recipients[0] for letter in sink.letters} == {CONTACT.email}


def test_each_is_started_by_the_clock_and_what_speaks_to_servers_has_a_worker_of_its_own() -> None:
    started = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {
        task.name for task in (settle_waiting_lists, queue_reminders, erase_bookings, send_letters, read_bounces)
    } <= started
    assert {"events.send_emails", "events.read_bounces"} <= set(settings.EXTERNAL_SERVER_TASKS)
