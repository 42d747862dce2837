"""Anonymisation of bookings and dates 30 days after the date. School, town, grade and size stay for statistics."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Model

from awareness.events.bookings.rules import CONTACT_RETENTION
from awareness.events.models import Booking, BookingEmail, BookingWish, EventDate
from clicksafely.common.audit import audit_log
from clicksafely.common.data_inventory import AFTER_THE_DATE

BATCH: Final = 200


def anonymise_bookings(bookings: Sequence[int], *, now: datetime) -> int:
    """Erase acceptable dates, e-mails, and what the field inventory erases; return the number. Callers lock the rows."""
    BookingWish.objects.filter(booking__in=bookings).delete()
    BookingEmail.objects.filter(booking__in=bookings).delete()
    fresh = Booking.objects.filter(pk__in=bookings, erased_at=None)
    return fresh.update(erased_at=now, **_emptied(Booking))


def anonymise_due_bookings(*, now: datetime) -> int:
    """Anonymise bookings whose dates ended 30 days ago, in batches, and empty these dates; return the number of bookings."""
    if empty := _emptied(EventDate):
        EventDate.objects.filter(ends_at__lte=now - CONTACT_RETENTION).exclude(**empty).update(**empty)
    due = Booking.objects.filter(erased_at=None, date__ends_at__lte=now - CONTACT_RETENTION).order_by("pk")
    erased = 0
    while True:
        with transaction.atomic():
            page = list(due.select_for_update(of=("self",)).values_list("pk", flat=True)[:BATCH])
            if not page:
                return erased
            erased += anonymise_bookings(page, now=now)
            audit_log.record(action="bookings.anonymised", subject=None, actor=None, now=now, data={"count": len(page)})


def _emptied(model: type[Model]) -> dict[str, Any]:
    """Return the empty value of every column that the field inventory of the model erases after the date."""
    inventory: dict[tuple[str, str], str] = getattr(model, "field_inventory", {})
    names = [name for (_how, until), fields in inventory.items() if until == AFTER_THE_DATE for name in fields.split()]
    fields = [model._meta.get_field(name) for name in names]
    return {field.name: None if field.null else field.get_default() for field in fields}  # type: ignore[union-attr]
