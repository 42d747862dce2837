"""The only writers of bookings. Places are given and taken under a lock on the dates of an event: see `placing`."""

from awareness.events.bookings.contacts import Contact
from awareness.events.bookings.services.asking import Answer, Asked, book
from awareness.events.bookings.services.changing import (
    Change,
    accept_offer,
    cancel_booking,
    change_booking,
    erase_booking,
)
from awareness.events.bookings.services.clockwork import (
    close_waiting_lists,
    lapse_offers,
    offer_free_places,
    queue_reminders,
)
from awareness.events.bookings.services.erasing import erase_due
from awareness.events.bookings.services.failing import letter_failed
from awareness.events.bookings.services.running import (
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
