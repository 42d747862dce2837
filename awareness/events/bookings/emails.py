"""E-mails about bookings: composition, delivery queue and bounces."""

import logging
import re
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.events.bookings.facts import booking_facts, calendar_of
from awareness.events.bookings.rules import offer_expiry
from awareness.events.bookings.sealed_contact import unseal_contact
from awareness.events.bookings.services.bounces import record_delivery_failure
from awareness.events.bookings.signed_links import management_url
from awareness.events.enums import BookingState, DateState
from awareness.events.ical import Method
from awareness.events.models import Booking, BookingEmail, EmailKind, EmailState
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.mail.addresses import add_tag, domain_of
from clicksafely.common.mail.bounces import Bounce, BounceRunResult, events_mailbox, process_bounces
from clicksafely.common.mail.errors import SERVER_ERRORS
from clicksafely.common.mail.message_builder import CalendarPart, compose_message
from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.mail.smtp_settings import has_smtp_server, read_smtp_settings
from clicksafely.common.queue import outgoing
from clicksafely.common.queue.outgoing import SendError

SUBJECTS: Final[dict[EmailKind, Promise]] = {
    EmailKind.BOOKED: gettext_lazy("Booked: %(title)s"),
    EmailKind.WAITING: gettext_lazy("On the waiting list: %(title)s"),
    EmailKind.PLACES_OFFERED: gettext_lazy("Places are free for your class, please answer: %(title)s"),
    EmailKind.OFFER_EXPIRED: gettext_lazy("The offer has expired: %(title)s"),
    EmailKind.NO_PLACES_LEFT: gettext_lazy("No places became free: %(title)s"),
    EmailKind.BOOKING_CHANGED: gettext_lazy("Your booking has changed: %(title)s"),
    EmailKind.DATE_MOVED: gettext_lazy("New time or place: %(title)s"),
    EmailKind.CANCELLED_BY_SCHOOL: gettext_lazy("You have cancelled: %(title)s"),
    EmailKind.CANCELLED_BY_STAFF: gettext_lazy("Cancelled: %(title)s"),
    EmailKind.REMINDER: gettext_lazy("Reminder: %(title)s"),
}
_GAPS: Final = re.compile(r"\n{3,}")
# Kinds that carry an invitation, and kinds that carry its cancellation.
_INVITES: Final = {EmailKind.BOOKED, EmailKind.BOOKING_CHANGED, EmailKind.DATE_MOVED, EmailKind.REMINDER}
_TAKES_AWAY: Final = {EmailKind.CANCELLED_BY_SCHOOL, EmailKind.CANCELLED_BY_STAFF}


def compose(letter: BookingEmail, *, to: str, now: datetime) -> bytes:
    """Return the message to the address `to`, ready for SMTP. Reads the booking, its date and its event."""
    booking = letter.booking
    kind = EmailKind(letter.kind)
    own: str = settings.EVENTS_MAIL_ADDRESS
    method = _method(letter)
    calendar = None
    if method:
        content = calendar_of(booking, language=booking.language, method=method, stamp=now, organizer=own, attendee=to)
        calendar = CalendarPart(content=content.decode(), method=method)
    # Templates render Serbian in Cyrillic; `compose_message` converts the script.
    with translation.override("sr" if booking.language.startswith("sr") else booking.language):
        context = {"facts": booking_facts(booking), "link": management_url(booking)}
        written = render_to_string(f"emails/bookings/{kind.value}.txt", context)
        # Empty template blocks leave blank lines.
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
        # Stable across retries, so that mail programs drop duplicates.
        message_id=f"{letter.tag}.booking@{domain_of(own)}",
        language=booking.language,
        suppress_replies=True,
        calendar=calendar,
    )


def _method(letter: BookingEmail) -> Method | None:
    booking = letter.booking
    if letter.kind in _INVITES and booking.state == BookingState.BOOKED:
        return "REQUEST"
    if letter.kind not in _TAKES_AWAY:
        return None
    # A cancellation makes sense only after an invitation.
    invited = booking.letters.filter(kind__in=_INVITES, state__in=[EmailState.SENT, EmailState.BOUNCED])
    return "CANCEL" if invited.exists() else None


logger = logging.getLogger(__name__)

# Error of an e-mail whose address cannot be opened by this process.
NO_KEY: Final = "private_key"
# E-mails are sent every minute.
MAX_WAIT: Final = timedelta(minutes=10)


