"""Events of the Centre: series, dates in towns, bookings of schools, and what came of them."""
