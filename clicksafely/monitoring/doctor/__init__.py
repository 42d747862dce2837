"""Checks of `manage.py doctor`: each function yields results with a remedy."""
