"""Permissions of the youth panel other than Django's model permissions. See `hotline.permissions`."""

from typing import Final

ADD_NOTE: Final = "youthpanel.add_safeguardingnote"
APPROVE_SLIP: Final = "youthpanel.approve_slip"
EXPORT_LISTS: Final = "youthpanel.export_lists"
FACILITATE: Final = "youthpanel.facilitate"
OPEN_IDENTITY: Final = "youthpanel.open_identity"
OPEN_NOTE: Final = "youthpanel.open_safeguardingnote"
