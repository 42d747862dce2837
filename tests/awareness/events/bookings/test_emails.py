"""E-mails in three languages as independent mail and calendar parsers read them; delivery and bounces."""

import logging
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import time_machine
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event as Entry
from pytest_django.fixtures import Settings

from awareness.events.bookings import emails, services
from awareness.events.bookings import emails as bookings_emails
from awareness.events.bookings.emails import compose, send_due_emails
from awareness.events.bookings.signed_links import make_token
from awareness.events.bookings.tasks import read_bounces, send_emails
from awareness.events.models import Booking, BookingEmail, EmailKind, EmailState
from clicksafely.devserver.mock_services.imap import ImapServer
from clicksafely.devserver.mock_services.smtp import SmtpSink, delivery_notice
from tests.clients.bookings import CONTACT, ask, change, email_kinds, state
from tests.factories.events import NOW, make_date

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def latest_email(booking: Booking, kind: str = "") -> EmailMessage:
    """The latest e-mail of a booking, parsed by the mail library."""
    letter = booking.letters.select_related("booking__date__event").order_by("pk").last()
    assert letter is not None
    assert kind in {"", letter.kind}
    message = message_from_bytes(compose(letter, to=CONTACT.email, now=NOW), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def calendar(message: EmailMessage) -> tuple[str, Entry]:
    """METHOD and the only entry, parsed by an independent library."""
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    (found,) = IcsCalendarStream.from_ics(part.get_content()).calendars
    (entry,) = found.events
    assert part.get_param("method") == found.method
    return str(found.method), entry


class TestWords:
    def test_booked_in_serbian(self) -> None:
        booking = ask(make_date())
        message = latest_email(booking, "booked")
        assert message["From"].addresses[0].addr_spec == "events@portal.example.org"
        assert message["To"] == CONTACT.email
        assert message["Subject"].endswith("Радионица о безбедном интернету")
        assert message["Auto-Submitted"] == "auto-generated"
        body = text(message)
        for words in (
            "22. октобра 2026. 12:00–14:00",
            "Народна библиотека „Стеван Сремац“, Боривоја Гојковића 9, Ниш",
            "ОШ „Свети Сава“",
            f"https://portal.example.org/sr/bookings/{make_token(booking.uuid)}/",
        ):
            assert words in body
        for secret in (CONTACT.name, CONTACT.phone, CONTACT.needs):
            assert secret not in body

    @pytest.mark.parametrize("language", ["sr-latn", "en"])
    def test_every_kind_has_its_own_text_without_placeholders(self, language: str) -> None:
        date = make_date(capacity=100, cancellation_reason_sr="Болест предавача", cancellation_reason_en="Illness")
        booking = ask(date, language=language)
        openings = set()
        for number, kind in enumerate(EmailKind):
            letter = BookingEmail(booking=booking, kind=kind, number=50 + number, tag=f"tag{number}", due_at=NOW)
            letter.booking.date = date
            message = message_from_bytes(compose(letter, to=CONTACT.email, now=NOW), policy=default)
            assert isinstance(message, EmailMessage)
            body = text(message)
            assert [sign for sign in ("{{", "{%", "&quot;", "\n\n\n", "None") if sign in body] == []
            assert not any("а" <= letter <= "ш" for letter in body)
            openings.add(body.split("\n\n")[1])
        assert len(openings) == len(EmailKind)

    def test_waiting_list_email_lists_every_date(self) -> None:
        first = make_date(capacity=30)
        second = make_date(first.event, capacity=30, starts_at=first.starts_at + timedelta(days=1))
        ask(first), ask(second)
        body = text(latest_email(ask(second, first, language="en"), "waiting"))
        assert body.index("Friday, 23 October") < body.index("Thursday, 22 October")


class TestCalendars:
    def test_booked_changed_moved_and_cancelled(self, sink: SmtpSink) -> None:
        booking = ask(make_date())
        uid = f"{booking.uuid}@portal.example.org"
        method, entry = calendar(latest_email(booking))
        assert (method, entry.uid, entry.sequence, entry.dtstart) == ("REQUEST", uid, 0, booking.date.starts_at)
        assert entry.organizer is not None
        assert str(entry.organizer.uri) == "mailto:events@portal.example.org"
        send_due_emails(now=LATER, seconds=300)
        change(booking, size=20)
        method, entry = calendar(latest_email(booking, "booking_changed"))
        assert (method, entry.uid, entry.sequence) == ("REQUEST", uid, 1)
        services.cancel_booking(booking=booking, now=NOW)
        method, entry = calendar(latest_email(booking, "cancelled_by_school"))
        assert (method, entry.uid, entry.sequence, entry.status) == ("CANCEL", uid, 2, "CANCELLED")

    def test_waiting_booking_gets_no_calendar_part(self) -> None:
        date = make_date(capacity=30)
        ask(date)
        waiting = ask(date)
        assert not [part for part in latest_email(waiting).walk() if part.get_content_type() == "text/calendar"]
        services.cancel_booking(booking=waiting, now=NOW)
        assert not [part for part in latest_email(waiting).walk() if part.get_content_type() == "text/calendar"]


class TestSending:
    def test_once_and_never_again(self, sink: SmtpSink) -> None:
        booking = ask(make_date())
        assert send_due_emails(now=LATER, seconds=300) == 1
        for _ in range(2):
            assert send_due_emails(now=LATER + timedelta(days=1), seconds=300) == 0
        (letter,) = sink.letters
        row = BookingEmail.objects.get()
        assert (letter.recipients, letter.sender) == ([CONTACT.email], f"events+{row.tag}@portal.example.org")
        assert (row.state, row.sent_at, row.attempts) == ("sent", LATER, 1)
        assert row.tag in letter.message["Message-ID"]
        assert make_token(booking.uuid) in text(letter.message)

    def test_superseded_email_is_not_sent(self, sink: SmtpSink) -> None:
        booking = ask(make_date())
        change(booking, size=20)
        services.cancel_booking(booking=booking, now=NOW)
        assert send_due_emails(now=LATER, seconds=300) == 1
        assert email_kinds(booking) == ["cancelled_by_school"]

    def test_put_off_with_growing_pauses(self, sink: SmtpSink) -> None:
        ask(make_date())
        sink.answers = [("RCPT", "451 later"), ("TEXT", "drop")]
        assert send_due_emails(now=LATER, seconds=300) == 0
        row = BookingEmail.objects.get()
        assert (row.state, row.attempts, row.error, row.failing_since) == ("due", 1, "deferred", LATER)
        again = row.due_at
        assert again
        assert send_due_emails(now=again - timedelta(seconds=1), seconds=300) == 0
        assert send_due_emails(now=again, seconds=300) == 0
        row.refresh_from_db()
        assert row.due_at
        assert (row.due_at - again) > timedelta(minutes=3)
        assert send_due_emails(now=row.due_at, seconds=300) == 1
        assert len({letter.message["Message-ID"] for letter in sink.letters}) == 1
        row.refresh_from_db()
        assert (row.state, row.attempts, row.error, row.failing_since, row.due_at) == ("sent", 3, "", None, None)

    def test_a_server_that_is_away_rests_and_costs_no_attempt(
        self, sink: SmtpSink, settings: Settings, caplog: Any
    ) -> None:
        living, settings.MAIL_SMTP_URL = settings.MAIL_SMTP_URL, "smtp://127.0.0.1:9"
        date = make_date(capacity=100)
        ask(date), ask(date)
        with caplog.at_level(logging.ERROR):
            assert send_due_emails(now=LATER, seconds=300) == 0
        assert list(BookingEmail.objects.values_list("error", "attempts")) == [("unreachable", 0), ("", 0)]
        assert CONTACT.email not in caplog.text
        # However long it is away, no school counts as unreachable for it.
        week = LATER + timedelta(days=7)
        assert send_due_emails(now=week, seconds=300) == 0
        settings.MAIL_SMTP_URL = living
        assert send_due_emails(now=week + timedelta(minutes=4), seconds=300) == 0
        assert sink.tried == []
        assert send_due_emails(now=week + timedelta(minutes=5), seconds=300) == 2
        assert not Booking.objects.exclude(unreachable_at=None).exists()

    def test_given_up_after_three_days(self, sink: SmtpSink) -> None:
        booking = ask(make_date())
        BookingEmail.objects.update(attempts=40, failing_since=LATER - timedelta(days=3))
        sink.answers = [("RCPT", "451 later")]
        send_due_emails(now=LATER, seconds=300)
        booking.refresh_from_db()
        assert (booking.state, booking.unreachable_at, email_kinds(booking)) == ("booked", LATER, ["booked"])
        letter = BookingEmail.objects.get()
        assert (letter.state, letter.error, letter.due_at) == ("refused", "deferred", None)

    def test_permanent_refusal_keeps_the_place_and_marks_unreachable(self, sink: SmtpSink) -> None:
        sink.unknown = frozenset({"ana"})
        booking = ask(make_date())
        assert send_due_emails(now=LATER, seconds=300) == 0
        booking.refresh_from_db()
        assert (booking.state, booking.unreachable_at) == ("booked", LATER)
        assert BookingEmail.objects.get().state == "refused"
        assert send_due_emails(now=LATER + timedelta(days=1), seconds=300) == 0

    def test_an_undeliverable_offer_passes_to_the_next_booking(self, sink: SmtpSink) -> None:
        date = make_date(capacity=30)
        wrong = services.Contact(name="Б", email="nobody@example.org", phone="018 555 333")
        booked, first, second = ask(date), ask(date, contact=wrong), ask(date)
        services.cancel_booking(booking=booked, now=NOW)
        sink.unknown = frozenset({"nobody"})
        send_due_emails(now=LATER, seconds=300)
        assert (state(first), state(second)) == ("expired", "offered")
        assert {letter.recipients[0] for letter in sink.letters} == {CONTACT.email}

    def test_the_time_to_answer_begins_when_the_offer_is_sent(self, sink: SmtpSink) -> None:
        date = make_date(capacity=30)
        booked, waiting = ask(date), ask(date)
        services.cancel_booking(booking=booked, now=NOW)
        late = NOW + timedelta(hours=60)
        assert services.expire_offers(now=late) == 0
        send_due_emails(now=late, seconds=300)
        waiting.refresh_from_db()
        assert waiting.offered_until == late + timedelta(hours=48)

    def test_without_the_key_emails_stay_queued(
        self, sink: SmtpSink, settings: Settings, tmp_path: Path, caplog: Any
    ) -> None:
        ask(make_date())
        settings.SEALING_PRIVATE_KEYS = tmp_path / "none.json"
        with caplog.at_level(logging.ERROR):
            assert send_due_emails(now=LATER, seconds=300) == 0
        assert "NoPrivateKey" in caplog.text
        assert list(BookingEmail.objects.values_list("state", "attempts")) == [("due", 0)]

    @pytest.mark.parametrize("missing", ["MAIL_SMTP_URL", "EVENTS_MAIL_ADDRESS"])
    def test_without_a_server_or_an_address_emails_stay_queued(self, missing: str, settings: Settings) -> None:
        setattr(settings, missing, "")
        ask(make_date())
        assert send_due_emails(now=LATER, seconds=300) == 0
        assert BookingEmail.objects.get().attempts == 0

    def test_an_email_that_cannot_be_composed_does_not_stop_others(
        self, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        date = make_date(capacity=100)
        broken, good = ask(date), ask(date)
        real: Callable[..., bytes] = bookings_emails.compose

        def fail(letter: BookingEmail, **options: Any) -> bytes:
            if letter.booking_id == broken.pk:
                raise RuntimeError
            return real(letter, **options)

        monkeypatch.setattr(bookings_emails, "compose", fail)
        assert send_due_emails(now=LATER, seconds=300) == 1
        assert make_token(good.uuid) in text(sink.letters[0].message)
        assert broken.letters.get().state == EmailState.DUE

    def test_a_reminder_of_an_absent_class_is_dropped(self, sink: SmtpSink) -> None:
        booking = ask(make_date())
        booking.letters.all().delete()
        week = booking.date.starts_at - timedelta(days=7)
        services.queue_reminders(now=week)
        Booking.objects.update(state="absent")
        assert send_due_emails(now=week, seconds=300) == 0
        assert booking.letters.get().state == "dropped"


class TestBounces:
    def send(self, sink: SmtpSink) -> None:
        with time_machine.travel(LATER, tick=False):
            send_emails()

    def test_a_bounced_confirmation(self, sink: SmtpSink, imap: ImapServer, settings: Settings) -> None:
        booking = ask(make_date())
        self.send(sink)
        imap.append(delivery_notice(sink.letters[0]))
        imap.append(b"From: school@example.org\r\nTo: events@portal.example.org\r\nSubject: Thanks\r\n\r\nSee you\r\n")
        settings.EVENTS_MAIL_IMAP_URL = imap.url
        for _ in range(2):
            read_bounces()
        booking.refresh_from_db()
        assert (booking.state, booking.unreachable_at is not None) == ("booked", True)
        assert booking.letters.get().state == "bounced"
        assert len(imap.messages()) == 1

    def test_a_bounced_offer_passes_to_the_next_booking(
        self, sink: SmtpSink, imap: ImapServer, settings: Settings
    ) -> None:
        date = make_date(capacity=30)
        booked, first, second = ask(date), ask(date), ask(date)
        services.cancel_booking(booking=booked, now=NOW)
        self.send(sink)
        offer = first.letters.get(kind="places_offered")
        (letter,) = [each for each in sink.letters if offer.tag in each.sender]
        imap.append(delivery_notice(letter))
        settings.EVENTS_MAIL_IMAP_URL = imap.url
        with time_machine.travel(LATER):
            read_bounces()
        assert (state(first), state(second)) == ("expired", "offered")

    def test_bounce_of_a_replaced_address_leaves_the_new_one(
        self, sink: SmtpSink, imap: ImapServer, settings: Settings
    ) -> None:
        booking = ask(make_date())
        self.send(sink)
        change(booking, contact=services.Contact(name="Б", email="right@example.org", phone="018 555 333"))
        imap.append(delivery_notice(sink.letters[0]))
        settings.EVENTS_MAIL_IMAP_URL = imap.url
        read_bounces()
        booking.refresh_from_db()
        assert booking.unreachable_at is None
        assert list(booking.letters.order_by("pk").values_list("state", flat=True)) == ["bounced", "due"]

    def test_unmatched_bounce_stays_in_the_mailbox(self) -> None:
        assert emails.process_booking_bounces() is None
