"""Every address of the portal; which of them exist depends on the door (`PORTAL`)."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from awareness.events.public.ical_views import events_ics
from awareness.library.feeds import resources_atom, resources_json
from clicksafely.common.i18n import language
from clicksafely.common.staff import component_gallery
from clicksafely.monitoring import health
from clicksafely.monitoring import views as monitoring

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("media/", include("awareness.news.media_urls")),
]

if settings.PORTAL in {"staff", "all"}:
    admin.autodiscover()
    urlpatterns += [
        path("metrics", monitoring.metrics, name="metrics"),
        path("admin/language/", language.set_staff_language, name="staff-language"),
        path("admin/gallery/", admin.site.admin_view(component_gallery.gallery), name="gallery"),
        path("admin/", admin.site.urls),
    ]

if settings.PORTAL in {"public", "all"}:
    urlpatterns += [
        # First, for nearly everything that is asked for is one of these pages.
        *i18n_patterns(
            path("", include("hotline.urls")),
            path("", include("hotline.statistics.urls")),
            path("", include("awareness.topics.urls")),
            path("", include("awareness.pages.urls")),
            path("", include("awareness.news.urls")),
            path("", include("awareness.search.urls")),
            path("", include("awareness.impact.urls")),
            path("", include("awareness.library.urls")),
            path("", include("awareness.quizzes.attempts.urls")),
            path("", include("awareness.quizzes.live.urls")),
            path("", include("awareness.quizzes.printing.urls")),
            path("", include("awareness.games.urls")),
            path("", include("awareness.events.bookings.urls")),
            path("", include("awareness.events.public.urls")),
            path("", include("youthpanel.member_auth.urls")),
            path("", include("youthpanel.member_home.urls")),
            path("", include("youthpanel.consultations.participation.urls")),
            path("", include("youthpanel.public.urls")),
            path("", include("youthpanel.white_papers.urls")),
        ),
        path("", language.redirect_to_language, name="choose-language"),
        path("api/", include("hotline.intake.api.urls")),
        path("", include("awareness.seo.urls")),
        path("", include("awareness.social_images.urls")),
        path("", include("awareness.news.urls_global")),
        path("events.ics", events_ics, name="events-ics"),
        path("", include("youthpanel.public.urls_global")),
        path("feeds/resources.json", resources_json, name="resources-feed"),
        path("feeds/resources.atom", resources_atom, name="resources-atom"),
    ]

handler400 = "clicksafely.common.http.error_views.bad_request"
handler403 = "clicksafely.common.http.error_views.permission_denied"
handler404 = "clicksafely.common.http.error_views.page_not_found"
handler500 = "clicksafely.common.http.error_views.server_error"
