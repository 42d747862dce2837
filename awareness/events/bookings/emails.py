"""What a letter says: plain words in the booking's language and script, the link, and the date for a calendar."""

import logging
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.events.bookings import labels
from awareness.events.bookings.rules import offer_expiry
from awareness.events.bookings.sealed_contact import unseal_contact
from awareness.events.bookings.services.bounces import record_delivery_failure
from awareness.events.bookings.signed_links import management_url
from awareness.events.enums import BookingState, DateState
from awareness.events.ical import Method, booking_calendar
from awareness.events.models import Booking, BookingEmail, EmailKind, EmailState
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.mail.addresses import add_tag, domain_of
from clicksafely.common.mail.bounces import Bounce, BounceRunResult, events_mailbox, process_bounces
from clicksafely.common.mail.message_builder import CalendarPart, compose_message
from clicksafely.common.mail.smtp import DeliveryOutcome, DeliveryResult, SmtpConnection
from clicksafely.common.mail.smtp_settings import has_smtp_server, read_smtp_settings

SUBJECTS: Final[dict[EmailKind, Promise]] = {
    EmailKind.BOOKED: gettext_lazy("Booked: %(title)s"),
    EmailKind.WAITING: gettext_lazy("On the waiting list: %(title)s"),
    EmailKind.OFFER: gettext_lazy("A place is free for you, please answer: %(title)s"),
    EmailKind.LAPSED: gettext_lazy("The offer has run out: %(title)s"),
    EmailKind.NO_PLACE: gettext_lazy("No place became free: %(title)s"),
    EmailKind.CHANGED: gettext_lazy("Your booking has changed: %(title)s"),
    EmailKind.MOVED: gettext_lazy("New time or place: %(title)s"),
    EmailKind.CANCELLED: gettext_lazy("You have cancelled: %(title)s"),
    EmailKind.CANCELLED_BY_STAFF: gettext_lazy("Called off: %(title)s"),
    EmailKind.REMINDER: gettext_lazy("Soon: %(title)s"),
}
_GAPS: Final = re.compile(r"\n{3,}")
# With these a calendar puts the date down, or takes it away.
_INVITES: Final = {EmailKind.BOOKED, EmailKind.CHANGED, EmailKind.MOVED, EmailKind.REMINDER}
_TAKES_AWAY: Final = {EmailKind.CANCELLED, EmailKind.CANCELLED_BY_STAFF}


def compose(letter: BookingEmail, *, to: str, now: datetime) -> bytes:
    """The message to `to`, as it goes to the mail server. Reads the booking, its date and its event."""
    booking = letter.booking
    kind = EmailKind(letter.kind)
    own: str = settings.EVENTS_MAIL_ADDRESS
    link = management_url(booking)
    method = _method(letter)
    # Serbian is written in Cyrillic here and put into the reader's script as a whole.
    with translation.override("sr" if booking.language.startswith("sr") else booking.language):
        written = render_to_string(f"emails/bookings/{kind.value}.txt", _context(booking, link))
        # What a letter of this kind does not say leaves no gap.
        text = _GAPS.sub("\n\n", written)
        subject = SUBJECTS[kind] % {"title": booking.date.event.title}
        name = _("Click Safely")
    return compose_message(
        sender=own,
        sender_name=name,
        to=to,
        subject=subject,
        text=text,
        sent_at=now,
        # The same each time: what arrives twice is one message to a mail program.
        message_id=f"{letter.tag}.booking@{domain_of(own)}",
        language=booking.language,
        suppress_replies=True,
        calendar=_calendar(booking, method, to=to, own=own, link=link, now=now) if method else None,
    )


def uid_of_booking(booking: Booking) -> str:
    """The UID of a booking in calendars, for good, whichever date it is on."""
    return f"{booking.uuid}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"


