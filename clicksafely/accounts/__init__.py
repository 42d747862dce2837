"""Accounts of members of staff."""
