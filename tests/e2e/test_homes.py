"""The home page of every role and "My jobs" in a real browser: plots, tables behind them, by keyboard, clean in each look."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page_checks import DISPLAYS, LANGUAGES, faults, set_display
from tests.live_portal import Site

ACCOUNTS = ("analyst1", "supervisor", "auditor", "editor", "author", "events", "coordinator", "safeguarding")


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_home_of_a_role_is_clean_and_its_tables_open_by_keyboard(
    account: str, site: Site, sign_in: Callable[..., Page]
) -> None:
    page = sign_in(account)
    for language in LANGUAGES:
        page.context.add_cookies([{"name": "lang", "value": language, "url": f"{site.url}/admin/"}])
        page.goto("/admin/")
        expect(page.locator("#home-waiting")).to_be_visible()
        summary = page.locator(".home-plot summary").first
        if summary.count():
            summary.focus()
            page.keyboard.press("Enter")
            expect(page.locator(".home-plot table").first).to_be_visible()
        for width, dark in DISPLAYS:
            set_display(page, width=width, dark=dark)
            assert faults(page, fingers=False) == [], (language, width, dark)


def test_my_jobs_is_in_the_menu_and_clean(site: Site, sign_in: Callable[..., Page]) -> None:
    page = sign_in("supervisor")
    page.context.add_cookies([{"name": "lang", "value": "en", "url": f"{site.url}/admin/"}])
    page.goto("/admin/")
    page.locator("#staff-menu").get_by_role("link", name="My jobs").click()
    expect(page.locator("h1")).to_have_text("My jobs")
    for width, dark in DISPLAYS:
        set_display(page, width=width, dark=dark)
        assert faults(page, fingers=False) == []
