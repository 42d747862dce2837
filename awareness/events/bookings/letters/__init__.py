"""Letters to the educators of bookings: what they say, how they go, what comes back."""
