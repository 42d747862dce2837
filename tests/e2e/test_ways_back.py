"""The buttons of a report's steps keep what was typed, in a real browser; after the end its Back button shows nothing of it."""

import contextlib
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.page_checks import faults
from tests.e2e.review_steps import press, unfold
from tests.hotline.intake.journey import picture

WORDS = "Прете ми.\n\nДруги ред & <b>"
HANDLE = '@"primer"'
TAGS = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "en": "en"}


def fill_in(page: Page, path: str) -> None:
    """Type into a form, with a picture."""
    page.goto(path)
    page.fill("[name=what]", WORDS)
    unfold(page)
    page.fill("[name=handle]", HANDLE)
    page.check("[name=danger_now]")
    page.check("[name=consent]")
    shot = picture("prva.png")
    page.set_input_files("[name=images]", {"name": shot.name, "mimeType": "image/png", "buffer": shot.read()})


def check_form(page: Page) -> None:
    """Everything is on the form."""
    expect(page.locator("[name=what]")).to_have_value(WORDS)
    expect(page.locator("[name=handle]")).to_have_value(HANDLE)
    expect(page.locator("[name=danger_now]")).to_be_checked()
    expect(page.locator("[name=consent]")).to_be_checked()
    expect(page.locator(".stored-uploads")).to_contain_text("prva.png")


def switch(page: Page, language: str) -> None:
    """Press the button of a language."""
    press(page, f".languages button[lang={TAGS[language]}]")
    assert f"/{language}/" in page.url


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize(("language", "other"), [("sr", "sr-latn"), ("sr-latn", "en"), ("en", "sr")])
def test_each_way_on_each_step(visit: Callable[..., Page], language: str, other: str, *, javascript: bool) -> None:
    page = visit(javascript=javascript, cookies=False, width=360)
    fill_in(page, f"/{language}/report/other/")
    press(page, "[name=help]")
    assert WORDS not in page.locator("body").inner_text()
    switch(page, other)
    press(page, "main [name=show]")
    check_form(page)
    switch(page, language)
    press(page, ".form-note [name=show]")
    assert page.url.endswith("?about=me")
    check_form(page)
    press(page, "[name=choose]")
    switch(page, other)
    press(page, "main .choice >> nth=1")
    assert page.url.endswith(f"/{other}/report/cyberbullying/?about=me")
    check_form(page)
    # The Enter key continues, although the buttons of the languages come first on the page.
    with page.expect_navigation():
        page.press("[name=handle]", "Enter")
    expect(page.locator("main [name=send]")).to_be_visible()
    switch(page, language)
    expect(page.locator(".user-text")).to_have_text(WORDS)
    press(page, "[name=help]")
    press(page, "main [name=show]")
    press(page, "[name=edit]")
    check_form(page)
    switch(page, other)
    check_form(page)
    switch(page, language)
    press(page, "main .btn-primary")
    press(page, "main [name=send]")
    receipt = page.locator("#receipt").inner_text()
    switch(page, other)
    expect(page.locator("#receipt")).to_have_text(receipt)
    assert page.context.cookies() == []


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("end", ["receipt", "quick exit"])
def test_back_after_the_end_shows_nothing(visit: Callable[..., Page], end: str, *, javascript: bool) -> None:
    page = visit(javascript=javascript)
    fill_in(page, "/en/report/other/")
    switch(page, "en")
    press(page, "main .btn-primary")
    if end == "receipt":
        press(page, "main [name=send]")
    else:
        exit_url = page.locator(".quick-exit").get_attribute("href")
        assert page.context.request.get(str(exit_url), max_redirects=0).status == 303
        page.goto("/en/")
    for _step in range(3):
        for repeat in (page.go_back, page.reload):
            # The browser asks for a confirmation, which `reload` gives.
            with contextlib.suppress(Error):
                repeat()
            page.wait_for_load_state()
            expect(page.locator("html")).not_to_contain_text("Прете ми")
            expect(page.locator("[name=what]")).to_have_count(1 if page.url.endswith("/report/other/") else 0)
        if page.url.endswith("/report/other/"):
            expect(page.locator("[name=what]")).to_have_value("")
            expect(page.locator("[name=handle]")).to_have_value("")


@pytest.mark.parametrize("way", ["sent", "left"])
def test_a_page_from_the_memory_of_the_browser_is_loaded_again(visit: Callable[..., Page], way: str) -> None:
    page = visit()
    fill_in(page, "/en/report/other/")
    restored = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    page.evaluate(restored)
    expect(page.locator("[name=what]")).to_have_value(WORDS)
    # The browser keeps the page as it was when its form was sent, or as the quick exit has hidden it.
    happened = "dispatchEvent(new Event('submit'))" if way == "sent" else "document.documentElement.hidden = true"
    with page.expect_navigation():
        page.evaluate(f"{happened}; {restored}")
    expect(page.locator("[name=what]")).to_have_value("")


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_the_pages_beside_the_form_are_accessible(visit: Callable[..., Page], width: int, *, dark: bool) -> None:
    page = visit(width=width, dark=dark)
    fill_in(page, "/sr/report/other/?about=me")
    switch(page, "sr")
    assert faults(page) == []
    for button in ("help", "choose"):
        press(page, f"[name={button}]")
        assert faults(page) == []
        press(page, "main .form-actions [name=show]")
    press(page, "main .btn-primary")
    assert faults(page) == []
    press(page, "main [name=send]")
    assert faults(page) == []
