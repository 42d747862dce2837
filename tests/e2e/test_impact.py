"""The figures of the Centre before a reader's eyes: on a phone and a wide screen, light and dark, by keyboard, without scripts."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from awareness.events.models import EventDate
from awareness.impact.rebuild import rebuild_figures
from tests.e2e.page_checks import RULES
from tests.factories.events import make_date, make_event, make_report
from tests.live_portal import Site


@pytest.fixture
def impact_figures(site: Site) -> None:
    """Events in three towns in two years of their own, one of them too small to be told."""
    with site.orm():
        if EventDate.objects.filter(starts_at__year=2018).exists():
            return
        event = make_event()
        for year, town, children, teachers in (
            (2017, "nis", 240, 12),
            (2017, "beograd", 120, 9),
            (2018, "nis", 60, 6),
            (2018, "uzice", 3, 0),
        ):
            for month in (3, 10):
                when = make_date(event, town=town, starts_at=datetime(year, month, 3, 9, tzinfo=UTC))
                scores = {"before": [3, 4, 5, 2, 1], "after": [0, 1, 2, 6, 6]}
                make_report(when, children=children, teachers=teachers, **scores)
        rebuild_figures(now=timezone.now())


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_page_is_accessible(impact_figures: None, visit: Callable[..., Page], width: int, dark: bool) -> None:
    page = visit(width=width, dark=dark)
    for path in ("/sr/impact/", "/en/impact/?year=2018"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_a_journalist_finds_a_year_and_its_figures_by_keyboard_without_scripts(
    impact_figures: None, visit: Callable[..., Page]
) -> None:
    page = visit(javascript=False, width=1280)
    page.goto("/en/about/")
    page.locator(".footer-map a", has_text="Impact in figures").press("Enter")
    page.locator(".periods a", has_text="2017").press("Enter")
    expect(page.locator(".impact-headline strong")).to_have_text("762")
    block = page.locator("section.figure-block", has=page.locator("#participants-group"))
    expect(block.locator("table").first).to_contain_text("Children (up to 14 years)")
    season = block.locator("details:not(.figure-data) table")
    expect(season).to_be_hidden()
    block.locator("details:not(.figure-data) > summary").press("Enter")
    expect(season).to_contain_text("360")
    file = page.locator(".downloads a", has_text="CSV").get_attribute("href")
    assert "participants,,2017,,,762,false," in page.request.get(str(file)).text()
