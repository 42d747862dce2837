"""The portal's addresses, with pages for the kinds of records that the corpus is made of."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import path

from clicksafely import urls


def shown(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(slug)


urlpatterns = [
    *urls.urlpatterns,
    *i18n_patterns(
        path("topics/<slug:slug>/", shown, name="topic"),
        path("news/<slug:slug>/", shown, name="article"),
        path("resources/<slug:slug>/", shown, name="resource"),
    ),
]
handler404 = urls.handler404
