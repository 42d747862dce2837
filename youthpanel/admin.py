"""The youth panel in the staff site: each room registers its own pages."""

from youthpanel.records import admin as records_admin  # noqa: F401 - registers itself
