"""Triage: URL normalisation, shared content items, priority."""
