"""Admin of the youth panel: registers the lists and forms of its packages."""

from django.contrib import admin
from django.utils.text import capfirst
from django.utils.timezone import localdate

from clicksafely.common.audit.labels import register_labels
from clicksafely.common.staff.waiting import register_waiting
from youthpanel import home
from youthpanel.consultations.admin import ConsultationAdmin
from youthpanel.consultations.selectors import count_unmoderated
from youthpanel.meetings.admin import MeetingAdmin
from youthpanel.member_auth.selectors import replacements_to_approve
from youthpanel.members.admin import CohortAdmin, MemberAdmin, SchoolAdmin
from youthpanel.members.labels import DONE
from youthpanel.models import (
    Cohort,
    Consultation,
    Edition,
    Handover,
    Meeting,
    Member,
    Recommendation,
    Response,
    School,
    WhitePaper,
)
from youthpanel.safeguarding.selectors import count_waiting
from youthpanel.white_papers.admin import (
    EditionAdmin,
    HandoverAdmin,
    RecommendationAdmin,
    ResponseAdmin,
    WhitePaperAdmin,
)

admin.site.register(Consultation, ConsultationAdmin)
admin.site.register(Meeting, MeetingAdmin)
admin.site.register(School, SchoolAdmin)
admin.site.register(Cohort, CohortAdmin)
admin.site.register(Member, MemberAdmin)
admin.site.register(Recommendation, RecommendationAdmin)
admin.site.register(WhitePaper, WhitePaperAdmin)
admin.site.register(Edition, EditionAdmin)
admin.site.register(Handover, HandoverAdmin)
admin.site.register(Response, ResponseAdmin)
home.register()
register_labels(DONE, lambda event: f"{capfirst(Member._meta.verbose_name)}: {DONE[event.action]}")
register_waiting("youthpanel-moderation", count_unmoderated)
register_waiting("youthpanel-slip-replacements", lambda user: replacements_to_approve(user).count())
register_waiting("youthpanel-safeguarding", lambda user: count_waiting(user, localdate()))
