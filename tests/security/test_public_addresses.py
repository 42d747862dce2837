"""Every public URL with every method: exact headers, no cookies on cacheable responses, no forms from other sites."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from awareness.events.bookings.signed_links import make_token
from awareness.games.models import Game
from awareness.quizzes.models import Quiz
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from tests.common.http.test_decorators import ARGUMENTS, FORMS, NAMES
from tests.factories.events import make_booking, make_date, make_event
from tests.factories.youthpanel import make_consultation
from tests.security.headers import wrong_headers

pytestmark = pytest.mark.django_db
# API clients send a key, not a cookie; pages of other sites cannot use it.
KEYED = {
    *("api-reports", "api-report", "api-openapi", "api-not-found"),
    *("api-reports-alias", "api-report-alias", "api-openapi-alias"),
}
# Requests that a page of another site can send: RFC 6454, W3C Fetch Metadata.
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.invalid"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.invalid"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {},
)


def there() -> dict[str, list[object]]:
    """Return arguments for which the URLs of `ARGUMENTS` have content."""
    now = timezone.now()
    date = make_date(make_event(published_at=now), starts_at=now + timedelta(days=21))
    quiz = Quiz.objects.filter(published_at__isnull=False).earliest("pk")
    story = Game.objects.filter(kind="story").earliest("pk")
    scene = story.content["scenes"][0]
    return {
        "event": [date.event.slug],
        "event-book": [date.event.slug],
        "event-ics": [date.event.slug, date.uuid],
        "booking": [make_token(make_booking(date, size=5).uuid)],
        "booking-ics": [make_token(make_booking(date, size=5).uuid)],
        "quiz": [quiz.slug],
        "quiz-print": [quiz.slug],
        "quiz-offline": [quiz.slug],
        "class-open": [quiz.slug],
        "game": [story.slug],
        "game-scene": [story.slug, scene["key"]],
        "panel-consultation": [make_consultation().slug],
    }


def test_headers_of_every_page_with_every_method() -> None:
    real, wrong, shown = there(), {}, set()
    for name in NAMES:
        for arguments in [ARGUMENTS.get(name, []), *([real[name]] if name in real else [])]:
            path = reverse(name, args=arguments)
            for method in ("GET", "HEAD", "OPTIONS", "POST", "DELETE"):
                response = Client(headers={"Sec-Fetch-Site": "same-origin"}).generic(method, path)
                if response.status_code == 200:
                    shown.add(name)
                if found := wrong_headers(response, staff=False):
                    wrong[method, path] = found
                assert response.status_code < 500, (method, path)
    assert wrong == {}
    assert shown >= {*real} - {"panel-consultation"}, "what was made is not shown"


def test_no_form_is_taken_from_elsewhere() -> None:
    real, faults = there(), {}
    for name in FORMS:
        path = reverse(name, args=real.get(name, ARGUMENTS.get(name, [])))
        for headers in FOREIGN:
            response = Client(headers={"Host": "localhost", **headers}, enforce_csrf_checks=True).post(
                path, {"act": "erase"}
            )
            # The basket and the entrances of panel and class explain how to start again.
            if response.status_code not in {403, 404}:
                faults[name, str(headers)] = response.status_code
    assert faults == {}


def test_forms_without_csrf_token_have_another_protection() -> None:
    found = {each.name or "": each.callback for each in patterns(get_resolver().url_patterns) if not is_staff(each)}
    forms = {name: getattr(found[name], "view_class", object) for name in FORMS}
    # A quiz delegates its forms to such a view; their origin is tested above.
    assert {name for name, view in forms.items() if not issubclass(view, CookielessFormMixin)} == {"quiz"}
    # Read-only views return 405 for other methods: tests/common/http/test_decorators.py.
    exempt = {name for name, view in found.items() if getattr(view, "csrf_exempt", False)}
    assert exempt - {*NAMES} == KEYED


def is_staff(pattern: URLPattern) -> bool:
    """Whether it requires sign-in; tests/test_staff_access.py sends those forms without a token."""
    return pattern in STAFF


def patterns(found: list[URLPattern | URLResolver]) -> list[URLPattern]:
    """Every pattern below these."""
    inner: list[URLPattern] = []
    for each in found:
        inner += patterns(each.url_patterns) if isinstance(each, URLResolver) else [each]
    return inner


STAFF = patterns([each for each in get_resolver().url_patterns if str(each.pattern).startswith("admin/")])
