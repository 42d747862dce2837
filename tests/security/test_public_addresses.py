"""Every public address with every method: the headers to the letter, no cookie on what may be kept, no form from elsewhere."""

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
# Whoever asks here brings a key, not a cookie: a program, which no page of another site can make do anything.
KEYED = {"api-reports", "api-report", "api-openapi", "api-not-found"}
# What a page of another site can send without being asked: RFC 6454, W3C Fetch Metadata.
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
    """Arguments with which the addresses of `ARGUMENTS` show something."""
    now = timezone.now()
    date = make_date(make_event(published_at=now), starts_at=now + timedelta(days=21))
    quiz = Quiz.objects.filter(published_at__isnull=False).earliest("pk")
    story = Game.objects.filter(kind="story").earliest("pk")
    scene = story.scenes.earliest("order")
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
        "game-scene": [story.slug, scene.key],
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
    real, taken = there(), {}
    for name in FORMS:
        path = reverse(name, args=real.get(name, ARGUMENTS.get(name, [])))
        for headers in FOREIGN:
            response = Client(headers={"Host": "localhost", **headers}, enforce_csrf_checks=True).post(
                path, {"act": "erase"}
            )
            # The basket and the ways in of panel and class say where to begin again.
            if response.status_code not in {403, 404}:
                taken[name, str(headers)] = response.status_code
    assert taken == {}


def test_whatever_does_without_the_token_has_something_in_its_place() -> None:
    found = {each.name or "": each.callback for each in patterns(get_resolver().url_patterns) if not is_staff(each)}
    forms = {name: getattr(found[name], "view_class", object) for name in FORMS}
    # A quiz hands its forms to such a view; where they come from is tried above.
    assert {name for name, view in forms.items() if not issubclass(view, CookielessFormMixin)} == {"quiz"}
    # Whatever only shows something answers 405 to all else: tests/common/http/test_decorators.py.
    exempt = {name for name, view in found.items() if getattr(view, "csrf_exempt", False)}
    assert exempt - {*NAMES} == KEYED


def is_staff(pattern: URLPattern) -> bool:
    """Behind the sign-in, where tests/test_walk.py sends every form without its token."""
    return pattern in STAFF


def patterns(found: list[URLPattern | URLResolver]) -> list[URLPattern]:
    """Every pattern below these."""
    inner: list[URLPattern] = []
    for each in found:
        inner += patterns(each.url_patterns) if isinstance(each, URLResolver) else [each]
    return inner


STAFF = patterns([each for each in get_resolver().url_patterns if str(each.pattern).startswith("admin/")])
