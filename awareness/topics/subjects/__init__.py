"""Texts of both languages, for the demonstration."""
