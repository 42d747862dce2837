"""Coordinators' pages in the staff site."""

from awareness.events.planning.booking_admin import BookingAdmin
from awareness.events.planning.date_admin import EventDateAdmin
from awareness.events.planning.event_admin import EventAdmin
from awareness.events.planning.series_admin import SeriesAdmin

__all__ = ["BookingAdmin", "EventAdmin", "EventDateAdmin", "SeriesAdmin"]
