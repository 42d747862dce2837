"""The youth panel in the staff site: each room registers its own pages."""

from youthpanel.papers import admin as papers_admin
from youthpanel.records import admin as records_admin

__all__ = ["papers_admin", "records_admin"]
