"""Checks a page in a browser in several displays (width, theme, zoom) and records its faults."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

from tests.e2e.audit import spoken
from tests.e2e.audit.keyboard import walk
from tests.e2e.audit.result_file import ResultFile
from tests.e2e.page_checks import SETTLED, WIDER, faults

# Console message of error pages that are requested on purpose.
EXPECTED = "Failed to load resource"
# Chromium's hints to developers, as on Django's form for a new password; and that it blocks sound, which the staff site says itself.
HINTS = ("[DOM] ", "The AudioContext was not allowed to start.")
ZOOMED = 320


@dataclass(frozen=True)
class Display:
    """Width in CSS pixels, theme, forced colours and motion of a page. 320 pixels are 1280 at 400 % zoom."""

    width: int
    dark: bool = False
    forced: bool = False
    moving: bool = False

    def __str__(self) -> str:
        parts = [str(self.width), "dark" if self.dark else "light"]
        return " ".join([*parts, *(["forced colours"] if self.forced else []), *(["moving"] if self.moving else [])])


USUAL = tuple(Display(width, dark) for dark in (False, True) for width in (360, 768, 1280))
SPECIAL = (Display(360, forced=True), Display(1280, moving=True), Display(ZOOMED))


class Examiner:
    """Checks pages in one browser page. `cookies`: whether they may set any; `fingers`: whether targets must have 44 pixels."""

    def __init__(self, page: Page, site: str, result_file: ResultFile, *, fingers: bool, cookies: bool) -> None:
        self.page, self._site, self._results = page, site, result_file
        self._fingers, self._cookies = fingers, cookies
        self._events: list[tuple[str, str]] = []
        page.on("console", self._record_console)
        page.on("pageerror", lambda error: self._events.append(("script", str(error))))
        page.on("request", self._record_request)
        page.on("response", self._record_response)

    def _record_console(self, message: ConsoleMessage) -> None:
        if not message.text.startswith((EXPECTED, *HINTS)):
            self._events.append(("console", message.text))

    def _record_request(self, request: Request) -> None:
        if not request.url.startswith((self._site, "data:", "blob:")):
            self._events.append(("third party", request.url))

    def _record_response(self, response: Response) -> None:
        if not self._cookies and "set-cookie" in response.headers:
            self._events.append(("cookie", response.url))

    def is_done(self, name: str, *, keyboard: bool) -> bool:
        """Whether the page was checked without a fault."""
        return self._results.is_clean("display", name) and (not keyboard or self._results.is_clean("keyboard", name))

    def visit(self, path: str, name: str, template: str, displays: Iterable[Display], *, keyboard: bool) -> None:
        """Open the page at `path` and examine it."""
        self.reach(lambda page: page.goto(path), name, template, displays, keyboard=keyboard)

    def reach(
        self,
        lead: Callable[[Page], object],
        name: str,
        template: str,
        displays: Iterable[Display],
        *,
        keyboard: bool,
    ) -> None:
        """Examine the page to which `lead` leads. A page that cannot be opened is recorded as a fault."""
        try:
            lead(self.page)
            self.examine(name, template, displays, keyboard=keyboard)
        except (Error, AssertionError) as error:
            wrong = ("could not be checked", str(error).splitlines()[0])
            self._results.write("display", name, [*self._events, wrong], template=template)
            self._events.clear()

    def examine(self, name: str, template: str, displays: Iterable[Display], *, keyboard: bool) -> None:
        """Check the open page in each display; with `keyboard` also its tab order and its accessibility tree."""
        found: list[tuple[str, str]] = []
        shown = tuple(displays)
        for display in shown:
            self._show(display)
            if display.width == ZOOMED:
                now = [("wider than the window at 400 %", html) for html in self.page.evaluate(WIDER)]
            else:
                now = faults(self.page, fingers=self._fingers)
            # axe does not know the visitor's forced colours.
            found += [
                (rule, f"{where} [{display}]")
                for rule, where in now
                if not (display.forced and rule == "color-contrast")
            ]
        if keyboard:
            self._show(Display(1280))
            found += spoken.faults(self.page)
        found += self._events
        self._events.clear()
        self._results.write("display", name, _once(found), template=template, figures={"display": len(shown)})
        if keyboard:
            wrong, reached = walk(self.page)
            self._results.write("keyboard", name, wrong, template=template, figures={"reached": reached})

    def _show(self, display: Display) -> None:
        self.page.set_viewport_size({"width": display.width, "height": 900 if display.width != ZOOMED else 256})
        self.page.emulate_media(
            color_scheme="dark" if display.dark else "light",
            forced_colors="active" if display.forced else "none",
            reduced_motion="no-preference" if display.moving else "reduce",
        )
        self.page.evaluate(SETTLED)


def _once(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return each fault once, with the first display that has it."""
    unique_faults: dict[tuple[str, str], tuple[str, str]] = {}
    for rule, where in found:
        unique_faults.setdefault((rule, where.rpartition(" [")[0] or where), (rule, where))
    return list(unique_faults.values())
