"""The only writers of bookings. Places are given and taken under a lock on the dates of an event: see `placing`."""

from awareness.events.bookings.sealed_contact import Contact
from awareness.events.bookings.services.anonymise import erase_due
from awareness.events.bookings.services.bounces import letter_failed
from awareness.events.bookings.services.create import Answer, Asked, book
from awareness.events.bookings.services.scheduled import (
    close_waiting_lists,
    lapse_offers,
    offer_free_places,
    queue_reminders,
)
from awareness.events.bookings.services.self_service import (
    Change,
    accept_offer,
    cancel_booking,
    change_booking,
    erase_booking,
)
from awareness.events.bookings.services.staff_actions import (
    call_off_booking,
    call_off_date,
    move_date,
    open_contact,
    open_contacts,
    resize_date,
    send_again,
    settle_attendance,
)

__all__ = [
    "Answer",
    "Asked",
    "Change",
    "Contact",
    "accept_offer",
    "book",
    "call_off_booking",
    "call_off_date",
    "cancel_booking",
    "change_booking",
    "close_waiting_lists",
    "erase_booking",
    "erase_due",
    "lapse_offers",
    "letter_failed",
    "move_date",
    "offer_free_places",
    "open_contact",
    "open_contacts",
    "queue_reminders",
    "resize_date",
    "send_again",
    "settle_attendance",
]
