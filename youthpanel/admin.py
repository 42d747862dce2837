"""The panel in the staff site."""

from youthpanel.papers import admin as papers

__all__ = ["papers"]
