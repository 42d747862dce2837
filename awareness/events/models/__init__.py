"""Models: series, events and dates; bookings and their e-mails; requests for a visit; closing reports."""

from awareness.events.models.booking import Booking, BookingEmail, BookingWish, EmailKind, EmailState
from awareness.events.models.closing_report import ClosingReport, SchoolAttendance
from awareness.events.models.event import Event, EventDate, Series
from awareness.events.models.visit_request import VisitRequest

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
    "VisitRequest",
]
