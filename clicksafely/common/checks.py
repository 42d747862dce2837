"""System checks: wrong settings are named, with what to do, before the first request."""
