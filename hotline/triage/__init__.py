"""Triage: canonical locations, shared content items, priority."""
