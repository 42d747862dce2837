"""The root URL configuration; the included URLs depend on the process (`PORTAL`)."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from clicksafely import urls_public
from clicksafely.common.i18n import language
from clicksafely.common.staff import component_gallery
from clicksafely.monitoring import health
from clicksafely.monitoring import views as monitoring

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

if settings.PORTAL in {"staff", "all"}:
    admin.autodiscover()
    urlpatterns += [
        path("metrics", monitoring.metrics, name="metrics"),
        path("admin/language/", language.set_staff_language, name="staff-language"),
        path("admin/gallery/", admin.site.admin_view(component_gallery.gallery), name="gallery"),
        path("admin/", include("clicksafely.urls_staff")),
        urls_public.news_media,
    ]

if settings.PORTAL in {"public", "all"}:
    # First, because most requests are for one of these pages.
    urlpatterns = [*urls_public.urlpatterns, *urlpatterns]

handler400 = "clicksafely.common.http.error_views.bad_request"
handler403 = "clicksafely.common.http.error_views.permission_denied"
handler404 = "clicksafely.common.http.error_views.page_not_found"
handler500 = "clicksafely.common.http.error_views.server_error"
