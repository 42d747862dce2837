"""Participation of members in consultations: the page and its actions."""
