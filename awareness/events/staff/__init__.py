"""Coordinators plan series, events and dates, look after bookings, and close each date with its report; all of it in the staff site."""
