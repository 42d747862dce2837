"""Failed e-mails: refused by the mail server or bounced."""

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


def record_delivery_failure(*, letter: BookingEmail, state: EmailState, error: str = "", now: datetime) -> None:
    """Record that an e-mail was refused or bounced; idempotent.

    The school counts as unreachable only if this was its latest e-mail; later ones may have used another address.
    Booked places stay, because organisers can telephone. An offer expires, and its places are offered to the next
    class.
    """
    with transaction.atomic():
        booking, dates = lock_booking(letter.booking, now)
        failed_states = [EmailState.REFUSED, EmailState.BOUNCED]
        delivered = BookingEmail.objects.filter(pk=letter.pk).exclude(state__in=failed_states)
        if not delivered.update(state=state, due_at=None, error=error):
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
            set_state(booking, BookingState.EXPIRED, now=now)
            offer_to_waiting_list(dates, now)
