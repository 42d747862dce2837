"""Intake of reports from all channels, and the reporter's status page and dialogue."""
