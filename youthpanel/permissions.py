"""Permissions of the youth panel other than Django's model permissions. See `hotline.permissions`."""

from typing import Final

FACILITATE: Final = "youthpanel.facilitate"
OPEN_IDENTITY: Final = "youthpanel.open_identity"
OPEN_NOTE: Final = "youthpanel.open_incidentnote"
