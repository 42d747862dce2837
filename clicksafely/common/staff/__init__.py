"""The staff site: sign-in, roles, lists and form fields of the admin."""
