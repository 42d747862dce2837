"""URLs for tests of languages and scripts: pages, files and invalid bytes in every language."""

from collections.abc import Iterator
from datetime import date

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template import engines
from django.urls import path, reverse
from django.utils.translation import get_language

from clicksafely.common.i18n import language

PAGE = """{% load i18n l10n language %}{% get_current_language as code %}{% language_links "q" "page" as links %}<!doctype html>
<html lang="{% language_tag %}"><title>Здраво</title><body data-code="{{ code }}">
<p>{{ day|date }} {{ day|date:"l" }} {{ 1234.5|floatformat:1 }}</p><p>{% translate "Password change" %}</p>
<textarea>{{ typed }}</textarea><p translate="no">{{ typed }}</p>
<nav>{% for link in links %}<a translate="no" lang="{{ link.hreflang }}" hreflang="{{ link.hreflang }}" href="{{ link.url }}"
{% if link.current %}aria-current="true"{% endif %}>{{ link.label }} {{ link.name }}</a>{% endfor %}</nav></body></html>"""


def page(request: HttpRequest, slug: str = "") -> HttpResponse:
    context = {"day": date(2013, 1, 21), "typed": request.GET.get("q", "Жива реч")}
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


def xhtml(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("<html lang='sr'>Ж</html>", content_type="application/xhtml+xml; charset=utf-8")
    response.headers["Content-Length"] = "25"
    return response


def bad_bytes(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Ж".encode() + b"\xff\xd0" + "љ".encode())


def compressed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Ж", headers={"Content-Encoding": "br"})


def table(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ж;Ж\n", content_type="text/csv; charset=utf-8")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        yield "<p>Ж</p>"

    return StreamingHttpResponse(parts())


def elsewhere(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("page"))


def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(get_language())


urlpatterns = [
    path("", language.redirect_to_language),
    path("healthz", page),
    path("admin/", page),
    path("admin/language/", language.set_staff_language, name="staff-language"),
    *i18n_patterns(
        path("", page, name="page"),
        path("topics/<path:slug>/", page),
        path("xhtml/", xhtml),
        path("bad-bytes/", bad_bytes),
        path("compressed/", compressed),
        path("table.csv", table),
        path("stream/", stream),
        path("elsewhere/", elsewhere),
        path("failing/", failing),
    ),
]


def handler500(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>Грешка</p>", status=500)
