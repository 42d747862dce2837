"""Formats of dates where Django's own are not what a language wants; the rest comes from Django."""
