"""The staff site: sign-in, roles, and base classes for lists and forms of the admin."""
