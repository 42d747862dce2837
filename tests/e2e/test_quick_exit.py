"""Quick exit: to a neutral page of another site, and nothing that was typed comes back."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from hotline.intake.page_texts import seeded_texts
from hotline.models import PageTextKey
from tests.e2e.review_steps import press
from tests.live_portal import Site
from tests.waiting import BROWSER_MILLISECONDS

SECRET = "Ово нико не сме да види."
LEAVE = re.compile(r"/report/leave/")
NEUTRAL = seeded_texts()[PageTextKey.QUICK_EXIT].text_en


class Phone:
    """A phone on the site. Where the site sends it away, it gets a page of the test: Playwright cannot answer redirected requests."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        context.set_default_timeout(BROWSER_MILLISECONDS)
        self.page = context.new_page()
        self.exit_requests: list[Request] = []
        self.abroad: list[str] = []
        self.page.on(
            "request", lambda request: None if request.url.startswith(url) else self.abroad.append(request.url)
        )
        context.route(LEAVE, self._answer)

    def _answer(self, route: Route) -> None:
        self.exit_requests.append(route.request)
        route.fulfill(body="<title>Weather</title><h1>Weather</h1>", content_type="text/html")

    def leave(self, *, by_keys: bool) -> None:
        """Use the link, or press Shift three times."""
        with self.page.expect_navigation(url=LEAVE):
            if by_keys:
                for _press in range(3):
                    self.page.keyboard.press("Shift")
            else:
                self.page.locator("a.quick-exit").click()
        expect(self.page.locator("h1")).to_have_text("Weather")
        (request,) = self.exit_requests
        assert request.method == "GET"
        answer = self.page.request.get(request.url, max_redirects=0)
        assert answer.status == 303
        headers = answer.headers
        assert (headers["location"], headers["referrer-policy"]) == (NEUTRAL, "no-referrer")


@pytest.fixture
def phone(site: Site, browser: Browser) -> Iterator[Callable[[bool], Phone]]:
    """Open a browser, with or without scripts."""
    contexts = []

    def arrive(javascript: bool) -> Phone:
        contexts.append(
            browser.new_context(
                base_url=site.url, java_script_enabled=javascript, viewport={"width": 360, "height": 740}
            )
        )
        return Phone(contexts[-1], site.url)

    yield arrive
    for context in contexts:
        context.close()


def fill_in(page: Page) -> None:
    page.goto("/en/report/")
    press(page, "a[href='/en/report/cyberbullying/?about=me']")
    page.fill("[name=what]", SECRET)
    page.check("[name=consent]")


def to_form(page: Page) -> None:
    fill_in(page)


def to_summary(page: Page) -> None:
    fill_in(page)
    press(page, "form [type=submit].btn-primary")


def to_receipt(page: Page) -> None:
    to_summary(page)
    press(page, "main [name=send]")


def to_case(page: Page) -> None:
    to_receipt(page)
    receipt = page.locator("#receipt").inner_text()
    press(page, "main section .btn-primary")
    page.fill("[name=receipt]", receipt)
    press(page, "main form [type=submit]")
    page.fill("[name=text]", SECRET)


@pytest.mark.parametrize("step", [to_form, to_summary, to_case])
@pytest.mark.parametrize("by_keys", [False, True])
def test_it_replaces_the_page_in_the_history(
    phone: Callable[[bool], Phone], step: Callable[[Page], None], by_keys: bool
) -> None:
    device = phone(True)
    page = device.page
    step(page)
    before = page.evaluate("history.length")
    device.leave(by_keys=by_keys)
    # A link is no request until it is followed.
    assert device.abroad == []
    assert page.evaluate("history.length") == before
    page.go_back()
    assert SECRET not in page.content()
    for field in page.locator("textarea").all():
        assert field.input_value() == ""


def test_without_scripts_it_is_a_link_that_sends_no_referrer(phone: Callable[[bool], Phone]) -> None:
    device = phone(False)
    to_summary(device.page)
    expect(device.page.locator("a.quick-exit")).to_have_attribute("rel", "noreferrer")
    device.leave(by_keys=False)
    assert device.abroad == []
