"""Duties of the youth panel that are not Django's own permissions of a model. See `hotline.permissions`."""

from typing import Final

FACILITATE: Final = "youthpanel.facilitate"
OPEN_IDENTITY: Final = "youthpanel.open_identity"
OPEN_NOTE: Final = "youthpanel.open_incidentnote"
