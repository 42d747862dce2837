"""Intake of reports by e-mail."""
