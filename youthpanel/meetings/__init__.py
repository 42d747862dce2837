"""Meetings of the panel: planning, attendance, minutes, files, and incident notes for the safeguarding lead."""
