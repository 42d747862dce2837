"""A real browser before the real portal."""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from celery import Celery
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, StorageState, expect, sync_playwright

from tests.browser import NO_BROWSER, REMEDY, find_browser
from tests.e2e.staff_steps import Colleague
from tests.live_portal import Site
from tests.waiting import BROWSER_MILLISECONDS

# Playwright keeps an event loop in this thread, which Django would take for a coroutine's.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--no-sandbox",  # root in a container has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Content setting 2 is "block", as in the browser's own settings page.
NO_COOKIES = {"profile": {"default_content_setting_values": {"cookies": 2}}}
expect.set_options(timeout=BROWSER_MILLISECONDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if item.nodeid.startswith("tests/e2e/"):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """The driver of the browsers."""
    with LOOP.running():
        driver = sync_playwright().start()
    yield driver
    with LOOP.running():
        driver.stop()


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> str:
    """The path of the browser: CHROMIUM, one on the PATH, or Playwright's own. Without any: skip, in CI fail."""
    found = find_browser(playwright_driver.chromium.executable_path)
    if found is None:
        pytest.fail(f"{NO_BROWSER}: {REMEDY}") if os.environ.get("CI") else pytest.skip(NO_BROWSER)
    return found


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright, chromium: str) -> Iterator[Browser]:
    """One browser for all tests of the process; its contexts share nothing."""
    with LOOP.running():
        launched = playwright_driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield launched
    with LOOP.running():
        launched.close()


class BrowserLoop:
    """Playwright's event loop, which runs in this thread while a browser is spoken to and at no other time.

    Where one runs Django takes other connections to the database, without the transaction that a test has begun.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Within the block it runs."""
        if asyncio._get_running_loop() is not None:
            yield
            return
        asyncio._set_running_loop(self._loop)
        try:
            yield
        finally:
            self._loop = asyncio._get_running_loop()
            asyncio._set_running_loop(None)


LOOP = BrowserLoop()


@pytest.fixture(autouse=True)
def _loop_runs(playwright_driver: Playwright) -> Iterator[None]:
    with LOOP.running():
        yield


class Visitor:
    """A person at a browser; notes what must never happen there."""

    def __init__(self, context: BrowserContext, *urls: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.requested: list[str] = []
        self._urls = urls
        context.set_default_timeout(BROWSER_MILLISECONDS)
        self.page.on(
            "console", lambda message: self._complain("console", message.text) if message.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self._complain("script", str(error)))
        self.page.on("request", lambda request: self.requested.append(request.url))

    def _complain(self, kind: str, text: str) -> None:
        # A page that is asked for on purpose and answers 404, 429 or 503 is reported as an error too.
        # Nor is the browser's own page for an address that it does not load.
        if "Failed to load resource" not in text and not self.page.url.startswith("chrome-error:"):
            self.complaints.append(f"{kind} on {self.page.url}: {text}")

    def check(self) -> None:
        """Nothing was blocked by the content security policy, no script failed, no other server was contacted."""
        assert self.complaints == []
        assert [url for url in self.requested if not url.startswith((*self._urls, "data:", "blob:"))] == []


@pytest.fixture
def visit(
    site: Site, browser: Browser, playwright_driver: Playwright, chromium: str, tmp_path: Path
) -> Iterator[Callable[..., Page]]:
    """Open a fresh browser on the site: `visit(javascript=False, cookies=False, width=360, dark=True, ...)` returns its page.

    Addresses may be given without the host. `also` is another server that the pages lead to.
    At the end of the test every visitor must have been left alone: see `Visitor.check`.
    """
    visitors: list[Visitor] = []

    def arrive(
        *,
        javascript: bool = True,
        cookies: bool = True,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        also: str = "",
        **options: object,
    ) -> Page:
        settings = {
            "base_url": site.url,
            "java_script_enabled": javascript,
            "viewport": {"width": width, "height": height},
            "color_scheme": "dark" if dark else "light",
            "reduced_motion": "reduce",
            **options,
        }
        if cookies:
            context = browser.new_context(**settings)
        else:
            profile = tmp_path / f"profile-{len(visitors)}"
            (profile / "Default").mkdir(parents=True)
            (profile / "Default" / "Preferences").write_text(json.dumps(NO_COOKIES))
            context = playwright_driver.chromium.launch_persistent_context(
                profile, executable_path=chromium, args=ARGUMENTS, **settings
            )
        visitors.append(Visitor(context, settings["base_url"], *filter(None, (also,))))
        return visitors[-1].page

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    for visitor in visitors:
        visitor.check()


@pytest.fixture
def ask(site: Site) -> Iterator[Callable[..., None]]:
    """Have the portal's workers do now what the clock would have them do soon: `ask("hotline.x", queue="outside")`."""
    # Not as the current application, or this process would send all its tasks there from then on.
    client = Celery(broker=site.env["REDIS_URL"].replace("unix://", "redis+socket://", 1), set_as_current=False)
    yield lambda task, **options: client.send_task(task, ignore_result=True, **options)
    client.close()


@pytest.fixture(scope="session")
def sessions() -> dict[tuple[str, str], StorageState]:
    """Who has signed in where. A code of the second factor works once, and a new one comes every half minute."""
    return {}


@pytest.fixture
def sign_in(
    site: Site, visit: Callable[..., Page], sessions: dict[tuple[str, str], StorageState]
) -> Callable[..., Page]:
    """Open a browser in which a demonstration account has signed in with its second factor: `sign_in("analyst1")`.

    With `anew` in a session of its own, which may be ended.
    """

    def enter(username: str, *, anew: bool = False, both_languages: bool = True, **options: object) -> Page:
        stored_session = None if anew else sessions.get((site.url, username))
        page = visit(**options, **({"storage_state": stored_session} if stored_session else {}))
        # Tests of forms fill in both languages; test_editing has one that chooses.
        if both_languages:
            page.add_init_script("localStorage.setItem('staff-form-language', 'both')")
        page.goto("/admin/")
        if stored_session:
            return page
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(site.accounts()[username]["password"])
        page.locator("[name=otp_token]").fill(site.code(username))
        with page.expect_navigation():
            page.locator("#login-form [type=submit]").click()
        assert urlsplit(page.url).path != "/admin/login/", "signing in failed"
        if not anew:
            sessions[site.url, username] = page.context.storage_state()
        return page

    return enter


@pytest.fixture
def colleague(sign_in: Callable[..., Page]) -> Iterator[Callable[..., Colleague]]:
    """Sign in and arrive at the home page in English: `colleague("supervisor", width=360)`, with `keyboard` without a mouse.

    At the end, no page that was reached has a fault; with `checks=False` they are not checked.
    """
    arrived: list[Colleague] = []

    def arrive(username: str, *, checks: bool = True, keyboard: bool = False, **options: object) -> Colleague:
        page = sign_in(username, **options)
        page.context.add_cookies([{"name": "lang", "value": "en", "url": page.url}])
        page.reload()
        scripts = options.get("javascript") is not False
        arrived.append(Colleague(page, scripts=scripts, checks=checks, keyboard=keyboard))
        return arrived[-1]

    yield arrive
    assert [each.faults for each in arrived if each.faults] == []
