"""Anonymisation of bookings 30 days after the date. School, town, grade and size stay for statistics."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from awareness.events.bookings.rules import CONTACT_RETENTION
from awareness.events.models import Booking, BookingEmail, BookingWish
from clicksafely.common.audit import audit_log

BATCH: Final = 200


def anonymise_bookings(bookings: Sequence[int], *, now: datetime) -> int:
    """Erase contact details, acceptable dates and e-mails; return the number of bookings. Callers lock the rows."""
    BookingWish.objects.filter(booking__in=bookings).delete()
    BookingEmail.objects.filter(booking__in=bookings).delete()
    fresh = Booking.objects.filter(pk__in=bookings, erased_at=None)
    return fresh.update(sealed=None, erased_at=now, unreachable_at=None)


def anonymise_due_bookings(*, now: datetime) -> int:
    """Anonymise bookings whose dates ended 30 days ago, in batches; return their number."""
    due = Booking.objects.filter(erased_at=None, date__ends_at__lte=now - CONTACT_RETENTION).order_by("pk")
    erased = 0
    while True:
        with transaction.atomic():
            page = list(due.select_for_update(of=("self",)).values_list("pk", flat=True)[:BATCH])
            if not page:
                return erased
            erased += anonymise_bookings(page, now=now)
            audit_log.record(action="bookings.anonymised", subject=None, actor=None, now=now, data={"count": len(page)})
