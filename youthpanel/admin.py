"""The admin pages of the youth panel; importing a package's `admin` registers them."""

from youthpanel.consultations import admin as consultations_admin
from youthpanel.meetings import admin as meetings_admin
from youthpanel.member_auth import admin as joining_admin
from youthpanel.members import admin as records_admin
from youthpanel.white_papers import admin as papers_admin

__all__ = ["consultations_admin", "joining_admin", "meetings_admin", "papers_admin", "records_admin"]
