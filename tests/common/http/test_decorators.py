"""Read-only pages return 405 to every writing method, for all users. The API has its own tests."""

from collections.abc import Iterator
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cases import failed_cases

METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE")
# Arguments that a URL needs.
ARGUMENTS: dict[str, list[object]] = {
    "report-form": ["csam"],
    "topic": ["phishing"],
    "article": ["x"],
    "captions": [1, "sr"],
    "news-media": [f"{'0' * 64}.webp"],
    "sitemap-section": ["pages"],
    "picture": ["x"],
    "resource": ["x"],
    "resource-file": ["x", 1],
    "resource-preview": ["x", 1],
    "resource-cover": ["x", 1],
    "bundle": ["x"],
    "bundle-file": ["x"],
    "quiz": ["x"],
    "white-paper": ["x"],
    "white-paper-pdf": ["x"],
    "white-paper-docx": ["x"],
    "recommendation": ["x"],
    "recommendations-to": ["x"],
    "response-letter": [UUID(int=0)],
    "quiz-print": ["x"],
    "quiz-offline": ["x"],
    "class-open": ["x"],
    "class": ["12345678"],
    "class-version": ["12345678"],
    "class-board": ["12345678"],
    "class-control": ["12345678", "x"],
    "class-finale": ["12345678"],
    "class-finale-file": ["12345678"],
    "game": ["x"],
    "game-scene": ["x", "y"],
    "event": ["x"],
    "event-ics": ["x", UUID(int=0)],
    "event-book": ["x"],
    "booking": ["x"],
    "booking-ics": ["x"],
    "panel-consultation": ["x"],
    "panel-meetings-calendar": ["x"],
}
# They accept a form.
FORMS = {
    "report-own-picture",
    "basket",
    "lesson-zip",
    "complaint",
    "report-sent",
    "report-case",
    "report-form",
    "quiz",
    "class",
    "class-open",
    "class-control",
    "event-book",
    "visit-request",
    "booking",
    "panel-join",
    "panel-pictures",
    "panel-leave",
    "panel-home",
    "panel-consultation",
    "panel-tell",
    "panel-tell-sent",
}


def public_names(resolver: URLResolver) -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield one.name
        elif str(one.pattern) not in {"admin/", "api/"}:
            yield from public_names(one)


NAMES = sorted({name for name in public_names(get_resolver()) if name and not name.startswith("staff-")} - {"gallery"})


def test_the_list_is_whole() -> None:
    assert set(NAMES) >= FORMS | {"healthz", "readyz", "choose-language", "home", "contact", "report", "report-status"}


def test_refuses_other_methods() -> None:
    """No database fixture: a query would fail the test."""
    client = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})

    def check(name: str) -> None:
        path = reverse(name, args=ARGUMENTS.get(name, []))
        methods = [method for method in METHODS if not (method == "POST" and name in FORMS)]
        assert {method: client.generic(method, path).status_code for method in methods} == dict.fromkeys(methods, 405)

    assert failed_cases(check, NAMES) == {}
