"""Services that write bookings. Seats change only under row locks on the dates of an event; see `allocation`."""

from awareness.events.bookings.sealed_contact import Contact
from awareness.events.bookings.services.anonymise import anonymise_due_bookings
from awareness.events.bookings.services.bounces import record_delivery_failure
from awareness.events.bookings.services.create import (
    SCHOOL_FIELDS,
    BookingRequest,
    BookingResult,
    School,
    create_booking,
)
from awareness.events.bookings.services.scheduled import (
    close_waiting_lists,
    expire_offers,
    offer_free_places,
    queue_reminders,
)
from awareness.events.bookings.services.self_service import (
    BookingChange,
    accept_offer,
    cancel_booking,
    change_booking,
    erase_booking,
)
from awareness.events.bookings.services.staff_actions import (
    cancel_booking_by_staff,
    cancel_date_with_bookings,
    move_date,
    open_contact,
    open_contacts,
    record_attendance,
    resend_email,
    resize_date,
)

__all__ = [
    "SCHOOL_FIELDS",
    "BookingChange",
    "BookingRequest",
    "BookingResult",
    "Contact",
    "School",
    "accept_offer",
    "anonymise_due_bookings",
    "cancel_booking",
    "cancel_booking_by_staff",
    "cancel_date_with_bookings",
    "change_booking",
    "close_waiting_lists",
    "create_booking",
    "erase_booking",
    "expire_offers",
    "move_date",
    "offer_free_places",
    "open_contact",
    "open_contacts",
    "queue_reminders",
    "record_attendance",
    "record_delivery_failure",
    "resend_email",
    "resize_date",
]
