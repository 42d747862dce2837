"""Recognises searches by people in distress, and the help to show first."""
