"""The portal's URLs, with pages for the kinds of records in the corpus."""

import json
from pathlib import Path

from django.conf.urls.i18n import i18n_patterns
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from clicksafely import urls

KEYS = {facts["key"] for facts in json.loads(Path(__file__).with_name("corpus.json").read_text())}


def record_page(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in KEYS:
        raise Http404
    return HttpResponse(slug)


urlpatterns = [
    *urls.urlpatterns,
    *i18n_patterns(
        path("topics/<slug:slug>/", record_page, name="topic"),
        path("news/<slug:slug>/", record_page, name="article"),
        path("resources/<slug:slug>/", record_page, name="resource"),
    ),
]
handler404 = urls.handler404
