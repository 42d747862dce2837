"""Every page in every language, light and dark, on a phone and on a screen, before axe-core: `make audit`.

Not collected by `make test`, which looks at a sample; the same portal, browser and lists of pages.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, Response, Route

from tests.e2e.looking import LANGUAGES, LOOKS, faults, look
from tests.e2e.pages import STEPS, mapped_paths, plain_paths
from tests.site import Site

FILL = "import django; django.setup(); from tests.e2e.contents import fill; fill()"
WHO = {"analyst": "analyst1"}
# What a page that is asked for on purpose and is not there says of itself in the console.
EXPECTED = "Failed to load resource"
# What Chromium would like to see in a form, shown to developers who ask for it: Django's form for a new password.
HINT = "[DOM] "


@dataclass
class Findings:
    """What was looked at, and what is wrong: {(rule, where and why): [page and look]}."""

    site: Site
    say: Callable[[str], None]
    looks: int = 0
    pages: dict[str, int] = field(default_factory=dict)
    wrong: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def note(self, name: str, rule: str, where: str) -> None:
        """Something is wrong on the page."""
        self.wrong.setdefault((rule, where), []).append(name)

    def watch(self, page: Page) -> None:
        """From now on: what the page says in the console, and whom it asks."""

        def said(message: ConsoleMessage) -> None:
            if not message.text.startswith((EXPECTED, HINT)):
                self.note(page.url, "console", message.text)

        def asked(request: Request) -> None:
            if not request.url.startswith((self.site.url, "data:", "blob:")):
                self.note(page.url, "third party", request.url)

        page.on("console", said)
        page.on("pageerror", lambda error: self.note(page.url, "script", str(error)))
        page.on("request", asked)

    def examine(self, page: Page, name: str, *, fingers: bool = True) -> None:
        """The page that is open, in each of its looks."""
        before = sum(map(len, self.wrong.values()))
        for width, dark in LOOKS:
            look(page, width=width, dark=dark)
            self.looks += 1
            for rule, where in faults(page, fingers=fingers):
                self.note(f"{name} ({width}, {'dark' if dark else 'light'})", rule, where)
        self.pages[name] = sum(map(len, self.wrong.values())) - before
        self.say(f"{name:<78} {self.pages[name] or '':>4}")

    def finish(self) -> None:
        """Say what is wrong, and fail if anything is."""
        for (rule, where), names in self.wrong.items():
            self.say(
                f"\n{rule}: {where}\n    on {', '.join(names[:4])}{' ...' if len(names) > 4 else ''} ({len(names)})"
            )
        self.say(f"\n{len(self.pages)} pages, {self.looks} looks, {len(self.wrong)} faults")
        assert not self.wrong, f"{len(self.wrong)} faults"


@pytest.fixture(scope="module")
def contents(site: Site) -> dict[str, Any]:
    """See `contents.fill`."""
    filled: dict[str, Any] = json.loads(site.run("-c", FILL).strip().splitlines()[-1])
    return filled


@pytest.fixture
def findings(site: Site, capsys: pytest.CaptureFixture[str]) -> Iterator[Findings]:
    """Of one test; lines are shown at once."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)  # noqa: T201

    found = Findings(site, say)
    yield found
    found.finish()


def _fulfil(html: str, route: Route) -> None:
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages(visit: Callable[..., Page], contents: dict[str, Any], findings: Findings, language: str) -> None:
    page = visit()
    findings.watch(page)

    def answered(response: Response) -> None:
        if "set-cookie" in response.headers:
            findings.note(page.url, "cookie", response.url)

    page.on("response", answered)
    mapped = [path for path in mapped_paths(page) if path.startswith(f"/{language}/")]
    others = (f"/{language}/{path}" for path in (*plain_paths(), *contents["bookings"]))
    for path in dict.fromkeys((*mapped, *others)):
        answer = page.goto(path)
        if answer is None or answer.status != (404 if path.endswith("/nowhere/") else 200):
            findings.note(path, "status", str(answer and answer.status))
        findings.examine(page, path)
    for status, html in contents["errors"][language].items():
        path = f"/{language}/error-{status}/"
        page.route(f"**{path}", partial(_fulfil, html))
        page.goto(path)
        findings.examine(page, path)
    for name, lead in STEPS.items():
        lead(page, language)
        findings.examine(page, f"/{language}/ {name}")
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    "role", ["nobody", "supervisor", "analyst", "editor", "auditor", "coordinator", "safeguarding"]
)
def test_staff_pages(
    visit: Callable[..., Page],
    sign_in: Callable[..., Page],
    contents: dict[str, Any],
    findings: Findings,
    role: str,
) -> None:
    page = visit() if role == "nobody" else sign_in(WHO.get(role, role))
    findings.watch(page)
    for path in ["/admin/login/"] if role == "nobody" else contents["staff"][role]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in {200, 404}, f"{path}: {answer.status}"
        findings.examine(page, f"{role} {urlsplit(page.url).path}", fingers=False)
