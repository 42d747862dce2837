"""Letters that come back: whose they are, and what follows."""

from django.conf import settings
from django.utils import timezone

from awareness.events.bookings.services.failing import letter_failed
from awareness.events.models import BookingLetter, LetterState
from clicksafely.common.mail.bounces import Bounce, BounceRun, events_mailbox, read_bounces


def read_returned() -> BounceRun | None:
    """Go through what is new in the mailbox of events; None where none is set up."""
    mailbox = events_mailbox()
    if mailbox is None or not settings.EVENTS_MAIL_ADDRESS:
        return None
    return read_bounces(mailbox=mailbox, own=settings.EVENTS_MAIL_ADDRESS, handle=take_bounce)


def take_bounce(bounce: Bounce) -> bool:
    """Note a letter that came back; False where it is none of ours (any more). A delay is no failure: the mail system goes on trying."""
    letter = _letter(bounce)
    if letter is None:
        return False
    if bounce.permanent:
        letter_failed(letter=letter, state=LetterState.BOUNCED, now=timezone.now())
    return True


def _letter(bounce: Bounce) -> BookingLetter | None:
    tags = [bounce.tag, *(each.partition(".booking@")[0] for each in bounce.message_ids)]
    return BookingLetter.objects.select_related("booking").filter(tag__in=filter(None, tags)).first()
