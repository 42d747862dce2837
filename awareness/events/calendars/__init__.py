"""Dates and bookings as calendars read them (iCalendar, RFC 5545)."""

from awareness.events.calendars.composing import Method, booking_calendar, date_calendar, feed, uid_of

__all__ = ["Method", "booking_calendar", "date_calendar", "feed", "uid_of"]
