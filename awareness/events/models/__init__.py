"""Everything the app keeps: events and their dates, bookings and letters about them, closing reports."""

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
