"""Meetings of the panel: planning, attendance, minutes and files."""
