"""Consultations as members see them, and what they do in them."""
