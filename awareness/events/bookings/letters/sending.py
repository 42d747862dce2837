"""A run of the letters: sends what is due, puts off what cannot be sent, notes what is refused. What a run does not send, the next one does.

An attempt is written down before it is made. Should nobody write down how it ended (a crash in between), the letter goes once more after
some minutes, under the same Message-ID; once the server has taken it over and that is written down, it never goes again.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F

from awareness.events.bookings.contacts import unseal_contact
from awareness.events.bookings.letters.composing import compose
from awareness.events.bookings.services.failing import letter_failed
from awareness.events.bookings.when import offer_ends
from awareness.events.models import Booking, BookingLetter, LetterKind, LetterState
from awareness.events.states import BookingState, DateState
from clicksafely.common.mail.addresses import domain_of, tagged
from clicksafely.common.mail.server import has_server, read_server
from clicksafely.common.mail.smtp import MailServer, Outcome, Verdict
from clicksafely.common.sealing import SealError

logger = logging.getLogger(__name__)

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=2)
# With these pauses three days.
MOST_ATTEMPTS: Final = 41
# How long an attempt may take before another run looks after its letter.
ATTEMPT: Final = timedelta(minutes=3)
# The server itself, or our key, cannot be used: nothing is tried for so long.
REST: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Attempt:
    """A letter that this run tries to send, as its row was written when it began."""

    letter: BookingLetter
    now: datetime

    def write_down(self, **columns: object) -> bool:
        """How it ended; False where the letter was overtaken meanwhile."""
        row = BookingLetter.objects.filter(pk=self.letter.pk, state=LetterState.DUE, attempts=self.letter.attempts)
        return bool(row.update(**columns))


def is_set_up() -> bool:
    """Whether letters go out at all."""
    return has_server() and bool(settings.EVENTS_MAIL_ADDRESS)


def send_due(*, now: datetime, seconds: float) -> int:
    """Send what is due at `now`, for so many seconds; returns how many letters the server has taken."""
    if not is_set_up():
        return 0
    ends, sent = time.monotonic() + seconds, 0
    with MailServer(read_server(), name=domain_of(settings.EVENTS_MAIL_ADDRESS)) as server:
        while time.monotonic() < ends and (attempt := _begin(now)):
            if not _still_says_so(attempt.letter, now):
                attempt.write_down(state=LetterState.DROPPED)
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


def pause(attempts: int) -> timedelta:
    """How long after so many attempts the next one is made."""
    return min(SHORTEST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def _begin(now: datetime) -> Attempt | None:
    """Write down that the oldest letter due is tried, and when it may be tried again should nobody write down how it ended."""
    with transaction.atomic():
        due = BookingLetter.objects.filter(state=LetterState.DUE, due_at__lte=now).order_by("due_at", "pk")
        letter = due.select_for_update(of=("self",), skip_locked=True).first()
        if letter is None:
            return None
        letter.attempts += 1
        letter.due_at = now + ATTEMPT
        letter.save(update_fields=["attempts", "due_at"])
    letter.booking = Booking.objects.select_related("date__event").get(pk=letter.booking_id)
    return Attempt(letter, now)


def _still_says_so(letter: BookingLetter, now: datetime) -> bool:
    booking = letter.booking
    date = booking.date
    if booking.sealed is None or date.ends_at <= now:
        return False
    if letter.kind == LetterKind.REMINDER:
        return booking.state == BookingState.BOOKED and date.state == DateState.PLANNED and now < date.starts_at
    if letter.kind == LetterKind.OFFER:
        return booking.state == BookingState.OFFERED and now < offer_ends(date, now)
    return True


def _hand_over(attempt: Attempt, server: MailServer) -> Verdict:
    letter, booking = attempt.letter, attempt.letter.booking
    if letter.kind == LetterKind.OFFER:
        # The time to answer begins when the letter goes.
        booking.offered_until = offer_ends(booking.date, attempt.now)
        Booking.objects.filter(pk=booking.pk, state=BookingState.OFFERED).update(offered_until=booking.offered_until)
    to = unseal_contact(booking).email
    message = compose(letter, to=to, now=attempt.now)
    return server.hand_over(message, sender=tagged(settings.EVENTS_MAIL_ADDRESS, letter.tag), recipient=to)


def _end(attempt: Attempt, verdict: Verdict) -> bool:
    """Write down how it ended; False where the next letter would fare no better."""
    if verdict.is_accepted:
        attempt.write_down(state=LetterState.SENT, sent_at=attempt.now, due_at=attempt.now)
    elif verdict.stops:
        logger.error("The mail server cannot be used for letters about bookings: %s.", verdict.trouble)
        _rest(attempt)
        return False
    elif verdict.outcome is Outcome.REFUSED:
        letter_failed(letter=attempt.letter, state=LetterState.REFUSED, now=attempt.now)
    else:
        _put_off(attempt)
    return True


def _rest(attempt: Attempt) -> None:
    """Nothing is tried for a while; that counts as no attempt, for it was not the letter's."""
    attempt.write_down(attempts=F("attempts") - 1, due_at=attempt.now + REST)
    due = BookingLetter.objects.filter(state=LetterState.DUE, due_at__lte=attempt.now)
    due.update(due_at=attempt.now + REST)


def _put_off(attempt: Attempt) -> None:
    if attempt.letter.attempts >= MOST_ATTEMPTS:
        letter_failed(letter=attempt.letter, state=LetterState.REFUSED, now=attempt.now)
    else:
        attempt.write_down(due_at=attempt.now + pause(attempt.letter.attempts))
