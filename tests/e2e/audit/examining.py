"""Looks at a page in a browser in some of its poses and writes down what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

from tests.e2e.audit import spoken
from tests.e2e.audit.keyboard import walk
from tests.e2e.audit.ledger import Ledger
from tests.e2e.looking import LOOKS, SETTLED, WIDER, faults

# What a page that is asked for on purpose and is not there says of itself in the console.
EXPECTED = "Failed to load resource"
# What Chromium would like to see in a form, shown to developers who ask for it: Django's form for a new password.
HINT = "[DOM] "
ZOOMED = 320


@dataclass(frozen=True)
class Pose:
    """How a page is shown; 320 pixels are 1280 at 400 %."""

    width: int
    dark: bool = False
    forced: bool = False
    moving: bool = False

    def __str__(self) -> str:
        parts = [str(self.width), "dark" if self.dark else "light"]
        return " ".join([*parts, *(["forced colours"] if self.forced else []), *(["moving"] if self.moving else [])])


USUAL = tuple(Pose(width, dark) for width, dark in LOOKS)
SPECIAL = (Pose(360, forced=True), Pose(1280, moving=True), Pose(ZOOMED))


class Examiner:
    """With one browser page. `cookies`: whether a page may set any."""

    def __init__(self, page: Page, site: str, ledger: Ledger, *, fingers: bool, cookies: bool) -> None:
        self.page, self._site, self._ledger = page, site, ledger
        self._fingers, self._cookies = fingers, cookies
        self._heard: list[tuple[str, str]] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._heard.append(("script", str(error))))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if not message.text.startswith((EXPECTED, HINT)):
            self._heard.append(("console", message.text))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self._site, "data:", "blob:")):
            self._heard.append(("third party", request.url))

    def _answered(self, response: Response) -> None:
        if not self._cookies and "set-cookie" in response.headers:
            self._heard.append(("cookie", response.url))

    def is_done(self, name: str, *, keyboard: bool) -> bool:
        """Whether nothing is left to look at."""
        return self._ledger.is_clean("looks", name) and (not keyboard or self._ledger.is_clean("keyboard", name))

    def visit(self, path: str, name: str, template: str, poses: Iterable[Pose], *, keyboard: bool) -> None:
        """Open the page at `path` and examine it; one that cannot be is a fault, and no end of the audit."""
        try:
            self.page.goto(path)
            self.examine(name, template, poses, keyboard=keyboard)
        except Error as error:
            wrong = ("could not be looked at", error.message.splitlines()[0])
            self._ledger.write("looks", name, [*self._heard, wrong], template=template)
            self._heard.clear()

    def examine(self, name: str, template: str, poses: Iterable[Pose], *, keyboard: bool) -> None:
        """The page that is open, in each pose; with `keyboard` also by Tab and as a screen reader is told of it, on a screen."""
        found: list[tuple[str, str]] = []
        shown = tuple(poses)
        for pose in shown:
            self._show(pose)
            if pose.width == ZOOMED:
                now = [("runs over its edge at 400 %", html) for html in self.page.evaluate(WIDER)]
            else:
                now = faults(self.page, fingers=self._fingers)
            # Forced colours are the visitor's own; axe takes the page's for them.
            found += [
                (rule, f"{where} [{pose}]") for rule, where in now if not (pose.forced and rule == "color-contrast")
            ]
        if keyboard:
            self._show(USUAL[1])
            found += spoken.faults(self.page)
        found += self._heard
        self._heard.clear()
        self._ledger.write("looks", name, _once(found), template=template, figures={"looks": len(shown)})
        if keyboard:
            wrong, reached = walk(self.page)
            self._ledger.write("keyboard", name, wrong, template=template, figures={"reached": reached})

    def _show(self, pose: Pose) -> None:
        self.page.set_viewport_size({"width": pose.width, "height": 900 if pose.width != ZOOMED else 256})
        self.page.emulate_media(
            color_scheme="dark" if pose.dark else "light",
            forced_colors="active" if pose.forced else "none",
            reduced_motion="no-preference" if pose.moving else "reduce",
        )
        self.page.evaluate(SETTLED)


def _once(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same fault in several poses is said once, with the first."""
    kept: dict[tuple[str, str], tuple[str, str]] = {}
    for rule, where in found:
        kept.setdefault((rule, where.rpartition(" [")[0] or where), (rule, where))
    return list(kept.values())
