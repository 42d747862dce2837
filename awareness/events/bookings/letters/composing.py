"""What a letter says: plain words in the booking's language and script, the link, and the date for a calendar."""

import re
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.events.bookings import wording
from awareness.events.bookings.links import link_to
from awareness.events.calendars import Method, booking_calendar
from awareness.events.models import Booking, BookingLetter, LetterKind, LetterState
from awareness.events.states import BookingState
from clicksafely.common.mail.addresses import domain_of
from clicksafely.common.mail.composing import Calendar, compose_message

SUBJECTS: Final[dict[LetterKind, Promise]] = {
    LetterKind.BOOKED: gettext_lazy("Booked: %(title)s"),
    LetterKind.WAITING: gettext_lazy("On the waiting list: %(title)s"),
    LetterKind.OFFER: gettext_lazy("A place is free for you, please answer: %(title)s"),
    LetterKind.LAPSED: gettext_lazy("The offer has run out: %(title)s"),
    LetterKind.NO_PLACE: gettext_lazy("No place became free: %(title)s"),
    LetterKind.CHANGED: gettext_lazy("Your booking has changed: %(title)s"),
    LetterKind.MOVED: gettext_lazy("New time or place: %(title)s"),
    LetterKind.CANCELLED: gettext_lazy("You have cancelled: %(title)s"),
    LetterKind.CALLED_OFF: gettext_lazy("Called off: %(title)s"),
    LetterKind.REMINDER: gettext_lazy("Soon: %(title)s"),
}
_GAPS: Final = re.compile(r"\n{3,}")
# With these a calendar puts the date down, or takes it away.
_INVITES: Final = {LetterKind.BOOKED, LetterKind.CHANGED, LetterKind.MOVED, LetterKind.REMINDER}
_TAKES_AWAY: Final = {LetterKind.CANCELLED, LetterKind.CALLED_OFF}


def compose(letter: BookingLetter, *, to: str, now: datetime) -> bytes:
    """The message to `to`, as it goes to the mail server. Reads the booking, its date and its event."""
    booking = letter.booking
    kind = LetterKind(letter.kind)
    own: str = settings.EVENTS_MAIL_ADDRESS
    link = link_to(booking)
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
        "when": wording.when(date),
        "where": wording.where(date),
        "class_words": wording.class_words(booking),
        "waits_for": [wording.when_and_where(each) for each in wishes] if booking.state == BookingState.WAITING else [],
        "until": wording.moment(booking.offered_until) if booking.offered_until else "",
        "closes": wording.moment(date.closes_at),
        "reason": date.cancelled_because,
        "is_booked": booking.state == BookingState.BOOKED,
        "is_waiting": booking.state == BookingState.WAITING,
        "is_offered": booking.state == BookingState.OFFERED,
        "link": link,
    }


def _method(letter: BookingLetter) -> Method | None:
    booking = letter.booking
    if letter.kind in _INVITES and booking.state == BookingState.BOOKED:
        return "REQUEST"
    if letter.kind not in _TAKES_AWAY:
        return None
    # There is something to take away where it was put down.
    invited = booking.letters.filter(kind__in=_INVITES, state__in=[LetterState.SENT, LetterState.BOUNCED])
    return "CANCEL" if invited.exists() else None


def _calendar(booking: Booking, method: Method, *, to: str, own: str, link: str, now: datetime) -> Calendar:
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
    return Calendar(content=content.decode(), method=method)
