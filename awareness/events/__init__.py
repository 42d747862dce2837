"""Events of the Centre: series, dates, bookings by schools and closing reports."""
