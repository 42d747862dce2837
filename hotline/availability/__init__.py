"""Availability checks of content after its hand-over."""
