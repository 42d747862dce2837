"""A letter does not arrive: the mail server refused it, or it came back."""

from datetime import datetime

from django.db import transaction

from awareness.events.bookings.services.allocation import (
    change_taken_places,
    lock_booking,
    offer_to_waiting_list,
    set_state,
)
from awareness.events.enums import BookingState
from awareness.events.models import BookingEmail, EmailState
from clicksafely.common.audit import audit_log


def record_delivery_failure(*, letter: BookingEmail, state: EmailState, now: datetime) -> None:
    """Note that a letter was refused or came back. Where it is the last one, its school cannot be reached by e-mail; else the later ones tell,
    which may have gone to another address.

    A booked place stays: whoever looks after the event has the telephone. An offer is withdrawn, and its place goes to the next. Nothing
    happens for a letter that is known to have failed.
    """
    with transaction.atomic():
        booking, dates = lock_booking(letter.booking, now)
        known = [EmailState.REFUSED, EmailState.BOUNCED]
        if not BookingEmail.objects.filter(pk=letter.pk).exclude(state__in=known).update(state=state):
            return
        data: dict[str, audit_log.AuditValue] = {"letter": letter.pk, "kind": letter.kind, "state": state.value}
        audit_log.record(action="booking.email_failed", subject=booking, actor=None, now=now, data=data)
        if booking.letters.filter(pk__gt=letter.pk).exclude(state=EmailState.DROPPED).exists():
            return
        if booking.unreachable_at is None and booking.erased_at is None:
            booking.unreachable_at = now
            booking.save(update_fields=["unreachable_at"])
        if booking.state == BookingState.OFFERED:
            change_taken_places(booking.date, -booking.size)
            set_state(booking, BookingState.LAPSED, now=now)
            offer_to_waiting_list(dates, now)
