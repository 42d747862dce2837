"""Bookings of schools: the form, the link, places that never run over, the waiting list, letters, and their end."""
