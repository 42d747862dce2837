"""Requests of schools for a visit: the public form and its services."""
