"""Staff pages of organisers: dates, bookings, closing reports, statistics and exports."""
