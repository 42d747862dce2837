"""Bookings by schools: form, management link, seat allocation, waiting list, e-mails and anonymisation."""
