"""What everybody sees of events: those to come, those that were, each with its dates, and calendars to subscribe to."""
