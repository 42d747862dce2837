"""Demonstration accounts, the registry of demonstration parts, and the banner on their pages."""
