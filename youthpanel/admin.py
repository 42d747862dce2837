"""The admin of the youth panel: lists and forms, registered by the import of each package's `admin`."""

from django.utils.text import capfirst
from django.utils.timezone import localdate

from clicksafely.common.audit.labels import register_labels
from clicksafely.common.staff.waiting import register_waiting
from youthpanel import home
from youthpanel.consultations import admin as consultations_admin  # noqa: F401 - registers itself
from youthpanel.consultations.selectors import count_unmoderated
from youthpanel.meetings import admin as meetings_admin  # noqa: F401 - registers itself
from youthpanel.member_auth.selectors import replacements_to_approve
from youthpanel.members import admin as members_admin  # noqa: F401 - registers itself
from youthpanel.members.labels import DONE
from youthpanel.models import Member
from youthpanel.safeguarding.selectors import count_waiting
from youthpanel.white_papers import admin as white_papers_admin  # noqa: F401 - registers itself

home.register()
register_labels(DONE, lambda event: f"{capfirst(Member._meta.verbose_name)}: {DONE[event.action]}")
register_waiting("youthpanel-moderation", count_unmoderated)
register_waiting("youthpanel-slip-replacements", lambda user: replacements_to_approve(user).count())
register_waiting("youthpanel-safeguarding", lambda user: count_waiting(localdate()))
