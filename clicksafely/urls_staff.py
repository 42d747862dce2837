"""The URLs of the staff site, under /admin/: pages of the packages, then the lists and forms of the admin."""

from django.contrib import admin
from django.urls import include, path

from awareness.news.picture_views import Pictures
from awareness.publishing.source_checks import SourceChecks

# This module is imported after `admin.autodiscover()`.
app_name = "admin"
urlpatterns = [
    path("", include("clicksafely.common.staff.urls")),
    path("", include("clicksafely.common.audit.urls")),
    path("", include("clicksafely.common.alerts.urls")),
    path("", include("clicksafely.accounts.urls")),
    path("", include("hotline.review.urls")),
    path("", include("hotline.triage.urls")),
    path("", include("hotline.triage.hash_lists.urls")),
    path("", include("hotline.intake.manual.urls")),
    path("", include("hotline.intake.email.urls")),
    path("", include("hotline.complaints.staff_urls")),
    path("", include("hotline.referral.police.urls")),
    path("", include("hotline.retention.urls")),
    path("", include("hotline.statistics.staff_urls")),
    path("", include("awareness.events.staff.urls")),
    path("news/pictures/", Pictures.as_view(), name="news-pictures"),
    path("source-checks/", SourceChecks.as_view(), name="source-checks"),
    path("youthpanel/", include("youthpanel.members.staff_urls")),
    path("youthpanel/", include("youthpanel.member_auth.staff_urls")),
    path("youthpanel/", include("youthpanel.meetings.staff_urls")),
    path("youthpanel/", include("youthpanel.safeguarding.staff_urls")),
    path("youthpanel/", include("youthpanel.consultations.staff_urls")),
    path("youthpanel/", include("youthpanel.white_papers.staff_urls")),
    *admin.site.get_urls(),
]
