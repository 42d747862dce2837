"""Public pages, calendars and structured data of events."""