def is_configured() -> bool:
    """Return whether the mail server and the sender address are configured."""
    return has_smtp_server() and bool(settings.EVENTS_MAIL_ADDRESS)


def can_send(now: datetime) -> bool:
    """Return whether a page may promise an e-mail.

    The mail server is a setting of other parts, which the public part cannot read. The public part therefore returns
    False if an e-mail has waited for longer than `MAX_WAIT`.
    """
    if settings.PART != "public":
        return is_configured()
    return bool(settings.EVENTS_MAIL_ADDRESS) and not BookingEmail.objects.filter(due_at__lte=now - MAX_WAIT).exists()


def send_due_emails(*, now: datetime, seconds: float = outgoing.RUN_SECONDS) -> int:
    """Send e-mails due at `now` for at most `seconds`; return the number that the mail server accepted.

    Does nothing during another run, or during a pause after an error of the server or the private key. Such errors do
    not count as attempts: a failed e-mail makes the school count as unreachable.
    """
    letters = BookingEmail.objects.all()
    if not is_configured() or outgoing.is_resting(letters, server_errors=[*SERVER_ERRORS, NO_KEY], now=now):
        return 0
    with SmtpConnection(read_smtp_settings(), name=domain_of(settings.EVENTS_MAIL_ADDRESS)) as server:
        return outgoing.send_due(
            claim=partial(outgoing.claim, letters, now=now),
            send=partial(_send, server=server, now=now),
            give_up=partial(_give_up, now=now),
            server_errors_count=False,
            now=now,
            seconds=seconds,
        )


def _still_says_so(letter: BookingEmail, now: datetime) -> bool:
    booking = letter.booking
    date = booking.date
    if booking.sealed is None or date.ends_at <= now:
        return False
    if letter.kind == EmailKind.REMINDER:
        return booking.state == BookingState.BOOKED and date.state == DateState.PLANNED and now < date.starts_at
    if letter.kind == EmailKind.PLACES_OFFERED:
        return booking.state == BookingState.OFFERED and now < offer_expiry(date, now)
    return True


def _send(letter: BookingEmail, *, server: SmtpConnection, now: datetime) -> bool:
    booking = letter.booking = Booking.objects.select_related("date__event").get(pk=letter.booking_id)
    if not _still_says_so(letter, now):
        outgoing.finish(letter, state=EmailState.DROPPED)
        return False
    if letter.kind == EmailKind.PLACES_OFFERED:
        # The time to answer starts when the e-mail is sent.
        booking.offered_until = offer_expiry(booking.date, now)
        Booking.objects.filter(pk=booking.pk, state=BookingState.OFFERED).update(offered_until=booking.offered_until)
    try:
        to = unseal_contact(booking).email
    except SealError as error:
        logger.error("Contact details cannot be decrypted: %s.", type(error).__name__)
        raise SendError(NO_KEY, server=True) from error
    message = compose(letter, to=to, now=now)
    server.deliver(sender=add_tag(settings.EVENTS_MAIL_ADDRESS, letter.tag), recipient=to, write=lambda: message)
    outgoing.finish(letter, state=EmailState.SENT, sent_at=now)
    return True


def _give_up(letter: BookingEmail, failure: SendError, *, now: datetime) -> None:
    record_delivery_failure(letter=letter, state=EmailState.REFUSED, error=failure.error, now=now)


def process_booking_bounces() -> BounceRunResult | None:
    """Process new messages in the events mailbox; None if no mailbox is configured."""
    mailbox = events_mailbox()
    if mailbox is None or not settings.EVENTS_MAIL_ADDRESS:
        return None
    return process_bounces(mailbox=mailbox, own=settings.EVENTS_MAIL_ADDRESS, handle=handle_bounce)


def handle_bounce(bounce: Bounce) -> bool:
    """Record a bounce; False if it matches no e-mail. Delay notices are ignored, because delivery continues."""
    letter = _letter(bounce)
    if letter is None:
        return False
    if bounce.permanent:
        record_delivery_failure(letter=letter, state=EmailState.BOUNCED, now=timezone.now())
    return True


def _letter(bounce: Bounce) -> BookingEmail | None:
    tags = [bounce.tag, *(each.partition(".booking@")[0] for each in bounce.message_ids)]
    return BookingEmail.objects.select_related("booking").filter(tag__in=filter(None, tags)).first()
