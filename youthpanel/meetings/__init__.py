"""Meetings of the panel: planned, attended, written down; their files; and notes of incidents that one person opens."""
