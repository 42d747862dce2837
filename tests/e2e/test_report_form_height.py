"""The report form on a phone: short before its button, and optional fields folded."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hotline.categories import CATEGORIES

# Pixels from the top of the page to the button, 360 pixels wide.
MAX_HEIGHT = 1_600
LANGUAGES = ("sr", "sr-latn", "en")


@pytest.mark.parametrize(("javascript", "dark"), [(True, False), (True, True), (False, False), (False, True)])
def test_every_form_is_short_before_its_button(visit: Callable[..., Page], javascript: bool, dark: bool) -> None:
    page = visit(javascript=javascript, dark=dark, width=360, height=740)
    high = {}
    for language in LANGUAGES:
        for category in CATEGORIES:
            for about in ("", "?about=me"):
                path = f"/{language}/report/{category}/{about}"
                page.goto(path)
                button = page.locator(".report-form .form-actions .btn-primary")
                high[path] = button.bounding_box()["y"]  # type: ignore[index]
    assert {path: height for path, height in high.items() if height > MAX_HEIGHT} == {}


def test_advice_for_danger_is_shown_when_ticked(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False, width=360)
    page.goto("/en/report/other/?about=me")
    advice = page.get_by_text("Call one of the numbers on this page now")
    expect(advice).not_to_be_visible()
    page.check("[name=danger_now]")
    expect(advice).to_be_visible()