def _context(booking: Booking, link: str) -> dict[str, object]:
    date = booking.date
    wishes = [wish.date for wish in booking.wishes.select_related("date").order_by("rank")]
    return {
        "booking": booking,
        "event": date.event,
        "when": labels.date_and_time_text(date),
        "where": labels.place_text(date),
        "class_words": labels.class_text(booking),
        "waits_for": [labels.date_and_place_text(each) for each in wishes]
        if booking.state == BookingState.WAITING
        else [],
        "until": labels.moment_text(booking.offered_until) if booking.offered_until else "",
        "closes": labels.moment_text(date.closes_at),
        "reason": date.cancellation_reason,
        "is_booked": booking.state == BookingState.BOOKED,
        "is_waiting": booking.state == BookingState.WAITING,
        "is_offered": booking.state == BookingState.OFFERED,
        "link": link,
    }


def _method(letter: BookingEmail) -> Method | None:
    booking = letter.booking
    if letter.kind in _INVITES and booking.state == BookingState.BOOKED:
        return "REQUEST"
    if letter.kind not in _TAKES_AWAY:
        return None
    # There is something to take away where it was put down.
    invited = booking.letters.filter(kind__in=_INVITES, state__in=[EmailState.SENT, EmailState.BOUNCED])
    return "CANCEL" if invited.exists() else None


def _calendar(booking: Booking, method: Method, *, to: str, own: str, link: str, now: datetime) -> CalendarPart:
    content = booking_calendar(
        booking.date,
        language=booking.language,
        url=link,
        method=method,
        sequence=booking.sequence,
        uid=uid_of_booking(booking),
        stamp=now,
        organizer=own,
        attendee=to,
    )
    return CalendarPart(content=content.decode(), method=method)


logger = logging.getLogger(__name__)

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=2)
# With these pauses three days.
MOST_ATTEMPTS: Final = 41
# How long an attempt may take before another run looks after its letter.
ATTEMPT_LEASE: Final = timedelta(minutes=3)
# The server itself, or our key, cannot be used: nothing is tried for so long.
SERVER_PAUSE: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class DeliveryAttempt:
    """A letter that this run tries to send, as its row was written when it began."""

    letter: BookingEmail
    now: datetime

    def record_result(self, **columns: object) -> bool:
        """How it ended; False where the letter was overtaken meanwhile."""
        row = BookingEmail.objects.filter(pk=self.letter.pk, state=EmailState.DUE, attempts=self.letter.attempts)
        return bool(row.update(**columns))


def is_configured() -> bool:
    """Whether letters go out at all."""
    return has_smtp_server() and bool(settings.EVENTS_MAIL_ADDRESS)


def send_due_emails(*, now: datetime, seconds: float) -> int:
    """Send what is due at `now`, for so many seconds; returns how many letters the server has taken."""
    if not is_configured():
        return 0
    ends, sent = time.monotonic() + seconds, 0
    with SmtpConnection(read_smtp_settings(), name=domain_of(settings.EVENTS_MAIL_ADDRESS)) as server:
        while time.monotonic() < ends and (attempt := _begin(now)):
            if not _still_says_so(attempt.letter, now):
                attempt.record_result(state=EmailState.DROPPED)
                continue
            try:
                verdict = _hand_over(attempt, server)
            except SealError as error:
                logger.error("Who booked cannot be opened here: %s.", type(error).__name__)
                _rest(attempt)
                break
            except Exception:
                logger.exception("A letter could not be written for a reason nobody thought of.")
                _put_off(attempt)
                continue
            sent += verdict.is_accepted
            if not _end(attempt, verdict):
                break
    return sent


