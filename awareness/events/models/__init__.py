"""Models: series, events and dates; bookings and their e-mails; closing reports."""

from awareness.events.models.booking import Booking, BookingEmail, BookingWish, EmailKind, EmailState
from awareness.events.models.closing_report import ClosingReport, SchoolAttendance
from awareness.events.models.event import Event, EventDate, Series

__all__ = [
    "Booking",
    "BookingEmail",
    "BookingWish",
    "ClosingReport",
    "EmailKind",
    "EmailState",
    "Event",
    "EventDate",
    "SchoolAttendance",
    "Series",
]
