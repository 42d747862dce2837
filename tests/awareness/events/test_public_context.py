"""Templates of public pages and letters reach no row of dates, bookings or reports, so they cannot print a private column."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from inspect import currentframe
from itertools import chain
from typing import Any, Final

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.db.models import Manager, Model, QuerySet
from django.http import HttpRequest
from django.test.signals import template_rendered
from django.urls import URLPattern
from django.utils.functional import Promise
from pytest_django.fixtures import Settings

from awareness.events.bookings import urls as booking_urls
from awareness.events.bookings.emails import compose
from awareness.events.bookings.signed_links import make_token
from awareness.events.models import Event, Series
from awareness.events.public import urls as public_urls
from awareness.events.visits import urls as visit_urls
from awareness.events.visits.forms import week_choices
from tests.clients.bookings import SCHOOL_FORM, ask
from tests.factories.events import NOW, make_date, make_event, make_report, make_series
from tests.hotline.intake.journey import Reporter, hidden

pytestmark = pytest.mark.django_db

# Pages show these whole; every other model of the app has private columns.
SHOWN_WHOLE: Final = {Event, Series}
PRIVATE: Final = tuple(model for model in apps.get_app_config("events").get_models() if model not in SHOWN_WHOLE)
PLAIN: Final = (str, bytes, int, float, bool, type, Promise, HttpRequest, type(None))


def private_paths(value: Any, path: str, seen: dict[int, Any]) -> Iterator[str]:
    """Yield the paths below `value` that lead a template to a private row without another query."""
    if isinstance(value, PLAIN) or id(value) in seen:
        return
    seen[id(value)] = value
    if isinstance(value, PRIVATE) or (isinstance(value, QuerySet | Manager) and value.model in PRIVATE):
        yield f"{path}: {type(value).__name__}"
        return
    if isinstance(value, dict):
        below = {f"{path}.{name}": each for name, each in value.items()}
    elif isinstance(value, list | tuple | set | frozenset | QuerySet):
        below = {f"{path}.{number}": each for number, each in enumerate(value)}
    else:
        # Templates refuse names with an underscore; rows show what was loaded with them.
        below = {f"{path}.{name}": each for name, each in getattr(value, "__dict__", {}).items() if name[0] != "_"}
        if isinstance(value, Model):
            loaded = value._state.fields_cache | getattr(value, "_prefetched_objects_cache", {})
            below |= {f"{path}.{name}": each for name, each in loaded.items()}
    for name, each in below.items():
        yield from private_paths(each, name, seen)


def calling_files() -> Iterator[str]:
    """Yield the file of each function that is being called."""
    frame = currentframe()
    while frame:
        yield frame.f_code.co_filename
        frame = frame.f_back


@contextmanager
def template_faults() -> Iterator[list[str]]:
    """Collect the templates that can reach a private row, and those that query one."""
    faults: list[str] = []

    def render(template: Any, context: Any, **_named: Any) -> None:
        # Widgets and fields are parts of a form in the context of the page.
        if str(template.name).startswith(("bootstrap5/", "crispy_forms/", "django/forms/")):
            return
        seen: dict[int, Any] = {}
        for name, value in context.flatten().items():
            faults.extend(f"{template.name}: {path}" for path in private_paths(value, name, seen))

    def query(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        tables = [model._meta.db_table for model in PRIVATE if f'"{model._meta.db_table}"' in sql]
        if tables and any(file.endswith("django/template/base.py") for file in calling_files()):
            faults.append(f"a template queries {tables}")
        return execute(sql, *rest)

    template_rendered.connect(render)
    try:
        with connection.execute_wrapper(query):
            yield faults
    finally:
        template_rendered.disconnect(render)


def names(patterns: list[URLPattern]) -> set[str | None]:
    return {pattern.name for pattern in patterns}


def test_no_public_template_reaches_a_private_column(settings: Settings) -> None:
    event = make_event(slug="radionica", series=make_series())
    date, full = make_date(event), make_date(event, capacity=20)
    past = make_date(event, starts_at=NOW - timedelta(days=9))
    make_report(past, note="Interna beleška")
    closed = make_date(make_event(slug="zatvoreno", bookable=False))
    with time_machine.travel(NOW, tick=False), template_faults() as faults:
        person = Reporter("en")
        booked, _full, waiting = ask(date), ask(full, size=20), ask(full, size=20)
        manage = f"bookings/{make_token(booked.uuid)}/"
        pages = {
            "events": ["events/", "events/?town=nis"],
            "events-past": ["events/past/"],
            "event": ["events/radionica/", "events/zatvoreno/"],
            "event-ics": [f"events/radionica/{date.uuid}.ics"],
            "event-book": ["events/radionica/book/", f"events/{closed.event.slug}/book/"],
            "booking": [
                manage,
                f"{manage}?ask=change",
                f"{manage}?ask=cancel",
                f"bookings/{make_token(waiting.uuid)}/",
            ],
            "booking-ics": [f"{manage}event.ics"],
            "visit-request": ["events/invite/"],
        }
        patterns = public_urls.urlpatterns + booking_urls.urlpatterns + visit_urls.urlpatterns
        assert set(pages) == names(patterns)
        for each in chain.from_iterable(pages.values()):
            assert person.get(each).status_code == 200, each
        book = "events/radionica/book/"
        data = SCHOOL_FORM | {
            "pupils": "3",
            "adults": "1",
            "first": str(date.uuid),
            "draft": hidden(person.get(book), "draft"),
        }
        assert person.post(book, data | {"town": "нигде"}).status_code == 422
        assert person.post(book, data).status_code == 200
        assert person.post(manage, {"act": "change", "size": ""}).status_code == 422
        week, _words = week_choices(NOW.date())[0]
        visit = SCHOOL_FORM | {"week1": week, "draft": hidden(person.get("events/invite/"), "draft")}
        assert person.post("events/invite/", visit | {"grade": ""}).status_code == 422
        assert person.post("events/invite/", visit).status_code == 200
        settings.EVENTS_MAIL_ADDRESS = "events@portal.example.org"
        for letter in (*booked.letters.all(), *waiting.letters.all()):
            compose(letter, to="ana@example.org", now=NOW)
    assert faults == []