def retry_delay(attempts: int) -> timedelta:
    """How long after so many attempts the next one is made."""
    return min(SHORTEST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def _begin(now: datetime) -> DeliveryAttempt | None:
    """Write down that the oldest letter due is tried, and when it may be tried again should nobody write down how it ended."""
    with transaction.atomic():
        due = BookingEmail.objects.filter(state=EmailState.DUE, due_at__lte=now).order_by("due_at", "pk")
        letter = due.select_for_update(of=("self",), skip_locked=True).first()
        if letter is None:
            return None
        letter.attempts += 1
        letter.due_at = now + ATTEMPT_LEASE
        letter.save(update_fields=["attempts", "due_at"])
    letter.booking = Booking.objects.select_related("date__event").get(pk=letter.booking_id)
    return DeliveryAttempt(letter, now)


def _still_says_so(letter: BookingEmail, now: datetime) -> bool:
    booking = letter.booking
    date = booking.date
    if booking.sealed is None or date.ends_at <= now:
        return False
    if letter.kind == EmailKind.REMINDER:
        return booking.state == BookingState.BOOKED and date.state == DateState.PLANNED and now < date.starts_at
    if letter.kind == EmailKind.OFFER:
        return booking.state == BookingState.OFFERED and now < offer_expiry(date, now)
    return True


def _hand_over(attempt: DeliveryAttempt, server: SmtpConnection) -> DeliveryResult:
    letter, booking = attempt.letter, attempt.letter.booking
    if letter.kind == EmailKind.OFFER:
        # The time to answer begins when the letter goes.
        booking.offered_until = offer_expiry(booking.date, attempt.now)
        Booking.objects.filter(pk=booking.pk, state=BookingState.OFFERED).update(offered_until=booking.offered_until)
    to = unseal_contact(booking).email
    message = compose(letter, to=to, now=attempt.now)
    return server.hand_over(message, sender=add_tag(settings.EVENTS_MAIL_ADDRESS, letter.tag), recipient=to)


def _end(attempt: DeliveryAttempt, verdict: DeliveryResult) -> bool:
    """Write down how it ended; False where the next letter would fare no better."""
    if verdict.is_accepted:
        attempt.record_result(state=EmailState.SENT, sent_at=attempt.now, due_at=attempt.now)
    elif verdict.stops:
        logger.error("The mail server cannot be used for letters about bookings: %s.", verdict.trouble)
        _rest(attempt)
        return False
    elif verdict.outcome is DeliveryOutcome.REFUSED:
        record_delivery_failure(letter=attempt.letter, state=EmailState.REFUSED, now=attempt.now)
    else:
        _put_off(attempt)
    return True


def _rest(attempt: DeliveryAttempt) -> None:
    """Nothing is tried for a while; that counts as no attempt, for it was not the letter's."""
    attempt.record_result(attempts=F("attempts") - 1, due_at=attempt.now + SERVER_PAUSE)
    due = BookingEmail.objects.filter(state=EmailState.DUE, due_at__lte=attempt.now)
    due.update(due_at=attempt.now + SERVER_PAUSE)


def _put_off(attempt: DeliveryAttempt) -> None:
    if attempt.letter.attempts >= MOST_ATTEMPTS:
        record_delivery_failure(letter=attempt.letter, state=EmailState.REFUSED, now=attempt.now)
    else:
        attempt.record_result(due_at=attempt.now + retry_delay(attempt.letter.attempts))


def process_booking_bounces() -> BounceRunResult | None:
    """Go through what is new in the mailbox of events; None where none is set up."""
    mailbox = events_mailbox()
    if mailbox is None or not settings.EVENTS_MAIL_ADDRESS:
        return None
    return process_bounces(mailbox=mailbox, own=settings.EVENTS_MAIL_ADDRESS, handle=handle_bounce)


def handle_bounce(bounce: Bounce) -> bool:
    """Note a letter that came back; False where it is none of ours (any more). A delay is no failure: the mail system goes on trying."""
    letter = _letter(bounce)
    if letter is None:
        return False
    if bounce.permanent:
        record_delivery_failure(letter=letter, state=EmailState.BOUNCED, now=timezone.now())
    return True


def _letter(bounce: Bounce) -> BookingEmail | None:
    tags = [bounce.tag, *(each.partition(".booking@")[0] for each in bounce.message_ids)]
    return BookingEmail.objects.select_related("booking").filter(tag__in=filter(None, tags)).first()
