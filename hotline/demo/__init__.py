"""Demonstration cases of the hotline."""
