"""Finding an event by the map and by filters, with and without scripts, by keyboard, on a phone and on a screen, light and dark."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.utils import timezone
from ical.calendar_stream import IcsCalendarStream
from playwright.sync_api import Page, expect

from awareness.events.enums import EventKind, ParticipantGroup
from awareness.events.models import Event
from awareness.topics.models import Topic
from clicksafely.common.page_cache import content_version
from tests.e2e.page_checks import DISPLAYS, faults, set_display
from tests.factories.events import make_date, make_event, make_report
from tests.live_portal import Site

# What a page waits for at most until it shows what was published: the caches of the portal look twice a second.
SOON = 5_000


@pytest.fixture
def season(site: Site) -> None:
    """A workshop in Niš and Subotica, a quiz in Vranje, and what was."""
    with site.orm():
        if Event.objects.filter(slug="mapa-radionica").exists():
            return
        now = timezone.now()
        since = now - timedelta(days=90)
        workshop = make_event(
            slug="mapa-radionica", published_at=since, description_sr="<p>Разговор.</p>", access=["step-free"]
        )
        workshop.topics.set(Topic.objects.filter(slug="phishing"))
        quiz = make_event(
            slug="mapa-kviz",
            kind=EventKind.QUIZ,
            title_sr="Квиз",
            title_en="Quiz of two schools",
            audiences=[ParticipantGroup.YOUTH],
            published_at=since,
        )
        make_date(workshop, starts_at=now + timedelta(days=9), town="nis")
        make_date(workshop, starts_at=now + timedelta(days=10), town="subotica", taken=30)
        make_date(quiz, starts_at=now + timedelta(days=40), town="vranje")
        make_report(make_date(quiz, starts_at=now - timedelta(days=20), town="uzice"), youth=44)
        content_version.bump()


def open_list(page: Page, language: str = "en") -> None:
    """The list, once it shows what was just published."""
    page.goto(f"/{language}/events/")
    for _try in range(20):
        if (
            page.locator(".event-row", has_text="Stevan").count()
            or page.locator(".event-row", has_text="Стеван").count()
        ):
            return
        page.wait_for_timeout(SOON / 20)
        page.reload()
    raise AssertionError("the list never showed the events")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_event_is_found_by_map_and_by_filter(
    season: None, site: Site, visit: Callable[..., Page], javascript: bool
) -> None:
    page = visit(javascript=javascript, width=1280 if javascript else 360)
    open_list(page)
    # A screen reader and a keyboard find the dot by its name.
    dot = page.get_by_role("link", name="Vranje: 1 date", exact=True)
    dot.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{site.url}/en/events/?town=vranje"
    expect(page.locator(".event-row h3")).to_have_count(1)
    expect(page.get_by_role("link", name="Vranje: 1 date", exact=True)).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Show all", exact=True).click()
    page.locator("select[name=kind]").select_option("quiz")
    with page.expect_navigation():
        page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".event-row h3")).to_contain_text(["Quiz of two schools"])
    page.locator(".event-row h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quiz of two schools")
    expect(page.locator(".event-past-dates")).to_contain_text("About 45 people took part.")
    calendar = page.request.get(page.locator(".event-ics a").first.get_attribute("href") or "")
    (parsed_calendar,) = IcsCalendarStream.from_ics(calendar.text()).calendars
    assert [entry.summary for entry in parsed_calendar.events] == ["Quiz of two schools"]


@pytest.mark.parametrize(("language", "looks"), [("sr", DISPLAYS), ("sr-latn", DISPLAYS[2:3]), ("en", DISPLAYS[1:2])])
def test_pages_of_events_are_accessible(
    season: None, visit: Callable[..., Page], language: str, looks: Sequence[tuple[int, bool]]
) -> None:
    page = visit(width=360)
    open_list(page, language)
    for path in ("events/", "events/past/", "events/mapa-radionica/"):
        page.goto(f"/{language}/{path}")
        for width, dark in looks:
            set_display(page, width=width, dark=dark)
            assert faults(page) == [], (path, width, dark)
